"""Telling: who is in sees the chat, open pages look again, and a letter says what one must not miss. All in the writing transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from shuke.chat import add_members, remove_member, told
from shuke.kit.db import Db
from shuke.kit.forms import known_zone
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce_all
from shuke.letterbox import Words, reader_of, write_to
from shuke.shell import filters


class About(msgspec.Struct, frozen=True):
    """What letters and notices say of a meetup."""

    meetup_id: UUID
    host_id: UUID
    title: str
    starts_at: datetime
    zone: str
    place_id: UUID | None
    spot_text: str
    conversation_id: UUID | None


class _Zone(msgspec.Struct, frozen=True):
    person_id: UUID
    zone: str


Said = Callable[[About, str], tuple[str, str]]
"""Subject and text, from a meetup and its time as this reader writes it."""


async def about(db: Db, meetup_id: UUID) -> About:
    """The meetup."""
    found = await db.one(
        About,
        """
        select meetup_id, host_id, title, starts_at, zone, place_id, spot_text, conversation_id
        from meetups.meetups where meetup_id = :meetup
        """,
        meetup=meetup_id,
    )
    assert found is not None
    return found


async def write(db: Db, meetup: About, people: Sequence[UUID], said: Said) -> int:
    """A letter to each of these people who can be reached, in her language and her own time; how many."""
    known = await db.all(
        _Zone,
        "select person_id, zone from meetups.guests where meetup_id = :meetup and person_id = any(:people::uuid[])",
        meetup=meetup.meetup_id,
        people=list(people),
    )
    zones = {one.person_id: one.zone for one in known}
    written = 0
    for person_id in sorted(set(people)):
        reader = await reader_of(db, person_id)
        if reader is not None:
            zone = known_zone(zones.get(person_id) or meetup.zone) or ZoneInfo("UTC")
            await write_to(db, reader, partial(_words, meetup, said, zone))
            written += 1
    return written


def _words(meetup: About, said: Said, zone: tzinfo) -> Words:
    subject, text = said(meetup, in_zone(meetup.starts_at, zone))
    return Words(subject, [text], f"/meetups/{meetup.meetup_id}")


def in_zone(moment: datetime, zone: tzinfo) -> str:
    """A time with the name of its zone, so that who travels is not wrong by hours."""
    return f"{filters.moment(moment, zone)} ({moment.astimezone(zone).tzname()})"


async def look_again(db: Db, people: Sequence[UUID]) -> None:
    """Open pages and badges of these people."""
    for name in ("meetups", "waiting"):
        await announce_all(db, [f"person:{one}" for one in dict.fromkeys(people)], name)


async def everybody(db: Db, meetup_id: UUID) -> list[UUID]:
    """Who is in, waits or asks, the host too."""
    return await db.values(
        UUID,
        "select person_id from meetups.guests where meetup_id = :meetup and standing in ('in', 'waiting', 'asking') order by number",
        meetup=meetup_id,
    )


async def told_in(db: Db, meetup_id: UUID, person_id: UUID) -> None:
    """Somebody is in: the chat has her if she has a place, the others see it."""
    meetup = await about(db, meetup_id)
    inside = await db.value(
        bool,
        "select standing = 'in' from meetups.guests where meetup_id = :meetup and person_id = :person",
        meetup=meetup_id,
        person=person_id,
    )
    if inside and meetup.conversation_id is not None and await add_members(db, meetup.conversation_id, [person_id]):
        await told(db, meetup.conversation_id, person_id, "joined")
    await look_again(db, await everybody(db, meetup_id))


async def told_accepted(db: Db, meetup_id: UUID, person_id: UUID) -> None:
    """The host said yes."""
    await told_in(db, meetup_id, person_id)
    await write(db, await about(db, meetup_id), [person_id], _accepted)


def _accepted(meetup: About, when: str) -> tuple[str, str]:
    said = {"title": meetup.title, "when": when}
    return _("Accepted: %(title)s") % said, _("The host has accepted you for “%(title)s”, %(when)s.") % said


async def told_moved_up(db: Db, meetup_id: UUID, person_id: UUID) -> None:
    """A place came free for who waited longest: letter, open pages, chat."""
    await told_in(db, meetup_id, person_id)
    await write(db, await about(db, meetup_id), [person_id], _moved_up)


def _moved_up(meetup: About, when: str) -> tuple[str, str]:
    said = {"title": meetup.title, "when": when}
    subject = _("You are in: %(title)s") % said
    return subject, _(
        "A place came free: you are in for “%(title)s”, %(when)s. If you can't come, give it up for the next."
    ) % said


async def told_host(db: Db, meetup_id: UUID, person_id: UUID) -> None:
    """Somebody asks, waits, or has answered: the host's and her own open pages look again."""
    meetup = await about(db, meetup_id)
    await look_again(db, [meetup.host_id, person_id])


