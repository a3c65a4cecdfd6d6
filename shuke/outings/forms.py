"""Forms: choosing where, then saying what, when and for whom; changing it later."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.forms import Reading, Typed, known_zone, typed_in
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.meetups import PROPOSED, Changes, Meetup, change, meetup_of
from shuke.outings.actions import deals_at, suggest
from shuke.outings.search import find_places
from shuke.outings.types import NewOuting
from shuke.people import Viewer, signed_in
from shuke.places import Place, places_of
from shuke.shell import page_of, redirect, render

LONG = {"meal": 120, "film": 180, "outing": 240, "other": 120}


class TribeName(msgspec.Struct, frozen=True):
    """A tribe of the viewer."""

    tribe_id: UUID
    name: str


async def _tribes(db: Db, person_id: UUID) -> list[TribeName]:
    return await db.all(
        TribeName,
        """
        select o.tribe_id, t.name from tribes.mine o join tribes.tribes t on t.tribe_id = o.tribe_id
        where o.person_id = :person and o.standing <> 'asking' and t.closed_at is null and t.hidden_at is null order by t.name limit 100
        """,
        person=person_id,
    )


async def _chosen(db: Db, places: Sequence[UUID]) -> list[Place]:
    wanted = list(dict.fromkeys(places))[:PROPOSED]
    found = await places_of(db, wanted)
    return [found[place_id] for place_id in wanted if place_id in found]


@get("/meetups/new/places", guards=[signed_in])
async def choose_places(
    request: AnyRequest,
    db: NamedDependency[Db],
    place: FromQuery[list[UUID] | None] = None,
    tribe: FromQuery[UUID | None] = None,
    q: FromQuery[str] = "",
    meetup: Annotated[UUID | None, QueryParameter(name="for")] = None,
) -> Response[str]:
    """Search places and put up to five on the list; or one more on that of a meetup."""
    chosen = await _chosen(db, place or [])
    words = q.strip()[:80]
    found = await find_places(db, words, chosen) if words else []
    picked = {one.place_id for one in chosen}
    return render(
        request,
        "outings/choose.html",
        chosen=chosen,
        found=[one for one in found if one.place_id not in picked],
        full=len(chosen) >= PROPOSED,
        words=words,
        tribe=tribe,
        meetup_id=meetup,
    )


@get("/meetups/new", guards=[signed_in])
async def new_meetup(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    place: FromQuery[list[UUID] | None] = None,
    tribe: FromQuery[UUID | None] = None,
    elsewhere: FromQuery[bool] = False,
) -> Response[str] | Redirect:
    """What, when and for whom; where is chosen first."""
    chosen = await _chosen(db, place or [])
    if not chosen and not elsewhere:
        return redirect(f"/meetups/new/places?tribe={tribe}" if tribe else "/meetups/new/places")
    zone = _zone_of(request, chosen)
    starts = (clock.now().astimezone(ZoneInfo(zone)) + timedelta(days=1)).replace(hour=19, minute=0, second=0, microsecond=0)
    typed: dict[str, str] = {
        "kind": "meal",
        "starts_at": _local(starts, zone),
        "minutes": str(LONG["meal"]),
        "vote_until": _local(starts - timedelta(hours=9), zone),
        "capacity": "4",
        "audience": "tribe" if tribe else "friends",
        "tribe_id": str(tribe or ""),
        "into_feed": "" if tribe else "yes",
    }
    return await _details(request, db, viewer, chosen, Reading(typed, ""))


def _zone_of(request: AnyRequest, chosen: Sequence[Place]) -> str:
    return chosen[0].zone if chosen else getattr(page_of(request).zone, "key", "UTC")


def _local(moment: datetime, zone: str) -> str:
    return moment.astimezone(known_zone(zone) or UTC).strftime("%Y-%m-%dT%H:%M")


async def _details(
    request: AnyRequest, db: Db, viewer: Viewer, chosen: Sequence[Place], read: Reading, refused: Refusal | None = None
) -> Response[str]:
    tribes = await _tribes(db, viewer.person_id)
    return render(
        request,
        "outings/details.html",
        status=refused.status if refused else 422 if read.errors else 200,
        chosen=chosen,
        deals=await deals_at(db, chosen[0]) if len(chosen) == 1 else [],
        tribes=tribes,
        tribe_choices=[("", _("Choose…")), *((str(one.tribe_id), one.name) for one in tribes)],
        typed=read.text,
        errors=read.errors,
        refused=_(refused.detail) if refused else "",
        zone_name=_zone_of(request, chosen),
        query="&".join(f"place={one.place_id}" for one in chosen),
    )


@post("/meetups/new", guards=[signed_in])
async def create_meetup_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]
) -> Response[str] | Redirect:
    """Propose it; what can't be read is said at its field."""
    typed = await typed_in(request, ["place"])
    read = Reading(typed, "")
    chosen = await _chosen(db, read.ids("place"))
    new = _read(read, chosen, _zone_of(request, chosen))
    if new is None:
        return await _details(request, db, viewer, chosen, read)
    try:
        async with db.savepoint():
            meetup = await suggest(db, viewer.person_id, new)
    except Refusal as refused:
        return await _details(request, db, viewer, chosen, read, refused)
    return redirect(f"/meetups/{meetup.meetup_id}", flash=_("Proposed. Share it with who should come."))


