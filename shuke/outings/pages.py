"""Pages of meetups: lists, one meetup, its calendar file, a tribe's meetups."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from shuke.friends import Face, faces
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, address
from shuke.meetups import MeetupPage, mine, near, of_friends, of_tribe, past, record_of
from shuke.outings.actions import whole
from shuke.outings.known import ICONS
from shuke.outings.routes import position
from shuke.outings.types import Lines, Listed
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.places import places_of
from shuke.shell import render

Lister = Callable[[Db, UUID, str | None], Awaitable[MeetupPage]]
LISTS: dict[str, Lister] = {"mine": mine, "past": past, "friends": of_friends}


@get("/meetups", guards=[signed_in])
async def show_meetups(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    listed: FromQuery[Listed] = "mine",
    longitude: FromQuery[float | None] = None,
    latitude: FromQuery[float | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    """One's own, those of friends, those near a position that the device gives when asked."""
    here = listed == "near" and longitude is not None and latitude is not None
    if listed == "near":
        page = await near(db, viewer.person_id, position(longitude, latitude), cursor) if here else MeetupPage([])
    else:
        page = await LISTS[listed](db, viewer.person_id, cursor)
    following = f"/meetups?listed={listed}&cursor={page.next}" if page.next else ""
    if here and following:
        following += f"&longitude={longitude}&latitude={latitude}"
    return render(
        request,
        "outings/meetups.html",
        listed=listed,
        asks=listed == "near" and not here,
        following=following,
        lines=await _lines(db, viewer.person_id, page),
    )


async def _lines(db: Db, viewer_id: UUID, page: MeetupPage) -> Lines:
    """What every list of meetups shows."""
    return Lines(
        page.meetups,
        await faces(db, viewer_id, [one.host_id for one in page.meetups]),
        await places_of(db, [one.place_id for one in page.meetups if one.place_id is not None]),
        ICONS,
        viewer_id,
    )


@get("/tribes/{tribe_id:uuid}/meetups", guards=[signed_in])
async def show_tribe_meetups(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID]
) -> Response[str]:
    """A part of a tribe's page: what its members propose to it; 204 where there is nothing."""
    page = await of_tribe(db, viewer.person_id, tribe_id)
    if not page.meetups:
        return Response("", status_code=204)
    return render(request, "outings/tribe_part.html", lines=await _lines(db, viewer.person_id, page))


@get("/meetups/{meetup_id:uuid}", guards=[anyone])
async def show_meetup(request: AnyRequest, db: NamedDependency[Db], meetup_id: FromPath[UUID]) -> Response[str]:
    """When, where, who; and what the viewer can do next. A stranger sees that of one for everybody without its people."""
    viewer = viewer_of(request)
    viewer_id = viewer.person_id if viewer else None
    shown = await whole(db, meetup_id, viewer_id)
    if shown is None:
        raise NotFound
    meetup, now = shown.meetup, clock.now()
    people: dict[UUID, Face] = await faces(db, viewer_id, [meetup.host_id, *(one.person_id for one in shown.guests)])
    return render(
        request,
        "outings/meetup.html",
        frame="shell/app.html" if viewer else "shell/public.html",
        known=viewer is not None,
        meetup=meetup,
        shown=shown,
        host=people[meetup.host_id],
        faces=people,
        hosting=meetup.host_id == viewer_id,
        begun=meetup.starts_at <= now,
        over=meetup.ends_at <= now,
        voting=meetup.vote_until is not None and meetup.place_id is None and meetup.vote_until > now,
        tied=meetup.vote_until is not None and meetup.place_id is None and meetup.vote_until <= now,
        icons=ICONS,
        site=address(request),
        viewer_id=viewer_id,
    )


@get("/meetups/{meetup_id:uuid}/record/{person_id:uuid}", guards=[signed_in])
async def show_record(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    meetup_id: FromPath[UUID],
    person_id: FromPath[UUID],
) -> Response[str]:
    """How often somebody who asks to come did not come before, with the rows behind the number: for the host."""
    record = await record_of(db, viewer.person_id, person_id)
    if record is None:
        raise NotFound
    face = (await faces(db, viewer.person_id, [person_id]))[person_id]
    return render(request, "outings/record.html", record=record, face=face, back=f"/meetups/{meetup_id}")


outing_pages = Router(
    "/",
    route_handlers=[show_meetups, show_tribe_meetups, show_meetup, show_record],
    include_in_schema=False,
)
