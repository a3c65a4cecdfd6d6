"""Pages of the platform's office, over the same actions and queries as its API."""

from typing import Literal
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Response

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.merchants import category_names
from shuke.people import Viewer, anyone, session_cookie
from shuke.platform.actions import (
    add_operator,
    discard_letter,
    drop_delivery,
    file_visit,
    judge,
    remove_operator,
    resend_letter,
    retry_delivery,
    retry_everything,
)
from shuke.platform.guards import operator
from shuke.platform.queries import (
    dead_letters,
    health_report,
    latest_acts,
    merchant_file,
    merchants_by_status,
    merchants_listed,
    operators,
)
from shuke.platform.routes import set_up
from shuke.platform.set_up import demand_open
from shuke.platform.types import STEPS, SetUp, Status, Step
from shuke.platform.words import act_words, status_words, step_words
from shuke.shell import redirect, render

Answer = Response[str] | Redirect


class DecisionForm(msgspec.Struct, frozen=True):
    """A decision, or with the step visit_report what was seen."""

    step: Step | Literal["visit_report"]
    reason: str = ""


class ContactForm(msgspec.Struct, frozen=True):
    """Whom to let in."""

    contact: str = ""


class SetUpForm(msgspec.Struct, frozen=True):
    """The first operator."""

    token: str = ""
    contact: str = ""
    name: str = ""


@get("/platform", guards=[operator])
async def show_office() -> Redirect:
    """The queue is where an operator begins."""
    return redirect("/platform/vetting")


@get("/platform/vetting", guards=[operator])
async def show_queue(request: AnyRequest, db: NamedDependency[Db], after: FromQuery[UUID | None] = None) -> Response[str]:
    """Merchants that wait for a decision."""
    return render(
        request,
        "platform/vetting.html",
        categories=dict(category_names()),
        page=await merchants_listed(db, "submitted", after=after),
        counts=await merchants_by_status(db),
        after=after,
    )


@get("/platform/merchants", guards=[operator])
async def show_merchants(
    request: AnyRequest,
    db: NamedDependency[Db],
    status: FromQuery[Status | Literal[""]] = "",
    q: FromQuery[str] = "",
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    """All merchants, by status and name."""
    return render(
        request,
        "platform/merchants.html",
        categories=dict(category_names()),
        page=await merchants_listed(db, status, q, after),
        counts=await merchants_by_status(db),
        chosen=status,
        q=q,
        after=after,
        statuses=status_words(),
    )


async def _merchant_page(
    request: AnyRequest, db: Db, merchant_id: UUID, refusal: Refusal | None = None, given: str = ""
) -> Response[str]:
    found = await merchant_file(db, merchant_id)
    return render(
        request,
        "platform/merchant.html",
        categories=dict(category_names()),
        status=refusal.status if refusal else 200,
        found=found,
        steps=STEPS[found.merchant.status],
        statuses=status_words(),
        words=step_words(),
        refusal=refusal,
        given=given,
    )


@get("/platform/merchants/{merchant_id:uuid}", guards=[operator])
async def show_merchant(request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID]) -> Response[str]:
    """One merchant: what it told, what was seen, what was decided."""
    return await _merchant_page(request, db, merchant_id)


@post("/platform/merchants/{merchant_id:uuid}/decisions", guards=[operator])
async def decide_merchant(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    data: URLEncodedBody[DecisionForm],
) -> Answer:
    """Take one step, or say why it can't be taken."""
    try:
        if len(data.reason) > 2000:
            raise Refusal("too_long", _("At most 2,000 characters, please."))
        if data.step == "visit_report":
            await file_visit(db, viewer.person_id, merchant_id, data.reason)
        else:
            await judge(db, viewer.person_id, merchant_id, data.step, data.reason)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _merchant_page(request, db, merchant_id, refusal, data.reason[:2000])
    return redirect(f"/platform/merchants/{merchant_id}", flash=_("Done, and kept in the log."))


@get("/platform/dead-letters", guards=[operator])
async def show_dead_letters(
    request: AnyRequest, db: NamedDependency[Db], before: FromQuery[int | None] = None
) -> Response[str]:
    """What was given up after the last try."""
    return render(
        request,
        "platform/dead_letters.html",
        found=await dead_letters(db, before),
        acts=await latest_acts(db),
        act_words=act_words(),
        before=before,
    )


