"""A marketer's day in the browser: a voucher with a live preview, given out by a file, a poster to print."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shuke.cards import JoinCall, join
from shuke.kit.db import Db
from shuke.people import Contact
from shuke.people.actions import person_for
from tests import world
from tests.browser.conftest import Installation, ready, serious
from tests.world import Shop, Signed

pytestmark = pytest.mark.browser


async def _office(db: Db) -> tuple[Shop, Signed, list[UUID]]:
    shop = await world.shop(db)
    marketer = await world.staff(db, shop, "marketer")
    people = []
    for number in range(3):
        person_id, _fresh = await person_for(
            db, Contact("email", f"{number}-{shop.tag.lower()}@example.org"), f"Guest {number}"
        )
        people.append(person_id)
    await join(db, [JoinCall(shop.merchant_id, person, None) for person in people])
    return shop, marketer, people


def _opened(house: Installation, context: BrowserContext) -> tuple[Shop, Page, str]:
    shop, marketer, _people = house.make(_office)
    house.sign_in(context, marketer)
    return shop, context.new_page(), f"/console/{shop.merchant_id}"


@pytest.mark.row("3.1")
def test_a_voucher_is_made_with_its_preview_beside_it(house: Installation, desktop: BrowserContext) -> None:
    _shop, page, base = _opened(house, desktop)
    ready(page, f"{base}/templates/new")
    assert serious(page) == []
    page.get_by_label("Name of the voucher").fill("Lunch")
    page.get_by_label("Amount").fill("5")
    page.get_by_label("Smallest bill").fill("20")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("€5 off the bill.")
    expect(preview).to_contain_text("For a bill of €20 or more.")
    expect(preview).to_contain_text("minimum_spend")
    page.get_by_label("Bill", exact=True).fill("20,00")
    expect(preview).to_contain_text("The till would take it.")
    page.get_by_label("Kind").select_option("percent_off")
    expect(page.get_by_label("Amount")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#error-percent")).to_have_text("Write a percentage from 1 to 100.")
    page.get_by_label("Percent off").fill("20")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("html[data-ready]")
    expect(page.get_by_role("heading", name="Lunch", level=1)).to_be_visible()
    assert serious(page) == []
    ready(page, f"{base}/templates")
    expect(page.get_by_role("link", name="Lunch")).to_be_visible()
    assert serious(page) == []


@pytest.mark.row("3.6")
def test_a_file_is_given_out_with_progress(house: Installation, phone: BrowserContext, tmp_path: Path) -> None:
    shop, page, base = _opened(house, phone)
    template = house.make(lambda db: world.template(db, shop))
    listed = tmp_path / "members.csv"
    listed.write_text("email\n" + "".join(f"{n}-{shop.tag.lower()}@example.org\n" for n in range(4)))
    ready(page, f"{base}/issues/new?way=file&template={template}")
    assert serious(page) == []
    page.get_by_label("List").set_input_files(listed)
    page.get_by_role("button", name="Upload and give out").click()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#batch")).to_contain_text("Finished", timeout=60_000)
    expect(page.locator("#batch")).to_contain_text("unknown_member")
    assert serious(page) == []
    page.get_by_role("link", name="Issued").first.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    picture = tmp_path / "members.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    ready(page, f"{base}/issues/new?way=file&template={template}")
    page.get_by_label("List").set_input_files(picture)
    page.get_by_role("button", name="Upload and give out").click()
    expect(page.get_by_role("alert")).to_contain_text("can't be read as a list")


@pytest.mark.row("1.7")
def test_codes_are_made_and_printed(house: Installation, desktop: BrowserContext) -> None:
    shop, page, base = _opened(house, desktop)
    ready(page, f"{base}/scenes/new")
    assert serious(page) == []
    page.get_by_label("It stands at").select_option("table")
    page.get_by_label("Where it hangs").fill("Table")
    page.get_by_label("To number").fill("3")
    page.get_by_role("button", name="Make").click()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("tbody tr")).to_have_count(4)
    assert serious(page) == []
    page.get_by_role("link", name="Table 2").click()
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("document.querySelector('img[src$=\".svg\"]').decode().then(() => true)")
    assert serious(page) == []
    address = page.get_by_role("link", name="A5").get_attribute("href") or ""
    assert page.request.get(address).body().startswith(b"%PDF")
    counted = json.dumps(page.locator(".stat .value").all_inner_texts())
    assert counted == json.dumps(["0", "0", "–"])
    assert str(shop.merchant_id) in address
