"""One balance, many tills: the same money is never spent twice, whoever is killed and whatever is sent again."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from shuke.bench.pgbench import caught
from shuke.kit import clock
from shuke.kit.db import Database, connect
from shuke.kit.deliver import drain
from shuke.kit.refusals import Refusal
from shuke.ledger import invariants as books
from shuke.merchants import Till
from shuke.payments import PaymentCaptured
from shuke.storedvalue import PayCall, Payer, StoredPayment, refund_rest
from shuke.storedvalue import pay as pay_all
from shuke.storedvalue.codes import MARK, _seal
from shuke.storedvalue.invariants import invariants
from shuke.storedvalue.topups import store
from tests.counter.counter_world import Counter
from tests.storedvalue.stored_world import asked, ground, has, paid, pay, stored
from tests.world import Client, problem

pytestmark = [pytest.mark.race, pytest.mark.row("2.4")]
TILLS, PROCESSES = 64, 4


@pytest.fixture
async def payers(own_db_url: str) -> AsyncIterator[list[Payer]]:
    """As many processes would have them: each its own pool and batches."""
    pools = [await connect(own_db_url, size=4) for _ in range(PROCESSES)]
    yield [Payer(pool) for pool in pools]
    for pool in pools:
        await pool.close()


def till_of(at: Counter) -> Till:
    return Till(at.shop.merchant_id, at.shop.tag, "EUR", at.shop.store_id, at.cashier.person_id, "cashier")


def proofs(at: Counter, count: int) -> list[str]:
    """What so many identifications by different codes would have left with the till."""
    till, now = till_of(at), int(clock.now().timestamp())
    where = (till.merchant_id, till.store_id, till.staff_id)
    steps = range(1_000, 1_000 + count)
    return [f"{MARK}.{at.guest.person_id.hex}.{step}.{now}.{_seal(at.secret, where, step, now)}" for step in steps]


def call(at: Counter, code: str, amount: int, key: str = "", *, partial: bool = False) -> PayCall:
    till = till_of(at)
    key = key or secrets.token_hex(8)
    return PayCall(till.merchant_id, till.tag, "EUR", till.store_id, till.staff_id, code, amount, key, partial)


async def outcome(payer: Payer, one: PayCall) -> StoredPayment | str:
    """What came of it: the payment or the refusal's name."""
    try:
        return await payer(one)
    except Refusal as refusal:
        return refusal.name


async def sound(database: Database) -> None:
    await drain(database)
    async with database.read() as db:
        assert await invariants(db) == []
        assert await books(db) == []


async def test_64_tills_on_one_balance(database: Database, payers: list[Payer]) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 10_000)
    calls = [call(at, proof, 300) for proof in proofs(at, TILLS)]
    told = await asyncio.gather(*(outcome(payers[i % PROCESSES], one) for i, one in enumerate(calls)))
    done = [one for one in told if isinstance(one, StoredPayment)]
    assert (len(done), sum(one.stored for one in done), sum(one.bonus for one in done)) == (36, 10_000, 800)
    assert {one for one in told if isinstance(one, str)} == {"not_enough_money"}
    assert await has(database, at) == (0, 200)
    assert sorted(one.stored_left + one.bonus_left for one in done) == [11_000 - 300 * n for n in range(36, 0, -1)]
    await sound(database)


async def test_the_last_money_is_shared_out_exactly(database: Database, payers: list[Payer]) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 1_000)
    calls = [call(at, proof, 70, partial=True) for proof in proofs(at, TILLS)]
    told = await asyncio.gather(*(outcome(payers[i % PROCESSES], one) for i, one in enumerate(calls)))
    done = [one for one in told if isinstance(one, StoredPayment)]
    assert sorted(one.paid for one in done) == [20, *([70] * 14)]
    assert await has(database, at) == (0, 0)
    await sound(database)


async def test_one_code_at_64_tills_pays_once(client: Client, database: Database, payers: list[Payer]) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 10_000)
    [proof] = proofs(at, 1)
    told = await asyncio.gather(*(outcome(payers[i % PROCESSES], call(at, proof, 100)) for i in range(TILLS)))
    assert sum(isinstance(one, StoredPayment) for one in told) == 1
    assert {one for one in told if isinstance(one, str)} == {"code_used"}
    code = at.card()
    answers = await asyncio.gather(*(pay(client, at, 100, code=code) for _ in range(TILLS)))
    assert sorted({problem(answer) for answer in answers}) == [(201, ""), (409, "code_used")]
    assert sum(answer.status_code == 201 for answer in answers) == 1
    assert await has(database, at) == (9_800, 1_000)


