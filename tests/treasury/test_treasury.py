"""The money side of the platform's office, by API and page: terms, parties, transfers, the look at all books."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from shuke.payouts import AccountDraft, save_account
from shuke.settlement import latest_checks
from shuke.settlement.checks import check_books, check_nightly
from shuke.treasury.percent import read_percent
from tests.platform.test_office import csrf, make_operator
from tests.settlement.settle_world import bought, market, run, soon, used
from tests.world import Client, Signed, problem

pytestmark = [pytest.mark.row("4.6"), pytest.mark.row("1.6")]
API = "/api/v1/platform"


def test_percentages_as_people_type_them() -> None:
    assert [read_percent(text, 50) for text in ("2.5", "2,5 %", "２．５％", "0", "50")] == [250, 250, 250, 0, 5000]
    for text in ("", "-1", "50.01", "0.005", "nan", "inf", "1e9", "x"):
        with pytest.raises(Refusal, match="percent_unreadable"):
            read_percent(text, 50)


async def test_from_terms_to_a_transfer(client: Client, database: Database) -> None:
    at = await market(database, price=1999)
    async with database.write() as db:
        by = (await make_operator(db)).headers
        await db.run("update merchants.stores set city = 'Helsinki' where merchant_id = :m", m=at.merchant_id)
        await save_account(db, at.owner.person_id, at.merchant_id, AccountDraft("Kaisla Oy", "FI2112345600000785"))
    terms = await client.post(f"{API}/merchants/{at.merchant_id}/terms", json={"basis_points": 500}, headers=by)
    assert terms.json()["now"]["basis_points"] == 500
    sent = {
        "name": " Agnes  Agents ",
        "territory": ["Helsinki"],
        "account_holder": "Agnes",
        "account": "FI21 1234 5600 0007 85",
    }
    party = (await client.post(f"{API}/parties", json=sent, headers=by | {"idempotency-key": "p"})).json()
    assert (await client.post(f"{API}/parties", json=sent, headers=by | {"idempotency-key": "p"})).json() == party
    assert party["name"] == "Agnes Agents"
    assert party["account"] == "FI2112345600000785"
    agreed = {"merchant_id": str(at.merchant_id), "party_id": party["party_id"], "role": "agent", "basis_points": 100}
    made = await client.post(f"{API}/agreements", json=agreed, headers=by)
    assert made.status_code == 201, made.text
    assert problem(await client.post(f"{API}/agreements", json=agreed, headers=by)) == (409, "already_agreed")
    [voucher] = await bought(database, at)
    await used(database, at, voucher)
    await run(database, soon())
    await run(database, soon(60 * 26))
    [transfer] = (await client.get(f"{API}/payouts", headers=by)).json()
    assert (transfer["amount"], transfer["payee"], transfer["account"]) == (
        1999 - 99 - 19,
        "Kaisla Bakery",
        "FI2112345600000785",
    )
    path = f"{API}/payouts/{transfer['bundle_id']}/decision"
    assert problem(await client.post(path, json={"outcome": "paid"}, headers=by)) == (422, "reference_missing")
    done = await client.post(path, json={"outcome": "paid", "bank_reference": "RF18"}, headers=by)
    assert done.status_code == 201, done.text
    assert (await client.get(f"{API}/payouts?status=paid", headers=by)).json()[0]["bank_reference"] == "RF18"
    assert (await client.get(f"{API}/payouts.csv", headers=by)).text.count("\n") == 1
    right = await client.post(
        f"{API}/merchants/{at.merchant_id}/corrections", json={"amount": -50, "note": "rounded"}, headers=by
    )
    assert right.status_code == 201
    check = (await client.post(f"{API}/book-checks", headers=by)).json()
    assert check["found"] == []
    ended = await client.post(f"{API}/merchants/{at.merchant_id}/agreements/{made.json()['agreement_id']}/end", headers=by)
    assert ended.json()["agreements"][0]["ends_at"]


async def test_only_for_operators(client: Client, database: Database) -> None:
    at = await market(database)
    some = uuid4()
    calls = (
        ("GET", "terms"),
        ("POST", "terms"),
        ("GET", f"merchants/{at.merchant_id}/terms"),
        ("POST", f"merchants/{at.merchant_id}/corrections"),
        ("GET", "parties"),
        ("POST", "parties"),
        ("PUT", f"parties/{some}"),
        ("POST", "agreements"),
        ("GET", "payouts"),
        ("GET", "payouts.csv"),
        ("POST", f"payouts/{some}/decision"),
        ("GET", "book-checks"),
        ("POST", "book-checks"),
    )
    for method, path in calls:
        answer = await client.request(method, f"{API}/{path}", json={}, headers=at.owner.headers)
        assert problem(answer) == (403, "not_operator"), path


async def test_the_pages(client: Client, database: Database) -> None:
    at = await market(database)
    async with database.write() as db:
        operator: Signed = await make_operator(db)
    client.cookies.set("shuke_session", operator.token)
    token = await csrf(client, "/platform/money")

    async def send(path: str, **fields: str) -> str:
        answer = await client.post(path, data={**fields, "csrf": token}, follow_redirects=True)
        assert answer.status_code in (200, 409, 422), answer.text
        return answer.text

    assert "3.25%" in await send("/platform/money/terms", percent="3,25", stored_percent="")
    assert "percentage from 0 to 50" in await send("/platform/money/terms", percent="60")
    assert "€10.00" in await send("/platform/money/minimum", currency="eur", minimum="10")
    assert "above zero" in await send("/platform/money/minimum", currency="e", minimum="10")
    assert "All books are in order." in await send("/platform/money/check")
    assert "check digits" in await send("/platform/parties", name="Opera", account="FI22 1234 5600 0007 85")
    party = await client.post(
        "/platform/parties", data={"name": "Opera", "territory": "Espoo，Oulu", "csrf": token}, follow_redirects=False
    )
    assert party.status_code == 303
    where = party.headers["location"]
    page = await client.get(where)
    assert "Espoo, Oulu" in page.text
    assert "Nobody here has this contact" in await send(f"{where}/people", contact="nobody@example.org")
    terms = f"/platform/merchants/{at.merchant_id}/terms"
    party_id = where.rsplit("/", 1)[1]
    assert "no store in the agent" in await send(f"{terms[:-6]}/agreements", party_id=party_id, role="agent", part="1")
    assert "Opera" in await send(f"{terms[:-6]}/agreements", party_id=party_id, role="operator", part="1", until="2099-01-31")
    assert "Say why" in await send(f"{terms[:-6]}/corrections", amount="-5", note="")
    twice = [await send(f"{terms[:-6]}/corrections", amount="-5", note="rented twice", key="one form") for _ in range(2)]
    assert [page.count('data-deed="corrected"') for page in twice] == [1, 1]
    assert "Owed to the merchant now: -€5.00" in twice[1]
    assert "sent before" in await send(f"{terms[:-6]}/corrections", amount="-6", note="rented twice", key="one form")
    page = await client.get(terms)
    assert [what in page.text for what in ('data-deed="agreed"', 'data-deed="ended"')] == [True, False]
    agreement = re.findall(r"/agreements/([0-9a-f-]{36})/end", page.text)[0]
    assert 'data-deed="ended"' in await send(f"{terms[:-6]}/agreements/{agreement}/end")
    changed = await send(where, name="Opera Oy", account="FI21 1234 5600 0007 85", account_holder="Opera Oy")
    assert "FI •••• 0785" in changed, "the log tells no more of an account"
    assert re.findall(r'data-deed="(\w+)"', changed) == ["account", "changed", "created"]
    await send(where, name="Opera Oy", account="FI21 1234 5600 0007 85", account_holder="Opera Oy")
    async with database.read() as db:
        done_by = await db.values(str, "select distinct changed_by::text from agreements.party_changes")
        assert done_by == [str(operator.person_id)]
        assert await db.value(int, "select count(*)::int from agreements.party_changes") == 2, "nothing new, nothing logged"
    assert "Nothing here" in (await client.get("/platform/payouts")).text


async def test_the_nightly_look_compares_payouts_with_the_ledger(database: Database) -> None:
    at = await market(database)
    async with database.write() as db:
        await db.run(
            """
            insert into payouts.payouts (merchant_id, bundle_id, day, currency, amount, account_holder, account, at)
            values (:merchant, gen_random_uuid(), current_date, 'EUR', 700, 'A', 'B', now())
            """,
            merchant=at.merchant_id,
        )
        [wrong] = (await check_books(db, None)).found
    assert (wrong.name, wrong.merchant_id, wrong.expected, wrong.found) == ("paid_out", at.merchant_id, 700, 0)


async def test_the_nightly_look(database: Database) -> None:
    night = (clock.now() + timedelta(days=1)).replace(hour=2, minute=30)
    for moment, checks in (
        (night.replace(hour=1), 0),
        (night, 1),
        (night + timedelta(hours=9), 1),
        (night + timedelta(days=1), 2),
    ):
        with clock.at(moment):
            async with database.write() as db:
                assert await check_nightly(db) == 0
        async with database.read() as db:
            assert len(await latest_checks(db)) == checks
