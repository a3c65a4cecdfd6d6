"""Check-ins: proven by a visit or by a position that is not kept, else shown as unproven."""

import pytest

from shuke.kit.db import Database
from shuke.kit.deliver import drain
from tests.feed.circle import HERE, place, post, trio
from tests.visits.test_visits import buys
from tests.world import Client, problem

pytestmark = pytest.mark.row("7.2")


async def test_a_purchase_proves_a_check_in(client: Client, database: Database) -> None:
    mia, liu, _eve = await trio(database)
    async with database.write() as db:
        shop = await place(db)
        await buys(db, shop, mia.person_id)
    await drain(database)
    made = await post(client, mia, "", place_id=str(shop.store_id), check_in=True)
    assert (made["kind"], made["proof"]) == ("check_in", "visit")
    page = (await client.get("/feed", headers=liu.headers)).text
    assert f"/places/{shop.store_id}" in page
    assert "Was there, by the till" in page
    assert "Proven" in (await client.get(f"/check-in/{shop.store_id}", headers=mia.headers)).text


@pytest.mark.parametrize(("north", "proof"), [(0.0, "position"), (0.0015, "position"), (0.003, None)])
async def test_a_position_proves_it_near_by_and_is_not_kept(
    client: Client, database: Database, north: float, proof: str | None
) -> None:
    mia, _liu, _eve = await trio(database)
    async with database.write() as db:
        shop = await place(db)
    position = {"longitude": HERE[0], "latitude": HERE[1] + north}
    made = await post(client, mia, "", place_id=str(shop.store_id), check_in=True, position=position)
    assert made["proof"] == proof
    async with database.read() as db:
        kept = await db.value(str, "select to_json(p)::text from feed.posts p where person_id = :p", p=mia.person_id)
    assert kept is not None
    assert str(HERE[1] + north) not in kept


async def test_without_either_it_is_unproven(client: Client, database: Database) -> None:
    mia, _liu, _eve = await trio(database)
    async with database.write() as db:
        shop = await place(db)
    made = await post(client, mia, "", place_id=str(shop.store_id), check_in=True)
    assert not made["proof"]
    assert "Not proven" in (await client.get("/feed", headers=mia.headers)).text


async def test_a_position_that_is_none_is_refused(client: Client, database: Database) -> None:
    mia, _liu, _eve = await trio(database)
    async with database.write() as db:
        shop = await place(db)
    wrong = {"check_in": True, "place_id": str(shop.store_id), "position": {"longitude": 200, "latitude": 0}}
    assert problem(await client.post("/api/v1/posts", json=wrong, headers=mia.headers)) == (422, "unreadable")
