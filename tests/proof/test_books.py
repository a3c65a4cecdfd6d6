"""The books can be wrong: each rule about money, broken on purpose in a shop that has sold, refunded and settled, is named."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.jobs import run_jobs
from shuke.payouts import AccountDraft, save_account
from shuke.proof.invariants import breaches
from shuke.refunds import Asker, refund_order, refund_use
from shuke.vouchers import RedeemCall, Redemption, redeem
from tests.groupbuy.together import group_sale, of_three
from tests.refunds.bought import bought, codes, quiet
from tests.settlement.settle_world import Market, agents
from tests.storedvalue import stored_world
from tests.world import session_of, signed_in

pytestmark = [pytest.mark.row("4.6"), pytest.mark.row("11.2"), pytest.mark.row("11.3")]

# the invariant, what its place says, the statement that breaks it
MONEY_BREAKS = (
    ("payments_add_up", "captured of", "update payments.payments set captured = captured + 1 where captured > 0"),
    ("payments_add_up", "refunded of", "update payments.payments set refunded = refunded - 1 where refunded > 0"),
    ("payments_add_up", "wanted_captures of", "update payments.captures set surplus = 'late'"),
    ("payments_add_up", "clearing of", "update payments.captures set amount = amount + 1"),
    ("payments_add_up", "refunding of", "update payments.refunds set status = 'failed'"),
    ("orders_add_up", "stock of", "update checkout.stocks set free = free - 1 where free > 0"),
    ("orders_add_up", "waiting of", "update checkout.stocks set waiting = waiting + 1"),
    ("orders_add_up", "buyers of", "update checkout.buyers set taken = taken + 1"),
    ("orders_add_up", "limits of", "update deals.deals set per_person = 1"),
    ("orders_add_up", "own_list of", "update checkout.person_orders set status = 'held'"),
    ("orders_add_up", "shares of", "delete from checkout.sold where refunded = 0"),
    ("orders_add_up", "uses of", "delete from checkout.uses"),
    ("orders_add_up", "unfulfilled of", "update checkout.orders set status = 'paid' where status = 'fulfilled' and group_id is null"),
    ("paid_is_given", "kept for something", "update checkout.orders set status = 'paid' where status = 'fulfilled' and group_id is null"),
    ("paid_is_given", "units has", "update vouchers.vouchers set source = 'api' where source = 'purchase'"),
    ("paid_is_given", "nobody's", "update checkout.orders set person_id = gen_random_uuid()"),
    ("paid_is_given", "kept for something", "update groupbuy.groups set status = 'closed', why = 'empty', ended_at = now() where status = 'open'"),
    ("refunds_add_up", "its payment gives back", "update refunds.refunds set returned_id = null"),
    ("refunds_add_up", "refunds say", "update refunds.refunds set amount = amount + 1"),
    ("refunds_add_up", "came back", "update vouchers.vouchers set status = 'expired' where status = 'issued' and source = 'purchase'"),
    ("refunds_add_up", "gave back", "update checkout.uses set amount = 1"),
    ("groups_add_up", "taken and", "update groupbuy.groups set paid = paid - 1 where status = 'open' and paid > 0"),
    ("groups_add_up", "has filled, but", "update checkout.orders set status = 'paid' where status = 'fulfilled' and group_id is not null"),
    ("groups_add_up", "is closed, but", "update groupbuy.groups set status = 'closed', why = 'empty', ended_at = now() where status = 'open'"),
    ("groups_add_up", "not a person", "delete from groupbuy.seats"),
    ("groups_add_up", "has no place", "delete from groupbuy.places"),
    ("settlement_adds_up", "payable at", ("insert into settlement.lines (merchant_id, line_id, kind, day, at, run_id, gross, platform, agent, "
     "operator, net) select merchant_id, gen_random_uuid(), 'use', open_day, now(), gen_random_uuid(), 1, 0, 0, 0, 1 from settlement.books")),
    ("settlement_adds_up", "commission at", ("insert into settlement.lines (merchant_id, line_id, kind, day, at, run_id, gross, platform, agent, "
     "operator, net) select merchant_id, gen_random_uuid(), 'use', open_day, now(), gen_random_uuid(), 1, 1, 0, 0, 0 from settlement.books")),
    ("settlement_adds_up", "party at", ("insert into settlement.lines (merchant_id, line_id, kind, day, at, run_id, gross, platform, agent, "
     "operator, net, agent_id) select merchant_id, gen_random_uuid(), 'use', day, now(), gen_random_uuid(), 1, 0, 1, 0, 0, agent_id "
     "from settlement.lines where agent_id is not null limit 1")),
    ("settlement_adds_up", "passing at", ("insert into ledger.transfers (merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, "
     "reason, at) select merchant_id, merchant_id, 'held', merchant_id, 'received', currency, 1, 'lost', now() from settlement.books")),
    ("settlement_adds_up", "chain at", ("insert into settlement.lines (merchant_id, line_id, kind, day, at, run_id, gross, platform, agent, "
     "operator, net) select merchant_id, gen_random_uuid(), 'use', day, now(), gen_random_uuid(), 1, 0, 0, 0, 1 from settlement.statements")),
    ("settlement_adds_up", "totals at", "update settlement.totals set gross = gross + 1, net = net + 1"),
    ("settlement_adds_up", "earnings at", "update settlement.earnings set amount = amount + 1"),
    ("payouts_add_up", "paid_out at", "update payouts.payouts set status = 'returned' where status = 'open' and party_id is null"),
    ("payouts_add_up", "paid_out at", "delete from payouts.payouts"),
    ("settlement_adds_up", "held at", "update checkout.sold set used = used + 1 where used + refunded < amount"),
)  # fmt: skip


class Undone(Exception):
    """Nothing of it stays."""


async def test_a_broken_book_is_named(database: Database) -> None:
    await _live(database)
    unnamed = []
    async with database.write() as db:
        assert await breaches(db, settled=0) == []
        for book, place, statement in MONEY_BREAKS:
            try:
                async with db.savepoint():
                    touched = await (await db.connection()).execute(statement)
                    assert not touched.endswith(" 0"), f"nothing was broken by {statement}"
                    found = {breach.name: breach.places for breach in await breaches(db, settled=0)}
                    if not any(place in line for line in found.get(book, [])):
                        unnamed.append((book, place, found))
                    raise Undone
            except Undone:
                pass
        assert await breaches(db, settled=0) == []
    assert unnamed == []


async def _live(database: Database) -> None:
    """A deal sold, used, refunded, used and refunded by agreement; groups full and open; money stored and paid with; a closed day."""
    order = await bought(database, 4, stock=9, per_person=8)
    shop = order.at.shop
    async with database.write() as db:
        await agents(db, Market(order.at, order.manager, await session_of(db, shop.owner_id), order.guest))
    vouchers = await codes(database, order.order)
    async with database.write() as db:
        calls = [
            RedeemCall(shop.merchant_id, shop.store_id, shop.owner_id, code, uuid4().hex) for _voucher, code in vouchers[:2]
        ]
        [use, _other] = await redeem(db, calls)
        assert isinstance(use, Redemption)
        await refund_order(db, shop.merchant_id, order.order.order_id, Asker("person", order.guest.person_id), [vouchers[2][0]])
    await quiet(database)
    async with database.write() as db:
        await signed_in(db)
        counter = await stored_world.ground(db)
    await stored_world.stored(database, counter, 10_000)
    with clock.at(clock.now() + timedelta(hours=2)):
        await run_jobs(database)
        await drain(database)
        async with database.write() as db:
            asker = Asker("merchant", shop.owner_id, reason="not what was promised")
            await refund_use(db, shop.merchant_id, use.redemption_id, None, asker)
        await drain(database)
    async with database.write() as db:
        await save_account(db, shop.owner_id, shop.merchant_id, AccountDraft("Kaisla Oy", "FI21 1234 5600 0007 85"))
    with clock.at(clock.now() + timedelta(hours=26)):
        await run_jobs(database)
        await drain(database)
    await quiet(database)
    async with database.write() as db:
        together = await group_sale(db)
    await of_three(database, together, 3)
    await of_three(database, together, 2)
    await drain(database)
