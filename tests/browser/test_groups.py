"""Buying together in real browsers: three people fill a group, another group dies and gives back, unused deals come back."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from uuid import UUID

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from shuke.checkout import Order
from shuke.kit.db import Db
from tests import world
from tests.browser.conftest import DESKTOP, PHONE, Installation, ready, serious, until
from tests.checkout.sale_world import Sale, attempt, captured, ordered, sale
from tests.groupbuy.together import group_sale
from tests.world import Signed

pytestmark = pytest.mark.browser
SOON = 60_000  # milliseconds: reactions and jobs run in a process of their own, on a machine that may be busy


class Evening(msgspec.Struct, frozen=True):
    """A deal for groups of three, and three guests."""

    at: Sale
    guests: list[Signed]

    @property
    def deal(self) -> str:
        return f"/deals/{self.at.shop.merchant_id}/{self.at.deal_id}"


async def evening(db: Db) -> Evening:
    """Made through the actions."""
    return Evening(await group_sale(db), [await world.signed_in(db, name) for name in ("Mia Virtanen", "Aino", "Otto")])


@contextmanager
def browsers(house: Installation, browser: Browser, guests: list[Signed]) -> Iterator[list[Page]]:
    """A page for each of them, in browsers that know nothing of each other; the last one is a desktop's, in Chinese for nobody."""
    with ExitStack() as open_:
        pages = []
        for number, guest in enumerate(guests):
            size = DESKTOP if number == 2 else PHONE
            context = browser.new_context(
                base_url=house.url,
                viewport={"width": size["width"], "height": size["height"]},
                service_workers="block",
                locale="en-GB",
                timezone_id="Europe/Helsinki",
            )
            open_.callback(context.close)
            house.sign_in(context, guest)
            page = context.new_page()
            page.on("dialog", lambda dialog: dialog.accept())
            pages.append(page)
        yield pages


def pay(page: Page, act: str = "Pay") -> None:
    """From the order's page to the test bank and back."""
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("button", name="Pay €").click()
    page.wait_for_url("**/pay/**")
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("link", name="Pay with Test bank").click()
    page.wait_for_url("**/bank/**")
    page.wait_for_selector("html[data-ready]")
    button = page.get_by_role("button", name=act, exact=True)
    if not button.is_visible():
        page.get_by_text("What else can happen").click()
    button.click()
    page.wait_for_url("**/pay/**")


def start(page: Page, at: Evening) -> str:
    """From the deal's page to a place of one's own that is held; the group's address."""
    ready(page, at.deal)
    page.get_by_role("button", name="Start a group for €39").click()
    page.wait_for_url("**/orders/**")
    order = page.url
    page.get_by_role("link", name="Show the group").click()
    page.wait_for_url("**/groups/**")
    group = page.url
    ready(page, order)
    return group


@pytest.mark.row("4.2")
def test_three_browsers_fill_a_group(house: Installation, browser: Browser) -> None:
    at = house.make(evening)
    with browsers(house, browser, at.guests) as (mia, aino, otto):
        group = start(mia, at)
        pay(mia)
        ready(mia, group)
        expect(mia.get_by_text("2 more people to go")).to_be_visible(timeout=SOON)
        assert serious(mia) == []
        for page in (aino, otto):
            ready(page, group)
            expect(page.get_by_text("Mia", exact=True)).to_be_visible()
            page.get_by_role("button", name="Join for €39").click()
            page.wait_for_url("**/orders/**")
        expect(mia.get_by_text("Aino")).to_be_visible(timeout=SOON)  # by itself
        pay(aino)
        expect(mia.get_by_text("1 more person to go")).to_be_visible(timeout=SOON)
        ready(aino, group)
        pay(otto)
        for page in (mia, aino):
            expect(page.get_by_text("The group is full")).to_be_visible(timeout=SOON)
        for page in (mia, aino, otto):
            ready(page, "/wallet")
            expect(page.get_by_text("Dinner for two").first).to_be_visible(timeout=SOON)
            assert "Virtanen" not in page.content() or page is mia


@pytest.mark.row("4.2")
@pytest.mark.row("4.5")
def test_a_group_that_dies_is_refunded(house: Installation, browser: Browser) -> None:
    at = house.make(evening)
    with browsers(house, browser, at.guests[:2]) as (mia, aino):
        group = start(mia, at)
        order = mia.url
        pay(mia)
        ready(aino, group)
        aino.get_by_role("button", name="Join for €39").click()
        aino.wait_for_url("**/orders/**")
        ready(mia, group)
        expect(mia.get_by_text("2 more people to go")).to_be_visible(timeout=SOON)

        async def sooner(db: Db) -> None:
            await db.run(
                "update groupbuy.groups set deadline = now() where merchant_id = :merchant", merchant=at.at.shop.merchant_id
            )

        house.make(sooner)
        expect(mia.get_by_text("Not enough people came in time")).to_be_visible(timeout=SOON)
        ready(mia, order)
        expect(mia.get_by_text("Paid back", exact=True)).to_be_visible(timeout=SOON)
        expect(mia.get_by_text("€39.00").first).to_be_visible()
        ready(aino, group)
        expect(aino.get_by_role("link", name="Start my own group")).to_be_visible()
        assert serious(aino) == []


