"""JSON API of meetups: proposing, lists, places and the line."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.geo import Point, on_earth
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Unreadable
from shuke.kit.web import AnyRequest
from shuke.meetups import (
    Answer,
    Cancelling,
    Changes,
    Joining,
    Meetup,
    MeetupPage,
    Place,
    agree,
    answer,
    cancel,
    change,
    join,
    leave,
    meetup_of,
    mine,
    near,
    of_friends,
    past,
    put_out,
)
from shuke.outings.actions import suggest
from shuke.outings.types import Listed, NewOuting
from shuke.people import Viewer, anyone, signed_in, viewer_of

Degrees = Annotated[float | None, msgspec.Meta(ge=-180, le=180)]


@post("/meetups", guards=[signed_in], summary="Propose a meetup")
async def create_meetup(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewOuting],
) -> Meetup:
    """I am in it, and host it. One place is the venue, two to five are voted on until `vote_until`. Refusals: words_missing,
    words_refused, too_many_requests, time_unreadable, no_venue, too_many_places, vote_too_late, not_found, idempotency_key_reused."""

    async def work() -> Meetup:
        return await suggest(db, viewer.person_id, data)

    return await once(db, viewer.person_id, key, raw, Meetup, work)


@get("/meetups", guards=[signed_in], summary="Meetups")
async def list_meetups(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    listed: FromQuery[Listed] = "mine",
    longitude: FromQuery[Degrees] = None,
    latitude: FromQuery[Degrees] = None,
    cursor: FromQuery[str | None] = None,
) -> MeetupPage:
    """`listed`: mine and past (what I said yes to), friends, or near a position (some 25 to 50 km around it), with `metres`; the soonest
    first, of those near the nearest. Refusals: position_missing, cursor_unreadable."""
    if listed == "near":
        return await near(db, viewer.person_id, position(longitude, latitude), cursor)
    return await {"mine": mine, "past": past, "friends": of_friends}[listed](db, viewer.person_id, cursor)


def position(longitude: float | None, latitude: float | None) -> Point:
    """A position that was given. Refusal: position_missing."""
    point = Point(longitude, latitude) if longitude is not None and latitude is not None else None
    if point is None or not on_earth(point):
        raise Unreadable("position_missing", _("Say where: longitude and latitude in degrees."))
    return point


@get("/meetups/{meetup_id:uuid}", guards=[anyone], summary="A meetup")
async def get_meetup(request: AnyRequest, db: NamedDependency[Db], meetup_id: FromPath[UUID]) -> Meetup:
    """For whom it is for; one for everybody also without a session. Refusals: not_found."""
    viewer = viewer_of(request)
    meetup = await meetup_of(db, meetup_id, viewer.person_id if viewer else None)
    if meetup is None:
        raise NotFound
    return meetup


@put("/meetups/{meetup_id:uuid}", guards=[signed_in], summary="Change my meetup")
async def put_meetup(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: JSONBody[Changes]
) -> Meetup:
    """More places let the first of the line in at once; another time asks everybody again. Refusals: not_found, not_allowed,
    meetup_cancelled, meetup_over, time_unreadable, capacity_below (taken), words_missing, words_refused, too_many_requests (moved
    too often)."""
    return await change(db, viewer.person_id, meetup_id, data)


@post("/meetups/{meetup_id:uuid}/cancellation", guards=[signed_in], summary="Call my meetup off", status_code=204)
async def create_cancellation(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: JSONBody[Cancelling]
) -> None:
    """Everybody on the list reads why. Refusals: not_found, not_allowed, meetup_cancelled, meetup_over, words_refused."""
    await cancel(db, viewer.person_id, meetup_id, data.why)


@post("/meetups/{meetup_id:uuid}/places", guards=[signed_in], summary="Join a meetup")
async def create_place(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    meetup_id: FromPath[UUID],
    data: JSONBody[Joining],
) -> Place:
    """A place (`in`), the next number of the line (`waiting`), or a question to the host (`asking`). Refusals: not_found, already_in
    (standing), refused_by_host, meetup_over, meetup_cancelled, words_refused, too_many_requests, idempotency_key_reused."""

    async def work() -> Place:
        return await join(db, viewer.person_id, meetup_id, data)

    return await once(db, viewer.person_id, key, raw, Place, work)


@delete("/meetups/{meetup_id:uuid}/places", guards=[signed_in], summary="Leave a meetup", status_code=204)
async def delete_place(db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID]) -> None:
    """My place goes to who waits longest, at once. Refusals: not_found, host_stays, meetup_over."""
    await leave(db, viewer.person_id, meetup_id)


@post("/meetups/{meetup_id:uuid}/agreements", guards=[signed_in], summary="Say yes to the new time", status_code=204)
async def create_agreement(db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID]) -> None:
    """I come at the time as it is now. Refusals: not_found."""
    await agree(db, viewer.person_id, meetup_id)


@post("/meetups/{meetup_id:uuid}/answers", guards=[signed_in], summary="Answer who asks to come")
async def create_answer(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: JSONBody[Answer]
) -> Place:
    """By the host; a yes beyond the last place is a number of the line. Refusals: not_found, not_allowed, meetup_cancelled,
    meetup_over."""
    return await answer(db, viewer.person_id, meetup_id, data.person_id, accepted=data.accepted)


@delete(
    "/meetups/{meetup_id:uuid}/guests/{person_id:uuid}",
    guards=[signed_in],
    summary="Take somebody off my list",
    status_code=204,
)
async def delete_guest(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], person_id: FromPath[UUID]
) -> None:
    """By the host; she can't come back by herself. Refusals: not_found, not_allowed, host_stays, meetup_cancelled, meetup_over."""
    await put_out(db, viewer.person_id, meetup_id, person_id)


outing_routes = Router(
    "/api/v1",
    route_handlers=[
        create_meetup,
        list_meetups,
        get_meetup,
        put_meetup,
        create_cancellation,
        create_place,
        delete_place,
        create_agreement,
        create_answer,
        delete_guest,
    ],
    tags=["meetups"],
)
