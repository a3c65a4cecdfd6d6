"""The main job from end to end, in Chinese and English: poster, camera, card, voucher, till, wallet, console."""

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from shuke.kit.db import Db
from tests import world
from tests.browser.conftest import DESKTOP, PHONE, Installation, listening, ready, serious, within
from tests.chromium import CHROMIUM, FLAGS
from tests.world import Shop, Signed

pytestmark = pytest.mark.browser

AT_ONCE = 1.0  # seconds from Enter at the till to the change on the phone


class House(msgspec.Struct, frozen=True):
    """A shop with nothing but its owner and a cashier, and the words that are expected."""

    shop: Shop
    owner: Signed
    cashier: Signed
    lang: str
    words: dict[str, str]


EN = {"joined": "A pot of tea", "used": "Already used", "from": "Window on the street", "done": "Done"}
ZH = {"joined": "一壶茶", "used": "已经用过", "from": "临街的窗", "done": "完成"}


async def _shop(db: Db) -> tuple[Shop, Signed, Signed]:
    shop = await world.shop(db, "山海茶室 Mountain & Sea Tea")
    return shop, await world.session_of(db, shop.owner_id), await world.staff(db, shop)


async def _speak(db: Db, people: list[UUID], lang: str) -> None:
    await db.run("update people.people set locale = :lang where person_id = any(:people)", lang=lang, people=people)


@pytest.fixture(params=[("en", EN), ("zh_CN", ZH)], ids=["en", "zh"])
def at(request: pytest.FixtureRequest, house: Installation) -> House:
    """One shop for each language."""
    lang, words = request.param
    shop, owner, cashier = house.make(_shop)
    house.make(lambda db: _speak(db, [shop.owner_id, cashier.person_id], lang))
    return House(shop, owner, cashier, lang, words)


def _context(house: Installation, browser: Browser, lang: str, size: dict[str, int]) -> BrowserContext:
    return browser.new_context(
        base_url=house.url,
        viewport={"width": size["width"], "height": size["height"]},
        service_workers="block",
        locale=lang.replace("_", "-"),
        timezone_id="Europe/Helsinki",
    )


@pytest.fixture
def office(house: Installation, browser: Browser, at: House) -> Iterator[Page]:
    """The merchant before a wide screen."""
    context = _context(house, browser, at.lang, DESKTOP)
    house.sign_in(context, at.owner)
    yield context.new_page()
    context.close()


@pytest.fixture
def till(house: Installation, browser: Browser, at: House) -> Iterator[Page]:
    """The cashier with a keyboard and a scanner that types."""
    context = _context(house, browser, at.lang, DESKTOP)
    house.sign_in(context, at.cashier)
    page = context.new_page()
    ready(page, f"/till/{at.shop.merchant_id}/{at.shop.store_id}")
    yield page
    context.close()


def _submit(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).click()
    page.wait_for_selector("html[data-ready]")


def _voucher_for_newcomers(office: Page, at: House) -> None:
    """The merchant writes a voucher in the console and makes it the welcome gift."""
    base = f"/console/{at.shop.merchant_id}"
    ready(office, f"{base}/templates/new")
    office.locator("[name=title]").fill(at.words["joined"])
    office.locator("[name=amount]").fill("5")
    office.locator("[name=valid_days]").fill("30")
    _submit(office, "#rules .acts .btn-primary")
    template = office.url.rsplit("/", 1)[1].split("?")[0]
    answer = office.request.put(
        f"/api/v1/merchants/{at.shop.merchant_id}/welcomes",
        data={"welcomes": [{"template_id": template, "manner": "welcome"}]},
        headers={"authorization": f"Bearer {at.owner.token}"},
    )
    assert answer.ok, answer.text()