async def test_one_key_64_times_is_one_payment(database: Database, payers: list[Payer]) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 10_000)
    [proof] = proofs(at, 1)
    told = await asyncio.gather(*(outcome(payers[i % PROCESSES], call(at, proof, 100, "same")) for i in range(TILLS)))
    assert len({one.spend_id for one in told if isinstance(one, StoredPayment)}) == 1
    assert all(isinstance(one, StoredPayment) for one in told)
    assert await has(database, at) == (9_900, 1_000)
    await sound(database)


async def test_a_top_up_told_20_times_is_stored_once(database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
        topup = await asked(db, at, 10_000)
    await asyncio.gather(*(paid(database, topup) for _ in range(20)))

    async def again() -> None:
        async with database.write() as db:
            event = PaymentCaptured(
                topup.merchant_id, topup.payment_id, "top_up", topup.topup_id, topup.person_id, topup.pay, "EUR"
            )
            await store(db, event)

    await asyncio.gather(*(drain(database) for _ in range(4)), *(again() for _ in range(20)))
    assert await has(database, at) == (10_000, 1_000)
    await sound(database)


async def test_paying_while_the_rest_goes_back(database: Database, payers: list[Payer]) -> None:
    async with database.write() as db:
        at = await ground(db)
    for amount in (3_000, 10_000):
        await stored(database, at, amount)

    async def back() -> int:
        with suppress(Refusal):
            async with database.write() as db:
                return (await refund_rest(db, at.shop.merchant_id, at.guest.person_id)).amount
        return 0

    calls = [call(at, proof, 500) for proof in proofs(at, 20)]
    *told, first, second = await asyncio.gather(
        *(outcome(payers[i % PROCESSES], one) for i, one in enumerate(calls)), back(), back()
    )
    own = sum(one.stored for one in told if isinstance(one, StoredPayment))
    assert isinstance(first, int)
    assert isinstance(second, int)
    assert own + first + second == 13_000 - (await has(database, at))[0]
    await sound(database)


async def test_killed_in_the_middle_and_sent_again(database: Database, own_db_url: str, payers: list[Payer]) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 50_000)
    calls = [call(at, proof, 100, f"key {number}") for number, proof in enumerate(proofs(at, TILLS))]

    async def attempt(payer: Payer, one: PayCall) -> StoredPayment | str | None:
        try:
            return await outcome(payer, one)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            return None

    async def killer() -> None:
        connection = await asyncpg.connect(own_db_url)
        for _ in range(6):
            await asyncio.sleep(0.01)
            await connection.execute(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
                """
            )
        await connection.close()

    tries = (attempt(payers[i % PROCESSES], one) for i, one in enumerate(calls))
    *first, _none = await asyncio.gather(*tries, killer())
    await asyncio.sleep(0.1)
    pool = await connect(own_db_url, size=4)
    again = [await outcome(Payer(pool), one) for one in calls]
    assert all(isinstance(one, StoredPayment) for one in again)
    told = [(before, after) for before, after in zip(first, again, strict=True) if isinstance(before, StoredPayment)]
    assert all(before == after for before, after in told), "what was answered stands as it was answered"
    assert await has(pool, at) == (50_000 - 100 * TILLS, 0)
    await sound(pool)
    await pool.close()


async def test_a_payment_goes_by_key(database: Database) -> None:
    """Six statements for a payment; keys and cards are looked up by key."""
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 10_000)
    one, two = proofs(at, 2)
    for statement in await caught(database, lambda db: pay_all(db, [call(at, one, 100), call(at, two, 100)]), 10):
        async with database.hot_pool.acquire() as connection:
            rows = await connection.fetch("explain (costs off) " + statement.text, *statement.values)
        plan = "\n".join(row[0] for row in rows)
        assert not [line for line in plan.splitlines() if "Seq Scan on" in line and " on stores" not in line], plan
    async with database.hot(writes=True) as db:
        await pay_all(db, [call(at, proofs(at, 3)[2], 100)])
        assert db.statements == 6


async def test_a_till_that_lost_the_answer_asks_again_tomorrow(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 1_000)
    code, key = at.card(), str(uuid4())
    first = await pay(client, at, 300, key=key, code=code)
    with clock.at(clock.now() + timedelta(days=1)):
        again = await pay(client, at, 300, key=key, code=code)
    assert (first.status_code, again.json()) == (201, first.json()), "though its code is stale by now"
