"""The back office on real pages: numbers with their chart, members, stores, staff and founding; phone and desktop, both languages."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, expect

from shuke.cards import JoinCall, join
from shuke.kit import clock
from shuke.kit.db import Db
from tests import world
from tests.browser.conftest import Installation, ready, serious
from tests.insight.test_numbers import bought
from tests.world import Shop, Signed

pytestmark = pytest.mark.browser


async def busy(db: Db) -> tuple[Shop, Signed, UUID]:
    """A shop with a member who bought something on two days."""
    at = await world.shop(db, "Kaisla")
    boss = await world.session_of(db, at.owner_id)
    person_id = await world.person(db, "Aino Aalto")
    scene = await db.value(UUID, "select scene_id from merchants.scenes where code = :code", code=at.scene)
    await join(db, [JoinCall(at.merchant_id, person_id, scene)])
    for days in (1, 2):
        await bought(db, at, person_id, 1250, clock.now() - timedelta(days=days))
    return at, boss, person_id


@pytest.mark.row("11.1")
@pytest.mark.row("1.7")
def test_a_number_leads_to_its_rows_and_a_member_to_her_source(house: Installation, desktop: BrowserContext) -> None:
    at, boss, _person = house.make(busy)
    house.sign_in(desktop, boss)
    page = desktop.new_page()
    ready(page, f"/console/{at.merchant_id}")
    page.wait_for_selector("[data-chart] svg")
    page.get_by_role("link", name="Visits of members").click()
    expect(page.get_by_role("heading", name="Visits")).to_be_visible()
    expect(page.get_by_role("link", name="Aino Aalto")).to_have_count(2)
    page.get_by_role("link", name="Aino Aalto").first.click()
    expect(page.get_by_role("link", name="Counter")).to_be_visible()
    page.get_by_label("Tags").fill("regular, window seat")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="window seat")).to_be_visible()


@pytest.mark.row("1.4")
@pytest.mark.row("1.5")
def test_founding_a_merchant(house: Installation, phone: BrowserContext) -> None:
    house.sign_in(phone, house.make(world.signed_in))
    page = phone.new_page()
    ready(page, "/merchants/new")
    page.get_by_label("Name of the brand").fill("Kahvila Kuu")
    page.get_by_role("button", name="Found it").click()
    expect(page.get_by_role("heading", name="Kahvila Kuu")).to_be_visible()
    page.get_by_role("button", name="Send to vetting").click()
    expect(page.get_by_role("alert")).to_contain_text("Add a store.")
    page.get_by_role("link", name="Add a store.").click()
    page.get_by_label("Name of the store").fill("Kuu")
    page.get_by_label("Time zone").fill("Europe/Helsinki")
    page.get_by_label("Phone of the store").fill("95588")
    page.get_by_role("button", name="Add the store").click()
    page.get_by_label("Monday").fill("11-14, 17-01")
    page.get_by_role("button", name="Save the week").click()
    expect(page.get_by_label("Monday")).to_have_value("11:00-14:00, 17:00-01:00")
    merchant = page.url.split("/stores/")[0]
    ready(page, f"{merchant}/merchant")
    page.get_by_label("Licence or register number").fill("1234567-8")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Send to vetting").click()
    expect(page.get_by_text("It is being vetted.")).to_be_visible()


@pytest.mark.row("1.4")
@pytest.mark.row("2.2")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_pages_fit_and_keep_nobody_out(
    house: Installation, phone: BrowserContext, desktop: BrowserContext, language: str
) -> None:
    at, boss, person_id = house.make(busy)

    async def speak(db: Db) -> int:
        return await db.run(
            "update people.people set locale = :language where person_id = :person", language=language, person=boss.person_id
        )

    house.make(speak)
    base = f"/console/{at.merchant_id}"
    pages = ["", "/members", f"/members/{person_id}", "/purchases", "/redemptions", "/merchant", "/programme"]
    pages += ["/stores", f"/stores/{at.store_id}", "/stores/new", "/staff"]
    for context in (phone, desktop):
        house.sign_in(context, boss)
        page = context.new_page()
        for address in [*(base + path for path in pages), "/console", "/merchants/new", "/invitations"]:
            ready(page, address)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{address} is {wide} pixels too wide"
            assert serious(page) == [], address