@post("/platform/dead-letters/retry-all", guards=[operator])
async def retry_all(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Redirect:
    """Try every dead reaction again."""
    count = await retry_everything(db, viewer.person_id)
    return redirect("/platform/dead-letters", flash=_("Tried again: %(count)s.") % {"count": count})


@post("/platform/dead-letters/{event_id:int}/{reaction:str}/{act:str}", guards=[operator])
async def mend_delivery(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    event_id: FromPath[int],
    reaction: FromPath[str],
    act: FromPath[Literal["retry", "drop"]],
) -> Redirect:
    """Retry or drop one dead reaction."""
    if act == "retry":
        await retry_delivery(db, viewer.person_id, event_id, reaction)
        return redirect("/platform/dead-letters", flash=_("It is being tried again."))
    await drop_delivery(db, viewer.person_id, event_id, reaction)
    return redirect("/platform/dead-letters", flash=_("Dropped."))


@post("/platform/failed-letters/{letter_id:uuid}/{act:str}", guards=[operator])
async def mend_letter(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    letter_id: FromPath[UUID],
    act: FromPath[Literal["retry", "drop"]],
) -> Redirect:
    """Send a failed letter again, or drop it."""
    if act == "retry":
        await resend_letter(db, viewer.person_id, letter_id)
        return redirect("/platform/dead-letters", flash=_("It is being tried again."))
    await discard_letter(db, viewer.person_id, letter_id)
    return redirect("/platform/dead-letters", flash=_("Dropped."))


@get("/platform/health", guards=[operator])
async def show_health(request: AnyRequest, db: NamedDependency[Db]) -> Response[str]:
    """How the installation is."""
    return render(request, "platform/health.html", report=await health_report(db))


async def _operators_page(
    request: AnyRequest, db: Db, viewer: Viewer, refusal: Refusal | None = None, contact: str = ""
) -> Response[str]:
    return render(
        request,
        "platform/operators.html",
        status=refusal.status if refusal else 200,
        operators=await operators(db),
        viewer=viewer,
        refusal=refusal,
        contact=contact,
    )


@get("/platform/operators", guards=[operator])
async def show_operators(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Who operates the installation."""
    return await _operators_page(request, db, viewer)


@post("/platform/operators", guards=[operator])
async def let_in(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[ContactForm]
) -> Answer:
    """Let somebody in who has an account."""
    try:
        await add_operator(db, viewer.person_id, data.contact)
    except Refusal as refusal:
        return await _operators_page(request, db, viewer, refusal, data.contact[:254])
    return redirect("/platform/operators", flash=_("The operator is added."))


@post("/platform/operators/{person_id:uuid}/remove", guards=[operator])
async def let_go(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Redirect:
    """Take the office away."""
    await remove_operator(db, viewer.person_id, person_id)
    return redirect("/platform/operators", flash=_("The operator is removed."))


@get("/setup", guards=[anyone])
async def show_set_up(request: AnyRequest, db: NamedDependency[Db], token: FromQuery[str] = "") -> Response[str]:
    """The first page of an empty installation; gone once it is set up."""
    await demand_open(db)
    return render(request, "platform/set_up.html", form=SetUpForm(token[:100]), refusal=None)


@post("/setup", guards=[anyone])
async def finish_set_up(request: AnyRequest, db: NamedDependency[Db], data: URLEncodedBody[SetUpForm]) -> Answer:
    """Make the first operator and begin."""
    try:
        session = await set_up(request, db, SetUp(data.token, data.contact, data.name))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return render(request, "platform/set_up.html", status=refusal.status, form=data, refusal=refusal)
    answer = redirect("/platform/vetting", flash=_("The installation is yours. Welcome."))
    answer.set_cookie(session_cookie(session))
    return answer


pages = Router(
    "/",
    route_handlers=[
        show_office,
        show_queue,
        show_merchants,
        show_merchant,
        decide_merchant,
        show_dead_letters,
        retry_all,
        mend_delivery,
        mend_letter,
        show_health,
        show_operators,
        let_in,
        let_go,
        show_set_up,
        finish_set_up,
    ],
    include_in_schema=False,
)