def _poster(office: Page, at: House) -> Image.Image:
    """The merchant hangs a code; this is its poster as it comes from the printer (or, in English, as drawn on the screen)."""
    base = f"/console/{at.shop.merchant_id}"
    ready(office, f"{base}/scenes/new")
    office.locator("[name=kind]").select_option("poster")
    office.locator("[name=store]").select_option(str(at.shop.store_id))
    office.locator("[name=label]").fill(at.words["from"])
    _submit(office, "form.panel .btn-primary")
    office.get_by_role("link", name=at.words["from"]).click()
    drawing = office.locator('img[src$="poster.svg"]')
    expect(drawing).to_be_visible()
    assert drawing.evaluate("picture => picture.decode().then(() => picture.naturalWidth)")
    if at.lang == "en":
        drawn = office.request.get(drawing.get_attribute("src") or "").text()
        sheet = office.context.new_page()
        sheet.set_content(f"<body style='margin:0'>{drawn}")
        return Image.open(io.BytesIO(sheet.locator("svg").screenshot())).convert("RGB")
    paper = office.request.get(office.locator('a[href*="posters.pdf"]').first.get_attribute("href") or "").body()
    printed = subprocess.run(["pdftoppm", "-r", "80", "-png", "-singlefile"], input=paper, capture_output=True, check=True)
    return Image.open(io.BytesIO(printed.stdout)).convert("RGB")


