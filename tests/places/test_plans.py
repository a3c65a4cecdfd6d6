"""Nearby is one statement by its index, in order of distance, in a database that was never analysed as in a full one."""

from datetime import timedelta
from functools import partial

import pytest

from shuke.bench.pgbench import caught
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.geo import Box
from shuke.places import Found, Wanted, looking_at, near, within
from tests.places.test_index import HELSINKI

EVERYTHING = Wanted(point=HELSINKI)
QUESTIONS = {
    "everything": EVERYTHING,
    "category, open, deals": Wanted(point=HELSINKI, category="cafe", open_now=True, has_deals=True),
    "the best": Wanted(point=HELSINKI, category="cafe", order="score", score=4.0, price=2),
}
VIEW = Box(24.9, 60.1, 25.1, 60.2)


async def _fill(db: Db, many: int) -> None:
    await db.run("truncate places.places cascade")  # what was counted of other tests' rows goes too
    await db.run(
        """
        insert into places.places (cell, place_id, name, category, zone, longitude, latitude, spot, hours, deals)
        select floor((latitude + 90) * 2)::bigint * 720 + floor((longitude + 180) * 2)::bigint, uuidv7(), 'Place ' || n,
          (array['cafe', 'bar', 'shop'])[1 + n % 3], 'Europe/Helsinki', longitude, latitude,
          point(6378137 * radians(longitude), 6378137 * ln(tan(pi() / 4 + radians(latitude) / 2))), '{[0,10080)}',
          case when n % 10 = 0 then array[tstzrange(:now, :later)] else '{}' end
        from (select n, 24.5 + random() * 0.9 as longitude, 60.05 + random() * 0.4 as latitude from generate_series(1, :many::int) n) p
        """,
        many=many,
        now=clock.now() - timedelta(hours=1),
        later=clock.now() + timedelta(hours=1),
    )


async def _near(db: Db, wanted: Wanted) -> Found:
    return await near(db, wanted)


@pytest.mark.row("8.1")
@pytest.mark.parametrize("many", [0, 1_000, 30_000])
async def test_nearby_goes_by_its_index(database: Database, many: int) -> None:
    async with database.write() as db:
        await _fill(db, many)

    async def view(db: Db) -> Found:
        return await within(db, VIEW, looking_at(VIEW))

    sent = [(name, await caught(database, partial(_near, wanted=wanted))) for name, wanted in QUESTIONS.items()]
    for name, statements in [*sent, ("a view", await caught(database, view))]:
        for statement in statements:
            async with database.hot_pool.acquire() as connection:
                rows = await connection.fetch("explain (costs off) " + statement.text, *statement.values)
            plan = "\n".join(row[0] for row in rows)
            assert "Seq Scan on" not in plan, f"{name}: {plan}"
            assert "Index Scan using places_near on places p" in plan, f"{name}: {plan}"
            assert "Order By: (spot <->" in plan, f"{name}: {plan}"


@pytest.mark.row("8.1")
async def test_nearby_is_one_statement(database: Database) -> None:
    async with database.write() as db:
        await _fill(db, 200)
    for wanted in QUESTIONS.values():
        async with database.hot(writes=False) as db:
            await near(db, wanted)
            assert db.statements == 1
