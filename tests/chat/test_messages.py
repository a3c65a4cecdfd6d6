"""Messages: numbered, once for each key, in order, and only for those who are in."""

import asyncio
from uuid import UUID

import pytest

from shuke.chat import (
    pair_with,
    read,
    send,
    unread,
)
from shuke.chat.send import send_all
from shuke.chat.types import Message
from shuke.kit.db import Database
from tests.chat import talking


@pytest.mark.row("7.3")
@pytest.mark.race
async def test_a_pair_opened_from_both_sides_is_one(database: Database) -> None:
    async with database.write() as db:
        mia, otto = [one.person_id for one in await talking.friends(db, "Mia", "Otto")]

    async def opened(one: UUID, other: UUID) -> UUID:
        async with database.write() as db:
            return await pair_with(db, one, other)

    found = await asyncio.gather(*(opened(mia, otto) if n % 2 else opened(otto, mia) for n in range(16)))
    assert len(set(found)) == 1
    async with database.read() as db:
        assert await db.value(int, "select count(*) from chat.conversations") == 1
        assert await db.value(int, "select count(*) from chat.members") == 2
        assert await db.value(int, "select count(*) from chat.mine") == 2


@pytest.mark.row("7.3")
async def test_the_same_key_is_the_same_message(database: Database) -> None:
    async with database.write() as db:
        mia, otto = [one.person_id for one in await talking.friends(db, "Mia", "Otto")]
        there = await pair_with(db, mia, otto)
    async with database.hot(writes=False) as db:
        one, two, three = await send_all(
            db,
            [talking.words(there, mia, "A", "k1"), talking.words(there, mia, "A", "k1"), talking.words(there, mia, "B", "k2")],
        )
        assert isinstance(one, Message)
        assert isinstance(two, Message)
        assert isinstance(three, Message)
        assert (one.number, two.number, three.number) == (1, 1, 2)
        again = await send(db, talking.words(there, mia, "other", "k1"))
        assert again.text == "A"
        assert again.number == 1
        assert await unread(db, otto) == 2
        assert await unread(db, mia) == 0
        await read(db, there, otto, 99)
        assert await unread(db, otto) == 0
