"""A provider that is away: nothing is lost, nothing guessed, nobody else is held up."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.errands import run_errands
from shuke.ledger import Account
from shuke.payments import Payment, RefundRow, RefundWish, cancel, invariants, refund, refunds_of
from shuke.payments.provider import ADAPTERS, Adapter, Found, Notice, RefundFound, Started, adapts
from shuke.payments.visits import visit_payments
from tests.payments.pay_world import Ground, ground, kept

pytestmark = [pytest.mark.row("4.4"), pytest.mark.row("11.6")]


class Faraway:
    """A provider whose line can be cut; what it has been told before that, it knows."""

    name = "alipay"
    accepted = "success"

    def __init__(self) -> None:
        self.away = False
        self.loses_answers = False
        self.states: dict[str, Found] = {}
        self.refunds: dict[str, int] = {}
        self.asked = 0

    def line(self) -> None:
        """Every call goes by it."""
        self.asked += 1
        if self.away:
            raise ConnectionRefusedError

    async def start(self, payment: Payment, notify_url: str, return_url: str) -> Started:
        assert notify_url == "https://shuke.example/api/v1/notices/alipay"
        assert return_url == f"https://shuke.example/pay/{payment.merchant_id}/{payment.payment_id}"
        self.line()
        self.states.setdefault(payment.payment_id.hex, Found("pending"))
        if self.loses_answers:
            return Started(None, None, "", "unknown")
        return Started("https://pay.example/1", "qr-text", "ref")

    async def query(self, payment: Payment) -> Found:
        self.line()
        return self.states[payment.payment_id.hex]

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        raise NotImplementedError

    async def refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        self.line()
        self.refunds[refund.refund_id.hex] = refund.amount
        return RefundFound("unknown") if self.loses_answers else RefundFound("pending", "r")

    async def query_refund(self, refund: RefundRow, payment: Payment) -> RefundFound:
        self.line()
        return RefundFound("succeeded", "r") if refund.refund_id.hex in self.refunds else RefundFound("unknown")

    async def close(self, payment: Payment) -> Found:
        self.line()
        return self.states.setdefault(payment.payment_id.hex, Found("ended"))


@pytest.fixture
def faraway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Faraway]:
    """Alipay as this fake, and the test bank beside it."""
    provider = Faraway()
    monkeypatch.setenv("SHUKE_URL", "https://shuke.example")
    monkeypatch.setenv("SHUKE_TEST_BANK", "1")
    monkeypatch.setenv("SHUKE_ALIPAY_FAKE", str(id(provider)))
    before = ADAPTERS.get("alipay")
    adapts(Adapter("alipay", frozenset({"EUR"}), lambda: True, lambda _database: provider))
    yield provider
    ADAPTERS.pop("alipay")
    if before is not None:
        adapts(before)


async def made(database: Database) -> Ground:
    async with database.write() as db:
        return await ground(db, provider="alipay")


async def later(database: Database, **span: float) -> None:
    with clock.at(clock.now() + timedelta(**span)):
        await run_errands(database)


async def test_a_provider_that_is_away_for_minutes(database: Database, faraway: Faraway) -> None:
    at, other = await made(database), await made(database)
    faraway.away = True
    for second in range(0, 300, 10):
        await later(database, seconds=second)
    assert faraway.asked < 30, "it is asked less and less often"
    waits = await kept(database, at)
    assert (waits.status, waits.unknown) == ("created", True)
    faraway.away = False
    await later(database, minutes=6)
    started = await kept(database, at)
    assert (started.status, started.unknown, started.url, started.qr) == ("started", False, "https://pay.example/1", "qr-text")
    faraway.away = True
    faraway.states[at.payment.payment_id.hex] = Found("captured", "c", 2500, "EUR")
    await later(database, minutes=8)
    await later(database, minutes=20)  # past the time limit: it can't be closed, so nobody says that it ended
    assert [(await kept(database, one)).status for one in (at, other)] == ["started", "started"]
    faraway.away = False
    faraway.states[other.payment.payment_id.hex] = Found("ended")
    await later(database, minutes=30)
    assert (await kept(database, at)).status == "captured"
    assert (await kept(database, other)).why == "timed_out"


async def test_an_answer_that_gets_lost_starts_and_refunds_nothing_twice(database: Database, faraway: Faraway) -> None:
    at = await made(database)
    faraway.loses_answers = True
    await later(database)
    assert (await kept(database, at)).unknown
    faraway.loses_answers = False
    await later(database, minutes=2)
    faraway.states[at.payment.payment_id.hex] = Found("captured", "c", 2500, "EUR")
    await later(database, minutes=4)
    assert (await kept(database, at)).captured == 2500
    faraway.loses_answers = True
    async with database.write() as db:
        wish = RefundWish(
            at.shop.merchant_id, at.payment.payment_id, 2500, Account(at.shop.merchant_id, "received"), "unused", None, "k"
        )
        await refund(db, wish)
    await later(database, minutes=4)
    async with database.read() as db:
        [back] = await refunds_of(db, at.shop.merchant_id, at.payment.payment_id)
        assert (back.status, back.unknown) == ("requested", True)
    await later(database, minutes=6)
    async with database.read() as db:
        [back] = await refunds_of(db, at.shop.merchant_id, at.payment.payment_id)
        assert (back.status, back.unknown) == ("succeeded", False)
        assert await invariants(db) == []
    assert list(faraway.refunds.values()) == [2500]


async def test_a_provider_that_is_away_at_the_time_limit_is_asked_again_before_a_held_order_lapses(
    database: Database, faraway: Faraway
) -> None:
    at = await made(database)
    now = clock.now()

    async def after(seconds: float) -> None:
        with clock.at(now + timedelta(seconds=seconds)):
            await run_errands(database)

    for seconds in range(0, 900, 60):
        await after(seconds)
    faraway.states[at.payment.payment_id.hex] = Found("captured", "c", 2500, "EUR")
    faraway.away = True
    await after(900)
    faraway.away = False
    assert (await kept(database, at)).status == "started"
    await after(915)
    assert (await kept(database, at)).status == "captured"


async def test_what_is_cancelled_while_it_is_asked_about_is_closed_at_once(
    database: Database, faraway: Faraway, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await made(database)
    await later(database)

    async def slow(payment: Payment) -> Found:
        async with database.write() as db:
            await cancel(db, payment.merchant_id, payment.payment_id)
        return Found("pending")

    monkeypatch.setattr(faraway, "query", slow)
    faraway.states[at.payment.payment_id.hex] = Found("ended")
    await later(database, seconds=30)
    assert (await kept(database, at)).status == "started"
    await later(database, seconds=31)
    ended = await kept(database, at)
    assert (ended.status, ended.why) == ("ended", "cancelled")


@pytest.mark.race
async def test_two_workers_ask_once(database: Database, faraway: Faraway) -> None:
    for _number in range(5):
        await made(database)
    await asyncio.gather(*(visit_payments(database, "alipay") for _ in range(4)))
    assert faraway.asked == 5


@pytest.mark.race
@pytest.mark.row("4.5")
async def test_refunds_at_once_never_pass_what_was_captured(database: Database, faraway: Faraway) -> None:
    at = await made(database)
    await later(database)
    faraway.states[at.payment.payment_id.hex] = Found("captured", "c", 2500, "EUR")
    await later(database, minutes=1)

    async def back(number: int) -> str:
        received = Account(at.shop.merchant_id, "received")
        wish = RefundWish(at.shop.merchant_id, at.payment.payment_id, 600, received, "unused", None, f"key {number % 10}")
        async with database.write() as db:
            return str(await refund(db, wish))

    told = await asyncio.gather(*(back(number) for number in range(20)), return_exceptions=True)
    assert len({one for one in told if isinstance(one, str)}) == 4
    assert {str(one) for one in told if isinstance(one, Exception)} == {"nothing_left"}
    await later(database, minutes=2)
    await later(database, minutes=3)
    async with database.read() as db:
        assert await invariants(db) == []
    assert sorted(faraway.refunds.values()) == [600] * 4
