"""Two phones: friends by code, told live; pages that everybody can use."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import world
from tests.browser.conftest import PHONE, Installation, _context, listening, ready, serious

pytestmark = [pytest.mark.browser, pytest.mark.row("1.2"), pytest.mark.row("1.3")]


@pytest.fixture
def second_phone(house: Installation, browser: Browser) -> Iterator[BrowserContext]:
    """Another person's."""
    yield from _context(house, browser, PHONE)


def usable(page: Page, address: str) -> None:
    ready(page, address)
    assert serious(page) == [], address


def test_friends_by_code_on_two_phones(house: Installation, phone: BrowserContext, second_phone: BrowserContext) -> None:
    mia, liu = house.make(lambda db: world.signed_in(db, "Mia")), house.make(lambda db: world.signed_in(db, "Liu"))
    house.sign_in(phone, mia)
    house.sign_in(second_phone, liu)
    hers, his = phone.new_page(), second_phone.new_page()
    usable(hers, "/friends/code")
    code = hers.locator(".code").inner_text()
    ready(hers, "/friends")
    expect(hers.get_by_text("No friends yet")).to_be_visible()
    listening(hers)

    ready(his, "/scan")
    his.get_by_label("Or type the code").fill(code)
    his.get_by_role("button", name="Continue").click()
    his.get_by_role("button", name="Ask to be friends").click()
    expect(his.get_by_text("Your request waits for an answer.")).to_be_visible()

    accept = hers.get_by_role("button", name="Accept Liu")
    expect(accept).to_be_visible()
    expect(hers.locator("#waiting .waiting-count")).to_contain_text("1")
    expect(hers.locator("#waiting-friends .waiting-count")).to_contain_text("1")
    assert serious(hers) == []
    accept.click()
    expect(hers.get_by_role("link", name="Liu")).to_be_visible()
    expect(hers.locator("#waiting .waiting-count")).to_have_count(0)

    ready(his, f"/people/{mia.person_id}")
    expect(his.get_by_role("link", name="Write to her")).to_be_visible()
    for address in (f"/people/{mia.person_id}", f"/friends/{mia.person_id}", "/friends/add", "/friends/groups", "/me/profile"):
        usable(his, address)
    ready(his, f"/friends/{mia.person_id}")
    his.on("dialog", lambda dialog: dialog.accept())
    his.get_by_role("button", name="Block").click()
    expect(his.get_by_role("button", name="Lift the block of Mia")).to_be_visible()
    ready(hers, "/friends")
    expect(hers.get_by_text("No friends yet")).to_be_visible()
    gone = hers.goto(f"/people/{liu.person_id}")
    assert gone is not None
    assert gone.status == 404


@pytest.mark.row("7.7")
def test_people_near_me_by_the_phone_s_position(house: Installation, phone: BrowserContext) -> None:
    mia = house.make(lambda db: world.signed_in(db, "Mia"))
    house.sign_in(phone, mia)
    phone.grant_permissions(["geolocation"])
    phone.set_geolocation({"longitude": -140.0, "latitude": -40.0})
    page = phone.new_page()
    usable(page, "/around")
    page.get_by_role("button", name="Show me for two hours").click()
    expect(page.get_by_text("You are shown until")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("button", name="Stop now").click()
    expect(page.get_by_role("button", name="Show me for two hours")).to_be_visible()