def _read(read: Reading, chosen: Sequence[Place], zone: str) -> NewOuting | None:
    """The form as a meetup; None where something can't be read."""
    starts, minutes, capacity = read.moment("starts_at", zone), read.whole("minutes"), read.whole("capacity")
    until = read.moment("vote_until", zone) if len(chosen) > 1 else None
    tribes = read.ids("tribe_id") if read.text("audience") == "tribe" and read.text("tribe_id") else []
    deals = read.ids("deal_id") if read.text("deal_id") else []
    if not read.text("title"):
        read.errors["title"] = _("Give the meetup a title.")
    if starts is None:
        read.errors.setdefault("starts_at", _("Write a date and time."))
    if capacity is None or not 2 <= capacity <= 200:
        read.errors["capacity"] = _("From 2 to 200 people, you among them.")
    if read.text("audience") == "tribe" and not tribes:
        read.errors["tribe_id"] = _("Choose the tribe.")
    if read.errors or starts is None or capacity is None:
        return None
    wanted: dict[str, object] = {
        "kind": read.text("kind") or "other",
        "title": read.text("title")[:80],
        "text": read.text("text")[:2000],
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=min(max(minutes or 120, 15), 20_000)),
        "capacity": capacity,
        "approval": read.text("approval") == "yes",
        "audience": read.text("audience") or "friends",
        "tribe_id": tribes[0] if tribes else None,
        "places": [one.place_id for one in chosen],
        "spot": read.text("spot")[:120],
        "vote_until": until,
        "zone": zone,
        "deal_id": deals[0] if deals else None,
        "into_feed": read.text("into_feed") == "yes",
    }
    try:
        return msgspec.convert(wanted, NewOuting)
    except msgspec.ValidationError:
        read.errors["kind"] = _("Choose from the list.")
        return None


@get("/meetups/{meetup_id:uuid}/edit", guards=[signed_in])
async def edit_meetup(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID]
) -> Response[str]:
    """The host's form of what can be changed."""
    meetup = await _hosted(db, viewer.person_id, meetup_id)
    typed: Typed = {
        "title": meetup.title,
        "text": meetup.text,
        "starts_at": _local(meetup.starts_at, meetup.zone),
        "minutes": str(int((meetup.ends_at - meetup.starts_at).total_seconds()) // 60),
        "capacity": str(meetup.capacity),
    }
    return render(request, "outings/edit.html", meetup=meetup, typed=Reading(typed, "").text, errors={}, refused="")


async def _hosted(db: Db, viewer_id: UUID, meetup_id: UUID) -> Meetup:
    meetup = await meetup_of(db, meetup_id, viewer_id)
    if meetup is None or meetup.host_id != viewer_id:
        raise NotFound
    return meetup


@post("/meetups/{meetup_id:uuid}/edit", guards=[signed_in])
async def change_meetup(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Change it; another time asks everybody again."""
    meetup = await _hosted(db, viewer.person_id, meetup_id)
    read = Reading(await typed_in(request), "")
    starts, minutes, capacity = read.moment("starts_at", meetup.zone), read.whole("minutes"), read.whole("capacity")
    if capacity is None or not 2 <= capacity <= 200:
        read.errors["capacity"] = _("From 2 to 200 people, you among them.")
    refused: Refusal | None = None
    if not read.errors and starts is not None and minutes:
        changes = Changes(
            title=read.text("title")[:80],
            text=read.text("text")[:2000],
            starts_at=starts,
            ends_at=starts + timedelta(minutes=min(minutes, 20_000)),
            capacity=capacity,
        )
        if _local(meetup.starts_at, meetup.zone) == read.text("starts_at"):  # the field has no seconds
            changes = msgspec.structs.replace(
                changes, starts_at=meetup.starts_at, ends_at=meetup.starts_at + timedelta(minutes=min(minutes, 20_000))
            )
        try:
            async with db.savepoint():
                await change(db, viewer.person_id, meetup_id, changes)
            return redirect(f"/meetups/{meetup_id}", flash=_("Saved."))
        except Refusal as refusal:
            refused = refusal
    return render(
        request,
        "outings/edit.html",
        status=refused.status if refused else 422,
        meetup=meetup,
        typed=read.text,
        errors=read.errors,
        refused=_(refused.detail) if refused else "",
    )


outing_forms = Router(
    "/",
    route_handlers=[choose_places, new_meetup, create_meetup_page, edit_meetup, change_meetup],
    include_in_schema=False,
)
