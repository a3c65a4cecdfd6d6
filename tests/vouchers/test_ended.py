"""Vouchers that were sold and end: each end is told once, and voiding what is unused decides against a till."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.jobs import run_jobs
from shuke.people import PersonErased
from shuke.rooms import reactions
from shuke.vouchers import (
    IssueCall,
    Issued,
    RedeemCall,
    Redemption,
    Source,
    ended_of,
    expire_some,
    issue,
    redeem,
    undo,
    void,
    void_unused,
    withdraw,
)
from shuke.vouchers.reactions import void_what_is_left
from tests import world
from tests.world import Shop

pytestmark = pytest.mark.row("4.5")


class Sold(msgspec.Struct, frozen=True):
    """A shop, who bought there, and the vouchers."""

    shop: Shop
    guest: UUID
    template: UUID
    vouchers: list[Issued]


async def sold(database: Database, count: int = 2, source: Source = "purchase", **columns: object) -> Sold:
    """So many vouchers of one person."""
    assert reactions()
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await world.person(db)
        template = await world.template(db, shop, **columns)
        calls = [IssueCall(shop.merchant_id, template, guest, source, uuid4())] * count
        made = [voucher for voucher in await issue(db, calls) if isinstance(voucher, Issued)]
    return Sold(shop, guest, template, made)


async def told(database: Database) -> list[list[UUID]]:
    """The vouchers of each event so far."""
    async with database.read() as db:
        bodies = await db.values(
            str,
            "select body ->> 'vouchers' from kit.events where name = 'vouchers.VouchersEnded' order by event_id",
        )
    return [msgspec.json.decode(body, type=list[UUID]) for body in bodies]


def use(at: Sold, voucher: Issued, key: str) -> RedeemCall:
    """A till's call."""
    return RedeemCall(at.shop.merchant_id, at.shop.store_id, at.shop.owner_id, voucher.code, key, 2000)


async def test_voiding_withdrawing_and_expiry_are_told(database: Database) -> None:
    at = await sold(database, 3)
    first, second, third = (voucher.voucher_id for voucher in at.vouchers)
    async with database.write() as db:
        await void(db, at.shop.merchant_id, at.shop.owner_id, first, "by mistake")
    assert await told(database) == [[first]]
    async with database.write() as db:
        await db.run("update vouchers.vouchers set starts_at = :a, ends_at = :b where voucher_id = :v",
                     a=clock.now() - timedelta(days=2), b=clock.now() - timedelta(days=1), v=second)  # fmt: skip
        assert await expire_some(db) == 1
        await withdraw(db, at.shop.merchant_id, at.shop.owner_id, at.template, "recall")
    await run_jobs(database)
    assert await told(database) == [[first], [second], [third]]
    async with database.read() as db:
        ended = await ended_of(db, at.shop.merchant_id, [first, second, third, uuid4()])
    assert {one.voucher_id: (one.uses_left, one.uses) for one in ended} == dict.fromkeys((first, second, third), (1, 1))
    await drain(database)


async def test_what_nobody_paid_for_ends_in_silence(database: Database) -> None:
    at = await sold(database, 1, "welcome")
    async with database.write() as db:
        await void(db, at.shop.merchant_id, at.shop.owner_id, at.vouchers[0].voucher_id, "by mistake")
    assert await told(database) == []


async def test_erasure_and_what_comes_back_afterwards_are_told(database: Database) -> None:
    at = await sold(database, 2)
    used, kept = at.vouchers
    async with database.write() as db:
        [redemption] = await redeem(db, [use(at, used, "k")])
        assert isinstance(redemption, Redemption)
    async with database.write() as db:
        await db.run("update people.people set erased_at = :now where person_id = :guest", now=clock.now(), guest=at.guest)
        await void_what_is_left(db, PersonErased(at.guest))
    assert await told(database) == [[kept.voucher_id]]
    async with database.write() as db:
        await undo(db, at.shop.merchant_id, at.shop.owner_id, redemption.redemption_id, "", "u")
    assert await told(database) == [[kept.voucher_id], [used.voucher_id]]


async def test_a_use_that_comes_back_to_a_void_voucher_is_told(database: Database) -> None:
    at = await sold(database, 1, uses=2)
    async with database.write() as db:
        [redemption] = await redeem(db, [use(at, at.vouchers[0], "k")])
        assert isinstance(redemption, Redemption)
        [ended] = await void_unused(db, at.shop.merchant_id, [at.vouchers[0].voucher_id], at.guest, "refunded")
        assert (ended.uses_left, ended.uses) == (1, 2)
        assert await void_unused(db, at.shop.merchant_id, [at.vouchers[0].voucher_id], at.guest, "refunded") == []
    assert await told(database) == []
    async with database.write() as db:
        await undo(db, at.shop.merchant_id, at.shop.owner_id, redemption.redemption_id, "", "u")
    assert await told(database) == [[at.vouchers[0].voucher_id]]
    async with database.read() as db:
        [ended] = await ended_of(db, at.shop.merchant_id, [at.vouchers[0].voucher_id])
        assert ended.uses_left == 2
        assert await db.value(int, "select count(*) from vouchers.wallet_vouchers") == 0


async def test_many_ends_are_told_in_parts(database: Database) -> None:
    at = await sold(database, 1200)
    async with database.write() as db:
        await withdraw(db, at.shop.merchant_id, at.shop.owner_id, at.template, "recall")
    await run_jobs(database)
    parts = await told(database)
    assert [len(part) for part in parts] == [500, 500, 200]
    assert len({voucher for part in parts for voucher in part}) == 1200


@pytest.mark.race
async def test_a_till_and_a_refund_never_both_have_it(database: Database) -> None:
    at = await sold(database, 60)

    async def take(voucher: Issued) -> bool:
        async with database.write() as db:
            [outcome] = await redeem(db, [use(at, voucher, str(voucher.voucher_id))])
        return isinstance(outcome, Redemption)

    async def refund(part: list[Issued]) -> set[UUID]:
        async with database.write() as db:
            gone = await void_unused(
                db, at.shop.merchant_id, [voucher.voucher_id for voucher in reversed(part)], at.guest, "refunded"
            )
        return {one.voucher_id for one in gone}

    refunds = [asyncio.create_task(refund(at.vouchers[start : start + 20])) for start in (0, 10, 20, 30, 40)]
    taken = await asyncio.gather(*(take(voucher) for voucher in at.vouchers))
    gone = [voucher_id for part in await asyncio.gather(*refunds) for voucher_id in part]
    assert len(gone) == len(set(gone))
    used = {voucher.voucher_id for voucher, was in zip(at.vouchers, taken, strict=True) if was}
    assert used | set(gone) == {voucher.voucher_id for voucher in at.vouchers}
    assert not used & set(gone)
