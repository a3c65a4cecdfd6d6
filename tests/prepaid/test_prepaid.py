"""Points for uses of sold vouchers: members only, by the programme's rule, gone with an undo or a refund."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shuke.cards import JoinCall, join, membership_of
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.ledger import balance_of
from shuke.refunds import Asker, refund_use
from shuke.vouchers import undo
from tests.settlement.settle_world import Market, bought, market, run, used

pytestmark = pytest.mark.row("2.3")


async def member(database: Database, **rules: int) -> Market:
    """A market whose guest is a member; a point for each whole unit paid."""
    at = await market(database)
    async with database.write() as db:
        await join(db, [JoinCall(at.merchant_id, at.guest.person_id, None)])
        await db.run(
            "update cards.programmes set refund_policy = 'may_go_negative', pending_days = :days where merchant_id = :m",
            days=rules.get("pending_days", 0),
            m=at.merchant_id,
        )
    return at


async def points(database: Database, at: Market) -> tuple[int, int]:
    """Active and pending ones of the guest."""
    async with database.read() as db:
        found = await balance_of(db, at.merchant_id, at.guest.person_id)
    return found.active, found.pending


async def test_a_use_earns_and_an_undo_takes_back(database: Database) -> None:
    at = await member(database)
    first, second = await bought(database, at, 2)
    use = await used(database, at, first)
    assert await points(database, at) == (59, 0)
    await used(database, at, second)
    assert await points(database, at) == (118, 0)
    async with database.write() as db:
        await undo(db, at.merchant_id, at.cashier.person_id, use.redemption_id, "wrong", uuid4().hex)
    await drain(database)
    assert await points(database, at) == (59, 0)
    async with database.read() as db:
        card = await membership_of(db, at.guest.person_id, at.merchant_id)
    assert card is not None
    assert (card.visits, card.spent) == (1, 5900)


async def test_a_refund_takes_back(database: Database) -> None:
    at = await member(database, pending_days=14)
    [voucher] = await bought(database, at)
    use = await used(database, at, voucher)
    assert await points(database, at) == (0, 59)
    later = clock.now() + timedelta(hours=3)
    await run(database, later)
    with clock.at(later):
        async with database.write() as db:
            await refund_use(
                db, at.merchant_id, use.redemption_id, None, Asker("merchant", at.owner.person_id, "agreed", "cold")
            )
        await drain(database)
    assert await points(database, at) == (0, 0)


async def test_who_is_no_member_earns_nothing(database: Database) -> None:
    at = await market(database)
    [voucher] = await bought(database, at)
    await used(database, at, voucher)
    assert await points(database, at) == (0, 0)
