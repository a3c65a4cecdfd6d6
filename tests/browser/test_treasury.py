"""The platform's money in the browser: terms, a look at the books, a party, a transfer that is marked, on phone and desktop."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shuke.kit.db import Database, connect
from shuke.kit.deliver import drain
from shuke.payouts import AccountDraft, save_account
from shuke.rooms import reactions
from shuke.settlement.close import close_days
from shuke.settlement.settle import settle
from tests import world
from tests.browser.conftest import Installation, ready, serious
from tests.platform.test_office import make_operator
from tests.settlement.settle_world import Market, bought, market, used
from tests.world import Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("4.6")]


class Office(msgspec.Struct, frozen=True):
    """A market with a transfer to make, and an operator."""

    at: Market
    operator: Signed
    agnes: str


async def _trade(url: str) -> Office:
    assert reactions()
    database: Database = await connect(url, size=4)
    at = await market(database, price=1999)
    async with database.write() as db:
        operator = await make_operator(db)
        await save_account(db, at.owner.person_id, at.merchant_id, AccountDraft("Kaisla Oy", "FI2112345600000785"))
        await db.run("update merchants.stores set city = 'Helsinki' where merchant_id = :m", m=at.merchant_id)
        agnes = await world.signed_in(db, "Agnes")
        contact = await db.value(str, "select value from people.contacts where person_id = :p", p=agnes.person_id)
    for voucher in await bought(database, at, 2):
        await used(database, at, voucher)
    for past in (
        "update settlement.due set due_at = now() - interval '1 minute' where merchant_id = $1",
        "update settlement.open_days set closes_at = now() - interval '1 minute' where merchant_id = $1",
    ):
        await database.pool.execute(past, at.merchant_id)
        for job in (settle, close_days):
            async with database.write() as db:
                await job(db)
    await drain(database)
    async with database.write() as db:
        owner = await world.session_of(db, at.owner.person_id)
    await database.close()
    return Office(msgspec.structs.replace(at, owner=owner), operator, contact or "")


@pytest.fixture
def office(house: Installation) -> Office:
    """Made in a thread with a loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _trade(house.database_url)).result()


def _fits(page: Page) -> None:
    """Nothing sticks out at the side, and nothing is hard to use."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert serious(page) == []


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_a_transfer_is_made_and_sent_back(
    request: pytest.FixtureRequest, house: Installation, office: Office, screen: str
) -> None:
    context: BrowserContext = request.getfixturevalue(screen)
    house.sign_in(context, office.operator)
    page = context.new_page()
    ready(page, "/platform/money")
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_text(re.compile("All books are in order|books don't agree")).first).to_be_visible()
    _fits(page)
    page.get_by_role("link", name=re.compile("Transfers to make")).click()
    mine = page.locator("li", has=page.get_by_text("FI2112345600000785")).first
    expect(mine).to_contain_text("€39.98")
    _fits(page)
    mine.get_by_role("button", name="Paid").click()
    expect(page.get_by_text("Write the bank's reference")).to_be_visible()
    mine = page.locator("li", has=page.get_by_text("FI2112345600000785")).first
    mine.get_by_label("The bank's reference").fill(f"RF18 {screen}")
    mine.get_by_role("button", name="Paid").click()
    expect(page.get_by_text("Marked as paid.")).to_be_visible()
    ready(page, "/platform/payouts?status=paid")
    paid = page.locator("li", has=page.get_by_text(f"RF18 {screen}")).first
    _fits(page)
    page.on("dialog", lambda dialog: dialog.accept())
    paid.get_by_role("button", name="Sent back").click()
    expect(page.get_by_text("it is owed again").first).to_be_visible()
    house.sign_in(context, office.at.owner)
    ready(page, f"/console/{office.at.merchant_id}/payouts")
    expect(page.get_by_text("The bank sent a payout back.")).to_be_visible()
    assert "FI2112345600000785" not in page.content()
    _fits(page)


@pytest.mark.row("1.6")
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_an_agent_is_added_and_earns(request: pytest.FixtureRequest, house: Installation, office: Office, screen: str) -> None:
    context: BrowserContext = request.getfixturevalue(screen)
    house.sign_in(context, office.operator)
    page = context.new_page()
    ready(page, "/platform/parties")
    page.get_by_label("Its name").fill(f"Agnes {screen}")
    page.get_by_label("Cities").fill("Helsinki")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Added. Link the people")).to_be_visible()
    page.get_by_label("Phone or e-mail").fill(office.agnes)
    page.get_by_role("button", name="Link").click()
    expect(page.get_by_text("Linked: they see the earnings now.")).to_be_visible()
    _fits(page)
    ready(page, f"/platform/merchants/{office.at.merchant_id}/terms")
    page.get_by_label("Part of each use").fill("1.5")
    page.locator("select[name=party_id]").select_option(label=f"Agnes {screen}")
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_role("link", name=f"Agnes {screen}")).to_be_visible()
    expect(page.get_by_text("1.5%").first).to_be_visible()
    _fits(page)
    page.get_by_label("Amount").fill("-5")
    page.get_by_label("Why").fill("rented twice")
    page.get_by_role("button", name="Write the line").click()
    expect(page.get_by_text("-€5.00").first).to_be_visible()
    _fits(page)
