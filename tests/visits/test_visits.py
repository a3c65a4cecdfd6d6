"""Visits: proven by what happens at the till, one for what happens together, gone when it is undone."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from shuke.cards import JoinCall, join
from shuke.friends.actions import block
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.merchants import Till
from shuke.people.erase import erase
from shuke.purchases import Purchase, PurchaseCall, record
from shuke.purchases.reverse import take_back
from shuke.visits import Visit, audience_of, friends_who_went, places_of_friends, proof, set_audience, visits_of
from shuke.vouchers import IssueCall, Issued, RedeemCall, Redemption, issue, redeem, undo
from tests import world
from tests.feed.circle import befriend
from tests.world import Shop

pytestmark = pytest.mark.row("7.2")

NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")


async def buys(db: Db, shop: Shop, guest: UUID, total: int = 500) -> UUID:
    await join(db, [JoinCall(shop.merchant_id, guest, None)])
    (bought,) = await record(db, [PurchaseCall(shop.merchant_id, shop.store_id, shop.owner_id, guest, total, uuid4().hex, b"")])
    assert isinstance(bought, Purchase), bought
    return bought.purchase_id


async def uses(db: Db, shop: Shop, guest: UUID) -> UUID:
    template = await world.template(db, shop)
    (voucher,) = await issue(db, [IssueCall(shop.merchant_id, template, guest, "api")])
    assert isinstance(voucher, Issued)
    (used,) = await redeem(db, [RedeemCall(shop.merchant_id, shop.store_id, shop.owner_id, voucher.code, uuid4().hex, 1000)])
    assert isinstance(used, Redemption), used
    return used.redemption_id


async def visits(database: Database, guest: UUID) -> list[Visit]:
    await drain(database)
    async with database.read() as db:
        return await visits_of(db, guest)


async def test_what_happens_together_is_one_visit_and_later_is_another(database: Database) -> None:
    async with database.write() as db:
        shop, guest = await world.shop(db), await world.person(db)
        with clock.at(NOON):
            first = await uses(db, shop, guest)
        with clock.at(NOON + timedelta(minutes=4)):
            await uses(db, shop, guest)
            await buys(db, shop, guest)
        with clock.at(NOON + timedelta(hours=5)):
            later = await buys(db, shop, guest)
    found = await visits(database, guest)
    assert [(visit.kind, visit.reference, visit.at) for visit in found] == [
        ("purchase", later, NOON + timedelta(hours=5)),
        ("redemption", first, NOON),
    ]
    async with database.read() as db:
        assert await proof(db, guest, shop.store_id, NOON + timedelta(hours=1)) == found[0]
        assert await proof(db, guest, shop.store_id, NOON + timedelta(hours=6)) is None
        assert await proof(db, guest, uuid4(), NOON) is None


async def test_a_visit_stands_as_long_as_one_of_its_proofs(database: Database) -> None:
    async with database.write() as db:
        shop, guest = await world.shop(db), await world.person(db)
        redemption, purchase = await uses(db, shop, guest), await buys(db, shop, guest)
    (visit,) = await visits(database, guest)
    assert visit.reference == redemption
    async with database.write() as db:
        await undo(db, shop.merchant_id, shop.owner_id, redemption, "wrong", "u")
    (again,) = await visits(database, guest)
    assert (again.visit_id, again.kind, again.reference) == (visit.visit_id, "purchase", purchase)
    async with database.write() as db:
        await take_back(
            db, Till(shop.merchant_id, shop.tag, "EUR", shop.store_id, shop.owner_id, "owner"), purchase, "wrong", "t"
        )
    assert await visits(database, guest) == []


async def test_what_was_undone_before_it_was_noted_is_no_visit(database: Database) -> None:
    async with database.write() as db:
        shop, guest = await world.shop(db), await world.person(db)
        redemption = await uses(db, shop, guest)
        await undo(db, shop.merchant_id, shop.owner_id, redemption, "wrong", "u")
    assert await visits(database, guest) == []


@pytest.mark.row("8.6")
async def test_friends_see_where_friends_went_as_far_as_they_let_them(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        mia, liu, ann, eve = [await world.person(db, name) for name in ("Mia", "Liu", "Ann", "Eve")]
        for friend in (liu, ann):
            await befriend(db, mia, friend)
        for guest in (liu, ann, eve):
            await buys(db, shop, guest)
    await drain(database)
    place = shop.store_id
    async with database.write() as db:
        assert set((await friends_who_went(db, mia, [place]))[place]) == {liu, ann}
        (most,) = await places_of_friends(db, mia, clock.now() - timedelta(days=1))
        assert (most.place_id, set(most.people), most.visits) == (place, {liu, ann}, 2)
        assert await audience_of(db, ann) == "friends"
        await set_audience(db, ann, "me")
        assert await friends_who_went(db, mia, [place]) == {place: [liu]}
        await block(db, liu, mia)
        assert await friends_who_went(db, mia, [place]) == {}
        assert await places_of_friends(db, mia, clock.now() - timedelta(days=1)) == []


async def test_visits_go_with_the_person(database: Database) -> None:
    async with database.write() as db:
        shop, guest = await world.shop(db), await world.person(db)
        await buys(db, shop, guest)
        await set_audience(db, guest, "everyone")
    assert len(await visits(database, guest)) == 1
    async with database.write() as db:
        await erase(db, guest)
    await drain(database)
    async with database.read() as db:
        for left in (
            await db.value(int, "select count(*) from visits.visits where person_id = :p", p=guest),
            await db.value(int, "select count(*) from visits.proofs where person_id = :p", p=guest),
            await db.value(int, "select count(*) from visits.settings where person_id = :p", p=guest),
        ):
            assert left == 0
