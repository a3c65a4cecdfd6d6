"""Signing in by a code: what is sent, what is refused, and what a browser keeps."""

import asyncio
import re
from datetime import timedelta

import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.people.codes import CODES_FOR_AN_ADDRESS
from tests import world
from tests.world import Client, problem

pytestmark = pytest.mark.row("1.1")


async def sent_code(client: Client) -> str:
    """The six digits of the newest letter."""
    letters = (await client.get("/dev/outbox", headers={"accept": "application/json"})).json()
    found = re.search(r"[0-9]{6}", letters[0]["body"])
    assert found is not None
    return found[0]


async def ask(client: Client, contact: str) -> None:
    sent = await client.post("/api/v1/sign-in-codes", json={"contact": contact})
    assert sent.status_code == 201, sent.text


async def wrong(client: Client, contact: str) -> tuple[int, str]:
    right = await sent_code(client)
    other = f"{(int(right) + 1) % 10**6:06d}"
    return problem(await client.post("/api/v1/sessions", json={"contact": contact, "code": other}))


WRITINGS = {
    "+8613800138000": ["13800138000", "１３８００１３８０００", " +86 138-0013-8000 ", "0086 138 0013 8000"],
    "+358401234567": ["＋358 (0)40 123 4567", "tel:+358-40-123-4567"],
    "mia@example.org": ["Mia@Example.ORG", "ｍｉａ＠example.org"],
    "mia+shop@mail.example.co.uk": ["mia+shop@mail.example.co.uk"],
}


async def test_one_account_however_a_contact_is_written(client: Client) -> None:
    for value, writings in WRITINGS.items():
        people: set[str] = set()
        for written in writings:
            await ask(client, written)
            letters = (await client.get("/dev/outbox", headers={"accept": "application/json"})).json()
            assert letters[0]["target"] == value
            session = await client.post("/api/v1/sessions", json={"contact": written, "code": await sent_code(client)})
            assert session.status_code == 201, session.text
            assert session.json()["new_person"] is not bool(people)
            people.add(session.json()["person_id"])
            client.cookies.clear()
        assert len(people) == 1, value


NO_CONTACTS = [
    *(
        "",
        " ",
        "95588",
        "110",
        "12345",
        "+",
        "0",
        "１１０",
        "mia@",
        "@example.org",
        "a b@example.org",
        "mia@example",
        "x" * 300,
    ),
    *("mia@exa\0mple.org", "mia\0@example.org", "138\00013800138000", "mia@-example.org", "+999123456789", "mia\n@example.org"),
]


async def test_what_is_no_contact_is_refused_with_a_way_to_write_it(client: Client) -> None:
    for contact in NO_CONTACTS:
        sent = await client.post("/api/v1/sign-in-codes", json={"contact": contact})
        assert problem(sent) == (422, "contact_unreadable"), contact
        assert "name@example.org" in sent.json()["detail"]
        page = await client.post("/sign-in", data={"contact": contact})
        assert page.status_code == 422, contact
        assert "name@example.org" in page.text


async def test_a_code_counts_its_tries_and_is_dead_after_five(client: Client) -> None:
    await ask(client, "mia@example.org")
    code = await sent_code(client)
    assert [await wrong(client, "mia@example.org") for _ in range(5)] == [(409, "code_wrong")] * 5
    late = await client.post("/api/v1/sessions", json={"contact": "mia@example.org", "code": code})
    assert problem(late) == (429, "code_tries_used")
    await ask(client, "mia@example.org")
    fresh = await client.post("/api/v1/sessions", json={"contact": "mia@example.org", "code": await sent_code(client)})
    assert fresh.status_code == 201


async def test_a_code_works_once_and_only_for_its_contact(client: Client) -> None:
    await ask(client, "mia@example.org")
    code = await sent_code(client)
    assert (
        problem(await client.post("/api/v1/sessions", json={"contact": "liu@example.org", "code": code}))[1] == "code_expired"
    )
    spaced = f" {code[:3]} {code[3:]}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert (await client.post("/api/v1/sessions", json={"contact": "mia@example.org", "code": spaced})).status_code == 201
    again = await client.post("/api/v1/sessions", json={"contact": "mia@example.org", "code": code})
    assert problem(again) == (409, "code_expired")


async def test_a_code_ends_after_five_minutes(client: Client, database: Database) -> None:
    await ask(client, "mia@example.org")
    code = await sent_code(client)
    async with database.write() as db:
        await db.run("update people.sign_in_codes set expires_at = :past", past=clock.now() - timedelta(seconds=1))
    late = await client.post("/api/v1/sessions", json={"contact": "mia@example.org", "code": code})
    assert problem(late) == (409, "code_expired")


