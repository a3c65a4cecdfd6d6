"""Buying in a real browser: from a shared deal to the vouchers, and a flash sale with its line seen."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shuke.kit.db import Db
from tests import world
from tests.browser.conftest import Installation, answered, ready, serious, until
from tests.checkout import sale_world
from tests.checkout.sale_world import Sale
from tests.world import Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("4.1")]


def on_sale(house: Installation, **changes: object) -> tuple[Sale, Signed, str]:
    """A deal, somebody who wants it, and where it is shown."""

    async def made(db: Db) -> tuple[Sale, Signed]:
        return await sale_world.sale(db, **changes), await world.signed_in(db)

    at, guest = house.make(made)
    return at, guest, f"/deals/{at.shop.merchant_id}/{at.deal_id}"


def at_bank(page: Page, button: str) -> None:
    """Pay the order at the test bank, or whatever its button says."""
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    page.get_by_role("link", name="Pay with Test bank").click()
    page.wait_for_url("**/bank/**")
    with answered(page):
        page.get_by_role("button", name=button, exact=True).click()


def test_from_a_shared_link_to_the_vouchers(house: Installation, phone: BrowserContext) -> None:
    at, guest, address = on_sale(house, stock=9, value=8800, vouchers_each=2, about="By the harbour.")
    page = phone.new_page()
    ready(page, address)
    assert page.get_attribute('meta[property="og:title"]', "content") == "Dinner for two · €59"
    assert (page.get_attribute('meta[property="og:image"]', "content") or "").startswith(house.url)
    expect(page.get_by_text("9 left.")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in to buy")).to_have_attribute("href", f"/sign-in?next={address}")
    assert serious(page) == []
    house.sign_in(phone, guest)
    ready(page, address)
    page.get_by_label("How many?").select_option("2")
    page.get_by_role("button", name="Buy").click()
    expect(page.get_by_role("heading", name="Kept for you")).to_be_visible()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^1[45]:\d\d$"))
    assert serious(page) == []
    order = page.url
    at_bank(page, "Refuse the payment")
    ready(page, order)
    expect(page.get_by_text("try again, or choose another way to pay")).to_be_visible()
    at_bank(page, "Pay")
    ready(page, order)
    expect(page.get_by_role("heading", name="Your vouchers")).to_be_visible()
    expect(page.locator("a[href^='/vouchers/']")).to_have_count(4)
    assert serious(page) == []
    ready(page, "/orders")
    expect(page.get_by_text("Bought")).to_be_visible()
    ready(page, "/me")
    expect(page.get_by_role("link", name="Orders")).to_be_visible()
    house.sign_in(phone, house.make(lambda db: world.session_of(db, at.shop.owner_id)))
    ready(page, f"/console/{at.shop.merchant_id}/deals/{at.deal_id}")
    expect(page.get_by_role("heading", name="Latest orders")).to_be_visible()
    expect(page.locator("#sales .stat").first).to_contain_text("2")


@pytest.mark.row("4.3")
def test_a_flash_sale_and_its_line(house: Installation, phone: BrowserContext, desktop: BrowserContext) -> None:
    _at, first, address = on_sale(house, stock=1, flash=True, per_person=1)
    second = house.make(world.signed_in)
    house.sign_in(phone, first)
    house.sign_in(desktop, second)
    holder, waiter = phone.new_page(), desktop.new_page()
    ready(holder, address)
    holder.get_by_role("button", name="Buy").click()
    expect(holder.get_by_role("heading", name="Kept for you")).to_be_visible()
    until(waiter, address, waiter.get_by_role("button", name="Stand in line"))  # what is told about a line is a little old
    waiter.get_by_role("button", name="Stand in line").click()
    expect(waiter.get_by_role("heading", name="Your place in line")).to_be_visible()
    expect(waiter.get_by_role("status").filter(has_text=re.compile("^1$"))).to_be_visible()
    assert serious(waiter) == []
    holder.on("dialog", lambda dialog: dialog.accept())
    holder.get_by_role("button", name="Cancel the order").click()
    expect(waiter.get_by_role("heading", name="It is your turn")).to_be_visible()  # by itself
    expect(holder.get_by_text("You cancelled it.")).to_be_visible()
    until(holder, address, holder.get_by_role("button", name="Stand in line"))
    holder.get_by_role("button", name="Stand in line").click()
    expect(holder.get_by_role("heading", name="Your place in line")).to_be_visible()
    at_bank(waiter, "Pay")
    expect(holder.get_by_text("All of it is sold now")).to_be_visible()  # by itself
    until(waiter, address, waiter.get_by_text("All of this is sold."))


def test_in_chinese(house: Installation, desktop: BrowserContext) -> None:
    at, guest, address = on_sale(house, stock=5)
    desktop.add_cookies([{"name": "shuke_locale", "value": "zh_CN", "url": house.url}])
    page = desktop.new_page()
    ready(page, address)
    expect(page.get_by_role("link", name="登录后购买")).to_be_visible()
    assert serious(page) == []
    ready(page, f"/deals/{at.shop.merchant_id}")
    expect(page.get_by_role("link", name="Dinner for two")).to_be_visible()
    assert serious(page) == []
    house.make(lambda db: db.run("update people.people set locale = 'zh_CN' where person_id = :person", person=guest.person_id))
    house.sign_in(desktop, guest)
    ready(page, address)
    page.get_by_role("button", name="购买").click()
    expect(page.get_by_role("heading", name="已为你保留")).to_be_visible()
    assert serious(page) == []