def _film(poster: Image.Image, folder: Path) -> Path:
    """What a phone's camera sees that is held before the poster, as the film that Chromium plays for it."""
    seen = Image.new("RGB", (640, 480), "#8a7f70")
    near = poster.resize((560, 560 * poster.height // poster.width))
    seen.paste(near, (40, -200))
    frame, film = io.BytesIO(), folder / "camera.mjpeg"
    seen.save(frame, "jpeg", quality=90)
    film.write_bytes(frame.getvalue() * 5)
    return film


def _phone(house: Installation, driver: Playwright, at: House, film: Path) -> BrowserContext:
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    return _context(house, driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS + fake), at.lang, PHONE)


def _join(phone: Page, at: House) -> str:
    """Scan, give an address, type the code that came by e-mail; the welcome voucher's address on the phone."""
    address = f"guest-{at.shop.tag.lower()}@example.org"
    phone.goto("/scan")
    phone.wait_for_url("**/s/*", timeout=60_000)
    assert serious(phone) == []
    phone.locator("[name=contact]").fill(address)
    phone.locator("main form .btn-primary").click()
    phone.locator("input[name=code]").wait_for()
    letters = phone.request.get("/dev/outbox", headers={"accept": "application/json"}).json()
    sent = next(letter["body"] for letter in letters if letter["target"] == address)
    phone.locator("input[name=code]").fill(re.findall(r"\d{6}", sent)[0])
    phone.locator("main form .btn-primary").click()
    phone.wait_for_url(f"**/cards/{at.shop.merchant_id}**")
    gift = phone.locator("#card a[href^='/vouchers/']")
    expect(gift).to_contain_text(at.words["joined"])
    assert serious(phone) == []
    return gift.get_attribute("href") or ""


def _scan(page: Page, text: str) -> None:
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def _answered(till: Page, name: str) -> None:
    expect(till.locator(f'[data-till-answer="{name}"]')).to_be_visible()


WATCH = """address => { window.gone = new Promise(resolve => {
  const look = () => document.querySelector(`a[href="${address}"]`) || (watcher.disconnect(), resolve(Date.now()))
  const watcher = new MutationObserver(look)
  watcher.observe(document.body, {childList: true, subtree: true})
}) }"""
PRESSED = "addEventListener('keydown', event => { if (event.key === 'Enter') window.pressed = Date.now() }, true)"


def _redeem(till: Page, phone: Page, at: House, voucher: str) -> None:
    """Scan, Enter, and the phone that lies on the counter changes by itself."""
    ready(phone, "/wallet")
    listening(phone)
    expect(phone.locator(f'a[href="{voucher}"]')).to_be_visible()
    phone.evaluate(WATCH, voucher)
    till.evaluate(PRESSED)
    _scan(till, voucher.rsplit("/", 1)[1])
    expect(till.locator("button[data-till-next]")).to_be_focused()
    till.keyboard.press("Enter")
    _answered(till, "done")
    expect(till.locator(".answer-done")).to_contain_text(at.words["done"])
    took = int(phone.evaluate("gone")) - int(till.evaluate("pressed"))
    within(AT_ONCE, took / 1000)
    expect(phone.locator(f'a[href="{voucher}"]')).to_have_count(0)
    assert serious(till) == []


def _use_again(till: Page, phone: Page, at: House, voucher: str) -> None:
    """The second time is refused, with when and where, at the till and on the phone."""
    _scan(till, voucher.rsplit("/", 1)[1])
    refusal = till.get_by_role("alert")
    expect(refusal).to_contain_text(at.words["used"])
    expect(refusal).to_contain_text("Mountain & Sea Tea Center")
    expect(refusal).to_contain_text(re.compile(r"\d{1,2}:\d{2}"))
    expect(till.locator("[data-till-code]")).to_be_focused()
    ready(phone, voucher)
    expect(phone.locator("[data-used]")).to_contain_text("Mountain & Sea Tea Center")
    expect(phone.locator("[data-voucher-code]")).to_have_count(0)


def _buy(till: Page, phone: Page, at: House) -> None:
    """The card's code of this half minute, the bill, Enter."""
    ready(phone, f"/cards/{at.shop.merchant_id}")
    shown = phone.locator("[data-card-code]")
    expect(shown).to_have_attribute("data-code", re.compile(r"SK1-"))
    _scan(till, shown.get_attribute("data-code") or "")
    expect(till.locator("[data-till-amount]")).to_be_focused()
    _scan(till, "24.50")
    _answered(till, "bill")
    till.locator("button[data-till-next]").focus()
    till.keyboard.press("Enter")
    _answered(till, "sold")
    expect(phone.locator("#card")).to_contain_text("24")


def _look_back(office: Page, at: House) -> None:
    """The console knows who came, from which code, how often and for how much."""
    base = f"/console/{at.shop.merchant_id}"
    ready(office, base)
    assert serious(office) == []
    ready(office, f"{base}/members")
    assert serious(office) == []
    office.locator("tbody a").first.click()
    office.wait_for_url("**/members/*")
    office.wait_for_selector("html[data-ready]")
    expect(office.locator("dl")).to_contain_text(at.words["from"])
    expect(office.locator(".stat .value").nth(0)).to_have_text("1")
    expect(office.locator(".stat .value").nth(1)).to_contain_text("24.50")
    assert serious(office) == []
    office.locator('a[href$="rows=redemptions"]').click()
    expect(office.locator("tbody tr")).to_have_count(1)
    expect(office.locator("tbody tr")).to_contain_text(at.words["joined"])
    office.locator("dl a").first.click()
    office.wait_for_selector("html[data-ready]")
    expect(office.locator("h1")).to_have_text(at.words["from"])
    expect(office.locator(".stat .value").nth(1)).to_have_text("1")


@pytest.mark.row("1.7")
@pytest.mark.row("2.1")
@pytest.mark.row("2.7")
@pytest.mark.row("2.9")
@pytest.mark.row("3.3")
@pytest.mark.row("3.4")
@pytest.mark.row("11.1")
def test_from_the_poster_to_the_next_visit(
    house: Installation, driver: Playwright, office: Page, till: Page, at: House, tmp_path: Path
) -> None:
    _voucher_for_newcomers(office, at)
    context = _phone(house, driver, at, _film(_poster(office, at), tmp_path))
    phone = context.new_page()
    voucher = _join(phone, at)
    _redeem(till, phone, at, voucher)
    _use_again(till, phone, at, voucher)
    _buy(till, phone, at)
    _look_back(office, at)
    assert context.browser is not None
    context.browser.close()
