"""Stored value in real browsers: top up, pay at the till by the card's code, see it on the phone, get the rest back."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from shuke.kit.db import Db
from tests import world
from tests.browser.conftest import Installation, answered, listening, ready
from tests.browser.test_paying import looked_at
from tests.counter.counter_world import Counter, counter
from tests.storedvalue.stored_world import ground
from tests.world import Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("2.4")]
SLOW = 60_000  # milliseconds, with everything else a busy machine does meanwhile


def stand(house: Installation, locale: str = "en") -> tuple[Counter, Signed]:
    """A counter whose shop takes top-ups, and its owner."""

    async def made(db: Db) -> tuple[Counter, Signed]:
        at = await ground(db)
        people = [at.guest.person_id, at.cashier.person_id, at.shop.owner_id]
        await db.run("update people.people set locale = :locale where person_id = any(:people)", locale=locale, people=people)
        return at, await world.session_of(db, at.shop.owner_id)

    return house.make(made)


def topped_up(page: Page, at: Counter, *, chinese: bool = False) -> None:
    """Choose the offer and pay at the test bank."""
    ready(page, f"/cards/{at.shop.merchant_id}/money")
    page.get_by_role("button", name="去支付" if chinese else "Go to payment").click()
    page.wait_for_url(re.compile("/pay/"))
    page.get_by_role("link", name=re.compile("Test bank|测试银行")).click()
    page.wait_for_url("**/bank/**")
    with answered(page):
        page.locator("button[value=pay]").click()
    ready(page, f"/cards/{at.shop.merchant_id}/money")
    expect(page.locator("[data-balance]")).to_have_text(re.compile("110"), timeout=SLOW)


def scanned(page: Page, at: Counter) -> None:
    """The cashier scans the card's code of this moment."""
    page.locator("[data-till-code]").fill(at.card())
    page.locator("[data-till-code]").press("Enter")


def test_top_up_pay_and_the_rest_back(house: Installation, phone: BrowserContext, desktop: BrowserContext) -> None:
    at, _owner = stand(house)
    house.sign_in(phone, at.guest)
    page = phone.new_page()
    ready(page, f"/cards/{at.shop.merchant_id}")
    expect(page.locator("#money")).to_contain_text("€0.00")
    page.get_by_role("link", name="Top up").click()
    expect(page.get_by_text("+€10 bonus")).to_be_visible()
    looked_at(page, "purse-phone-en")
    topped_up(page, at)
    expect(page.locator("[data-stored]")).to_have_text("€100.00")
    expect(page.locator("[data-bonus]")).to_have_text("€10.00")
    ready(page, f"/cards/{at.shop.merchant_id}")
    expect(page.locator("[data-balance]")).to_have_text("€110.00")
    listening(page)
    looked_at(page, "card-phone-en")

    house.sign_in(desktop, at.cashier)
    till = desktop.new_page()
    ready(till, at.path)
    scanned(till, at)
    expect(till.locator("[data-on-card]")).to_have_text("€110.00")
    till.locator("[data-till-amount]").fill("32.50")
    till.keyboard.press("Enter")
    expect(till.get_by_role("button", name="€32.50 from the card")).to_be_visible()
    looked_at(till, "till-bill-desktop-en")
    till.keyboard.press("F4")
    expect(till.locator("[data-from-card]")).to_contain_text("€77.50 left on it")
    looked_at(till, "till-paid-desktop-en")
    expect(page.locator("[data-receipt]")).to_contain_text("Paid €32.50 from this card", timeout=SLOW)
    expect(page.locator("[data-balance]")).to_have_text("€77.50")
    looked_at(page, "card-receipt-phone-en")

    ready(page, f"/cards/{at.shop.merchant_id}/money")
    page.get_by_role("button", name="Send the rest back").click()
    expect(page.get_by_role("dialog")).to_contain_text("€67.50 go back")
    looked_at(page, "refund-phone-en")
    page.get_by_role("button", name="Send it back").click()
    expect(page.locator("[data-balance]")).to_have_text("€0.00")
    expect(page.get_by_text("on its way back")).to_be_visible()
    looked_at(page, "purse-after-phone-en")


