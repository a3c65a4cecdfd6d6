"""Relations: two people ask, accept and block each other at the same moment; both sides say the same afterwards."""

from uuid import UUID

from shuke.kit.db import Database
from shuke.stage import ground
from shuke.stage.crew import Call, Errand
from shuke.stage.stage import Stage, tally

SIDES = 16  # calls from each of the two


async def asked_both_ways(at: Stage) -> None:
    """Two people ask each other at once, 16 times each: they are friends, nobody is refused."""
    for _round in range(at.size(4, 2)):
        async with at.database() as database, database.write() as db:
            [mia, liu] = await ground.guests(db, 2)
        errands = [Errand((_ask(one, other),)) for one, other in ((mia, liu), (liu, mia)) for _call in range(SIDES)]
        found = tally(at.count(at.crew.send(errands)))
        at.claim(found == {"201": 2 * SIDES}, f"asked both ways: {dict(found)}")
        async with at.database() as database:
            at.claim(
                await _standing(database, mia.person_id, liu.person_id) == "friends, friends", "asked both ways: not friends"
            )


async def accepted_and_blocked(at: Stage) -> None:
    """One accepts while the asker blocks her, 16 times each: hidden from each other, and neither friends nor asked."""
    for _round in range(at.size(4, 2)):
        async with at.database() as database, database.write() as db:
            [mia, liu] = await ground.guests(db, 2)
        at.count(at.crew.send([Errand((_ask(mia, liu),))]))
        accept = Call("POST", f"/api/v1/friends/requests/{mia.person_id}/acceptance", liu.token)
        block = Call("POST", "/api/v1/friends/blocks", mia.token, {"person_id": str(liu.person_id)})
        found = tally(at.count(at.crew.send([Errand((call,)) for call in (accept, block) for _call in range(SIDES)])))
        at.claim(
            set(found) <= {"201", "204", "not_found", "no_request"} and found["204"] == SIDES,
            f"accepted and blocked: {dict(found)}",
        )
        async with at.database() as database:
            at.claim(
                await _standing(database, mia.person_id, liu.person_id) == "hidden, hidden", "accepted and blocked: not hidden"
            )


def _ask(one: ground.Guest, other: ground.Guest) -> Call:
    return Call("POST", "/api/v1/friends/requests", one.token, {"person_id": str(other.person_id)})


async def _standing(database: Database, one: UUID, other: UUID) -> str | None:
    async with database.read() as db:
        return await db.value(
            str,
            """
            select string_agg(what, ', ' order by what) from (
              select 'friends' as what from friends.friends
              where (person_id, friend_id) in ((:one::uuid, :other::uuid), (:other, :one))
              union all select 'hidden' from friends.hidden where (person_id, other_id) in ((:one, :other), (:other, :one))
              union all select 'asked' from friends.requests where (person_id, other_id) in ((:one, :other), (:other, :one))) w
            """,
            one=one,
            other=other,
        )
