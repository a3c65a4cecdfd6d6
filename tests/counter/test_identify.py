"""Identifying at the till: a card scanned or typed, a phone in all writings, a voucher; and what is none of these."""

import asyncio

import pytest

from shuke.cards import Member
from shuke.counter.actions import identify as identify_here
from shuke.kit.db import Database
from shuke.merchants import Till, employ
from tests.counter.counter_world import counter, identify, look, press, voucher
from tests.world import Client, problem

PHONES = [
    "+358 40 123 4567",
    "+358401234567",
    "00358 40 1234567",
    "＋３５８ ４０ １２３ ４５６７",
    "+358 (0)40-123 4567",
    "tel:+358401234567",
]


@pytest.mark.row("2.9")
async def test_a_card_scanned_or_typed(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        await voucher(db, at)
    scanned = at.card()
    typed = scanned.replace(f"SK1-{at.shop.tag}-", "").replace("-", " ")
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in typed)
    for text in (scanned, scanned.lower(), typed, f"  {typed} ", wide, at.card(ago=25)):
        found = await identify(client, at, text)
        assert found.status_code == 201, found.text
        assert found.json()["member"]["number"] == at.number
        assert (len(found.json()["vouchers"]), found.json()["obstacles"], found.json()["scanned"]) == (1, [], None)


@pytest.mark.row("2.9")
async def test_a_card_takes_three_statements_and_keeps_its_key(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        await voucher(db, at)
    till = Till(at.shop.merchant_id, at.shop.tag, "EUR", at.shop.store_id, at.cashier.person_id, "cashier")
    async with database.read() as db:
        found = await identify_here(db, till, at.card())
        assert (db.statements, type(found.member)) == (3, Member)
    assert "secret" not in (await identify(client, at, at.card())).text


@pytest.mark.row("2.7")
async def test_a_photographed_card_is_worthless(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
    assert problem(await identify(client, at, at.card(ago=95))) == (409, "card_code_stale")
    half = await identify(client, at, at.number)
    assert problem(half) == (422, "unreadable")
    assert "six digits" in half.json()["detail"]


@pytest.mark.row("2.9")
@pytest.mark.parametrize("writing", PHONES)
async def test_a_phone_number_in_any_writing(client: Client, database: Database, writing: str) -> None:
    async with database.write() as db:
        at = await counter(db)
        await db.run(
            "insert into people.contacts (kind, value, person_id, verified_at) values ('phone', '+358401234567', :person, now())",
            person=at.guest.person_id,
        )
    found = await identify(client, at, writing)
    assert found.status_code == 201, found.text
    assert found.json()["member"]["number"] == at.number


@pytest.mark.row("2.9")
async def test_a_stranger_has_no_card(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
    assert problem(await identify(client, at, "+358 40 765 4321")) == (409, "not_a_member")
    shown = await press(client, at.cashier, f"{at.path}/identify", code="+358 40 765 4321")
    assert "No card here" in shown.text


@pytest.mark.row("3.3")
async def test_a_voucher_in_any_writing(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
        code = await voucher(db, at)
    address = f"https://shop.example/vouchers/{code}"
    grouped = " ".join(code[i : i + 4] for i in range(0, len(code), 4))
    for text in (
        code,
        code.lower(),
        grouped,
        address,
        f"{address}/",
        f"{address}?lang=zh#top",
        code.replace("0", "o").replace("1", "l"),
    ):
        found = await identify(client, at, text)
        assert found.status_code == 201, (text, found.text)
        assert found.json()["scanned"]["code"] == code
        assert found.json()["member"]["name"] == "Mia"


@pytest.mark.row("3.3")
async def test_other_shops_codes(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, other = await counter(db), await counter(db, "Nordic Tea")
        foreign = await voucher(db, other)
    for text in (other.card(), foreign):
        answer = await identify(client, at, text)
        assert problem(answer) == (409, "unknown")
        assert "another shop" in answer.json()["detail"]
    own = await identify(client, at, at.shop.scene)
    assert problem(own) == (409, "unknown")
    assert "Guests scan it" in own.json()["detail"]


@pytest.mark.row("3.3")
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "ABC\x00DEF",
        "U" * 16,
        "https://",
        "🍞🍞🍞🍞🍞🍞🍞🍞🍞🍞",
        "9" * 5000,
        "../../etc/passwd",
        "'; drop table--",
        "95588",
    ],
)
async def test_what_is_none_of_these(client: Client, database: Database, text: str) -> None:
    async with database.write() as db:
        at = await counter(db)
    assert problem(await identify(client, at, text)) == (422, "unreadable")
    shown = await press(client, at.cashier, f"{at.path}/identify", code=text)
    assert shown.status_code == 422
    assert "be read" in shown.text


@pytest.mark.row("2.9")
async def test_straight_to_the_only_till_and_to_the_last(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, other = await counter(db), await counter(db, "Nordic Tea")
    answer = await look(client, at.cashier, "/till")
    assert (answer.status_code, answer.headers["location"]) == (303, at.path)
    async with database.write() as db:
        await employ(db, other.shop.merchant_id, at.cashier.person_id, "cashier", other.shop.owner_id)
    both = await look(client, at.cashier, "/till")
    for _moment in range(600):  # every process knows of it a moment later
        if both.status_code == 200:
            break
        await asyncio.sleep(0.05)
        both = await look(client, at.cashier, "/till")
    assert both.status_code == 200
    assert both.text.count('class="row"') == 2
    narrowed = await look(client, at.cashier, "/till?q=nordic")
    assert narrowed.text.count('class="row"') == 1
    tills = await client.get("/api/v1/tills", headers=at.cashier.headers)
    assert {one["store_id"] for one in tills.json()} == {str(at.shop.store_id), str(other.shop.store_id)}
    stranger = await look(client, at.guest, "/till")
    assert "No till for you here" in stranger.text


@pytest.mark.row("1.1")
async def test_who_is_not_signed_in_goes_to_sign_in_and_back(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await counter(db)
    answer = await client.get(at.path, headers={"accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/till/")
