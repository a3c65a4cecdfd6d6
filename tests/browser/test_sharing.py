"""Passing on in Chromium: a member recommends her card, a fresh person takes it from the link, the shop sees both in its tree."""

import secrets

import pytest
from playwright.sync_api import BrowserContext, expect

from shuke.cards import JoinCall, join
from shuke.kit.db import Db
from tests import world
from tests.browser.conftest import Installation, ready, serious
from tests.world import Shop, Signed

pytestmark = pytest.mark.browser


async def _start(db: Db) -> tuple[Shop, Signed, Signed]:
    """A shop, a member of it, and its manager."""
    shop = await world.shop(db)
    mia = await world.signed_in(db, "Mia")
    await join(db, [JoinCall(shop.merchant_id, mia.person_id, None)])
    return shop, mia, await world.staff(db, shop, "manager")


@pytest.mark.row("2.6")
@pytest.mark.row("11.1")
def test_a_card_goes_on_by_a_link(house: Installation, phone: BrowserContext, desktop: BrowserContext) -> None:
    shop, mia, manager = house.make(_start)
    house.sign_in(desktop, mia)
    page = desktop.new_page()
    ready(page, f"/cards/{shop.merchant_id}")
    page.get_by_role("link", name="Recommend this card").click()
    page.wait_for_selector("html[data-ready]")
    assert serious(page) == []
    page.get_by_role("button", name="Get a link").click()
    link = page.locator("#made .code")
    expect(link).to_contain_text("/x/")
    address = link.inner_text().strip()

    fresh = phone.new_page()
    with fresh.expect_response(lambda answer: answer.url.endswith("/opened")):
        ready(fresh, address[address.index("/x/") :])
    expect(fresh.get_by_text("recommends this to you")).to_be_visible()
    assert fresh.locator('meta[property="og:title"]').get_attribute("content") == "Kaisla Bakery"
    assert serious(fresh) == []
    contact = f"{secrets.token_hex(6)}@example.org"
    fresh.get_by_label("Phone or e-mail").fill(contact)
    fresh.get_by_role("button", name="Take the card").click()
    fresh.get_by_label("The code").fill(house.last_code(contact))
    fresh.get_by_role("button", name="Take the card").click()
    expect(fresh).to_have_url(f"{house.url}/cards/{shop.merchant_id}?new")

    house.sign_in(desktop, manager)
    ready(page, f"/console/{shop.merchant_id}/sharing?by=channel")
    expect(page.get_by_text("Level 1")).to_be_visible()
    expect(
        page.get_by_role("cell", name="By a copied link").or_(page.get_by_role("rowheader", name="By a copied link"))
    ).to_be_visible()
    assert serious(page) == []
    page.locator("tbody a[href*='what=brought']").click()
    expect(page.locator("tbody tr")).to_have_count(1)
