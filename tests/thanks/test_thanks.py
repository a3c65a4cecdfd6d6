"""Points for reviewing: every member, once for a visit, whatever the stars; told with the review."""

from datetime import timedelta
from uuid import UUID

import pytest

from shuke.cards import JoinCall, join
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.ledger import balance_of, invariants
from shuke.reviews import own_review, write
from shuke.visits.actions import take_back
from tests import world
from tests.opinions.test_opinions import draft, opened
from tests.reviews.test_reviews import said, visited
from tests.world import Client, problem

pytestmark = pytest.mark.row("8.3")


async def test_every_member_is_thanked_once_for_a_visit(client: Client, database: Database) -> None:
    shop, mia = await opened(database)
    async with database.write() as db:
        await join(db, [JoinCall(shop.merchant_id, mia.person_id, None)])
        owner, cashier = await world.session_of(db, shop.owner_id), await world.staff(db, shop, "cashier")
    thanks = f"/api/v1/merchants/{shop.merchant_id}/thanks"
    assert problem(await client.put(thanks, headers=cashier.headers, json={"points": 20})) == (403, "not_allowed")
    assert (await client.put(thanks, headers=owner.headers, json={"points": 0})).status_code in (400, 422)
    assert (await client.put(thanks, headers=owner.headers, json={"points": 20})).json() == {"points": 20}
    form = await client.get(f"/reviews/new?place={shop.store_id}", headers=mia.headers)
    assert "gives members 20 points" in form.text
    made = await client.post("/api/v1/reviews", headers=mia.headers, json=draft(shop, 1))
    assert made.status_code == 201, made.text
    for _time in range(2):
        await drain(database)
    async with database.read() as db:
        balance = await balance_of(db, shop.merchant_id, mia.person_id)
        assert balance.active + balance.pending == 20
    review = f"/reviews/{mia.person_id}/{made.json()['review_id']}"
    assert "Got 20 points for reviewing" in (await client.get(review)).text
    assert '"thanked":20' in (await client.get(f"/api/v1/places/{shop.store_id}/reviews")).text
    assert (await client.delete(f"/api/v1/reviews/{made.json()['review_id']}", headers=mia.headers)).status_code == 204
    again = await client.post("/api/v1/reviews", headers=mia.headers, json=draft(shop, 5))
    assert again.status_code in (201, 409)
    await drain(database)
    async with database.read() as db:
        balance = await balance_of(db, shop.merchant_id, mia.person_id)
        assert balance.active + balance.pending == 20, "once for a visit"


async def test_points_go_back_with_the_last_visit(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        mia = await world.person(db)
        await join(db, [JoinCall(shop.merchant_id, mia, None)])
        await db.run(
            "insert into thanks.offers (merchant_id, points, set_by, set_at) values (:merchant, 20, :by, now())",
            merchant=shop.merchant_id,
            by=shop.owner_id,
        )
        before = await visited(db, shop, mia, clock.now() - timedelta(days=3))
        last = await visited(db, shop, mia)
        review = await write(db, mia, said(shop))
    await drain(database)
    async with database.read() as db:
        assert await points(db, shop.merchant_id, mia) == 20
    for reference, left in ((last, 20), (before, 0), (before, 0)):
        async with database.write() as db:
            await take_back(db, "purchase", [mia], [reference])
        await drain(database)
        async with database.read() as db:
            assert await points(db, shop.merchant_id, mia) == left
            assert await invariants(db) == []
            assert (await own_review(db, mia, review.review_id)).thanked == (left or None)
            assert await db.value(int, "select count(*) from thanks.given") == (1 if left else 0)


async def points(db: Db, merchant_id: UUID, person_id: UUID) -> int:
    """Those of a card, pending ones too."""
    balance = await balance_of(db, merchant_id, person_id)
    return balance.active + balance.pending


async def test_who_is_no_member_and_a_shop_that_gives_nothing(client: Client, database: Database) -> None:
    shop, mia = await opened(database)
    async with database.write() as db:
        owner = await world.session_of(db, shop.owner_id)
    thanks = f"/console/{shop.merchant_id}/thanks"
    for points in ("20", ""):
        saved = await client.post(thanks, headers=owner.headers, data={"points": points}, follow_redirects=False)
        assert saved.status_code == 303, saved.text
        shown = (await client.get(f"/api/v1/merchants/{shop.merchant_id}/thanks")).json()
        assert shown == {"points": int(points) if points else None}
        assert (await client.get(f"/console/{shop.merchant_id}/reviews", headers=owner.headers)).status_code == 200
    await client.post(thanks, headers=owner.headers, data={"points": "20"}, follow_redirects=False)
    made = await client.post("/api/v1/reviews", headers=mia.headers, json=draft(shop))
    await drain(database)
    async with database.read() as db:
        assert await db.value(int, "select count(*) from thanks.given") == 0
        assert await db.value(int, "select count(*) from ledger.transfers where reason = 'review'") == 0
    assert made.json()["thanked"] is None
