"""The test bank over HTTP: each button, its signed notices, and what we make of them."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.kit.errands import run_errands
from shuke.kit.events import REACTIONS, Event
from shuke.payments import PaymentCaptured, cancel, invariants, refunds_of, try_again
from shuke.payments.provider import Notice
from shuke.people.erase import erase
from shuke.rooms import reactions
from shuke.testbank import SIGNATURE, bank_key, sign
from tests.payments.pay_world import Ground, ground, kept
from tests.payments.test_money import books
from tests.world import Client, problem

pytestmark = pytest.mark.row("4.4")

NOTICES = "/api/v1/notices/bank"


class Sent(msgspec.Struct, frozen=True):
    """A notice of the bank as it left."""

    body: bytes
    signature: str


async def made(database: Database, **changes: object) -> Ground:
    async with database.write() as db:
        return await ground(db, **changes)


async def act(client: Client, at: Ground, what: str) -> tuple[int, str]:
    """Press a button of the bank; the status of the payment, or of the refusal with its name."""
    done = await client.post(f"/api/v1/bank/payments/{at.address}", json={"act": what}, headers=at.guest.headers)
    return (done.status_code, done.json()["status"]) if done.status_code == 201 else problem(done)


async def notices(database: Database) -> list[Sent]:
    async with database.read() as db:
        return await db.all(Sent, "select body, signature from testbank.notices order by notice_id")


async def told(client: Client, body: bytes, signature: str) -> tuple[int, str]:
    """Send a notice; what it was answered with."""
    done = await client.post(NOTICES, content=body, headers={SIGNATURE: signature, "content-type": "application/json"})
    return (200, done.text) if done.status_code == 200 else problem(done)


async def count(database: Database, at: Ground) -> tuple[int, int, int]:
    """Clearing, received, refunding; the books agree with the payments."""
    async with database.read() as db:
        assert await invariants(db) == []
        return await books(db, at)


async def later(database: Database, **span: float) -> None:
    """What the errands do once so much time has passed."""
    with clock.at(clock.now() + timedelta(**span)):
        await run_errands(database)


async def test_paying(client: Client, database: Database) -> None:
    at = await made(database)
    mine = f"/api/v1/payments/{at.address}"
    assert (await client.get(mine, headers=at.guest.headers)).json()["status"] == "started"
    assert await act(client, at, "pay") == (201, "captured")
    assert await act(client, at, "pay") == (409, "bank_closed")
    found = (await client.get(mine, headers=at.guest.headers)).json()
    assert (found["captured"], found["refunded"], found["unknown"]) == (2500, 0, False)
    assert await count(database, at) == (-2500, 2500, 0)
    other = await made(database)
    assert problem(await client.get(mine, headers=other.guest.headers)) == (404, "not_found")
    refused = await client.post(f"/api/v1/bank/payments/{at.address}", json={"act": "pay"}, headers=other.guest.headers)
    assert problem(refused) == (404, "not_found")


async def test_failing_and_silence(client: Client, database: Database) -> None:
    failed, silent = await made(database), await made(database)
    assert await act(client, failed, "fail") == (201, "ended")
    assert (await kept(database, failed)).why == "failed"
    assert await act(client, silent, "time_out") == (201, "started")
    await later(database, seconds=11)
    assert ((await kept(database, silent)).unknown, (await kept(database, silent)).status) == (True, "started")
    await later(database, minutes=16)
    ended = await kept(database, silent)
    assert (ended.status, ended.why, ended.unknown) == ("ended", "timed_out", False)
    assert await act(client, silent, "pay") == (409, "bank_closed")


async def test_a_notice_that_gets_lost_is_made_good_by_asking(client: Client, database: Database) -> None:
    at = await made(database)
    assert await act(client, at, "pay_unheard") == (201, "started")
    await run_errands(database)
    assert (await kept(database, at)).status == "started"
    await later(database, seconds=11)
    assert (await kept(database, at)).status == "captured"
    [sent] = await notices(database)
    assert await told(client, sent.body, sent.signature) == (200, "ok")  # it turns up after all
    assert await count(database, at) == (-2500, 2500, 0)


async def test_paid_at_the_last_moment_counts(client: Client, database: Database) -> None:
    at = await made(database)
    assert await act(client, at, "pay_unheard") == (201, "started")
    await later(database, minutes=16)  # nobody asked before: found when it is closed
    assert (await kept(database, at)).status == "captured"


async def test_paid_twice_goes_back_once(client: Client, database: Database) -> None:
    at = await made(database)
    assert await act(client, at, "pay_twice") == (201, "captured")
    assert await count(database, at) == (-5000, 2500, 2500)
    await run_errands(database)
    assert await count(database, at) == (-2500, 2500, 0)
    async with database.read() as db:
        [back] = await refunds_of(db, at.shop.merchant_id, at.payment.payment_id)
    assert (back.status, back.reason, back.amount) == ("succeeded", "paid_twice", 2500)


async def test_paid_late_goes_back(client: Client, database: Database) -> None:
    at = await made(database)
    assert await act(client, at, "pay_late") == (201, "started")
    await later(database, minutes=15, seconds=1)
    assert (await kept(database, at)).why == "timed_out"
    assert await act(client, at, "pay_late") == (201, "ended")
    await later(database, minutes=15, seconds=10)
    await later(database, minutes=15, seconds=12)  # what came late is sent back
    assert await count(database, at) == (0, 0, 0)
    async with database.read() as db:
        backs = await refunds_of(db, at.shop.merchant_id, at.payment.payment_id)
    assert [(back.reason, back.status) for back in backs] == [("late", "succeeded")] * 2


async def test_forged_notices_change_nothing(client: Client, database: Database) -> None:
    at, other = await made(database), await made(database)
    await act(client, at, "pay_unheard")
    [sent] = await notices(database)
    assert await told(client, sent.body, "") == (401, "forged_notice")
    assert await told(client, sent.body, sent.signature[:-1]) == (401, "forged_notice")
    stolen = sent.body.replace(str(at.payment.payment_id).encode(), str(other.payment.payment_id).encode())
    assert await told(client, stolen, sent.signature) == (401, "forged_notice")
    assert await told(client, b"", sign(b"guessed", b"")) == (401, "forged_notice")
    async with database.write() as db:
        key = await bank_key(db)
    assert await told(client, b"not json", sign(key, b"not json")) == (401, "forged_notice")
    unknown = msgspec.json.encode(Notice("n", at.shop.merchant_id, UUID(int=1), None, "captured", "x", 2500, "EUR"))
    assert await told(client, unknown, sign(key, unknown)) == (404, "notice_unknown")
    assert problem(await client.post("/api/v1/notices/nobody")) == (404, "not_found")
    assert await count(database, at) == (0, 0, 0)


@pytest.mark.race
@pytest.mark.row("11.3")
async def test_a_notice_twenty_times_at_once(client: Client, database: Database) -> None:
    at = await made(database)
    await act(client, at, "pay_unheard")
    [sent] = await notices(database)
    answers = await asyncio.gather(*(told(client, sent.body, sent.signature) for _ in range(20)))
    assert set(answers) == {(200, "ok")}
    assert await count(database, at) == (-2500, 2500, 0)
    async with database.read() as db:
        announced = await db.values(str, "select name from kit.events where name like 'payments.%'")
    assert announced == ["payments.PaymentCaptured"]


@pytest.mark.race
@pytest.mark.row("11.3")
async def test_notices_questions_and_closing_at_once(client: Client, database: Database) -> None:
    at = await made(database)
    await act(client, at, "pay_unheard")
    [sent] = await notices(database)
    calls = [told(client, sent.body, sent.signature) for _ in range(5)]
    await asyncio.gather(*calls, later(database, minutes=16), later(database, seconds=11), later(database, minutes=20))
    assert (await kept(database, at)).status == "captured"
    assert await count(database, at) == (-2500, 2500, 0)


@pytest.mark.race
async def test_many_pay_at_once(client: Client, database: Database) -> None:
    async with database.write() as db:
        grounds = [await ground(db) for _ in range(40)]
    answers = await asyncio.gather(*(act(client, at, "pay") for at in grounds))
    assert answers == [(201, "captured")] * 40
    async with database.read() as db:
        assert await invariants(db) == []


async def test_notices_out_of_order(client: Client, database: Database) -> None:
    at = await made(database)
    await act(client, at, "pay_unheard")
    [captured] = await notices(database)
    async with database.write() as db:
        key = await bank_key(db)

    async def say(state: str, name: str, refund: UUID | None = None) -> None:
        words = {"notice_id": name, "merchant_id": at.shop.merchant_id, "payment_id": at.payment.payment_id}
        body = msgspec.json.encode({**words, "refund_id": refund, "state": state})
        assert await told(client, body, sign(key, body)) == (200, "ok")

    await later(database, seconds=11)  # captured by asking; the notices come in a strange order
    await act(client, at, "pay_twice")
    async with database.read() as db:
        [back] = await refunds_of(db, at.shop.merchant_id, at.payment.payment_id)
    await say("succeeded", "a", back.refund_id)
    await say("failed", "b", back.refund_id)
    await say("ended", "c")
    await say("pending", "d")
    assert await told(client, captured.body, captured.signature) == (200, "ok")
    await later(database, minutes=1)
    assert (await kept(database, at)).status == "captured"
    assert await count(database, at) == (-2500, 2500, 0)


async def test_a_refused_refund_is_tried_again(client: Client, database: Database) -> None:
    at = await made(database)
    await act(client, at, "refuse_refunds")
    await act(client, at, "pay_twice")
    await run_errands(database)
    async with database.write() as db:
        [back] = await refunds_of(db, at.shop.merchant_id, at.payment.payment_id)
        assert back.status == "failed"
        await try_again(db, back.merchant_id, back.refund_id)
    await act(client, at, "allow_refunds")
    await run_errands(database)
    assert await count(database, at) == (-2500, 2500, 0)
    async with database.read() as db:
        assert await db.values(
            str, "select body->>'status' from kit.events where name = 'payments.RefundEnded' order by event_id"
        ) == [
            "failed",
            "succeeded",
        ]


@pytest.mark.row("11.6")
async def test_a_kill_between_capture_and_reaction_loses_nothing(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await made(database)
    heard: list[UUID] = []

    async def killed_at_first(db: Db, event: Event) -> None:
        assert isinstance(event, PaymentCaptured)
        heard.append(event.payment_id)
        if len(heard) == 1:  # the connection ends as it does when the process is killed
            await db.run("select pg_terminate_backend(pg_backend_pid())")

    assert reactions()
    monkeypatch.setitem(REACTIONS["payments.PaymentCaptured"], "payments.killed_at_first", killed_at_first)
    assert await act(client, at, "pay") == (201, "captured")
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await drain(database)
    async with database.read() as db:
        assert await refunds_of(db, at.shop.merchant_id, at.payment.payment_id) == []
    await drain(database)
    await run_errands(database)
    assert heard == [at.payment.payment_id] * 2
    async with database.read() as db:  # no such order: what was heard twice was done once
        [back] = await refunds_of(db, at.shop.merchant_id, at.payment.payment_id)
    assert (back.amount, back.status) == (2500, "succeeded")
    assert await count(database, at) == (0, 0, 0)


async def test_a_cancelled_payment_is_closed_unless_it_is_paid(client: Client, database: Database) -> None:
    one, other = await made(database), await made(database)
    assert await act(client, other, "pay_unheard") == (201, "started")
    async with database.write() as db:
        for at in (one, other):
            await cancel(db, at.shop.merchant_id, at.payment.payment_id)
            await cancel(db, at.shop.merchant_id, at.payment.payment_id)
    page = await client.get(f"/pay/{one.address}", headers=one.guest.headers)
    assert 'data-state="closing"' in page.text
    await run_errands(database)
    assert (await kept(database, one)).why == "cancelled"
    assert (await kept(database, other)).status == "captured"


async def test_what_an_erased_person_could_still_pay_is_cancelled(database: Database) -> None:
    at = await made(database, phone="203.0.113.7")
    async with database.write() as db:
        await erase(db, at.guest.person_id)
    await drain(database)
    await run_errands(database)
    found = await kept(database, at)
    assert (found.why, found.phone) == ("cancelled", "")


async def test_without_the_test_bank(client: Client, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at = await made(database)
    ways = "/api/v1/payment-providers?currency=EUR"
    assert [one["name"] for one in (await client.get(ways)).json()] == ["bank"]
    monkeypatch.setenv("SHUKE_TEST_BANK", "0")
    assert (await client.get(ways)).json() == []
    assert await act(client, at, "pay") == (404, "not_found")
    assert problem(await client.post(NOTICES)) == (404, "not_found")
    with pytest.raises(Exception, match="provider_off"):
        await made(database)


async def test_a_signed_notice_that_is_out_of_measure(client: Client, database: Database) -> None:
    at = await made(database)
    async with database.write() as db:
        key = await bank_key(db)

    def words(name: str, amount: int, ref: str) -> bytes:
        return msgspec.json.encode(
            Notice(name, at.shop.merchant_id, at.payment.payment_id, None, "captured", ref, amount, "EUR")
        )

    for body in (
        words("", 2500, "a"),
        words("n", 0, "a"),
        words("n", 10**15, "a"),
        words("n\0", 2500, "a"),
        words("n", 2500, "\0"),
    ):
        status, name = await told(client, body, sign(key, body))
        assert (status, name) in ((422, "notice_unreadable"), (401, "forged_notice")), body
    assert await count(database, at) == (0, 0, 0)
    long = words("n" * 5000, 2500, "a")
    for _twice in range(2):
        assert await told(client, long, sign(key, long)) == (200, "ok")
    other = words("n" * 4999 + "m", 2500, "b")
    assert await told(client, other, sign(key, other)) == (200, "ok")
    assert await count(database, at) == (-5000, 2500, 2500), "two ids that differ at their end are two notices"
