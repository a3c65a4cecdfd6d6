"""Money in the browser: a merchant adds up her statement, an agent sees what he earned, on phone and desktop, in both languages."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import msgspec
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shuke.agreements import link_person
from shuke.kit.db import Database, connect
from shuke.rooms import reactions
from shuke.settlement.close import close_days
from shuke.settlement.settle import settle
from tests import world
from tests.browser.conftest import Installation, ready, serious
from tests.settlement.settle_world import Market, agents, bought, market, used
from tests.world import Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("4.6")]


class Closed(msgspec.Struct, frozen=True):
    """A market with a closed day, and its agent's person."""

    at: Market
    day: str
    agent: str
    agnes: Signed


async def _trade(url: str) -> Closed:
    assert reactions()
    database: Database = await connect(url, size=4)
    at = await market(database, price=1999)
    async with database.write() as db:
        agent, _operator = await agents(db, at)
    for voucher in await bought(database, at, 3):
        await used(database, at, voucher)
    for past in (
        "update settlement.due set due_at = now() - interval '1 minute' where merchant_id = $1",
        "update settlement.open_days set closes_at = now() - interval '1 minute' where merchant_id = $1",
    ):
        await database.pool.execute(past, at.merchant_id)
        for job in (settle, close_days):
            async with database.write() as db:
                await job(db)
    async with database.write() as db:
        agnes = await world.signed_in(db, "Agnes")
        contact = await db.value(str, "select value from people.contacts where person_id = :p", p=agnes.person_id)
        await link_person(db, at.owner.person_id, agent, contact or "")
        owner = await world.session_of(db, at.owner.person_id)
        day = await db.value(str, "select max(day)::text from settlement.statements")
    await database.close()
    return Closed(msgspec.structs.replace(at, owner=owner), day or "", str(agent), agnes)


@pytest.fixture
def closed(house: Installation) -> Closed:
    """Made in a thread with a loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _trade(house.database_url)).result()


def amounts(page: Page, selector: str) -> list[Decimal]:
    """What stands there, as a person reads it."""
    return [Decimal(re.sub(r"[^0-9.-]", "", text)) for text in page.locator(selector).all_inner_texts()]


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_the_statement_adds_up_on_the_page(
    request: pytest.FixtureRequest, house: Installation, closed: Closed, screen: str
) -> None:
    context: BrowserContext = request.getfixturevalue(screen)
    house.sign_in(context, closed.at.owner)
    page = context.new_page()
    ready(page, f"/console/{closed.at.merchant_id}/statements")
    page.get_by_role("link", name=re.compile("3 lines")).click()
    expect(page.locator("[data-adds-up=yes]")).to_be_visible()
    [opening], [closing] = amounts(page, "[data-sum=opening]"), amounts(page, "[data-sum=closing]")
    totals = amounts(page, "[data-sum][data-net]")
    lines = amounts(page, "[data-line] > :last-child")
    assert opening + sum(totals) == closing == Decimal("54.96")
    assert sum(lines) == closing - opening
    assert serious(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "54.96" in download.value.path().read_text()


@pytest.mark.row("1.6")
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_an_agent_sees_his_earnings(request: pytest.FixtureRequest, house: Installation, closed: Closed, screen: str) -> None:
    context: BrowserContext = request.getfixturevalue(screen)
    house.sign_in(context, closed.agnes)
    page = context.new_page()
    ready(page, "/me")
    page.get_by_role("link", name="Earnings").click()
    expect(page.get_by_text("Agnes Agents")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("link", name=re.compile("Kaisla Bakery")).click()
    expect(page.locator("[data-line]")).to_have_count(3)
    assert sum(amounts(page, "[data-line] > :last-child")) == Decimal("0.57")
    assert amounts(page, "[data-earned]") == [Decimal("0.57")]
    assert serious(page) == []