async def test_codes_are_limited_for_a_contact_and_for_an_address(client: Client, database: Database) -> None:
    for _ in range(5):
        await ask(client, "mia@example.org")
    more = await client.post("/api/v1/sign-in-codes", json={"contact": "MIA@example.org"})
    assert problem(more) == (429, "too_many_requests")
    assert int(more.headers["retry-after"]) > 0
    async with database.write() as db:
        await db.run("update kit.attempts set count = :most where subject like 'code-address:%'", most=CODES_FOR_AN_ADDRESS)
    other = await client.post("/api/v1/sign-in-codes", json={"contact": "other@example.org"})
    assert problem(other) == (429, "too_many_requests")


async def test_guessing_over_many_contacts_is_stopped_for_the_address(client: Client, database: Database) -> None:
    refused = set()
    for number in range(14):
        async with database.write() as db:
            await db.run("delete from kit.attempts where subject like 'code%'")
        await ask(client, f"guest{number}@example.org")
        for _ in range(5):
            refused.add((await wrong(client, f"guest{number}@example.org"))[1])
    assert refused == {"code_wrong", "too_many_requests"}


async def test_a_channel_that_cannot_send_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHUKE_DEV")
    for contact in ("13800138000", "mia@example.org"):
        sent = await client.post("/api/v1/sign-in-codes", json={"contact": contact})
        assert problem(sent) == (409, "channel_unavailable")
        assert sent.json()["detail"]
    monkeypatch.setenv("SHUKE_SMTP_URL", "smtp://mail.example.org?from=hi@example.org")
    assert (await client.post("/api/v1/sign-in-codes", json={"contact": "mia@example.org"})).status_code == 201
    assert (await client.get("/dev/outbox")).status_code == 404


async def test_in_by_pages_without_script(client: Client) -> None:
    first = await client.post("/sign-in", data={"contact": "mia@example.org", "next": "/me"}, follow_redirects=True)
    assert "mia@example.org" in first.text
    assert 'autocomplete="one-time-code"' in first.text
    missed = await client.post("/sign-in/code", data={"code": "000000x"})
    assert missed.status_code == 409
    assert "Tries left: 4." in missed.text
    inside = await client.post("/sign-in/code", data={"code": await sent_code(client)}, follow_redirects=False)
    assert (inside.status_code, inside.headers["location"]) == (303, "/me")
    assert (await client.get("/me")).status_code == 200
    assert (await client.get("/sign-in?next=/me", follow_redirects=False)).headers["location"] == "/me"


async def test_asking_again_at_once_sends_nothing_new(client: Client) -> None:
    for _ in range(3):
        await client.post("/sign-in", data={"contact": "mia@example.org"})
    letters = (await client.get("/dev/outbox", headers={"accept": "application/json"})).json()
    assert len(letters) == 1


async def test_a_dead_code_offers_a_new_one(client: Client) -> None:
    await client.post("/sign-in", data={"contact": "mia@example.org"})
    for _ in range(5):
        await client.post("/sign-in/code", data={"code": "abc"})
    dead = await client.post("/sign-in/code", data={"code": "abc"})
    assert dead.status_code == 429
    assert "Send a new code" in dead.text
    assert "one-time-code" not in dead.text


async def test_nobody_is_sent_elsewhere_after_signing_in(client: Client) -> None:
    for address in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\tx"):
        await client.post("/sign-in", data={"contact": "mia@example.org", "next": address})
        inside = await client.post("/sign-in/code", data={"code": await sent_code(client)}, follow_redirects=False)
        assert inside.headers["location"] == "/", address
        client.cookies.clear()


async def test_a_form_of_another_site_cannot_sign_anybody_in(client: Client) -> None:
    sent = await client.post("/sign-in", data={"contact": "mia@example.org"}, headers={"sec-fetch-site": "cross-site"})
    assert sent.status_code == 403


async def test_the_person_s_language_wins_over_the_browser_s(client: Client, database: Database) -> None:
    async with database.write() as db:
        mia = await world.signed_in(db)
        await db.run("update people.people set locale = 'zh_CN' where person_id = :person", person=mia.person_id)
    client.cookies.set("shuke_session", mia.token)
    asked = {"accept-language": "en"}
    assert '<html lang="zh-CN"' in (await client.get("/me", headers=asked)).text
    changed = await client.post("/language", data={"locale": "en", "next": "/me"}, follow_redirects=False)
    assert changed.headers["location"] == "/me"
    page = ""
    for _wait in range(600):  # the change is told to the caches by a notice
        page = (await client.get("/me", headers={"accept-language": "zh"})).text
        if '<html lang="en"' in page:
            break
        await asyncio.sleep(0.05)
    assert '<html lang="en"' in page
    odd = await client.post("/language", data={"locale": "xx", "next": "//evil.example"}, follow_redirects=False)
    assert odd.headers["location"] == "/"