@pytest.mark.row("4.2")
def test_the_last_place_is_gone_and_the_page_leads_on(house: Installation, browser: Browser) -> None:
    at = house.make(evening)

    async def smaller(db: Db) -> None:
        await db.run("update deals.deals set group_size = 2 where deal_id = :deal", deal=at.at.deal_id)

    house.make(smaller)
    with browsers(house, browser, at.guests) as (mia, aino, otto):
        group = start(mia, at)
        pay(mia)
        ready(aino, group)
        ready(otto, group)
        aino.get_by_role("button", name="Join for €39").click()
        aino.wait_for_url("**/orders/**")
        with suppress(TookTooLong):  # the page may have heard of it already
            otto.get_by_role("button", name="Join for €39").click(timeout=1000)
        expect(otto.get_by_text("All places are held")).to_be_visible(timeout=SOON)
        expect(otto.get_by_role("link", name="Start my own group")).to_be_visible()


class Evenings(msgspec.Struct, frozen=True):
    """A guest with an order that was paid."""

    guest: Signed
    order: Order


async def bought(db: Db) -> Evenings:
    """A dinner for two, twice, paid."""
    guest = await world.signed_in(db)
    order = await ordered(db, await sale(db), guest.person_id, 2)
    await captured(db, await attempt(db, order))
    return Evenings(guest, order)


def _address(of: Evenings) -> str:
    return f"/orders/{of.order.merchant_id}/{of.order.order_id}"


def _order(page: Page, of: Evenings) -> None:
    ready(page, _address(of))


@pytest.mark.row("4.5")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_unused_deal_is_refunded_and_expires(
    house: Installation, phone: BrowserContext, desktop: BrowserContext, language: str
) -> None:
    of = house.make(bought)
    words = {"en": ("Refund what is chosen", "Paid back", "Refund"), "zh": ("退所选的", "已退回", "退款")}[language]

    async def speak(db: Db) -> None:
        await db.run(
            "update people.people set locale = :locale where person_id = :guest",
            locale="zh_CN" if language == "zh" else "en",
            guest=of.guest.person_id,
        )

    house.make(speak)
    other = house.make(lambda db: world.session_of(db, of.guest.person_id))
    house.sign_in(phone, other)
    house.sign_in(desktop, other)
    page = phone.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    until(page, _address(of), page.get_by_role("checkbox").nth(1))
    assert serious(page) == []
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name=words[0]).click()
    back = page.locator("#order-refund .badge", has_text=words[1])
    expect(back).to_have_count(1, timeout=SOON)  # by itself

    async def expire(db: Db) -> None:
        await db.run(
            """
            update vouchers.vouchers set starts_at = now() - interval '2 days', ends_at = now() - interval '1 day'
            where merchant_id = :merchant
            """,
            merchant=of.order.merchant_id,
        )
        await db.run("select pg_notify('shuke_jobs', '')")

    house.make(expire)
    expect(back).to_have_count(2, timeout=SOON)
    assert serious(page) == []
    wide = desktop.new_page()
    _order(wide, of)
    expect(wide.locator("#order-refund .badge", has_text=words[1])).to_have_count(2, timeout=SOON)


@pytest.mark.row("4.5")
def test_a_refused_payment_says_what_to_do_next(house: Installation, phone: BrowserContext) -> None:
    async def unpaid(db: Db) -> Evenings:
        guest = await world.signed_in(db)
        return Evenings(guest, await ordered(db, await sale(db), guest.person_id))

    of = house.make(unpaid)
    house.sign_in(phone, of.guest)
    page = phone.new_page()
    _order(page, of)
    pay(page, "Refuse the payment")
    page.get_by_role("link", name="Try again or pay another way").click()
    page.wait_for_url(f"**/orders/{of.order.merchant_id}/{of.order.order_id}")
    expect(page.get_by_text("Nothing was charged: try again")).to_be_visible(timeout=SOON)
    pay(page)
    _order(page, of)
    expect(page.get_by_text("Your vouchers")).to_be_visible(timeout=SOON)


@pytest.mark.row("4.5")
def test_the_office_refunds_in_the_browser(house: Installation, desktop: BrowserContext) -> None:
    async def made(db: Db) -> tuple[Evenings, Signed]:
        guest = await world.signed_in(db)
        at = await sale(db)
        order = await ordered(db, at, guest.person_id, 2)
        await captured(db, await attempt(db, order))
        return Evenings(guest, order), await world.staff(db, at.shop, "manager")

    of, manager = house.make(made)
    house.sign_in(desktop, manager)
    page = desktop.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    address = f"/console/{of.order.merchant_id}/orders/{of.order.order_id}"
    until(page, address, page.get_by_role("checkbox").nth(1))
    assert serious(page) == []
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_label("Why").fill("One of you could not come")
    page.get_by_role("button", name="Refund what is unused").click()
    expect(page.locator("#money-back")).to_contain_text("€59.00", timeout=SOON)
    ready(page, f"/console/{of.order.merchant_id}/refunds")
    expect(page.get_by_text("One of you could not come")).to_be_visible()
    assert serious(page) == []
    deal: UUID = of.order.deal_id
    ready(page, f"/console/{of.order.merchant_id}/deals/{deal}")
    page.locator("#refund-all").get_by_label("Why").fill("We move")
    page.locator("#refund-all").get_by_role("button", name="Refund all").click()
    expect(page.locator("#refund-all")).to_contain_text("1 vouchers were given back", timeout=SOON)
