"""Buttons of a meetup's page: the same actions as the API, then the page again."""

from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, address
from shuke.meetups import (
    Attendance,
    Joining,
    MeetupRefused,
    agree,
    answer,
    cancel,
    choose,
    dispute,
    join,
    leave,
    mark,
    put_out,
    vote,
)
from shuke.meetups import add_proposal as add_place
from shuke.outings.actions import whole
from shuke.outings.calendar import calendar
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.shell import page_of, redirect


class Note(msgspec.Struct, frozen=True):
    """A line of words."""

    note: str = ""


class About(msgspec.Struct, frozen=True):
    """A button about somebody: what is said of her."""

    person_id: UUID
    said: str = ""


class Number(msgspec.Struct, frozen=True):
    """A place that was proposed."""

    number: int


class Chosen(msgspec.Struct, frozen=True):
    """A place from the search."""

    place_id: UUID


def _back(meetup_id: UUID, flash: str = "", kind: str = "good") -> Redirect:
    return redirect(f"/meetups/{meetup_id}", flash=flash, kind=kind)


@post("/meetups/{meetup_id:uuid}/join", guards=[signed_in])
async def join_meetup(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    meetup_id: FromPath[UUID],
    data: URLEncodedBody[Note],
) -> Redirect:
    """A place, a number in the line, or a question to the host."""
    zone = getattr(page_of(request).zone, "key", "")
    try:
        place = await join(db, viewer.person_id, meetup_id, Joining(data.note[:300], zone if zone != "UTC" else ""))
    except MeetupRefused as refused:
        return _back(meetup_id, _(refused.detail), "warn")
    if place.standing == "in":
        return _back(meetup_id, _("You are in. See you there!"))
    if place.standing == "asking":
        return _back(meetup_id, _("The host has your request. You will be told."), "note")
    return _back(meetup_id, _("It is full. You are on the waiting list and move up by yourself."), "note")


@post("/meetups/{meetup_id:uuid}/leave", guards=[signed_in])
async def leave_meetup(db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID]) -> Redirect:
    """Give one's place up."""
    try:
        await leave(db, viewer.person_id, meetup_id)
    except MeetupRefused as refused:
        return _back(meetup_id, _(refused.detail), "warn")
    return _back(meetup_id, _("You are off the list."), "note")


@post("/meetups/{meetup_id:uuid}/agree", guards=[signed_in])
async def agree_to_time(db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID]) -> Redirect:
    """Come at the new time."""
    await agree(db, viewer.person_id, meetup_id)
    return _back(meetup_id, _("Good: you come at the new time."))


@post("/meetups/{meetup_id:uuid}/answer", guards=[signed_in])
async def answer_guest(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: URLEncodedBody[About]
) -> Redirect:
    """Yes or no to who asks; out with who is on the list."""
    try:
        if data.said == "out":
            await put_out(db, viewer.person_id, meetup_id, data.person_id)
            return _back(meetup_id, _("Taken off the list."), "note")
        place = await answer(db, viewer.person_id, meetup_id, data.person_id, accepted=data.said == "yes")
    except MeetupRefused as refused:
        return _back(meetup_id, _(refused.detail), "warn")
    if place.standing == "waiting":
        return _back(meetup_id, _("It is full: accepted, and on the waiting list."), "note")
    return _back(meetup_id, _("Accepted.") if place.standing == "in" else _("Declined."), "good")


@post("/meetups/{meetup_id:uuid}/vote", guards=[signed_in])
async def vote_for(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: URLEncodedBody[Number]
) -> Redirect:
    """One's vote, or another one."""
    try:
        await vote(db, viewer.person_id, meetup_id, data.number)
    except MeetupRefused as refused:
        return _back(meetup_id, _(refused.detail), "warn")
    return _back(meetup_id, _("Your vote counts. You can change it until the vote is over."))


@post("/meetups/{meetup_id:uuid}/venue", guards=[signed_in])
async def settle_tie(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: URLEncodedBody[Number]
) -> Redirect:
    """The host chooses among those with the most votes."""
    try:
        await choose(db, viewer.person_id, meetup_id, data.number)
    except MeetupRefused as refused:
        return _back(meetup_id, _(refused.detail), "warn")
    return _back(meetup_id, _("The place is settled."))


@post("/meetups/{meetup_id:uuid}/proposals", guards=[signed_in])
async def propose_place(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: URLEncodedBody[Chosen]
) -> Redirect:
    """One more place to vote on."""
    try:
        await add_place(db, viewer.person_id, meetup_id, data.place_id)
    except MeetupRefused as refused:
        return _back(meetup_id, _(refused.detail), "warn")
    return _back(meetup_id, _("The place is on the list."))


@post("/meetups/{meetup_id:uuid}/cancel", guards=[signed_in])
async def cancel_meetup(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: URLEncodedBody[Note]
) -> Redirect:
    """Call it off with a reason."""
    if not data.note.strip():
        return _back(meetup_id, _("Say why: everybody on the list reads it."), "warn")
    try:
        await cancel(db, viewer.person_id, meetup_id, data.note[:300])
    except MeetupRefused as refused:
        return _back(meetup_id, _(refused.detail), "warn")
    return _back(meetup_id, _("Cancelled. Everybody on the list was told."), "note")


@post("/meetups/{meetup_id:uuid}/attendance", guards=[signed_in])
async def mark_guest(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: URLEncodedBody[About]
) -> Redirect:
    """Who came and who did not."""
    try:
        came = Attendance(data.person_id, "came" if data.said == "came" else "absent")
        await mark(db, viewer.person_id, meetup_id, came)
    except MeetupRefused as refused:
        return _back(meetup_id, _(refused.detail), "warn")
    return _back(meetup_id)


@post("/meetups/{meetup_id:uuid}/dispute", guards=[signed_in])
async def dispute_mark(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], meetup_id: FromPath[UUID], data: URLEncodedBody[Note]
) -> Redirect:
    """I was there."""
    try:
        await dispute(db, viewer.person_id, meetup_id, data.note[:300])
    except MeetupRefused as refused:
        return _back(meetup_id, _(refused.detail), "warn")
    return _back(meetup_id, _("Said. It stands beside the host's mark."))


@get("/meetups/{meetup_id:uuid}/calendar.ics", guards=[anyone])
async def calendar_file(request: AnyRequest, db: NamedDependency[Db], meetup_id: FromPath[UUID]) -> Response[str]:
    """For any calendar."""
    viewer = viewer_of(request)
    shown = await whole(db, meetup_id, viewer.person_id if viewer else None)
    if shown is None:
        raise NotFound
    return Response(
        calendar(shown, address(request)),
        media_type="text/calendar; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="meetup-{str(meetup_id)[:8]}.ics"', "cache-control": "no-store"},
    )


outing_acts = Router(
    "/",
    route_handlers=[
        join_meetup,
        leave_meetup,
        agree_to_time,
        answer_guest,
        vote_for,
        settle_tie,
        propose_place,
        cancel_meetup,
        mark_guest,
        dispute_mark,
        calendar_file,
    ],
    include_in_schema=False,
)
