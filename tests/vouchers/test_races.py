"""Races of opposite acts on one voucher, each played step by step on connections of its own."""

import asyncio

import pytest

from shuke.cards import JoinCall, join
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.people.erase import UNDER_WAY, erase, forget_again
from shuke.proof.invariants import breaches
from shuke.rooms import reactions
from shuke.stage import ground
from shuke.vouchers import Issued, RedeemCall, Redemption, redeem, undo, void

pytestmark = [pytest.mark.row("3.4"), pytest.mark.race]


class Played:
    """A shop, a member of it with one voucher, and what may happen to it."""

    def __init__(self, database: Database, shop: ground.Shop, voucher: Issued) -> None:
        self.database = database
        self.shop = shop
        self.voucher = voucher

    def call(self, key: str) -> RedeemCall:
        return RedeemCall(self.shop.merchant_id, self.shop.stores[0], self.shop.owner_id, self.voucher.code, key, 2000)

    async def redeem(self, key: str) -> Redemption:
        async with self.database.write() as db:
            [use] = await redeem(db, [self.call(key)])
        assert isinstance(use, Redemption), use
        return use

    async def undo(self, use: Redemption) -> Redemption:
        async with self.database.write() as db:
            return await undo(db, self.shop.merchant_id, self.shop.owner_id, use.redemption_id, "", f"undo {use.request_key}")


async def _broken(database: Database) -> list[str]:
    """The rules that are broken once every event is delivered."""
    assert reactions()
    await drain(database)
    async with database.read() as db:
        return [breach.name for breach in await breaches(db, settled=0)]


async def _played(database: Database, uses: int) -> Played:
    async with database.write() as db:
        shop = await ground.shop(db, "Kaisla")
        [guest] = await ground.members(db, shop, 1)
        [voucher] = await ground.give(db, shop, await ground.template(db, shop, uses=uses), [guest.person_id])
    return Played(database, shop, voucher)


async def _waiting(database: Database, count: int) -> None:
    """Until so many wait for somebody else's row."""
    async with database.read() as db:
        for _look in range(1500):
            await asyncio.sleep(0.02)
            if count == await db.value(
                int, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            ):
                return
    raise AssertionError(f"{count} should be waiting")


async def test_a_use_given_back_between_two_tills_leaves_no_ghost_in_the_wallet(database: Database) -> None:
    played = await _played(database, 2)
    first = await played.redeem("first")
    async with database.write() as db:
        await redeem(db, [played.call("second")])
        undoing = asyncio.create_task(played.undo(first))
        await _waiting(database, 1)
        third = asyncio.create_task(played.redeem("third"))
        await _waiting(database, 2)
    await asyncio.gather(undoing, third)
    assert await _broken(database) == []


async def test_a_use_of_a_void_voucher_comes_back_to_a_void_voucher(database: Database) -> None:
    played = await _played(database, 2)
    use = await played.redeem("first")
    async with database.write() as db:
        await void(db, played.shop.merchant_id, played.shop.owner_id, played.voucher.voucher_id, "lost")
    assert (await played.undo(use)).uses_left == 2
    assert await _broken(database) == []


async def test_nothing_comes_back_to_somebody_who_was_erased(database: Database) -> None:
    played = await _played(database, 1)
    use = await played.redeem("first")
    async with database.write() as db:
        await erase(db, played.voucher.person_id)
    assert await _broken(database) == []
    assert (await played.undo(use)).uses_left == 1
    assert await _broken(database) == []
    async with database.read() as db:
        held = await db.values(str, "select status from vouchers.vouchers union all select title from vouchers.wallet_vouchers")
    assert held == ["voided"]


async def test_who_joins_in_the_moment_of_her_erasure_is_forgotten_too(database: Database) -> None:
    async with database.write() as db:
        shop = await ground.shop(db, "Kaisla")
        await ground.welcome(db, shop, await ground.template(db, shop))
        [guest] = await ground.guests(db, 1)
    async with database.write() as joining:
        await join(joining, [JoinCall(shop.merchant_id, guest.person_id, shop.scene_id)])
        async with database.write() as db:
            await erase(db, guest.person_id)
        assert await _broken(database) == []
    assert await _broken(database) == ["erased_hold_nothing"]
    with clock.at(clock.now() + 2 * UNDER_WAY):
        async with database.write() as db:
            assert await forget_again(db) == 1
            assert await forget_again(db) == 0
    assert await _broken(database) == []
