"""Batches: each line gets its outcome with its voucher, nobody gets two, whatever is cut off."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shuke.batches import start_batch, start_filtered
from shuke.cards import JoinCall, MemberFilter, join
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.jobs import run_jobs
from shuke.people import Contact, read_contact
from shuke.people.actions import person_for
from shuke.vouchers import IssueCall, issue, void, withdraw
from tests import world
from tests.world import Client, Shop, Signed, problem

ROOT = Path(__file__).resolve().parents[2]


async def _members(db: Db, shop: Shop, count: int) -> list[UUID]:
    """Members with verified phone numbers +35840123xxxx."""
    people = []
    for number in range(count):
        contact = read_contact(f"+35840123{number:04d}")
        assert contact is not None
        person_id, _fresh = await person_for(db, contact, f"Guest {number}")
        people.append(person_id)
    await join(db, [JoinCall(shop.merchant_id, person, None) for person in people])
    return people


async def _many(db: Db, shop: Shop, count: int) -> list[str]:
    """Members by their numbers, made in bulk."""
    return await db.values(
        str,
        """
        with person as (
          insert into people.people (person_id, name, created_at) select gen_random_uuid(), 'Many', now() from generate_series(1, :count::int)
          returning person_id
        )
        insert into cards.memberships (merchant_id, person_id, number, secret, joined_at)
        select :merchant, person_id, n || right((10 - (
            select sum(case when place % 2 = 1 then (2 * d) / 10 + (2 * d) % 10 else d end)
            from regexp_split_to_table(reverse(n), '') with ordinality as r(digit, place), lateral (select digit::int as d) x) % 10)::text, 1),
          ''::bytea, now()
        from (select person_id, lpad((row_number() over ())::text, 9, '0') as n from person) p returning number
        """,
        merchant=shop.merchant_id,
        count=count,
    )


async def _office(database: Database) -> tuple[Shop, UUID, Signed, str]:
    async with database.write() as db:
        shop = await world.shop(db)
        template = await world.template(db, shop)
        marketer = await world.staff(db, shop, "marketer")
    return shop, template, marketer, f"/api/v1/merchants/{shop.merchant_id}"


@pytest.mark.row("3.6")
async def test_a_file_is_given_out_line_by_line(client: Client, database: Database) -> None:
    shop, template, marketer, base = await _office(database)
    async with database.write() as db:
        people = await _members(db, shop, 3)
        numbers = await db.values(
            str,
            "select number from cards.memberships where merchant_id = :merchant order by joined_at, person_id",
            merchant=shop.merchant_id,
        )
        await person_for(db, Contact("email", "stranger@example.org"), "Not a member")
    rows = [
        f'"{numbers[0]}"',
        "+358 40 123 0001",
        "＋３５８４０１２３０００２",
        numbers[0],
        "+358401230001",
        "stranger@example.org",
        "=1+1",
    ]
    text = "会员;note\n" + "".join(f"{row};x\n" for row in rows)
    call = {"template_id": str(template), "name": "Letter"}
    keyed = {**marketer.headers, "idempotency-key": "k", "content-type": "text/csv"}
    begun = await client.post(f"{base}/batches/csv", params=call, content=text.encode("utf-8-sig"), headers=keyed)
    assert begun.status_code == 202, begun.text
    again = await client.post(f"{base}/batches/csv", params=call, content=text.encode("utf-8-sig"), headers=keyed)
    assert again.json() == begun.json()
    other = await client.post(f"{base}/batches/csv", params=call, content=b"1\n", headers=keyed)
    assert problem(other) == (409, "idempotency_key_reused")
    await run_jobs(database)
    place = f"{base}/batches/{begun.json()['batch_id']}"
    batch = (await client.get(place, headers=marketer.headers)).json()
    assert (batch["status"], batch["total"], batch["done"], batch["refused"]) == ("finished", 7, 7, 4)
    lines = (await client.get(f"{place}/lines", headers=marketer.headers)).json()
    assert [line["outcome"] for line in lines] == [
        "issued", "issued", "issued", "duplicate", "duplicate", "unknown_member", "unreadable",
    ]  # fmt: skip
    result = await client.get(f"{place}/result", headers=marketer.headers)
    assert "'=1+1,unreadable" in result.text
    async with database.read() as db:
        holders = await db.values(UUID, "select person_id from vouchers.vouchers order by voucher_id")
        carried = await db.value(int, "select count(*) from vouchers.wallet_vouchers")
    assert set(holders) == set(people)
    assert carried == 3


@pytest.mark.row("3.6")
@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        (b"", 422, "batch_empty"),
        (b"\xef\xbb\xbf\n\n;;\n", 422, "batch_empty"),
        (b"PK\x03\x04 a workbook", 422, "not_a_list"),
        (b"\x89PNG\r\n\x1a\n", 422, "not_a_list"),
        (b"a\x00b\n", 422, "not_a_list"),
        (b"1234567890\n" * 100_001, 422, "too_many_lines"),
        (b"x" * 8_000_001, 413, "upload_too_large"),
    ],
    ids=["empty", "blank", "workbook", "picture", "nul", "long", "large"],
)
async def test_a_file_that_is_no_list_is_refused_by_name(
    client: Client, database: Database, body: bytes, status: int, name: str
) -> None:
    _shop, template, marketer, base = await _office(database)
    refused = await client.post(
        f"{base}/batches/csv", params={"template_id": str(template)}, content=body, headers=marketer.headers
    )
    assert problem(refused) == (status, name)
    async with database.read() as db:
        assert await db.value(int, "select count(*) from batches.batches") == 0


@pytest.mark.row("3.6")
async def test_a_few_at_once_by_program(client: Client, database: Database) -> None:
    shop, template, marketer, _base = await _office(database)
    async with database.write() as db:
        await _members(db, shop, 2)
        cashier = await world.staff(db, shop, "cashier")
        other = await world.shop(db, "Other")
    call = {"merchant_id": str(shop.merchant_id), "template_id": str(template), "members": ["+358401230000", "+358401230009"]}
    keyed = {**marketer.headers, "idempotency-key": "few"}
    made = await client.post("/api/v1/vouchers", json=call, headers=keyed)
    assert made.status_code == 201, made.text
    assert [one["outcome"] for one in made.json()["results"]] == ["issued", "unknown_member"]
    assert (await client.post("/api/v1/vouchers", json=call, headers=keyed)).json() == made.json()
    single = {**call, "members": ["+358401230009"]}
    assert problem(await client.post("/api/v1/vouchers", json=single, headers=marketer.headers)) == (409, "unknown_member")
    assert problem(await client.post("/api/v1/vouchers", json=call, headers=cashier.headers)) == (403, "not_allowed")
    foreign = {**call, "merchant_id": str(other.merchant_id)}
    assert problem(await client.post("/api/v1/vouchers", json=foreign, headers=marketer.headers)) == (404, "not_found")
    unknown = {**call, "template_id": str(uuid4()), "members": ["+358401230000"]}
    assert problem(await client.post("/api/v1/vouchers", json=unknown, headers=marketer.headers)) == (404, "not_found")
    assert problem(await client.post("/api/v1/vouchers", json={**call, "members": []}, headers=marketer.headers))[0] == 422


@pytest.mark.row("3.6")
async def test_those_who_fit_get_one_each_and_a_paused_voucher_stops_the_batch(database: Database) -> None:
    shop, template, _marketer, _base = await _office(database)
    async with database.write() as db:
        people = await _members(db, shop, 4)
        await db.run("update cards.memberships set spent = 5000, visits = 3 where person_id = any(:people)", people=people[:2])
        batch = await start_filtered(
            db, shop.merchant_id, shop.owner_id, template, "Good ones", MemberFilter(spent=5000, visits=2)
        )
    await run_jobs(database)
    async with database.write() as db:
        assert set(await db.values(UUID, "select person_id from vouchers.vouchers")) == set(people[:2])
        assert await db.value(str, "select status from batches.batches where batch_id = :batch", batch=batch) == "finished"
        all_ = await start_filtered(db, shop.merchant_id, shop.owner_id, template, "All", MemberFilter())
        await db.run("update vouchers.templates set status = 'paused' where template_id = :template", template=template)
    await run_jobs(database)
    async with database.read() as db:
        assert await db.value(str, "select status from batches.batches where batch_id = :batch", batch=all_) == "stopped"
        assert await db.value(int, "select count(*) from vouchers.vouchers") == 2


@pytest.mark.row("3.6")
@pytest.mark.row("11.6")
@pytest.mark.race
async def test_a_killed_worker_leaves_nobody_with_two_and_nobody_without(own_db_url: str, database: Database) -> None:
    """The worker is killed again and again in the middle; the last one finishes."""
    shop, template, _marketer, _base = await _office(database)
    async with database.write() as db:
        numbers = await _many(db, shop, 12_000)
        batch = await start_batch(db, shop.merchant_id, shop.owner_id, template, "Many", [*numbers, *numbers[:3000]])
    environment = {**os.environ, "SHUKE_DATABASE_URL": own_db_url}
    for _attempt in range(5):
        worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "shuke", "work", cwd=ROOT, env=environment)
        await _some_more(database, batch)
        worker.kill()
        await worker.wait()
        if await _left(database, batch) == 0:
            break
    for _wait in range(900):  # a server process that doesn't know yet that its worker is dead may hold some
        await run_jobs(database)
        if await _left(database, batch) == 0:
            break
        await asyncio.sleep(0.1)
    async with database.read() as db:
        assert await db.value(int, "select count(*) from vouchers.vouchers") == 12_000
        assert await db.value(int, "select count(distinct person_id) from vouchers.vouchers") == 12_000
        told = await db.values(str, "select outcome || ' ' || count(*) from batches.lines group by outcome order by 1")
        done = await db.value(str, "select concat_ws(' ', status, done, refused) from batches.batches")
        torn = await db.value(
            int,
            """
            select count(*) from batches.lines l full join vouchers.vouchers v on v.voucher_id = l.voucher_id
            where (l.outcome = 'issued') is distinct from (v.voucher_id is not null) and (l.line is null or l.outcome = 'issued')
            """,
        )
    assert told == ["duplicate 3000", "issued 12000"]
    assert done == "finished 15000 3000"
    assert torn == 0


async def _left(database: Database, batch: UUID) -> int:
    async with database.read() as db:
        return await db.value(int, "select (total - done) from batches.batches where batch_id = :batch", batch=batch) or 0


async def _some_more(database: Database, batch: UUID) -> None:
    before = await _left(database, batch)
    for _wait in range(600):
        await asyncio.sleep(0.02)
        if await _left(database, batch) < before or before == 0:
            return


@pytest.mark.row("3.2")
async def test_voiding_withdrawal_and_expiry(client: Client, database: Database) -> None:
    shop, template, marketer, base = await _office(database)
    async with database.write() as db:
        people = await _members(db, shop, 3)
        cashier = await world.staff(db, shop, "cashier")
        old = await world.template(db, shop, "Old", valid_days=None, ends_at=clock.now() + timedelta(days=365))
        issued = await issue(db, [IssueCall(shop.merchant_id, template, person, "staff") for person in people])
        await issue(db, [IssueCall(shop.merchant_id, old, people[0], "staff")])
        await db.run(
            "update vouchers.vouchers set starts_at = now() - interval '2 days', ends_at = now() - interval '1 day' where template_id = :old",
            old=old,
        )
        code = getattr(issued[0], "code", "")
        first, second = (getattr(one, "voucher_id", uuid4()) for one in issued[:2])
    empty = await client.post(f"{base}/vouchers/{second}/voiding", json={"reason": "  "}, headers=marketer.headers)
    assert problem(empty) == (422, "reason_needed")
    done = await client.post(f"{base}/vouchers/{second}/voiding", json={"reason": "Given by mistake"}, headers=marketer.headers)
    assert done.status_code == 204, done.text
    twice = await client.post(f"{base}/vouchers/{second}/voiding", json={"reason": "again"}, headers=marketer.headers)
    assert problem(twice) == (409, "not_voidable")
    assert problem(await client.post(f"{base}/vouchers/{uuid4()}/voiding", json={"reason": "x"}, headers=marketer.headers)) == (
        404,
        "not_found",
    )
    place = {"merchant_id": str(shop.merchant_id), "store_id": str(shop.store_id)}
    used = await client.post(
        "/api/v1/redemptions", json={**place, "code": code}, headers={**cashier.headers, "idempotency-key": "r"}
    )
    assert used.status_code == 201, used.text
    late = await client.post(f"{base}/vouchers/{first}/voiding", json={"reason": "x"}, headers=marketer.headers)
    assert problem(late) == (409, "not_voidable")
    begun = await client.post(f"{base}/templates/{template}/withdrawal", json={"reason": "Recall"}, headers=marketer.headers)
    assert begun.status_code == 202, begun.text
    await run_jobs(database)
    async with database.read() as db:
        states = await db.values(str, "select status from vouchers.vouchers order by template_id = :old, voucher_id", old=old)
        reasons = await db.values(str, "select reason from vouchers.voidings order by at")
        carried = await db.value(int, "select count(*) from vouchers.wallet_vouchers")
    assert sorted(states) == ["expired", "redeemed", "voided", "voided"]
    assert reasons == ["Given by mistake", "Recall"]
    assert carried == 0


@pytest.mark.row("3.4")
@pytest.mark.race
@pytest.mark.parametrize("limit", ["stock", "per_person", "per_natural_person"])
async def test_limits_hold_with_64_at_once(database: Database, limit: str) -> None:
    """A stock of 1,000 and 64 callers of 20; or a limit of 3 for one person, or for one phone number."""
    most = 1000 if limit == "stock" else 3
    async with database.write() as db:
        shop = await world.shop(db)
        people = await _members(db, shop, 64 if limit == "stock" else 1)
        template = await world.template(db, shop, **{limit: most})

    async def ask(number: int) -> int:
        granted = 0
        for _round in range(4):
            async with database.write() as db:
                person = people[number % len(people)]
                calls = [IssueCall(shop.merchant_id, template, person, "api") for _call in range(5)]
                granted += sum(not isinstance(outcome, Exception) for outcome in await issue(db, calls))
        return granted

    granted = sum(await asyncio.gather(*(ask(number) for number in range(64))))
    async with database.read() as db:
        made = await db.value(int, "select count(*) from vouchers.vouchers")
        left = await db.value(
            int, "select coalesce(stock, 0) from vouchers.templates where template_id = :template", template=template
        )
    assert (granted, made, left) == (most, most, 0)


async def test_withdrawal_of_nothing(database: Database) -> None:
    """A template without vouchers ends at once; an unknown one is not found."""
    shop, template, _marketer, _base = await _office(database)
    async with database.write() as db:
        await withdraw(db, shop.merchant_id, shop.owner_id, template, "Never used")
        with pytest.raises(Exception, match="not_found"):
            await withdraw(db, shop.merchant_id, shop.owner_id, uuid4(), "x")
        with pytest.raises(Exception, match="not_found"):
            await void(db, shop.merchant_id, shop.owner_id, uuid4(), "x")
    await run_jobs(database)
    async with database.read() as db:
        assert await db.value(int, "select count(*) from vouchers.withdrawals where finished_at is null") == 0
