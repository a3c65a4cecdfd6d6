"""People who talk, for the tests of the chat."""

from uuid import UUID, uuid4

from shuke.chat import NewMessage
from shuke.kit import clock
from shuke.kit.db import Db
from tests import world
from tests.world import Signed


async def befriend(db: Db, one: UUID, other: UUID) -> None:
    """Two people are friends."""
    await db.run(
        "insert into friends.friends (person_id, friend_id, since) values (:one, :other, :now), (:other, :one, :now)",
        one=one,
        other=other,
        now=clock.now(),
    )


async def friends(db: Db, *names: str) -> list[Signed]:
    """So many people in sessions, each the friend of each."""
    people = [await world.signed_in(db, name) for name in names]
    for place, one in enumerate(people):
        for other in people[:place]:
            await befriend(db, one.person_id, other.person_id)
    return people


def words(conversation_id: UUID, person_id: UUID, text: str = "Lunch?", key: str = "") -> NewMessage:
    """Something said."""
    return NewMessage(conversation_id, person_id, key or uuid4().hex, text=text)
