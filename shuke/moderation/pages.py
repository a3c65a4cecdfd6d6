"""Pages of moderation: reporting, one's own reports, decisions about one's own things with the appeal, the public log."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.moderation.appeals import appeal
from shuke.moderation.cases import THRESHOLD, report
from shuke.moderation.queries import decision_of, decisions_about, decisions_on, own_report, own_reports, public_log
from shuke.moderation.registry import moderated_kind
from shuke.moderation.types import Kind, NewReport, Reason, Thing
from shuke.moderation.words import cause_words, kind_words, outcome_words, rule_words
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.shell import redirect, render

Answer = Response[str] | Redirect


class ReportForm(msgspec.Struct, frozen=True):
    """The reason that was chosen, and more about it."""

    reason: Reason | None = None
    text: Annotated[str, msgspec.Meta(max_length=4000)] = ""


class AppealForm(msgspec.Struct, frozen=True):
    """Why the decision is wrong."""

    text: Annotated[str, msgspec.Meta(max_length=8000)] = ""


async def _report_page(
    request: AnyRequest, db: Db, viewer: Viewer, thing: Thing, form: ReportForm, refusal: Refusal | None = None
) -> Response[str]:
    found = await moderated_kind(thing.kind).shown(db, thing.owner_id, thing.thing_id)
    if found is None:
        raise NotFound
    return render(
        request,
        "moderation/report.html",
        status=refusal.status if refusal else 200,
        thing=thing,
        earlier=await own_report(db, viewer.person_id, thing.kind, thing.owner_id, thing.thing_id),
        own=found.author_id == viewer.person_id,
        form=form,
        refusal=refusal,
        kinds=kind_words(),
        rules=rule_words(),
        outcomes=outcome_words(),
    )


@get("/report/{kind:str}/{owner_id:uuid}/{thing_id:uuid}", guards=[signed_in])
async def show_report(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    kind: FromPath[str],
    owner_id: FromPath[UUID],
    thing_id: FromPath[UUID],
) -> Response[str]:
    """What may be wrong with it. The thing itself is not shown: who sees it is its room's to say."""
    return await _report_page(request, db, viewer, Thing(kind, owner_id, thing_id), ReportForm())


@post("/report/{kind:str}/{owner_id:uuid}/{thing_id:uuid}", guards=[signed_in])
async def send_report(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    kind: FromPath[Kind],
    owner_id: FromPath[UUID],
    thing_id: FromPath[UUID],
    data: URLEncodedBody[ReportForm],
) -> Answer:
    """Send it, or ask for a reason."""
    thing = Thing(kind, owner_id, thing_id)
    if data.reason is None:
        missing = Refusal("reason_missing", _("Choose what is wrong with it."))
        return await _report_page(request, db, viewer, thing, data, missing)
    if len(data.text) > 1000:
        return await _report_page(request, db, viewer, thing, data, Refusal("too_long", _("At most 1,000 characters, please.")))
    await report(db, viewer.person_id, NewReport(kind, owner_id, thing_id, data.reason, data.text))
    return redirect("/reports", flash=_("Thank you. We look at it and tell you here what was decided."))


@get("/reports", guards=[signed_in])
async def show_reports(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """What I have reported, and what became of it."""
    return render(
        request,
        "moderation/reports.html",
        reports=await own_reports(db, viewer.person_id),
        kinds=kind_words(),
        rules=rule_words(),
        outcomes=outcome_words(),
    )


@get("/appeals", guards=[signed_in])
async def show_decisions(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Decisions about what I made."""
    return render(
        request,
        "moderation/decisions.html",
        decisions=await decisions_on(db, viewer.person_id),
        kinds=kind_words(),
        rules=rule_words(),
        outcomes=outcome_words(),
    )


@get("/appeals/{kind:str}/{owner_id:uuid}/{thing_id:uuid}", guards=[signed_in])
async def show_standing(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    kind: FromPath[str],
    owner_id: FromPath[UUID],
    thing_id: FromPath[UUID],
) -> Answer:
    """The last decision about something of mine, or that it is being looked at."""
    found = await moderated_kind(kind).shown(db, owner_id, thing_id)
    decided = await decisions_about(db, Thing(kind, owner_id, thing_id))
    author = found.author_id if found is not None else (decided[0].author_id if decided else None)
    if author != viewer.person_id:
        raise NotFound
    if decided and decided[0].hides:
        return redirect(f"/appeals/{decided[0].decision_id}")
    return render(request, "moderation/waiting.html", kind=kind_words().get(kind, kind), threshold=THRESHOLD)


async def _appeal_page(
    request: AnyRequest, db: Db, viewer: Viewer, decision_id: UUID, refusal: Refusal | None = None, typed: str = ""
) -> Response[str]:
    decision = await decision_of(db, decision_id)
    if decision.author_id != viewer.person_id:
        raise NotFound
    found = None
    if decision.thing_id is not None:
        found = await moderated_kind(decision.kind).shown(db, decision.owner_id, decision.thing_id)
    return render(
        request,
        "moderation/appeal.html",
        status=refusal.status if refusal else 200,
        decision=decision,
        found=found,
        refusal=refusal,
        typed=typed,
        kinds=kind_words(),
        rules=rule_words(),
        outcomes=outcome_words(),
    )


@get("/appeals/{decision_id:uuid}", guards=[signed_in])
async def show_appeal(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], decision_id: FromPath[UUID]
) -> Response[str]:
    """What was decided and why, and the way to ask for a second look."""
    return await _appeal_page(request, db, viewer, decision_id)


@post("/appeals/{decision_id:uuid}", guards=[signed_in])
async def send_appeal(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    decision_id: FromPath[UUID],
    data: URLEncodedBody[AppealForm],
) -> Answer:
    """Ask for the second look."""
    try:
        if len(data.text) > 2000:
            raise Refusal("too_long", _("At most 2,000 characters, please."))
        await appeal(db, viewer.person_id, decision_id, data.text)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _appeal_page(request, db, viewer, decision_id, refusal, data.text[:2000])
    return redirect(f"/appeals/{decision_id}", flash=_("Sent. Somebody else looks at it again."))


@get("/moderation", guards=[anyone])
async def show_log(request: AnyRequest, db: NamedDependency[Db], cursor: FromQuery[str | None] = None) -> Response[str]:
    """The public log: no names, no texts."""
    return render(
        request,
        "moderation/log.html",
        frame="shell/app.html" if viewer_of(request) else "shell/public.html",
        known=viewer_of(request) is not None,
        log=await public_log(db, cursor),
        cursor=cursor,
        threshold=THRESHOLD,
        kinds=kind_words(),
        rules=rule_words(),
        causes=cause_words(),
        outcomes=outcome_words(),
    )


moderation_pages = Router(
    "/",
    route_handlers=[
        show_report,
        send_report,
        show_reports,
        show_decisions,
        show_standing,
        show_appeal,
        send_appeal,
        show_log,
    ],
    include_in_schema=False,
)
