"""Two people and many callers at once: one outcome, the same on both sides."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import pytest

from shuke.friends import actions
from shuke.kit.db import Database, Db
from shuke.kit.refusals import Refusal
from shuke.proof.invariants import INVARIANTS
from tests import world

pytestmark = [pytest.mark.row("1.2"), pytest.mark.race]

Act = Callable[[Db, UUID, UUID], Awaitable[object]]
CALLERS = 32


async def at_once(database: Database, calls: Sequence[tuple[Act, UUID, UUID]]) -> list[str]:
    """Each in its own transaction; "" for done, the name of its refusal otherwise."""

    async def call(act: Act, one: UUID, other: UUID) -> str:
        try:
            async with database.write() as db:
                await act(db, one, other)
        except Refusal as refusal:
            return refusal.name
        return ""

    return await asyncio.gather(*[call(*one) for one in calls])


async def pair(database: Database) -> tuple[UUID, UUID]:
    async with database.write() as db:
        return await world.person(db, "Mia"), await world.person(db, "Liu")


async def sides_agree(database: Database) -> None:
    async with database.read() as db:
        for rule in INVARIANTS:
            if rule.name.startswith("friends_"):
                assert await db.values(str, rule.sql) == [], rule.says


async def standing(database: Database, one: UUID, other: UUID) -> set[str]:
    async with database.read() as db:
        return {
            name
            for name, found in (
                (
                    "friends",
                    await db.value(
                        int, "select 1 from friends.friends where person_id = :a and friend_id = :b", a=one, b=other
                    ),
                ),
                (
                    "hidden",
                    await db.value(int, "select 1 from friends.hidden where person_id = :a and other_id = :b", a=one, b=other),
                ),
                (
                    "request",
                    await db.value(
                        int, "select 1 from friends.requests where person_id = :a and other_id = :b", a=one, b=other
                    ),
                ),
            )
            if found
        }


async def test_both_ask_at_once_are_friends(database: Database) -> None:
    for _round in range(5):
        mia, liu = await pair(database)
        done = await at_once(database, [(actions.ask, mia, liu), (actions.ask, liu, mia)] * (CALLERS // 2))
        assert set(done) == {""}
        assert await standing(database, mia, liu) == await standing(database, liu, mia) == {"friends"}
        await sides_agree(database)


async def test_asked_many_times_at_once_is_one_request(database: Database) -> None:
    mia, liu = await pair(database)
    assert set(await at_once(database, [(actions.ask, mia, liu)] * CALLERS)) == {""}
    async with database.read() as db:
        assert await db.value(int, "select count(*) from friends.requests") == 2
    await sides_agree(database)


async def test_accepting_while_the_asker_blocks_has_one_outcome(database: Database) -> None:
    for _round in range(5):
        mia, liu = await pair(database)
        await at_once(database, [(actions.ask, mia, liu)])
        calls: list[tuple[Act, UUID, UUID]] = [(actions.accept, liu, mia), (actions.block, mia, liu), (actions.block, liu, mia)]
        done = await at_once(database, (calls * CALLERS)[:CALLERS])
        assert set(done) <= {"", "not_found", "no_request"}
        assert await standing(database, mia, liu) == await standing(database, liu, mia) == {"hidden"}
        await sides_agree(database)


async def test_anything_at_once_leaves_both_sides_agreeing(database: Database) -> None:
    acts: list[Act] = [
        *(actions.ask, actions.accept, actions.refuse, actions.withdraw, actions.remove, actions.block, actions.unblock)
    ]
    luck = random.Random(7)
    async with database.write() as db:
        people = [await world.person(db, f"P{n}") for n in range(4)]
    for _round in range(12):
        calls = []
        for _call in range(CALLERS):
            one, other = luck.sample(people, 2)
            calls.append((luck.choice(acts), one, other))
        done = await at_once(database, calls)
        assert set(done) <= {"", "not_found", "no_request", "you_block_her", "too_many_requests"}
        await sides_agree(database)