def test_a_guest_looked_up_by_phone_scans_to_pay(house: Installation, phone: BrowserContext, desktop: BrowserContext) -> None:
    at, _owner = stand(house)
    house.sign_in(phone, at.guest)
    topped_up(phone.new_page(), at)
    house.sign_in(desktop, at.cashier)
    till = desktop.new_page()
    ready(till, at.path)

    async def contact(db: Db) -> str | None:
        return await db.value(str, "select value from people.contacts where person_id = :person", person=at.guest.person_id)

    till.locator("[data-till-code]").fill(house.make(contact) or "")
    till.locator("[data-till-code]").press("Enter")
    till.locator("[data-till-amount]").fill("150")
    till.keyboard.press("Enter")
    expect(till.get_by_text("To pay from it, scan the guest's card now")).to_be_visible()
    assert till.get_by_role("button", name="from the card").count() == 0
    looked_at(till, "till-needs-code-desktop-en")
    scanned(till, at)
    till.get_by_role("button", name="€110.00 from the card, €40.00 to collect").click()
    expect(till.locator("[data-till-answer=sold]")).to_contain_text("€40.00")
    looked_at(till, "till-part-desktop-en")
    till.get_by_role("link", name="Undo", exact=True).click()
    till.get_by_text("Give only a part back to the card").click()
    looked_at(till, "till-return-desktop-en")
    till.locator("input[name=amount]").fill("11")
    till.get_by_role("button", name="Give back").click()
    expect(till.locator("[data-till-answer=part_returned]")).to_contain_text("€11.00")


def test_in_chinese_and_on_other_screens(house: Installation, browser: Browser) -> None:
    at, owner = stand(house, "zh_CN")
    phone = browser.new_context(
        base_url=house.url, viewport={"width": 390, "height": 844}, locale="zh-CN", service_workers="block"
    )
    chinese = browser.new_context(
        base_url=house.url, viewport={"width": 1280, "height": 800}, locale="zh-CN", service_workers="block"
    )
    house.sign_in(chinese, owner)
    office = chinese.new_page()
    ready(office, f"/console/{at.shop.merchant_id}/stored-value")
    house.sign_in(phone, at.guest)
    page = phone.new_page()
    ready(page, f"/cards/{at.shop.merchant_id}/money")
    expect(page.get_by_text("送 €10")).to_be_visible()
    looked_at(page, "purse-phone-zh")
    topped_up(page, at, chinese=True)
    looked_at(page, "purse-topped-phone-zh")
    house.sign_in(phone, at.cashier)
    ready(page, at.path)
    scanned(page, at)
    page.locator("[data-till-amount]").fill("20")
    page.locator("[data-till-amount]").press("Enter")
    looked_at(page, "till-bill-phone-zh")
    page.get_by_role("button", name="用卡内余额付").click()
    expect(page.locator("[data-from-card]")).to_contain_text("€90.00")
    looked_at(page, "till-paid-phone-zh")
    ready(office, f"/console/{at.shop.merchant_id}/stored-value")
    expect(office.get_by_text("€80.00").first).to_be_visible()
    looked_at(office, "office-desktop-zh")
    ready(office, f"/console/{at.shop.merchant_id}/stored-value/rules")
    looked_at(office, "rules-desktop-zh")
    office.locator("[name=pay]").fill("200")
    office.locator("[name=bonus]").fill("30")
    office.get_by_role("button", name="添加这一档").click()
    expect(office.get_by_text("充 €200.00 送 €30.00")).to_be_visible()
    house.sign_in(phone, owner)
    for name in ("stored-value", "stored-value/rules"):
        ready(page, f"/console/{at.shop.merchant_id}/{name}")
        looked_at(page, f"office-{name.replace('/', '-')}-phone-zh")
    chinese.close()
    phone.close()


def test_a_top_up_that_is_refused_says_what_to_do(house: Installation, phone: BrowserContext) -> None:
    at, _owner = stand(house)
    house.sign_in(phone, at.guest)
    page = phone.new_page()
    ready(page, f"/cards/{at.shop.merchant_id}/money")
    page.get_by_label("Another amount").check()
    page.get_by_label("Amount", exact=True).fill("1")
    page.get_by_role("button", name="Go to payment").click()
    expect(page.get_by_role("alert")).to_contain_text("A top-up here is from €5.00 to €500.00")
    page.get_by_label("Amount", exact=True).fill("25")
    page.get_by_role("button", name="Go to payment").click()
    page.get_by_role("link", name=re.compile("Test bank")).click()
    page.wait_for_url("**/bank/**")
    with answered(page):
        page.locator("button[value=fail]").click()
    ready(page, f"/cards/{at.shop.merchant_id}/money")
    expect(page.locator("[data-balance]")).to_have_text("€0.00")
    expect(page.get_by_text("is not paid yet")).to_have_count(0, timeout=SLOW)


def test_a_shop_without_top_ups_says_nothing(house: Installation, phone: BrowserContext) -> None:
    at = house.make(counter)
    house.sign_in(phone, at.guest)
    page = phone.new_page()
    with page.expect_response("**/money/slot"):
        ready(page, f"/cards/{at.shop.merchant_id}")
    expect(page.locator("#money")).to_be_empty()