async def told_out(db: Db, meetup_id: UUID, person_id: UUID, was: str) -> None:
    """Somebody is out."""
    meetup = await about(db, meetup_id)
    if was == "in" and meetup.conversation_id is not None and await remove_member(db, meetup.conversation_id, person_id):
        await told(db, meetup.conversation_id, person_id, "left")
    await look_again(db, [person_id, *await everybody(db, meetup_id)])


async def told_refused(db: Db, meetup_id: UUID, person_id: UUID) -> None:
    """The host said no."""
    await look_again(db, [person_id])
    await write(db, await about(db, meetup_id), [person_id], _refused)


def _refused(meetup: About, when: str) -> tuple[str, str]:
    said = {"title": meetup.title, "when": when}
    return _("Not this time: %(title)s") % said, _("The host could not accept you for “%(title)s”, %(when)s.") % said


async def told_cancelled(db: Db, meetup_id: UUID, why: str) -> None:
    """It does not take place: everybody on the list but the host reads why."""
    meetup = await about(db, meetup_id)
    people = [one for one in await everybody(db, meetup_id) if one != meetup.host_id]

    def said(of: About, when: str) -> tuple[str, str]:
        facts = {"title": of.title, "when": when, "why": why}
        return _("Cancelled: %(title)s") % facts, _("“%(title)s”, %(when)s, was cancelled. Reason: %(why)s") % facts

    await write(db, meetup, people, said)
    await look_again(db, [meetup.host_id, *people])


async def told_changed(db: Db, meetup_id: UUID) -> None:
    """Another time: everybody on the list but the host is asked again."""
    meetup = await about(db, meetup_id)
    people = [one for one in await everybody(db, meetup_id) if one != meetup.host_id]
    await write(db, meetup, people, _changed)
    await look_again(db, [meetup.host_id, *people])


def _changed(meetup: About, when: str) -> tuple[str, str]:
    said = {"title": meetup.title, "when": when}
    return _("New time: %(title)s") % said, _("“%(title)s” is now %(when)s. Please say whether you still come.") % said


async def reminded(db: Db, meetup_id: UUID, where: str, *, day: bool) -> None:
    """Who is in reads when and where."""
    meetup = await about(db, meetup_id)
    people = await db.values(
        UUID,
        "select person_id from meetups.guests where meetup_id = :meetup and standing = 'in' order by number",
        meetup=meetup_id,
    )

    def said(of: About, when: str) -> tuple[str, str]:
        facts = {"title": of.title, "when": when, "where": where or _("the place is not settled yet")}
        subject = _("Tomorrow: %(title)s") if day else _("Soon: %(title)s")
        return subject % facts, _("“%(title)s”: %(when)s, %(where)s.") % facts

    await write(db, meetup, people, said)
    await look_again(db, people)


async def told_settled(db: Db, meetup_id: UUID, name: str) -> None:
    """The vote is over and a place was chosen."""
    meetup = await about(db, meetup_id)
    if meetup.conversation_id is not None:
        await told(db, meetup.conversation_id, meetup.host_id, name)
    await look_again(db, await everybody(db, meetup_id))
