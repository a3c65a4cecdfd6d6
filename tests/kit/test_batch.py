"""Batches: calls that wait are taken together, no more than so many."""

import asyncio
from collections.abc import Sequence

import pytest

from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db

pytestmark = pytest.mark.row("7.1")


async def test_a_batch_takes_no_more_than_its_most(database: Database) -> None:
    taken: list[int] = []

    async def doubled(db: Db, calls: Sequence[int]) -> list[int]:
        taken.append(len(calls))
        await asyncio.sleep(0)
        return [2 * call for call in calls]

    ask = Batcher[int, int](database, doubled, each_alone=True, most=4)
    assert await asyncio.gather(*(ask(number) for number in range(11))) == [2 * number for number in range(11)]
    assert max(taken) == 4
    assert sum(taken) == 11
