"""A shop opens a group and invites it; somebody near finds it, joins, comes, is put out and let in again; the activity is called off."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from shuke.cards import JoinCall, join
from shuke.kit.db import Db
from shuke.places import follow
from tests import world
from tests.browser.conftest import DESKTOP, PHONE, Installation, serious
from tests.world import Shop, Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("7.4")]

HERE = (-30.5, 38.5)  # where no other test has a shop


def _context(house: Installation, browser: Browser, signed: Signed, size: dict[str, int]) -> BrowserContext:
    context = browser.new_context(
        base_url=house.url,
        viewport={"width": size["width"], "height": size["height"]},
        service_workers="block",
        locale="en-GB",
        timezone_id="Europe/Helsinki",
        geolocation={"longitude": HERE[0], "latitude": HERE[1]},
        permissions=["geolocation"],
    )
    house.sign_in(context, signed)
    return context


async def _make(db: Db) -> tuple[Shop, Signed, Signed]:
    shop = await world.shop(db)
    await db.run(
        "update merchants.stores set longitude = :longitude, latitude = :latitude where merchant_id = :merchant",
        longitude=HERE[0],
        latitude=HERE[1],
        merchant=shop.merchant_id,
    )
    await follow(db, [shop.merchant_id])
    staff, member = await world.staff(db, shop, "manager"), await world.signed_in(db, "Aino")
    await join(db, [JoinCall(shop.merchant_id, member.person_id, None)])
    return shop, staff, member


def _open_and_invite(office: Page, shop: Shop) -> str:
    """A group with an activity for one; its page in the office."""
    office.goto(f"/console/{shop.merchant_id}/groups")
    office.get_by_label("Title").fill("Morning bakers")
    office.get_by_role("button", name="Open the group").click()
    expect(office.get_by_role("heading", name="Morning bakers")).to_be_visible()
    console = office.url.partition("?")[0]
    office.locator("#activity-title").fill("Baking together")
    office.get_by_label("Most people").fill("1")
    office.get_by_role("button", name="Invite the group").click()
    expect(office.get_by_text("0 of 1 places taken")).to_be_visible()
    assert serious(office) == []
    return console


def test_a_group_near_me_with_an_activity(house: Installation, browser: Browser) -> None:
    shop, staff, member = house.make(_make)
    desk, hand = _context(house, browser, staff, DESKTOP), _context(house, browser, member, PHONE)
    office, phone = desk.new_page(), hand.new_page()

    console = _open_and_invite(office, shop)
    phone.goto("/around")
    phone.wait_for_selector("html[data-ready]")
    phone.get_by_role("button", name="Show me for two hours").click()
    phone.get_by_role("link", name="Morning bakers").click()
    expect(phone.get_by_role("heading", name="Morning bakers")).to_be_visible()
    group = phone.url.partition("?")[0]
    phone.get_by_role("button", name="Join", exact=True).click()
    expect(phone.get_by_role("link", name="Open the chat")).to_be_visible()
    assert serious(phone) == []
    phone.get_by_role("link", name="Baking together").click()
    phone.get_by_role("button", name="I'm coming", exact=True).click()
    expect(phone.get_by_text("1 of 1 places taken")).to_be_visible()
    assert serious(phone) == []

    office.goto(console)
    office.get_by_role("button", name="Open the chat").click()
    office.wait_for_url("**/chats/*")
    office.goto(f"{office.url.partition('?')[0].partition('#')[0]}/members")
    office.wait_for_selector("html[data-ready]")
    office.once("dialog", lambda dialog: dialog.accept())
    office.get_by_role("button", name="Take Aino out").click()
    expect(office.get_by_role("button", name="Take Aino out")).to_have_count(0)
    phone.goto(group)
    expect(phone.get_by_text("The shop has put you out of this group.")).to_be_visible()
    expect(phone.get_by_role("button", name="Join", exact=True)).to_have_count(0)
    office.goto(console)
    assert serious(office) == []
    office.get_by_role("button", name="Let in again").click()
    expect(office.get_by_role("button", name="Let in again")).to_have_count(0)
    phone.goto(group)
    phone.get_by_role("button", name="Join", exact=True).click()
    expect(phone.get_by_role("link", name="Open the chat")).to_be_visible()
    phone.get_by_role("link", name="Baking together").click()
    expect(phone.get_by_role("heading", name="Baking together")).to_be_visible()

    office.reload()
    office.wait_for_selector("html[data-ready]")
    office.once("dialog", lambda dialog: dialog.accept())
    office.get_by_role("button", name="Call off").click()
    expect(office.get_by_role("main").get_by_text("Called off", exact=True)).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("This activity was called off.")).to_be_visible()
    for context in (desk, hand):
        context.close()
