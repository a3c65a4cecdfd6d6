"""From a deal to the merchant's statement, by three people: the owner sells, a guest buys and pays, the cashier redeems, the day closes."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from shuke.kit.db import Db
from shuke.settlement.close import close_days
from shuke.settlement.settle import settle
from tests import world
from tests.browser.conftest import DESKTOP, Installation, ready, serious, until
from tests.browser.test_buying import at_bank
from tests.browser.test_settlement import amounts
from tests.counter.counter_world import Counter, counter
from tests.world import Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("4.1"), pytest.mark.row("4.6")]


class Trade(msgspec.Struct, frozen=True):
    """A shop with its till, its owner, and somebody who is hungry."""

    at: Counter
    owner: Signed
    guest: Signed

    @property
    def office(self) -> str:
        """The shop's back office."""
        return f"/console/{self.at.shop.merchant_id}"


async def _made(db: Db) -> Trade:
    at = await counter(db)
    return Trade(at, await world.session_of(db, at.shop.owner_id), await world.signed_in(db, "Mia"))


@pytest.fixture
def trade(house: Installation) -> Trade:
    """Made through the actions; what follows is done in browsers."""
    return house.make(_made)


@pytest.fixture
def office(house: Installation, browser: Browser, trade: Trade) -> Iterator[Page]:
    """The owner before a wide screen."""
    yield from _page(house, browser, trade.owner)


@pytest.fixture
def till(house: Installation, browser: Browser, trade: Trade) -> Iterator[Page]:
    """The cashier at the till."""
    yield from _page(house, browser, trade.at.cashier)


def _page(house: Installation, browser: Browser, signed: Signed) -> Iterator[Page]:
    context = browser.new_context(
        base_url=house.url,
        viewport={"width": DESKTOP["width"], "height": DESKTOP["height"]},
        service_workers="block",
        locale="en-GB",
        timezone_id="Europe/Helsinki",
    )
    house.sign_in(context, signed)
    yield context.new_page()
    context.close()


def _sell(page: Page, trade: Trade) -> str:
    """The owner writes a deal and sells it; where people find it."""
    ready(page, f"{trade.office}/deals/new")
    page.get_by_label("Name of the deal").fill("Dinner for two")
    page.get_by_label("Price", exact=True).fill("59")
    page.get_by_label("The buyer gets").fill("Three courses each")
    page.get_by_role("button", name="Keep as a draft").click()
    page.wait_for_url(re.compile(r"/deals/[0-9a-f-]{36}$"))
    page.wait_for_selector("html[data-ready]")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#state")).to_contain_text("On sale")
    return f"/deals/{trade.at.shop.merchant_id}/{page.url.rsplit('/', 1)[1]}"


def _buy(page: Page, deal: str) -> str:
    """The guest buys it and pays at the test bank; the code that she shows."""
    ready(page, deal)
    page.get_by_role("button", name="Buy").click()
    expect(page.get_by_role("heading", name="Kept for you")).to_be_visible()
    order = page.url
    at_bank(page, "Pay")
    expect(page.locator("[data-state=captured]")).to_be_visible()
    until(page, order, page.get_by_role("heading", name="Your vouchers"))
    page.locator("a[href^='/vouchers/']").first.click()
    expect(page.locator("[data-voucher-code]")).to_be_visible()
    return page.url.rsplit("/", 1)[1]


def _redeem(page: Page, trade: Trade, code: str) -> None:
    """The cashier scans it and presses Enter."""
    ready(page, trade.at.path)
    expect(page.locator("[data-till-code]")).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("button[data-till-next]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('[data-till-answer="done"]')).to_be_visible()


def _pass(house: Installation, merchant_id: UUID, sql: LiteralString) -> None:
    """Time passes for what this shop waits for; whoever looks next, this test or the worker, does what is due."""
    house.make(lambda db: db.run(sql, merchant=merchant_id))
    house.make(settle)
    house.make(close_days)


def test_from_a_deal_to_the_statement(
    house: Installation, trade: Trade, office: Page, till: Page, phone: BrowserContext
) -> None:
    deal = _sell(office, trade)
    house.sign_in(phone, trade.guest)
    guest = phone.new_page()
    code = _buy(guest, deal)
    _redeem(till, trade, code)
    ready(guest, f"/vouchers/{code}")
    expect(guest.locator("[data-used]")).to_be_visible()
    shop = trade.at.shop.merchant_id
    until(office, f"{trade.office}/statements", office.get_by_text("1 use within the last hour"))
    _pass(house, shop, "update settlement.due set due_at = now() - interval '1 minute' where merchant_id = :merchant")
    until(office, f"{trade.office}/statements", office.get_by_role("link", name=re.compile("1 line")))
    _pass(house, shop, "update settlement.open_days set closes_at = now() - interval '1 minute' where merchant_id = :merchant")
    until(office, f"{trade.office}/statements", office.get_by_role("link", name=re.compile("1 line")))
    office.get_by_role("link", name=re.compile("1 line")).click()
    until(office, office.url, office.locator("[data-statement]").get_by_text("Final"))
    expect(office.locator("[data-adds-up=yes]")).to_be_visible()
    [opening], [closing] = amounts(office, "[data-sum=opening]"), amounts(office, "[data-sum=closing]")
    assert (opening, closing) == (Decimal(0), Decimal(59))
    assert opening + sum(amounts(office, "[data-sum][data-net]")) == closing
    assert amounts(office, "[data-line] > :last-child") == [Decimal(59)]
    expect(office.locator("[data-line]")).to_contain_text("Dinner for two")
    assert serious(office) == []
