"""Refunds: what is unused comes back by the way it came, whole or in part, asked for or by itself, and once."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from shuke.deals import reopen
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from shuke.refunds import Asker, Refund, refund_order, refunds_of
from shuke.refunds.deal_runs import refund_all
from shuke.refunds.queries import runs_of
from shuke.vouchers import RedeemCall, Redemption, expire_some, redeem
from tests import world
from tests.checkout.sale_world import attempt, captured, ordered, paid, sale, settled
from tests.refunds.bought import Bought, bought, codes, money, quiet, undone, used, whole
from tests.world import Client, problem

pytestmark = pytest.mark.row("4.5")
LATE = ("already_refunded", "on_its_way", "changed_meanwhile")  # what somebody hears who was not the first


async def _all_back(database: Database, by: Bought) -> list[Refund]:
    await quiet(database)
    async with database.read() as db:
        await whole(db)
        return await refunds_of(db, by.merchant_id, by.order.order_id)


async def test_unused_comes_back_whenever_asked(client: Client, database: Database) -> None:
    by = await bought(database, 2)
    asked = {"idempotency-key": "once", **by.guest.headers}
    done = await client.post(by.own, json={}, headers=asked)
    assert done.status_code == 201, done.text
    assert (done.json()["amount"], len(done.json()["vouchers"]), done.json()["status"]) == (11800, 2, "under_way")
    again = await client.post(by.own, json={}, headers=asked)
    assert again.json() == done.json()
    assert await money(database, by) == {"received": 0, "held": 0, "refunding": 11800, "reclaim": 0}
    [refund] = await _all_back(database, by)
    assert (refund.status, refund.actor, refund.why) == ("succeeded", "person", "asked")
    assert await money(database, by) == {"received": 0, "held": 0, "refunding": 0, "reclaim": 0}
    listed = await client.get(by.own, headers=by.guest.headers)
    assert [one["status"] for one in listed.json()] == ["succeeded"]
    wallet = await client.get("/api/v1/wallet", headers=by.guest.headers)
    assert wallet.json()["vouchers"] == []
    other = await client.post(by.own, json={}, headers=by.guest.headers)
    assert problem(other) == (409, "already_refunded")


async def test_some_of_an_order_come_back(client: Client, database: Database) -> None:
    by = await bought(database, 3)
    first, second, _third = await codes(database, by.order)
    await used(database, by, second[1])
    done = await client.post(by.own, json={"vouchers": [str(first[0])]}, headers=by.guest.headers)
    assert (done.status_code, done.json()["amount"]) == (201, 5900)
    refused = await client.post(by.own, json={"vouchers": [str(second[0])]}, headers=by.guest.headers)
    assert problem(refused) == (409, "used")
    assert "agreement" in refused.json()["detail"]
    foreign = await client.post(by.own, json={"vouchers": [str(uuid4())]}, headers=by.guest.headers)
    assert problem(foreign) == (404, "not_found")
    rest = await client.post(by.own, json={}, headers=by.guest.headers)
    assert (rest.status_code, rest.json()["amount"]) == (201, 5900)
    nothing = await client.post(by.own, json={}, headers=by.guest.headers)
    assert nothing.status_code == 409
    assert sum(one.amount for one in await _all_back(database, by)) == 11800


async def test_a_partly_used_voucher_gives_back_its_unused_part(client: Client, database: Database) -> None:
    by = await bought(database, 1, price=1000, voucher={"gives": "A swim", "valid_days": 30, "uses": 3})
    [(_voucher, code)] = await codes(database, by.order)
    await used(database, by, code)
    done = await client.post(by.own, json={}, headers=by.guest.headers)
    assert (done.status_code, done.json()["amount"]) == (201, 667)
    await _all_back(database, by)
    assert (await money(database, by))["held"] == 333  # the use's, until it is settled


async def test_who_may_and_who_may_not(client: Client, database: Database) -> None:
    by = await bought(database)
    async with database.write() as db:
        stranger, cashier = await world.signed_in(db), await world.staff(db, by.at.shop, "cashier")
        elsewhere = await world.staff(db, await world.shop(db, "Another"), "manager")
    assert problem(await client.post(by.own, json={}, headers=stranger.headers)) == (404, "not_found")
    assert problem(await client.post(by.own, json={})) == (401, "not_signed_in")
    assert problem(await client.post(by.office, json={"reason": "x"}, headers=cashier.headers)) == (403, "not_allowed")
    assert problem(await client.post(by.office, json={"reason": "x"}, headers=elsewhere.headers)) == (404, "not_found")
    assert problem(await client.post(by.office, json={"reason": " "}, headers=by.manager.headers)) == (422, "reason_needed")
    done = await client.post(by.office, json={"reason": "closed that week"}, headers=by.manager.headers)
    assert (done.status_code, done.json()["actor"], done.json()["reason"]) == (201, "merchant", "closed that week")
    listed = await client.get(f"/api/v1/merchants/{by.merchant_id}/refunds", headers=by.manager.headers)
    assert [one["amount"] for one in listed.json()["refunds"]] == [5900]


async def test_before_it_is_paid_there_is_nothing_to_refund(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await sale(db)
        guest, manager = await world.signed_in(db), await world.staff(db, at.shop, "manager")
        order = await ordered(db, at, guest.person_id)
    by = Bought(at, guest, manager, order)
    refused = await client.post(by.own, json={}, headers=guest.headers)
    assert problem(refused) == (409, "other_way")
    assert "Drop the order" in refused.json()["detail"]
    assert problem(await client.post(by.office, json={"reason": "x"}, headers=manager.headers)) == (409, "not_paid")


async def test_an_unused_deal_expires_and_comes_back(database: Database) -> None:
    by = await bought(database, 2)
    [first, _second] = await codes(database, by.order)
    await used(database, by, first[1])
    with clock.at(clock.now() + timedelta(days=31)):
        async with database.write() as db:
            assert await expire_some(db) == 1
        [refund] = await _all_back(database, by)
        assert (refund.amount, refund.actor, refund.why, refund.status) == (5900, "system", "ended", "succeeded")
        with pytest.raises(Refusal) as refused:
            async with database.write() as db:
                await refund_order(db, by.merchant_id, by.order.order_id, Asker("person", by.guest.person_id))
    assert refused.value.name in ("used", "on_its_way")


async def test_a_use_undone_after_its_voucher_ended_comes_back_too(database: Database) -> None:
    by = await bought(database)
    [(_voucher, code)] = await codes(database, by.order)
    async with database.read() as db:
        ends = await db.value(datetime, "select ends_at from vouchers.vouchers where code = :code", code=code)
    assert ends is not None
    with clock.at(ends - timedelta(minutes=10)):
        use = await used(database, by, code)
    with clock.at(ends + timedelta(minutes=20)):
        await undone(database, by, use)
        async with database.write() as db:
            await expire_some(db)
        [refund] = await _all_back(database, by)
    assert refund.amount == 5900


async def test_used_is_refunded_by_agreement_once(client: Client, database: Database) -> None:
    by = await bought(database, 1, price=1000, voucher={"gives": "A swim", "valid_days": 30, "uses": 3})
    [(_voucher, code)] = await codes(database, by.order)
    use = await used(database, by, code)
    address = f"/api/v1/merchants/{by.merchant_id}/redemptions/{use.redemption_id}/refund"
    soon = await client.post(address, json={"reason": "cold water"}, headers=by.manager.headers)
    assert problem(soon) == (409, "undo_first")
    async with database.write() as db:
        await db.run("update vouchers.redemptions set at = at - interval '2 hours'")
    much = await client.post(address, json={"reason": "cold water", "amount": 334}, headers=by.manager.headers)
    assert problem(much) == (409, "more_than_paid")
    assert much.json()["facts"]["most"] == 333
    assert problem(await client.post(address, json={"reason": ""}, headers=by.manager.headers)) == (422, "reason_needed")
    assert problem(await client.post(address, json={"reason": "x"}, headers=by.guest.headers)) == (404, "not_found")
    done = await client.post(address, json={"reason": "cold water", "amount": 300}, headers=by.manager.headers)
    assert (done.status_code, done.json()["amount"], done.json()["why"]) == (201, 300, "agreed")
    again = await client.post(address, json={"reason": "still cold"}, headers=by.manager.headers)
    assert problem(again) == (409, "already_refunded")
    unknown = f"/api/v1/merchants/{by.merchant_id}/redemptions/{uuid4()}/refund"
    assert problem(await client.post(unknown, json={"reason": "x"}, headers=by.manager.headers)) == (404, "not_found")
    [refund] = await _all_back(database, by)
    assert refund.status == "succeeded"
    assert await money(database, by) == {"received": 0, "held": 667, "refunding": 0, "reclaim": 0}, "settlement has reversed it"


async def test_a_voucher_that_was_given_away_stays_with_whom_it_was_given(client: Client, database: Database) -> None:
    by = await bought(database)
    async with database.write() as db:
        friend = await world.person(db, "Lea")
        await db.run("delete from vouchers.wallet_vouchers")
        await db.run("update vouchers.vouchers set person_id = :friend", friend=friend)
    refused = await client.post(by.own, json={}, headers=by.guest.headers)
    assert problem(refused) == (409, "given_away")
    done = await client.post(by.office, json={"reason": "we close"}, headers=by.manager.headers)
    assert done.json()["person_id"] == str(by.guest.person_id), "the money goes to who paid"


async def test_all_of_a_deal_is_refunded(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await sale(db)
        manager = await world.staff(db, at.shop, "manager")
        orders = [await ordered(db, at, await world.person(db)) for _ in range(5)]
        unpaid = await ordered(db, at, await world.person(db))
    orders = [await paid(database, order) for order in orders]
    by = Bought(at, manager, manager, orders[0])
    [(_voucher, code)] = await codes(database, orders[0])
    await used(database, by, code)
    address = f"/api/v1/merchants/{by.merchant_id}/deals/{at.deal_id}/refunds"
    assert problem(await client.post(address, json={"reason": ""}, headers=manager.headers)) == (422, "reason_needed")
    run = await client.post(address, json={"reason": "The cook is ill"}, headers=manager.headers)
    assert (run.status_code, run.json()["total"]) == (201, 5)
    twice = await client.post(address, json={"reason": "The cook is ill"}, headers=manager.headers)
    assert twice.json()["run_id"] == run.json()["run_id"]
    await quiet(database)
    [done] = (await client.get(address, headers=manager.headers)).json()
    assert (done["passed"], done["refunded"], done["amount"], done["finished_at"] is not None) == (5, 4, 4 * 5900, True)
    async with database.read() as db:
        await whole(db)
        state = await db.value(
            str, "select status || ' ' || why from checkout.orders where order_id = :order", order=unpaid.order_id
        )
    assert state == "released stopped"


async def test_a_failed_refund_is_told_and_tried_again(database: Database) -> None:
    by = await bought(database)
    async with database.write() as db:
        await db.run("update testbank.payments set refuses_refunds = true")
        await refund_order(db, by.merchant_id, by.order.order_id, Asker("person", by.guest.person_id))
    [refund] = await _all_back(database, by)
    assert refund.status == "failed"
    assert (await money(database, by))["refunding"] == 5900


@pytest.mark.race
@pytest.mark.row("3.4")
async def test_64_refunds_at_once_give_back_once(database: Database) -> None:
    by = await bought(database, 2)

    async def ask(number: int) -> str:
        asker = Asker("person", by.guest.person_id) if number % 2 else Asker("merchant", by.manager.person_id, reason="sorry")
        try:
            async with database.write() as db:
                await refund_order(db, by.merchant_id, by.order.order_id, asker)
        except Refusal as refusal:
            return refusal.name
        return "done"

    said = await asyncio.gather(*(ask(number) for number in range(64)))
    assert said.count("done") == 1
    assert set(said) <= {"done", *LATE}
    assert sum(one.amount for one in await _all_back(database, by)) == 11800
    assert (await money(database, by))["held"] == 0


@pytest.mark.race
@pytest.mark.row("3.4")
@pytest.mark.row("11.3")
async def test_a_till_and_a_refund_at_the_same_moment(database: Database) -> None:
    by = await bought(database, 12)
    shop = by.at.shop
    vouchers = await codes(database, by.order)

    async def till(code: str) -> bool:
        async with database.write() as db:
            [use] = await redeem(db, [RedeemCall(shop.merchant_id, shop.store_id, shop.owner_id, code, uuid4().hex)])
        return isinstance(use, Redemption)

    async def ask(voucher: UUID) -> bool:
        try:
            async with database.write() as db:
                asker = Asker("person", by.guest.person_id)
                await refund_order(db, by.merchant_id, by.order.order_id, asker, [voucher])
        except Refusal as refusal:
            return refusal.name != "used"
        return True

    done = await asyncio.gather(*(till(code) for _id, code in vouchers), *(ask(voucher) for voucher, _code in vouchers))
    tills, refunds = done[:12], done[12:]
    assert [till != refund for till, refund in zip(tills, refunds, strict=True)] == [True] * 12
    back = await _all_back(database, by)
    assert sum(one.amount for one in back) == 5900 * sum(refunds)


@pytest.mark.race
@pytest.mark.row("3.4")
async def test_a_refund_and_the_end_of_its_time_give_back_once(database: Database) -> None:
    by = await bought(database, 4)
    with clock.at(clock.now() + timedelta(days=31)):

        async def expire() -> None:
            async with database.write() as db:
                await expire_some(db)
            await quiet(database)

        async def ask() -> str:
            try:
                async with database.write() as db:
                    await refund_order(db, by.merchant_id, by.order.order_id, Asker("person", by.guest.person_id))
            except Refusal as refusal:
                return refusal.name
            return "done"

        *said, _first, _second = await asyncio.gather(ask(), ask(), ask(), expire(), expire())
        assert set(said) <= {"done", *LATE}
        assert sum(one.amount for one in await _all_back(database, by)) == 4 * 5900


async def test_what_a_reopened_deal_sells_is_not_refunded(database: Database) -> None:
    """The run is for what was sold before the deal was stopped, however long it takes."""
    by = await bought(database)
    async with database.write() as db:
        await refund_all(db, by.merchant_id, by.at.deal_id, Asker("merchant", by.at.shop.owner_id, "deal", "the oven broke"))
        await reopen(db, by.merchant_id, by.at.deal_id, by.at.shop.owner_id)
        await db.run("update refunds.deal_runs set at = at - interval '1 hour'")
        await db.run("update checkout.orders set at = at - interval '1 hour'")
        later = await ordered(db, by.at, (await world.signed_in(db)).person_id)
    later = await paid(database, later)
    await quiet(database)
    async with database.read() as db:
        assert await db.values(str, "select status from checkout.orders order by at") == ["refunded", "fulfilled"]
        assert [run.refunded for run in await runs_of(db, by.merchant_id, by.at.deal_id) if run.finished_at] == [1]
        await whole(db)
    assert later.status == "fulfilled"


async def test_what_was_being_paid_when_its_shop_was_suspended(client: Client, database: Database) -> None:
    """It is given out, and goes back whenever its buyer asks; the books agree."""
    async with database.write() as db:
        at = await sale(db)
        guest = await world.signed_in(db)
        order = await ordered(db, at, guest.person_id, 1)
        underway = await attempt(db, order)
        await db.run("update merchants.merchants set status = 'suspended' where merchant_id = :m", m=order.merchant_id)
    async with database.write() as db:
        await captured(db, underway)
    assert (await settled(database, order)).status == "fulfilled"
    path = f"/api/v1/orders/{order.merchant_id}/{order.order_id}/refunds"
    done = await client.post(path, json={}, headers=guest.headers)
    assert (done.status_code, done.json()["amount"]) == (201, order.amount), done.text
    await quiet(database)
    async with database.read() as db:
        await whole(db)
        assert [one.status for one in await refunds_of(db, order.merchant_id, order.order_id)] == ["succeeded"]
