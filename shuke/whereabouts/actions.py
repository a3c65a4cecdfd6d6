"""Letting others know where one is, and agreeing on a place."""

from datetime import timedelta
from uuid import UUID, uuid4

from shuke.chat import NewMessage, conversation_of, send
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.jobs import every
from shuke.kit.refusals import NotFound, Refusal
from shuke.moderation import pace
from shuke.people import PersonErased
from shuke.places import place_of
from shuke.shares import Thing
from shuke.whereabouts.types import LONGEST, NewPosition, NewSharing


async def share(db: Db, viewer_id: UUID, conversation_id: UUID, given: NewSharing) -> None:
    """Begin, or choose another time. Refusals: not_found, not_friends, group_closed."""
    await conversation_of(db, viewer_id, conversation_id)
    now = clock.now()
    begun = await db.value(
        bool,
        """
        insert into whereabouts.positions as p (conversation_id, person_id, longitude, latitude, at, started_at, until)
        values (:conversation, :person, :longitude, :latitude, :now, :now, :until)
        on conflict (conversation_id, person_id) do update
          set longitude = excluded.longitude, latitude = excluded.latitude, at = :now, until = excluded.until, started_at = :now
        returning old.until is null or old.until <= :now
        """,
        conversation=conversation_id,
        person=viewer_id,
        longitude=given.longitude,
        latitude=given.latitude,
        now=now,
        until=now + (timedelta(minutes=given.minutes) if given.minutes else LONGEST),
    )
    if begun:
        await pace(db, viewer_id, "message")
        await send(
            db,
            NewMessage(conversation_id, viewer_id, uuid4().hex, "sharing", thing=Thing("sharing", conversation_id, viewer_id)),
        )


async def move(db: Db, viewer_id: UUID, conversation_id: UUID, position: NewPosition) -> None:
    """Where one is now; only while one shares it. Refusal: not_sharing."""
    moved = await db.run(
        """
        update whereabouts.positions set longitude = :longitude, latitude = :latitude, at = :now
        where conversation_id = :conversation and person_id = :person and until > :now and exists (
          select from chat.members m where m.conversation_id = :conversation and m.person_id = :person and m.left_at is null
            and m.joined_at <= started_at)
        """,
        longitude=position.longitude,
        latitude=position.latitude,
        now=clock.now(),
        conversation=conversation_id,
        person=viewer_id,
    )
    if not moved:
        raise Refusal("not_sharing", _("You do not share your place any more."))


async def stop(db: Db, viewer_id: UUID, conversation_id: UUID) -> None:
    """Nobody is told any more; nothing of it is kept."""
    await db.run(
        "delete from whereabouts.positions where conversation_id = :conversation and person_id = :person",
        conversation=conversation_id,
        person=viewer_id,
    )


@every(15)
async def sweep(db: Db) -> int:
    """Positions whose time is over, and of those who are not in the conversation any more."""
    return await db.run(
        """
        delete from whereabouts.positions p where until <= :now or not exists (
          select from chat.members m where m.conversation_id = p.conversation_id and m.person_id = p.person_id and m.left_at is null
            and m.joined_at <= p.started_at)
        """,
        now=clock.now(),
    )


async def propose(db: Db, viewer_id: UUID, conversation_id: UUID, place_id: UUID) -> None:
    """A message with a place, which the others agree to by a tap. Refusals: not_found, not_friends, group_closed."""
    await conversation_of(db, viewer_id, conversation_id)
    if await place_of(db, place_id) is None:
        raise NotFound
    fresh = await _note(db, viewer_id, conversation_id, place_id, proposed=True)
    if fresh:
        await pace(db, viewer_id, "message")
        await send(db, NewMessage(conversation_id, viewer_id, uuid4().hex, "place", thing=Thing("place", place_id, place_id)))


async def agree(db: Db, viewer_id: UUID, conversation_id: UUID, place_id: UUID) -> None:
    """To a place that somebody proposed, in a message or on the map. Refusals: not_found."""
    await conversation_of(db, viewer_id, conversation_id)
    proposer = await db.value(
        UUID,
        """
        select person_id from chat.messages where conversation_id = :conversation and kind = 'place' and thing_id = :place
          and deleted_at is null and hidden_at is null order by number limit 1
        """,
        conversation=conversation_id,
        place=place_id,
    )
    if proposer is None:
        raise NotFound
    await _note(db, proposer, conversation_id, place_id, proposed=True)
    if await _note(db, viewer_id, conversation_id, place_id, proposed=False):
        thing = Thing("place", place_id, place_id)
        await send(db, NewMessage(conversation_id, viewer_id, uuid4().hex, "notice", "agreed", thing=thing))


async def _note(db: Db, person_id: UUID, conversation_id: UUID, place_id: UUID, *, proposed: bool) -> bool:
    noted = await db.run(
        """
        insert into whereabouts.agreements (conversation_id, place_id, person_id, proposed, at)
        values (:conversation, :place, :person, :proposed, :now) on conflict do nothing
        """,
        conversation=conversation_id,
        place=place_id,
        person=person_id,
        proposed=proposed,
        now=clock.now(),
    )
    return bool(noted)


async def forget(db: Db, event: PersonErased) -> None:
    """Who is erased is nowhere and agreed to nothing."""
    await db.run("delete from whereabouts.positions where person_id = :person", person=event.person_id)
    await db.run("delete from whereabouts.agreements where person_id = :person", person=event.person_id)
