"""Pages of giving out vouchers: to chosen members, to those who fit a filter, by a file; progress, result; voiding."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Stream

from shuke.batches import Batch, batch_lines, batches_of, outcome_words, start_batch, start_filtered, steer_batch
from shuke.cards import MemberFilter, count_members, programme_of, tiers_of
from shuke.console.frame import show
from shuke.console.issue_api import NewBatch, begin_csv, found_batch, result_file
from shuke.console.rows import voucher_row
from shuke.console.templates import form_typed
from shuke.kit import clock
from shuke.kit.answers import once
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.forms import Reading, Typed
from shuke.kit.i18n import gettext as _
from shuke.kit.lists import MOST_BYTES
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, staff_with
from shuke.shell import redirect
from shuke.vouchers import rules_of, template_lines, void, withdraw

PAGE = 50
LINES = 100
MAY = [staff_with("issue")]


@get("/issues", guards=MAY)
async def list_page(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], before: FromQuery[str] = ""
) -> Response[str]:
    """All batches with how far they are."""
    batches = await batches_of(db, acting.merchant_id, read_cursor(before), PAGE)
    last = Cursor(batches[-1].created_at, batches[-1].batch_id).text if len(batches) == PAGE else ""
    return show(request, acting, "issues.html", batches=batches, last=last, before=before)


@get("/issues/new", guards=MAY)
async def new_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    template: FromQuery[str] = "",
    way: FromQuery[str] = "members",
    member: FromQuery[str] = "",
) -> Response[str]:
    """What to give, and to whom: chosen members (`member` is one to begin with), those who fit, or a file."""
    return await _form(request, db, acting, {"template": template, "members": member[:254]}, way)


async def _form(request: AnyRequest, db: Db, acting: Acting, typed: Typed, way: str, error: str = "") -> Response[str]:
    templates = await template_lines(db, acting.merchant_id, "active", None, 200)
    tiers = await tiers_of(db, acting.merchant_id)
    return show(
        request,
        acting,
        "issue_form.html",
        status=422 if error else 200,
        templates=[(str(line.template_id), line.title) for line in templates],
        tiers=[("", _("Any")), *((str(tier.position), tier.name) for tier in tiers)],
        way=way if way in ("members", "filter", "file") else "members",
        typed=typed,
        error=error,
        key=str(uuid4()),
        count=None,
        most=MOST_BYTES // 1_000_000,
    )


def _template(typed: Typed) -> UUID:
    try:
        return UUID(str(typed.get("template", "")))
    except ValueError as error:
        raise Refusal("template_needed", _("Choose a voucher to give.")) from error


def _key(typed: Typed) -> str:
    return str(typed.get("key", ""))[:200] or str(uuid4())


def _to(acting: Acting, batch: Batch) -> Redirect:
    return redirect(f"/console/{acting.merchant_id}/issues/{batch.batch_id}")


@post("/issues/members", guards=MAY)
async def give_to_members(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]
) -> Response[str] | Redirect:
    """Begin with the members written down."""
    typed = await form_typed(request)
    members = [line.strip() for line in str(typed.get("members", "")).replace(",", "\n").splitlines() if line.strip()]

    async def begin() -> Batch:
        name = str(typed.get("name", ""))
        batch_id = await start_batch(db, acting.merchant_id, acting.person_id, _template(typed), name, members)
        return await found_batch(db, acting.merchant_id, batch_id)

    try:
        async with db.savepoint():
            asked = msgspec.json.encode({**typed, "csrf": ""})
            return _to(acting, await once(db, acting.person_id, _key(typed), asked, Batch, begin))
    except NotFound:
        raise
    except Refusal as refusal:
        return await _form(request, db, acting, typed, "members", refusal.detail)


async def _wanted(db: Db, acting: Acting, typed: Typed) -> tuple[MemberFilter, dict[str, str]]:
    form = Reading(typed, acting.currency)
    programme = await programme_of(db, acting.merchant_id)
    zone = ZoneInfo(programme.zone if programme else "UTC")
    joined_from, joined_to = form.day("joined_from"), form.day("joined_to")
    wanted = MemberFilter(
        tier=form.whole("tier"),
        joined_from=datetime.combine(joined_from, datetime.min.time(), zone) if joined_from else None,
        joined_until=clock.end_of_day(joined_to, zone.key) if joined_to else None,
        visits=form.whole("visits"),
        spent=form.amount("spent"),
        away_days=form.whole("away_days"),
        tag=form.text("tag") or None,
    )
    for field, most in (("visits", 10**9), ("away_days", 36_500), ("tier", 9)):
        if (getattr(wanted, field) or 0) > most:
            form.errors[field] = _("Write a whole number from %(least)s to %(most)s.") % {"least": 0, "most": most}
    return wanted, form.errors


@post("/issues/count", guards=MAY, status_code=200)
async def count(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """How many members fit at this moment."""
    wanted, errors = await _wanted(db, acting, await form_typed(request))
    found = None if errors else await count_members(db, acting.merchant_id, wanted)
    return show(request, acting, "_issue_count.html", count=found, error=next(iter(errors.values()), ""))


@post("/issues/filter", guards=MAY)
async def give_to_filtered(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]
) -> Response[str] | Redirect:
    """Begin with those who fit at this moment."""
    typed = await form_typed(request)
    wanted, errors = await _wanted(db, acting, typed)
    if errors:
        return await _form(request, db, acting, typed, "filter", next(iter(errors.values())))

    async def begin() -> Batch:
        name = str(typed.get("name", ""))
        batch_id = await start_filtered(db, acting.merchant_id, acting.person_id, _template(typed), name, wanted)
        return await found_batch(db, acting.merchant_id, batch_id)

    try:
        async with db.savepoint():
            asked = msgspec.json.encode({**typed, "csrf": ""})
            return _to(acting, await once(db, acting.person_id, _key(typed), asked, Batch, begin))
    except NotFound:
        raise
    except Refusal as refusal:
        return await _form(request, db, acting, typed, "filter", refusal.detail)


@post("/issues/file", guards=MAY)
async def give_by_file(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]
) -> Response[str] | Redirect:
    """Begin with the members of a file."""
    form = await request.form()
    upload = form.get("file")
    typed = {name: str(form.get(name, "")) for name in ("template", "name", "key")}
    body = await upload.read() if isinstance(upload, UploadFile) else b""
    name = typed["name"] or (upload.filename if isinstance(upload, UploadFile) else "")
    try:
        async with db.savepoint():
            new = NewBatch(_template(typed), name[:120])
            return _to(acting, await begin_csv(db, acting, new, body, _key(typed)))
    except NotFound:
        raise
    except Refusal as refusal:
        return await _form(request, db, acting, typed, "file", refusal.detail)


@get("/issues/{batch_id:uuid}", guards=MAY)
async def batch_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    batch_id: FromPath[UUID],
    outcome: FromQuery[str] = "",
    after: FromQuery[int] = 0,
) -> Response[str]:
    """How far a batch is, and its lines."""
    batch = await found_batch(db, acting.merchant_id, batch_id)
    lines = await batch_lines(db, acting.merchant_id, batch_id, outcome, max(0, min(after, 2**31 - 1)), LINES)
    return show(
        request,
        acting,
        "issue.html",
        batch=batch,
        lines=lines,
        words=outcome_words(),
        outcome=outcome,
        after=after,
        last=lines[-1].line if len(lines) == LINES else 0,
        slow=batch.status == "waiting" and batch.created_at < clock.now() - timedelta(minutes=2),
    )


@get("/issues/{batch_id:uuid}/result.csv", guards=MAY)
async def result(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], batch_id: FromPath[UUID]
) -> Stream:
    """All lines with their outcomes."""
    await found_batch(db, acting.merchant_id, batch_id)
    return result_file(request, acting.merchant_id, batch_id)


@post("/issues/{batch_id:uuid}/steps", guards=MAY)
async def steer(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], batch_id: FromPath[UUID]
) -> Redirect:
    """Stop, or go on."""
    stop = (await form_typed(request)).get("step") == "stop"
    await steer_batch(db, acting.merchant_id, batch_id, stop=stop)
    return redirect(f"/console/{acting.merchant_id}/issues/{batch_id}")


@get("/vouchers/{voucher_id:uuid}/voiding", guards=MAY)
async def voiding_page(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], voucher_id: FromPath[UUID]
) -> Response[str]:
    """Ask for the reason before a voucher is withdrawn."""
    row = await voucher_row(db, acting.merchant_id, voucher_id)
    if row is None:
        raise NotFound
    return show(request, acting, "voiding.html", row=row)


@post("/vouchers/{voucher_id:uuid}/voiding", guards=MAY)
async def voiding(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], voucher_id: FromPath[UUID]
) -> Redirect:
    """Withdraw one voucher."""
    typed = await form_typed(request)
    await void(db, acting.merchant_id, acting.person_id, voucher_id, str(typed.get("reason", "")))
    return redirect(f"/console/{acting.merchant_id}/templates", flash=_("The voucher is void. It has left the guest's wallet."))


@post("/templates/{template_id:uuid}/withdrawal", guards=MAY)
async def withdrawal(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]
) -> Redirect:
    """End a template and withdraw all its unused vouchers."""
    if await rules_of(db, acting.merchant_id, template_id) is None:
        raise NotFound
    typed = await form_typed(request)
    await withdraw(db, acting.merchant_id, acting.person_id, template_id, str(typed.get("reason", "")))
    return redirect(
        f"/console/{acting.merchant_id}/templates/{template_id}", flash=_("Ended. Unused vouchers are being withdrawn.")
    )


issue_pages = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[
        list_page,
        new_page,
        give_to_members,
        count,
        give_to_filtered,
        give_by_file,
        batch_page,
        result,
        steer,
        voiding_page,
        voiding,
        withdrawal,
    ],
    include_in_schema=False,
)
