"""Words that are code somewhere: on every page that shows them, in files for spreadsheets, in filters."""

import pytest

from shuke.kit.db import Database
from tests import world
from tests.counter import counter_world
from tests.world import Client

NAME = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
TITLE = "\"><svg onload=alert(3)>{{ 7*7 }}' or 1=1 --"


@pytest.mark.row("3.3")
@pytest.mark.row("11.6")
async def test_names_and_titles_are_only_words(client: Client, database: Database) -> None:
    """A guest and a voucher with such names, on the pages of guest, till, and console."""
    async with database.write() as db:
        at = await counter_world.counter(db, NAME[:80])
        await db.run("update people.people set name = :name where person_id = :person", name=NAME, person=at.guest.person_id)
        template = await world.template(db, at.shop, TITLE, terms=TITLE)
        code = await counter_world.voucher_of(db, at, template)
        owner = await world.session_of(db, at.shop.owner_id)
    home = f"/console/{at.shop.merchant_id}"
    shown = [await counter_world.look(client, at.guest, path) for path in ("/wallet", f"/vouchers/{code}", "/me", "/history")]
    shown += [
        await counter_world.look(client, owner, f"{home}{path}")
        for path in (
            "",
            "/members",
            f"/members/{at.guest.person_id}",
            "/templates",
            f"/templates/{template}",
            "/scenes",
            "/issues/new",
        )
    ]
    shown.append(await counter_world.press(client, at.cashier, f"{at.path}/identify", code=at.card()))
    shown.append(await client.get(f"/s/{at.shop.scene}"))
    for page in shown:
        assert page.status_code == 200, (page.url, page.text[:200])
        for tag in ("<script>alert", "<img src=x", "<svg onload"):
            assert tag not in page.text, page.url
    assert any("&lt;script&gt;alert" in page.text for page in shown)


@pytest.mark.row("11.6")
@pytest.mark.parametrize("name", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "a\r\n=1"])
async def test_a_file_runs_nothing(client: Client, database: Database, name: str) -> None:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    async with database.write() as db:
        at = await counter_world.counter(db)
        await db.run("update people.people set name = :name where person_id = :person", name=name, person=at.guest.person_id)
        owner = await world.session_of(db, at.shop.owner_id)
    file = await client.get(f"/api/v1/merchants/{at.shop.merchant_id}/members.csv", headers=owner.headers)
    assert file.status_code == 200
    assert f'"{name}"' not in file.text or name.startswith("a")


@pytest.mark.row("11.6")
@pytest.mark.parametrize(
    "words", ["' or '1'='1", "%", "_", "\\", "'; drop table people.people; --", "*", "\U0001f600", "a" * 5000]
)
async def test_a_filter_is_only_words(client: Client, database: Database, words: str) -> None:
    """It finds nobody who is not called so."""
    async with database.write() as db:
        at = await counter_world.counter(db)
        owner = await world.session_of(db, at.shop.owner_id)
    place = f"/api/v1/merchants/{at.shop.merchant_id}/members"
    for field in ("q", "tag"):
        found = await client.get(place, params={field: words}, headers=owner.headers)
        assert found.status_code in (200, 422), found.text
        assert found.status_code == 422 or found.json()["total"] == 0, (field, words)
