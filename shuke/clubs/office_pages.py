"""Members' groups in a merchant's office."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from shuke.cards import programme_of, tiers_of
from shuke.clubs.office import call_off, change_club, close_club, enter, invite, let_in_again, open_club
from shuke.clubs.queries import activities_of, deals_of, group_of, groups_of, put_out_of
from shuke.clubs.types import Asked, NewActivity, NewMemberGroup
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.forms import Reading, Typed, known_zone, typed_in
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, office_page, staff_with, stores_of
from shuke.shell import redirect

STAFF = [staff_with("deals")]
ONE = "/groups/{group_id:uuid}"
Answer = Response[str] | Redirect


def _read(reading: Reading, kind: type[msgspec.Struct], **values: object) -> None:
    """What a Struct would not take is a fault of the field that it names."""
    try:
        msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        field = str(error).rpartition("$.")[2].strip("`")
        reading.errors.setdefault(field if field in values else "title", _("Please check this."))


def _chosen(reading: Reading, name: str) -> UUID | None:
    ids = Reading({name: [reading.text(name)]}, "").ids(name) if reading.text(name) else []
    return ids[0] if ids else None


def _group(reading: Reading) -> NewMemberGroup | None:
    title, about, tier = reading.text("title"), reading.text("about"), reading.whole("tier_from")
    _read(reading, NewMemberGroup, title=title, about=about, tier_from=tier)
    return None if reading.errors else NewMemberGroup(title, about, _chosen(reading, "store_id"), tier)


@get("/groups", guards=STAFF)
async def show_groups(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """All of them, and the form of a new one."""
    return await _list(request, db, acting, Reading({}, ""))


async def _list(request: AnyRequest, db: Db, acting: Acting, reading: Reading, refused: str = "") -> Response[str]:
    return office_page(
        request,
        acting,
        "clubs/office.html",
        status=409 if refused or reading.errors else 200,
        groups=await groups_of(db, acting.merchant_id, acting.person_id),
        stores=await stores_of(db, acting.merchant_id),
        tiers=await tiers_of(db, acting.merchant_id),
        typed=reading.text,
        errors=reading.errors,
        refused=refused,
    )


@post("/groups", guards=STAFF)
async def open_by_form(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Answer:
    """Open one, or say what is missing."""
    reading = Reading(await typed_in(request), "")
    new = _group(reading)
    if new is None:
        return await _list(request, db, acting, reading)
    try:
        async with db.savepoint():
            group = await open_club(db, acting, new)
    except Refusal as refusal:
        return await _list(request, db, acting, reading, refusal.detail)
    return redirect(f"/console/{acting.merchant_id}/groups/{group.group_id}", flash=_("The group is open."))


@get(ONE, guards=STAFF)
async def show_group(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID]
) -> Response[str]:
    """Its activities, a new one, its words, and closing it."""
    return await _one(request, db, acting, group_id, {})


async def _one(
    request: AnyRequest,
    db: Db,
    acting: Acting,
    group_id: UUID,
    typed: Typed,
    faults: tuple[dict[str, str], str] = ({}, ""),
) -> Response[str]:
    errors, refused = faults
    group = await group_of(db, acting.merchant_id, group_id, acting.person_id)
    stores = await stores_of(db, acting.merchant_id)
    zone = await _zone(db, acting.merchant_id)
    begin = (clock.now().astimezone(ZoneInfo(zone)) + timedelta(days=1)).replace(hour=18, minute=0)
    usual: Typed = {"starts_at": begin.strftime("%Y-%m-%dT%H:%M"), "minutes": "120", "store_id": str(group.store_id or "")}
    return office_page(
        request,
        acting,
        "clubs/office_group.html",
        status=409 if refused or errors else 200,
        group=group,
        coming=await activities_of(db, acting.merchant_id, acting.person_id, Asked(group_id=group_id)),
        past=await activities_of(db, acting.merchant_id, acting.person_id, Asked(group_id=group_id, past=True)),
        put_out=await put_out_of(db, group, acting.person_id),
        stores=stores,
        tiers=await tiers_of(db, acting.merchant_id),
        deals=await deals_of(db, acting.merchant_id),
        typed=Reading(typed or usual, "").text,
        errors=errors,
        refused=refused,
        clock_of=zone,
    )


async def _zone(db: Db, merchant_id: UUID) -> str:
    programme = await programme_of(db, merchant_id)
    return programme.zone if programme and known_zone(programme.zone) else "UTC"


@post(ONE, guards=STAFF)
async def change_by_form(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID]
) -> Answer:
    """Other words, another store or tier."""
    here = f"/console/{acting.merchant_id}/groups/{group_id}"
    new = _group(Reading(await typed_in(request), ""))
    if new is None:
        return redirect(here, flash=_("Please check this."), kind="warn")
    try:
        async with db.savepoint():
            await change_club(db, acting, group_id, new)
    except NotFound:
        raise
    except Refusal as refusal:
        return redirect(here, flash=refusal.detail, kind="warn")
    return redirect(here, flash=_("Saved."))


@post(f"{ONE}/activities", guards=STAFF)
async def invite_by_form(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID]
) -> Answer:
    """Invite the group, or say what is missing."""
    typed = await typed_in(request)
    reading = Reading(typed, "")
    store_id = _chosen(reading, "store_id")
    stores = {one.store_id: one.zone for one in await stores_of(db, acting.merchant_id)}
    zone = stores.get(store_id, "") if store_id else ""
    new = _activity(reading, zone or await _zone(db, acting.merchant_id), store_id)
    if new is None:
        return await _one(request, db, acting, group_id, typed, (reading.errors, ""))
    try:
        async with db.savepoint():
            await invite(db, acting, group_id, new)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _one(request, db, acting, group_id, typed, ({}, refusal.detail))
    return redirect(f"/console/{acting.merchant_id}/groups/{group_id}", flash=_("The group reads it in its chat."))


def _activity(reading: Reading, zone: str, store_id: UUID | None) -> NewActivity | None:
    starts: datetime | None = reading.moment("starts_at", zone)
    minutes, capacity = reading.whole("minutes"), reading.whole("capacity")
    if starts is None:
        reading.errors.setdefault("starts_at", _("Write a date and time."))
    if minutes is None or not 0 < minutes <= 60 * 24 * 31:
        reading.errors.setdefault("minutes", _("Write a whole number."))
    title, text, spot = reading.text("title"), reading.text("text"), reading.text("spot")
    if starts is None or minutes is None or reading.errors:
        return None
    ends = starts + timedelta(minutes=minutes)
    _read(reading, NewActivity, title=title, starts_at=starts, ends_at=ends, text=text, spot=spot, capacity=capacity)
    if reading.errors:
        return None
    return NewActivity(title, starts, ends, text, store_id, spot, _chosen(reading, "deal_id"), capacity)


@post(f"{ONE}/activities/{{activity_id:uuid}}/cancellation", guards=STAFF)
async def call_off_by_form(
    db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID], activity_id: FromPath[UUID]
) -> Redirect:
    """It does not take place."""
    await call_off(db, acting, group_id, activity_id)
    return redirect(f"/console/{acting.merchant_id}/groups/{group_id}", flash=_("Called off; the group reads it in its chat."))


@post(f"{ONE}/chat", guards=STAFF)
async def open_chat(db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID]) -> Redirect:
    """Into its conversation, as staff."""
    return redirect(f"/chats/{await enter(db, acting, group_id)}")


@post(f"{ONE}/put-out/{{person_id:uuid}}/return", guards=STAFF)
async def let_in_by_form(
    db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID], person_id: FromPath[UUID]
) -> Redirect:
    """Whom staff put out may join again."""
    await let_in_again(db, acting, group_id, person_id)
    return redirect(f"/console/{acting.merchant_id}/groups/{group_id}", flash=_("They may join again."))


@post(f"{ONE}/closing", guards=STAFF)
async def close_by_form(db: NamedDependency[Db], acting: NamedDependency[Acting], group_id: FromPath[UUID]) -> Redirect:
    """For good."""
    await close_club(db, acting, group_id)
    return redirect(f"/console/{acting.merchant_id}/groups", flash=_("The group is closed."))


club_office = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[
        show_groups,
        open_by_form,
        show_group,
        change_by_form,
        invite_by_form,
        call_off_by_form,
        open_chat,
        let_in_by_form,
        close_by_form,
    ],
    include_in_schema=False,
)
