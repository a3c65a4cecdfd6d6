"""What the whereabouts room does when others announce something, and what a person takes along."""

from uuid import UUID

from shuke.chat import pair_id
from shuke.friends import FriendsEnded, PersonBlocked
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.people import PersonErased, exports
from shuke.whereabouts import actions

on(PersonErased)(actions.forget)


@on(PersonBlocked)
async def hide(db: Db, event: PersonBlocked) -> None:
    """Two who hide from each other share nothing between them."""
    await _between(db, event.person_id, event.other_id)


@on(FriendsEnded)
async def part(db: Db, event: FriendsEnded) -> None:
    """Nor do two who are friends no more."""
    await _between(db, event.person_id, event.friend_id)


async def _between(db: Db, one: UUID, other: UUID) -> None:
    await db.run("delete from whereabouts.positions where conversation_id = :conversation", conversation=pair_id(one, other))


@exports("whereabouts.positions")
async def _positions(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(p)::text from whereabouts.positions p where person_id = :person and until > now() order by started_at",
        person=person_id,
    )


@exports("whereabouts.agreements")
async def _agreements(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(a)::text from whereabouts.agreements a where person_id = :person order by at", person=person_id
    )
