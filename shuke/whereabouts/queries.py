"""Reading whereabouts, through whoever is in the conversation."""

from uuid import UUID

from shuke.chat import conversation_of
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.whereabouts.types import Agreement, Position


async def positions_of(db: Db, viewer_id: UUID, conversation_id: UUID) -> list[Position]:
    """Where those are who share it now and are in the conversation; nobody who hides from the viewer,
    nor who went and came back since. Refusal: not_found."""
    await conversation_of(db, viewer_id, conversation_id)
    return await db.all(
        Position,
        """
        select p.person_id, p.longitude, p.latitude, p.at, p.until from whereabouts.positions p
        join chat.members m on m.conversation_id = p.conversation_id and m.person_id = p.person_id and m.left_at is null
          and m.joined_at <= p.started_at
        where p.conversation_id = :conversation and p.until > :now
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = p.person_id)
        order by p.started_at
        """,
        conversation=conversation_id,
        now=clock.now(),
        viewer=viewer_id,
    )


async def agreements_of(db: Db, viewer_id: UUID, conversation_id: UUID) -> list[Agreement]:
    """Who is for which place, the latest proposal first. Refusal: not_found."""
    await conversation_of(db, viewer_id, conversation_id)
    return await db.all(
        Agreement,
        """
        select place_id, person_id, proposed, at from whereabouts.agreements a
        where conversation_id = :conversation
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = a.person_id)
        order by max(at) filter (where proposed) over (partition by place_id) desc nulls last, place_id, proposed desc, at limit 200
        """,
        conversation=conversation_id,
        viewer=viewer_id,
    )
