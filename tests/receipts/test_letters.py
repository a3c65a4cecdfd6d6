"""Letters about money: each once, in the reader's language, to her own contact, and none to who was erased."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from shuke.checkout import OrderFulfilled
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.kit.events import record
from shuke.payments import RefundEnded
from shuke.payouts import Decided, PayoutMade, bundles, decide, save_account
from shuke.people.erase import erase
from shuke.receipts import Words, write
from shuke.refunds import Asker, refund_order
from shuke.testbank import act_at_bank
from tests import world
from tests.groupbuy.together import DAY, group_sale, of_three
from tests.payments.pay_world import Ground, ground
from tests.payouts.test_payouts import DRAFT, earned
from tests.refunds.bought import bought, quiet
from tests.settlement.settle_world import market
from tests.storedvalue import stored_world

pytestmark = [pytest.mark.row("4.1"), pytest.mark.row("4.4")]


class Sent(msgspec.Struct, frozen=True):
    """A letter that was written."""

    subject: str
    body: str


@pytest.fixture(autouse=True)
def _development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUKE_DEV", "1")
    monkeypatch.setenv("SHUKE_URL", "https://shuke.test")


async def letters_to(database: Database, person_id: UUID) -> list[Sent]:
    """In the order they were written."""
    async with database.read() as db:
        return await db.all(
            Sent,
            """
            select l.subject, l.body from kit.letters l join people.contacts c on c.value = l.target
            where c.person_id = :person order by l.at, l.letter_id
            """,
            person=person_id,
        )


async def again(database: Database, db_event: OrderFulfilled | RefundEnded | PayoutMade) -> None:
    """The same event once more."""
    async with database.write() as db:
        await record(db, db_event)
    await drain(database)


async def test_a_receipt_and_a_refund_each_once(database: Database) -> None:
    by = await bought(database, 2)
    order = by.order
    [receipt] = await letters_to(database, by.guest.person_id)
    assert receipt.subject == "Receipt: Dinner for two at Kaisla Bakery"
    assert "2 × Dinner for two at Kaisla Bakery for €118.00" in receipt.body
    assert receipt.body.endswith(f"https://shuke.test/orders/{order.merchant_id}/{order.order_id}")
    assert "the money goes back the way you paid" in receipt.body
    assert "no money moved" in receipt.body
    await again(database, OrderFulfilled(order.merchant_id, order.order_id, order.deal_id, order.person_id, None))
    assert len(await letters_to(database, by.guest.person_id)) == 1
    async with database.write() as db:
        await refund_order(
            db, order.merchant_id, order.order_id, Asker("merchant", by.manager.person_id, reason="the oven broke")
        )
    await quiet(database)
    [_receipt, back] = await letters_to(database, by.guest.person_id)
    assert back.subject == "Money back from Kaisla Bakery: €118.00"
    assert "Why: Given back unused." in back.body
    assert "The words to it: the oven broke" in back.body
    async with database.read() as db:
        [refund_id] = await db.values(UUID, "select refund_id from payments.refunds")
    assert order.payment_id is not None
    await again(
        database, RefundEnded(order.merchant_id, refund_id, order.payment_id, order.person_id, order.amount, "succeeded")
    )
    assert len(await letters_to(database, by.guest.person_id)) == 2


async def test_letters_speak_the_readers_language(database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
        await db.run("update people.people set locale = 'zh_CN' where person_id = :person", person=at.guest.person_id)
    for act in ("refuse_refunds", "pay_twice"):
        await act_at_bank(database, at.payment, act)
    await quiet(database)
    subjects = [one.subject for one in await letters_to(database, at.guest.person_id)]
    assert set(subjects) == {"Kaisla Bakery的退款有延迟：€25.00"}
    assert "你无需操作" in (await letters_to(database, at.guest.person_id))[0].body
    await _try_again(database, at)
    assert (await letters_to(database, at.guest.person_id))[-1].subject == "Kaisla Bakery的退款：€25.00"


async def _try_again(database: Database, at: Ground) -> None:
    await act_at_bank(database, at.payment, "allow_refunds")
    async with database.write() as db:
        await db.run(
            "update payments.refunds set status = 'requested', ended_at = null, next_at = :now where status = 'failed'",
            now=clock.now(),
        )
    await quiet(database)


@pytest.mark.row("4.2")
async def test_a_group_that_fills_and_one_that_fails(database: Database) -> None:
    async with database.write() as db:
        full, short = await group_sale(db), await group_sale(db)
    happy, _orders = await of_three(database, full, 3)
    for one in happy:
        [receipt] = await letters_to(database, one.person_id)
        assert "Your group is full" in receipt.body
    sad, _orders = await of_three(database, short, 2)
    with clock.at(clock.now() + DAY):
        await quiet(database)
    for one in sad[:2]:
        [back] = await letters_to(database, one.person_id)
        assert "Why: The group did not fill." in back.body
    assert await letters_to(database, sad[2].person_id) == [], "who paid nothing hears nothing"


@pytest.mark.row("11.6")
async def test_a_top_up_has_its_receipt(database: Database) -> None:
    async with database.write() as db:
        at = await stored_world.ground(db)
    await stored_world.stored(database, at, 10_000)
    [receipt] = await letters_to(database, at.guest.person_id)
    assert receipt.subject == "Receipt: €100.00 on your card at Kaisla Bakery"
    assert "The shop added €10.00." in receipt.body
    assert receipt.body.endswith(f"/cards/{at.shop.merchant_id}/money")


async def test_who_is_erased_gets_none(database: Database) -> None:
    by = await bought(database)
    async with database.read() as db:
        target = await db.value(str, "select value from people.contacts where person_id = :person", person=by.guest.person_id)
    async with database.write() as db:
        await erase(db, by.guest.person_id)
    await quiet(database)
    with clock.at(clock.now() + timedelta(days=90)):
        await quiet(database)
    async with database.write() as db:
        assert await db.values(str, "select subject from kit.letters where target = :target", target=target) == []
        assert not await write(db, by.guest.person_id, "x", _words)
        assert await db.values(str, "select about from receipts.sent") == []


def _words() -> Words:
    return Words("A", ["b"], "/")


async def test_who_cannot_be_reached_gets_none(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHUKE_DEV")
    monkeypatch.delenv("SHUKE_SMTP_URL", raising=False)
    async with database.write() as db:
        person_id = await world.person(db)
        assert not await write(db, person_id, "x", _words)


@pytest.mark.row("4.6")
async def test_a_payout_and_its_return_are_told_to_who_keeps_the_money(database: Database) -> None:
    at = await market(database)
    await earned(database, at)
    async with database.write() as db:
        await save_account(db, at.owner.person_id, at.merchant_id, DRAFT)
    await drain(database)
    [told] = await letters_to(database, at.owner.person_id)
    assert told.subject.startswith("Statement of Kaisla Bakery, ")
    assert "€59.00 are being transferred" in told.body
    assert f"/console/{at.merchant_id}/statements/" in told.body
    assert await letters_to(database, at.cashier.person_id) == []
    await again(database, PayoutMade(at.merchant_id, uuid4(), clock.now().date(), 1))
    assert len(await letters_to(database, at.owner.person_id)) == 1, "one a day at most"
    async with database.write() as db:
        await _return(db)
    await drain(database)
    [_told, back] = await letters_to(database, at.owner.person_id)
    assert back.subject == "A payout to Kaisla Bakery came back: €59.00"
    assert back.body.endswith(f"/console/{at.merchant_id}/payouts")


async def _return(db: Db) -> None:
    [bundle] = [one.bundle_id for one in await bundles(db, "open")]
    await decide(db, uuid4(), bundle, Decided("returned", "account closed"))
