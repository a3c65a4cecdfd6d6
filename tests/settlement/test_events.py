"""What others announce reaches the books: refunds of uses by agreement, payments with stored value and their return."""

from datetime import timedelta
from typing import LiteralString

import pytest

from shuke.agreements import TermsDraft, set_terms
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.ledger import PLATFORM, Account, held_money
from shuke.refunds import Asker, refund_use
from shuke.settlement import invariants, statement_of
from tests.settlement.settle_world import agents, bought, market, money, run, soon, sound, used
from tests.storedvalue.stored_world import ground, pay, stored
from tests.world import Client

pytestmark = pytest.mark.row("4.6")


@pytest.mark.row("4.5")
async def test_a_refund_by_agreement_reverses_every_part(database: Database) -> None:
    at = await market(database, price=1999)
    async with database.write() as db:
        agent, operator = await agents(db, at)
    [voucher] = await bought(database, at)
    use = await used(database, at, voucher)
    later = clock.now() + timedelta(hours=3)
    await run(database, later)
    with clock.at(later):
        async with database.write() as db:
            await refund_use(
                db, at.merchant_id, use.redemption_id, 1000, Asker("merchant", at.owner.person_id, "agreed", "cold soup")
            )
        await drain(database)
    assert await money(database, at, "reclaim") == 0
    assert await money(database, at, "payable") == 1832 - 918
    assert await money(database, at, "commission", PLATFORM) == 99 - 49
    assert await money(database, at, "commission", agent) == 19 - 9
    assert await money(database, at, "commission", operator) == 49 - 24
    await sound(database)


@pytest.mark.row("2.4")
async def test_stored_payments_are_lines(database: Database, client: Client) -> None:
    async with database.write() as db:
        at = await ground(db)
        await set_terms(db, at.shop.owner_id, at.shop.merchant_id, TermsDraft(500, 150))
    await stored(database, at, 10_000)
    done = await pay(client, at, 4_001)
    assert done.status_code == 201, done.text
    await drain(database)
    day = (clock.now() + timedelta(hours=3)).date()
    async with database.read() as db:
        assert await held_money(db, at.shop.merchant_id, Account(at.shop.merchant_id, "payable"), "EUR") == 4_001 - 60
        assert await held_money(db, at.shop.merchant_id, Account(PLATFORM, "commission"), "EUR") == 60
        assert await invariants(db) == []
    spend = done.json()["spend_id"]
    place = {"merchant_id": str(at.shop.merchant_id), "store_id": str(at.shop.store_id)}
    for amount in (1_000, 3_001):
        back = await client.post(
            f"/api/v1/stored-payments/{spend}/returns",
            json=place | {"amount": amount},
            headers={**at.cashier.headers, "idempotency-key": f"back {amount}"},
        )
        assert back.status_code == 201, back.text
    await drain(database)
    async with database.read() as db:
        assert await held_money(db, at.shop.merchant_id, Account(at.shop.merchant_id, "payable"), "EUR") == 0
        assert await held_money(db, at.shop.merchant_id, Account(PLATFORM, "commission"), "EUR") == 0
        assert await invariants(db) == []
        zone_day = await db.value(str, "select min(day)::text from settlement.lines")
        statement = await statement_of(db, at.shop.merchant_id, type(day).fromisoformat(zone_day or ""))
    assert statement is not None
    assert {total.kind: total.gross for total in statement.totals} == {"stored": 4_001, "stored_return": -4_001}


BREAKS: list[tuple[str, LiteralString]] = [
    ("payable", "update settlement.lines set gross = gross + 1, net = net + 1"),
    ("commission", "update settlement.lines set platform = platform + 1, net = net - 1"),
    ("party", "update settlement.lines set agent = agent + 1, net = net - 1"),
    ("party", "update settlement.lines set agent_id = operator_id, operator_id = agent_id"),
    ("chain", "update settlement.statements set closing = closing + 1"),
    ("chain", "update settlement.statements set opening = opening + 1, closing = closing + 1"),
    ("lines", "update settlement.statements set lines = lines + 1"),
    ("days", "delete from settlement.statements"),
    ("days", "update settlement.lines set day = day + 1"),
    ("totals", "update settlement.totals set gross = gross + 1"),
    ("totals", "update settlement.totals set platform = platform - 1, agent = agent + 1"),
    ("totals", "delete from settlement.totals"),
    ("earnings", "delete from settlement.earnings where role = 'agent'"),
    ("earnings", "update settlement.earnings set party_id = uuidv7() where role = 'agent'"),
    ("earnings", "update settlement.earnings set amount = amount + case role when 'agent' then 1 else -1 end"),
    ("held", "delete from settlement.due"),
    ("held", "update checkout.sold set amount = amount + 1 where uses_held > 0"),
    ("held", "delete from ledger.transfers where to_kind = 'held'"),
    ("passing", "update ledger.transfers set to_kind = 'reclaim' where to_kind = 'payable'"),
]


class Mended(Exception):
    """What was broken is rolled back."""


async def test_the_check_finds_whatever_is_wrong(database: Database) -> None:
    at = await market(database, price=1999)
    async with database.write() as db:
        await agents(db, at)
    settled, due, _unused = await bought(database, at, 3)
    await used(database, at, settled)
    await run(database, soon())
    await run(database, soon(60 * 26))
    await used(database, at, due)
    await sound(database)
    missed = []
    async with database.write() as db:
        await db.run("set local session_replication_role = replica")
        for name, broken in BREAKS:
            try:
                async with db.savepoint():
                    assert await db.run(broken), broken
                    found = {wrong.name for wrong in await invariants(db)}
                    missed += [broken] if name not in found else []
                    raise Mended
            except Mended:
                pass
        assert missed == []
        assert await invariants(db) == []
