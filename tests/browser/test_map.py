"""The map draws itself, is moved and asked by keyboard, and hides where it can't be drawn."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shuke.demo import available, extract
from shuke.maps.making import make
from tests.browser.conftest import Installation, ready

HEARD = """() => {
  const told = document.documentElement.dataset;
  document.addEventListener("map:moved", (event) => (told.moved = String(event.detail.bbox.length)));
  document.addEventListener("map:picked", (event) => (told.picked = event.detail.properties.name));
}"""


def _opened(context: BrowserContext) -> Page:
    page = context.new_page()
    ready(page, "/dev/gallery")
    page.wait_for_selector("#map[data-map-ready]", timeout=60_000)
    page.evaluate(HEARD)
    return page


@pytest.mark.browser
@pytest.mark.row("8.5")
@pytest.mark.skipif(not available(), reason="the demo's packages are not installed")
def test_the_map_draws_and_is_asked_by_keyboard(house: Installation, phone: BrowserContext, tmp_path: Path) -> None:
    (house.folder / "maps").mkdir(exist_ok=True)
    make(extract(), tmp_path / "helsinki.pmtiles", (13, 15)).path.rename(house.folder / "maps" / "helsinki.pmtiles")
    page = _opened(phone)
    expect(page.locator("#map canvas")).to_have_attribute(
        "aria-label", "Map: arrow keys move it, plus and minus zoom, Enter chooses what is in the middle"
    )
    expect(page.locator("#map")).to_contain_text("OpenStreetMap")
    canvas = page.locator("#map canvas")
    canvas.focus()
    canvas.press("ArrowUp")
    expect(page.locator("html")).to_have_attribute("data-moved", "4", timeout=60_000)
    canvas.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-picked", re.compile("山海"), timeout=60_000)
    expect(page.locator("#map")).to_have_attribute("data-map-selected", re.compile("^p[0-9]"))
    page.evaluate("document.getElementById('map').map.select('p0')")
    expect(page.locator("#map")).to_have_attribute("data-map-selected", "p0")


@pytest.mark.browser
@pytest.mark.row("8.5")
def test_without_webgl_the_map_hides_itself(desktop: BrowserContext) -> None:
    desktop.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page = desktop.new_page()
    ready(page, "/dev/gallery")
    page.wait_for_selector("#map[data-map-failed]", state="attached", timeout=60_000)
    expect(page.locator("#map")).to_be_hidden()
