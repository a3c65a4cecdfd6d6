"""The demo's page: nothing where there is no demo, progress while it comes in, whom to sign in as."""

from shuke.demo.logins import person_of
from shuke.demo.progress import Moved, Step, plan, run_steps
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.merchants import employ
from shuke.samples import put_on_sale, samples
from tests import world
from tests.explore.test_pages import placed
from tests.world import Client


async def test_without_a_demo_the_page_says_so(client: Client) -> None:
    page = await client.get("/demo")
    assert page.status_code == 200
    assert "This installation has no demo" in page.text
    assert "owner@example.org" not in page.text


async def test_progress_is_shown_and_asked_for_again_until_it_is_done(client: Client, database: Database) -> None:
    async def half(db: Db, reached: int) -> Moved | None:
        return Moved(20, 20) if not reached else None

    await plan(database, {"first_places": 40, "places": 893}, lambda _: None)
    page = await client.get("/demo")
    assert 'hx-get="/demo/progress"' in page.text
    assert "owner@example.org" in page.text
    assert "OpenStreetMap contributors" in page.text
    await run_steps(database, [Step("first_places", 40, half), Step("places", 893, half)], lambda _: None)
    done = await client.get("/demo/progress", headers={"accept-language": "zh-CN"})
    assert "hx-get" not in done.text
    assert "演示城市已就绪" in done.text


async def test_the_page_leads_through_the_money(client: Client, database: Database) -> None:
    await plan(database, {"offers": 7}, lambda _: None)
    assert "/earnings" not in (await client.get("/demo")).text
    async with database.write() as db:
        cafe, bar = await world.shop(db, "Kaisla Cafe"), await world.shop(db, "Haven Bar")
        await world.staff(db, cafe)
        await db.run("update merchants.staff set ended_at = added_at where merchant_id = :bar", bar=bar.merchant_id)
        await put_on_sale(db, {"cafe": cafe.merchant_id, "bar": bar.merchant_id}, cafe.owner_id)
        deals = await samples(db)
    assert [deal.staffed for deal in deals] == [True, True, True, False]
    page = (await client.get("/demo", headers={"accept-language": "zh-CN"})).text
    for deal in deals:
        assert f'href="/deals/{deal.merchant_id}/{deal.deal_id}"' in page
    for place in (
        f"/cards/{cafe.merchant_id}/money",
        "/till",
        f"/console/{cafe.merchant_id}/statements",
        "/earnings",
        "/deals",
    ):
        assert f'href="{place}"' in page
    assert "体验资金如何流转" in page


async def test_the_page_leads_from_friend_to_friend(client: Client, database: Database) -> None:
    await plan(database, {"offers": 7}, lambda _: None)
    assert "/friends/code" not in (await client.get("/demo")).text
    async with database.write() as db:
        cafe = await placed(db, "Kaisla Cafe")
        await db.run("update merchants.merchants set category = 'cafe' where merchant_id = :cafe", cafe=cafe.merchant_id)
        await employ(db, cafe.merchant_id, await person_of(db, "cashier"), "cashier", cafe.owner_id, None)
    await drain(database)
    page = (await client.get("/demo", headers={"accept-language": "zh-CN"})).text
    for place in (
        "/friends/code",
        f"/check-in/{cafe.store_id}",
        f"/meetups/new?place={cafe.store_id}",
        f"/share/card/{cafe.merchant_id}/{cafe.merchant_id}",
        f"/console/{cafe.merchant_id}/sharing",
        "/platform/moderation",
    ):
        assert f'href="{place}"' in page
    assert "和朋友一起体验" in page
