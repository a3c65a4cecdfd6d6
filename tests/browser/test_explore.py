"""Map and list show the same: what the map is moved to is listed, what is chosen on it is told, and the address brings it back."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from shuke.kit.db import Db
from shuke.kit.geo import Point
from shuke.places.actions import write
from tests import world
from tests.browser.conftest import Installation, ready, serious
from tests.places.test_index import rows
from tests.world import Signed

HERE = Point(5.3221, 60.3913)  # nowhere near what other tests make
MOVED = Point(5.4221, 60.3913)


async def _places(db: Db) -> Signed:
    await write(db, rows(3, start=HERE))
    await write(db, [one for one in rows(8, start=MOVED) if one.name in ("Place 5", "Place 7")])
    return await world.signed_in(db)


@pytest.mark.browser
@pytest.mark.row("8.1")
def test_map_and_list_in_step(house: Installation, phone: BrowserContext) -> None:
    house.sign_in(phone, house.make(_places))
    page = phone.new_page()
    ready(page, f"/explore?at={HERE.longitude},{HERE.latitude},15")
    found = page.locator("#found")
    expect(found).to_contain_text("Place 2")
    page.wait_for_selector("#map[data-map-ready]", timeout=60_000)
    page.evaluate(f"document.getElementById('map').map.show([{MOVED.longitude}, {MOVED.latitude}], 15)")
    expect(found).to_contain_text("Place 7", timeout=60_000)
    expect(found).not_to_contain_text("Place 2")
    expect(page).to_have_url(re.compile("at=5\\.42"))
    assert "at=5.42" in (page.get_by_role("button", name="Open now").get_attribute("href") or "")
    found.get_by_role("link", name="Place 7").focus()
    expect(page.locator("#map")).to_have_attribute("data-map-selected", re.compile("-"))
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(found).to_contain_text("Place 7")
    assert serious(page) == []
    page.get_by_role("button", name="Open now").click()
    expect(page).to_have_url(re.compile("open=1"))
    expect(page.locator("#found")).to_contain_text("Nothing here")
