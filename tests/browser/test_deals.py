"""A merchant's deal in the browser: written with its preview beside it, photos, published, stopped, copied."""

import io
import os
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from shuke.kit.db import Db
from tests import world
from tests.browser.conftest import Installation, answered, ready, serious
from tests.world import Shop, Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("4.1")]


async def _office(db: Db) -> tuple[Shop, Signed]:
    shop = await world.shop(db)
    return shop, await world.staff(db, shop, "marketer")


def _photo(folder: Path) -> Path:
    """A picture as a camera gives it."""
    path = folder / "dinner.jpg"
    file = io.BytesIO()
    Image.effect_mandelbrot((900, 700), (-2, -1, 1, 1), 40).convert("RGB").save(file, "JPEG")
    path.write_bytes(file.getvalue())
    return path


def _snap(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_deal_is_written_looked_at_and_published(house: Installation, desktop: BrowserContext, tmp_path: Path) -> None:
    shop, marketer = house.make(_office)
    house.sign_in(desktop, marketer)
    page = desktop.new_page()
    base = f"/console/{shop.merchant_id}/deals"
    ready(page, base)
    _snap(page, "list-empty")
    page.get_by_role("link", name="New deal").first.click()
    page.wait_for_selector("html[data-ready]")
    assert serious(page) == []
    page.get_by_label("Name of the deal").fill("Dinner for two")
    page.get_by_label("Price", exact=True).fill("59")
    page.get_by_label("What it costs otherwise").fill("88")
    page.get_by_label("About it").fill("Three courses of the season, with bread from our oven.")
    page.get_by_label("How many in all").fill("100")
    page.get_by_label("At most for each person").fill("2")
    page.get_by_label("The buyer gets").fill("Three courses each")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("You get: Three courses each")
    expect(preview).to_contain_text("€59")
    expect(preview).to_contain_text("At most 2 for each person.")
    expect(page.get_by_label("Price for each")).to_be_hidden()
    page.get_by_label("Cheaper for a group").check()
    page.get_by_label("People").fill("3")
    page.get_by_label("Price for each").fill("49")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.locator("#error-group_hours")).to_be_visible()
    page.get_by_label("Hours to fill it").fill("24")
    expect(preview).to_contain_text("3 together: €49 each")
    _snap(page, "form")
    page.get_by_role("button", name="Keep as a draft").click()
    page.wait_for_url(re.compile(r"/deals/[0-9a-f-]{36}$"))
    page.wait_for_selector("html[data-ready]")
    page.get_by_label("Add a photo").set_input_files(_photo(tmp_path))
    page.locator("#photos").get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#photos img")).to_have_count(1)
    page.wait_for_selector("html[data-ready]")
    assert serious(page) == []
    _snap(page, "draft")
    _sold(page, base)


def _sold(page: Page, base: str) -> None:
    """Published, stopped, sold again, with more of it, and copied."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#state")).to_contain_text("On sale")
    page.wait_for_selector("html[data-ready]")
    _snap(page, "deal")
    page.get_by_text("Stop selling").click()
    page.get_by_label("Why").fill("The oven broke")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#state")).to_contain_text("Stopped")
    expect(page.locator("#log")).to_contain_text("The oven broke")
    page.get_by_role("button", name="Sell again").click()
    expect(page.locator("#state")).to_contain_text("On sale")
    page.get_by_label("Add to the stock").fill("20")
    page.locator("#stock").get_by_role("button", name="Add").click()
    expect(page.locator("#stock")).to_contain_text("120 to sell")
    page.get_by_role("link", name="Copy").click()
    page.wait_for_selector("html[data-ready]")
    expect(page.get_by_label("Name of the deal")).to_have_value("Dinner for two")
    expect(page.get_by_label("The buyer gets")).to_have_value("Three courses each")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.locator("#state")).to_contain_text("Draft")
    expect(page.locator("#photos img")).to_have_count(1)
    with answered(page):
        page.get_by_role("button", name="Discard").click()
    ready(page, base)
    expect(page.get_by_role("link", name="Dinner for two")).to_be_visible()
    assert serious(page) == []
    _snap(page, "list")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_on_a_phone_in_both_languages(house: Installation, phone: BrowserContext, language: str) -> None:
    shop, marketer = house.make(_office)
    house.sign_in(phone, marketer)

    async def speak(db: Db) -> int:
        return await db.run(
            "update people.people set locale = :language where person_id = :person",
            language=language,
            person=marketer.person_id,
        )

    house.make(speak)
    page = phone.new_page()
    base = f"/console/{shop.merchant_id}/deals"
    ready(page, f"{base}/new")
    page.locator("[name=title]").fill("双人羊肉火锅套餐" if language == "zh_CN" else "Dinner for two")
    page.locator("[name=price]").fill("128")
    page.locator("[name=value]").fill("198")
    page.locator("[name=voucher_gives]").fill("羊肉两份、蔬菜拼盘" if language == "zh_CN" else "Two courses each")
    expect(page.locator("#preview")).to_contain_text("128")
    _snap(page, f"phone-form-{language}")
    page.locator("#deal .acts .btn-primary").click()
    page.wait_for_url(re.compile(r"/deals/[0-9a-f-]{36}$"))
    page.wait_for_selector("html[data-ready]")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    _snap(page, f"phone-draft-{language}")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("form[action$='/publication'] button").click()
    page.wait_for_selector("#stock, [data-copy]")
    deal_id = page.url.rsplit("/", 1)[-1]
    ready(page, base)
    _snap(page, f"phone-list-{language}")
    picture = phone.request.get(f"/deals/{shop.merchant_id}/{deal_id}/share.png")
    assert picture.status == 200
    with Image.open(io.BytesIO(picture.body())) as drawn:
        assert drawn.size == (1200, 630)
    ready(page, f"/deals/{shop.merchant_id}/{deal_id}")
    expect(page.locator("meta[property='og:image']")).to_have_attribute(
        "content", f"{house.url}/deals/{shop.merchant_id}/{deal_id}/share.png"
    )
    assert serious(page) == []
    _snap(page, f"phone-public-{language}")
    ready(page, f"/s/{shop.scene}")
    expect(page.locator("#few-deals")).to_be_visible()
    assert serious(page) == []
    _snap(page, f"phone-scene-{language}")
    page.locator("#few-deals a").first.click()
    page.wait_for_url(re.compile(f"/deals/{shop.merchant_id}/{deal_id}"))
