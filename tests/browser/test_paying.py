"""Paying in a real browser: the test bank's buttons, what the payment's page says, and what it says to do next."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shuke.kit import clock
from shuke.kit.db import Db
from tests.browser.conftest import Installation, ready, serious
from tests.payments.pay_world import Ground, ground
from tests.platform.test_office import make_operator
from tests.world import Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("4.4")]

SOON = 60_000  # ms: jobs run in a process of their own, on a machine that may be busy


def begun(house: Installation, context: BrowserContext, **changes: object) -> tuple[Ground, Page]:
    """A guest on the page of her payment."""
    at = house.make(lambda db: ground(db, **changes))
    house.sign_in(context, at.guest)
    page = context.new_page()
    ready(page, f"/pay/{at.address}")
    return at, page


def looked_at(page: Page, name: str) -> None:
    """Nothing on it keeps people out; a picture of it where somebody wants to look."""
    assert serious(page) == []
    folder = os.environ.get("SHUKE_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def press(page: Page, text: str) -> None:
    """To the bank, and press a button there."""
    page.get_by_role("link", name="Pay with Test bank").click()
    page.wait_for_url("**/bank/**")
    expect(page.get_by_text("no money moves")).to_be_visible()
    button = page.get_by_role("button", name=text, exact=True)
    if not button.is_visible():
        page.get_by_text("What else can happen").click()
    button.click()


def test_paying_and_paying_again(house: Installation, phone: BrowserContext) -> None:
    _at, page = begun(house, phone)
    expect(page.get_by_text("no money moves")).to_be_visible()
    expect(page.locator("[data-amount]")).to_have_text("€25.00")
    looked_at(page, "started-phone-en")
    page.get_by_role("link", name="Pay with Test bank").click()
    page.wait_for_selector("html[data-ready]")
    page.get_by_text("What else can happen").click()
    looked_at(page, "bank-phone-en")
    page.get_by_role("button", name="Pay twice").click()
    expect(page.locator('[data-state="captured"]')).to_be_visible()
    expect(page.get_by_text("It was paid twice")).to_be_visible()
    second = page.get_by_role("listitem").filter(has_text="It was paid twice")
    expect(second.get_by_text("sent back")).to_be_visible(timeout=SOON)  # by itself, while she looks at the page
    looked_at(page, "captured-phone-en")


def test_a_refused_payment_says_what_to_do_next(house: Installation, phone: BrowserContext) -> None:
    _at, page = begun(house, phone, return_to="/me")
    press(page, "Refuse the payment")
    expect(page.locator('[data-state="ended"]')).to_be_visible()
    looked_at(page, "failed-phone-en")
    page.get_by_role("link", name="Try again or pay another way").click()
    expect(page).to_have_url(f"{house.url}/me")


def test_the_page_learns_of_what_others_do(house: Installation, desktop: BrowserContext) -> None:
    at, page = begun(house, desktop)
    press(page, "Never answer")
    expect(page.get_by_text("does not answer at the moment")).to_be_visible(timeout=SOON)
    looked_at(page, "silent-desktop-en")
    paid = page.request.post(
        f"/api/v1/bank/payments/{at.address}",
        data={"act": "pay"},
        headers={"authorization": f"Bearer {at.guest.token}"},
    )
    assert paid.status == 201
    expect(page.locator('[data-state="captured"]')).to_be_visible(timeout=SOON)
    looked_at(page, "captured-desktop-en")


def test_too_late_in_chinese(house: Installation, phone: BrowserContext) -> None:
    async def made(db: Db) -> Ground:
        at = await ground(db)
        await db.run("update people.people set locale = 'zh_CN' where person_id = :person", person=at.guest.person_id)
        return at

    at = house.make(made)
    house.sign_in(phone, at.guest)
    page = phone.new_page()
    ready(page, f"/pay/{at.address}")
    looked_at(page, "started-phone-zh")
    page.get_by_role("link", name="用测试银行付款").click()
    page.get_by_text("还可能发生什么").click()
    looked_at(page, "bank-phone-zh")
    page.get_by_role("button", name="超时后才付款").click()
    page.wait_for_url("**/pay/**")

    async def over(db: Db) -> None:
        merchant = at.shop.merchant_id
        await db.run("update testbank.payments set until = :now where merchant_id = :m", now=clock.now(), m=merchant)
        await db.run(
            "update payments.payments set until = :now, next_at = :now where merchant_id = :m", now=clock.now(), m=merchant
        )
        soon = clock.now() + timedelta(seconds=5)
        await db.run("update testbank.notices set due_at = :soon where merchant_id = :m", soon=soon, m=merchant)
        await db.run("select pg_notify('shuke_jobs', '')")

    house.make(over)
    expect(page.locator('[data-state="ended"]')).to_be_visible(timeout=SOON)
    expect(page.get_by_text("已退回")).to_be_visible(timeout=SOON)
    looked_at(page, "late-phone-zh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_office_looks_at_payments(
    house: Installation, phone: BrowserContext, desktop: BrowserContext, language: str
) -> None:
    async def made(db: Db) -> tuple[Ground, Signed]:
        olga = await make_operator(db)
        await db.run(
            "update people.people set locale = 'zh_CN' where person_id = :person and :zh",
            person=olga.person_id,
            zh=language == "zh",
        )
        return await ground(db), olga

    at, olga = house.make(made)
    for act in ("refuse_refunds", "pay_twice"):
        headers = {"authorization": f"Bearer {at.guest.token}"}
        phone.request.post(f"/api/v1/bank/payments/{at.address}", data={"act": act}, headers=headers)
    for context, size in ((phone, "phone"), (desktop, "desktop")):
        house.sign_in(context, olga)
        page = context.new_page()
        ready(page, "/platform/payments")
        looked_at(page, f"office-{size}-{language}")
        ready(page, f"/platform/payments/{at.address}")
        expect(page.locator('form[action*="/retry"]').first).to_be_visible(timeout=SOON)
        looked_at(page, f"office-one-{size}-{language}")
