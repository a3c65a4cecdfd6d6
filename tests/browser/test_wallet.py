"""The person's app in Chromium: from the printed code to the card, live vouchers, no network, installing, budget, axe."""

import gzip
import io
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from shuke.cards import JoinCall, join
from shuke.claims import open_claim
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.ledger import Earning, earn
from shuke.shell.render import STATIC
from shuke.vouchers import IssueCall, Issued, RedeemCall, issue, redeem
from tests import world
from tests.browser.conftest import Installation, listening, ready, serious, within
from tests.chromium import CHROMIUM, FLAGS
from tests.world import Shop, Signed

pytestmark = pytest.mark.browser


class Guest(msgspec.Struct, frozen=True):
    """A member with a voucher ready, one used, and a claim link of the shop."""

    shop: Shop
    signed: Signed
    cashier: Signed
    code: str
    used: str
    claim: str

    @property
    def pages(self) -> list[str]:
        """Every page of the person's app."""
        card = f"/cards/{self.shop.merchant_id}"
        return [
            "/wallet",
            card,
            f"/vouchers/{self.code}",
            f"/vouchers/{self.used}",
            "/history",
            "/scan",
            f"/claim/{self.claim}",
        ]


async def _template(db: Db, shop: Shop, title: str) -> UUID:
    template = await world.template(db, shop, title, stock=100, terms="Not with the set menu.")
    await db.run(
        "insert into rewards.welcomes (merchant_id, template_id, manner) values (:m, :t, 'welcome')",
        m=shop.merchant_id,
        t=template,
    )
    return template


async def welcoming_shop(db: Db) -> Shop:
    """A shop that gives every new member a voucher."""
    shop = await world.shop(db, "山海茶室 Mountain & Sea Tea")
    await _template(db, shop, "A pot of tea")
    return shop


async def guest(db: Db) -> Guest:
    """Somebody with a card and two vouchers, one of them used."""
    shop = await world.shop(db, "Kaisla Bakery")
    template = await _template(db, shop, "5 € off")
    signed, cashier = await world.signed_in(db), await world.staff(db, shop)
    await join(db, [JoinCall(shop.merchant_id, signed.person_id, None)])
    made = await issue(db, [IssueCall(shop.merchant_id, template, signed.person_id, "staff") for _ in range(2)])
    codes = [voucher.code for voucher in made if isinstance(voucher, Issued)]
    await redeem(db, [RedeemCall(shop.merchant_id, shop.store_id, cashier.person_id, codes[1], "first", 900)])
    await earn(db, [Earning(shop.merchant_id, signed.person_id, 120, "visit", None, None, clock.now() + timedelta(days=90))])
    claim = await open_claim(db, shop.merchant_id, template, shop.owner_id)
    return Guest(shop, signed, cashier, codes[0], codes[1], claim.code)


@pytest.fixture(scope="module")
def mia(house: Installation) -> Guest:
    """One guest for the tests that only look."""
    return house.make(guest)


def printed(text: str, folder: Path) -> Path:
    """What a camera sees of a printed code, as the film that Chromium plays for it."""
    code = io.BytesIO()
    segno.make(text, error="m", micro=False).save(code, kind="png", scale=8, border=6)
    scene = Image.new("RGB", (640, 480), "#8a7f70")
    picture = Image.open(code).convert("RGB")
    picture.thumbnail((400, 400))
    scene.paste(picture, (120, 40))
    frame = io.BytesIO()
    scene.save(frame, "jpeg", quality=90)
    film = folder / "camera.mjpeg"
    film.write_bytes(frame.getvalue() * 5)
    return film


@pytest.fixture
def kept(house: Installation, browser: Browser) -> Iterator[BrowserContext]:
    """A phone with a service worker."""
    context = browser.new_context(base_url=house.url, viewport={"width": 390, "height": 844}, locale="en-GB")
    yield context
    context.close()


@pytest.mark.row("1.7")
@pytest.mark.row("2.1")
@pytest.mark.row("2.2")
def test_a_newcomer_scans_the_printed_code_and_holds_the_card(house: Installation, driver: Playwright, tmp_path: Path) -> None:
    shop = house.make(welcoming_shop)
    film = printed(f"{house.url}/s/{shop.scene}", tmp_path)
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS + fake)
    context = opened.new_context(
        base_url=house.url, viewport={"width": 390, "height": 844}, service_workers="block", locale="en-GB"
    )
    page = context.new_page()
    begun = time.monotonic()
    page.goto("/scan")
    page.wait_for_url(f"**/s/{shop.scene}", timeout=60_000)
    expect(page.get_by_text("For every new member.")).to_be_visible()
    page.get_by_label("Phone or e-mail").fill("new.guest@example.org")
    page.get_by_role("button", name="Take the card").click()
    page.locator("input[name=code]").fill(house.last_code("new.guest@example.org"))
    page.get_by_role("button", name="Take the card").click()
    page.wait_for_url(f"**/cards/{shop.merchant_id}**")
    expect(page.locator("[data-card-code]")).to_have_attribute("data-code", re.compile(rf"SK1-{shop.tag}-\d{{10}}-\d{{6}}"))
    within(10, time.monotonic() - begun)
    expect(page.locator("#card").get_by_text("A pot of tea")).to_be_visible()
    page.goto(f"/s/{shop.scene}")
    page.wait_for_url(f"**/cards/{shop.merchant_id}")
    opened.close()


@pytest.mark.row("2.1")
def test_somebody_signed_in_takes_the_card_with_one_button(house: Installation, phone: BrowserContext) -> None:
    shop = house.make(welcoming_shop)
    house.sign_in(phone, house.make(world.signed_in))
    page = phone.new_page()
    ready(page, f"/s/{shop.scene}")
    page.get_by_role("button", name="Take the card").click()
    page.wait_for_url(f"**/cards/{shop.merchant_id}**")
    expect(page.locator("#card").get_by_text("A pot of tea")).to_be_visible()


@pytest.mark.row("2.7")
@pytest.mark.row("3.3")
def test_a_redemption_shows_on_the_phone_within_a_second(house: Installation, phone: BrowserContext) -> None:
    of = house.make(guest)
    house.sign_in(phone, of.signed)
    wallet, voucher = phone.new_page(), phone.new_page()
    for page, address in ((wallet, "/wallet"), (voucher, f"/vouchers/{of.code}")):
        ready(page, address)
        listening(page)
    expect(wallet.locator(f'a[href="/vouchers/{of.code}"]')).to_be_visible()
    call = RedeemCall(of.shop.merchant_id, of.shop.store_id, of.cashier.person_id, of.code, "till", 900)
    house.make(lambda db: redeem(db, [call]))
    begun = time.monotonic()
    expect(voucher.locator("[data-used]")).to_contain_text("Kaisla Bakery Center")
    expect(wallet.locator(f'a[href="/vouchers/{of.code}"]')).to_have_count(0)
    within(1.5, time.monotonic() - begun)
    expect(voucher.locator("[data-voucher-code]")).to_have_count(0)


@pytest.mark.row("2.7")
def test_wallet_card_and_voucher_open_without_network_until_sign_out(house: Installation, kept: BrowserContext) -> None:
    of = house.make(guest)
    house.sign_in(kept, of.signed)
    page = kept.new_page()
    ready(page, "/wallet")
    page.evaluate("navigator.serviceWorker.ready")
    card, voucher = f"/cards/{of.shop.merchant_id}", f"/vouchers/{of.code}"
    for path in ("/wallet", card, voucher):
        _wait_until_kept(page, path)
    kept.set_offline(True)
    ready(page, "/wallet")
    expect(page.locator("[data-offline]")).to_be_visible()
    page.locator(f'a[href="{voucher}"]').click()
    expect(page.locator("[data-voucher-code]")).to_have_text(re.compile(of.code[:4]))
    expect(page.locator(".qr svg")).to_be_visible()
    ready(page, card)
    shown = page.locator("[data-card-code]")
    expect(shown).to_have_attribute("data-code", re.compile(r"SK1-.{5}-\d{10}-\d{6}"))
    before = shown.get_attribute("data-code")
    page.clock.install(time=time.time() + 90)
    ready(page, card)
    assert page.locator("[data-card-code]").get_attribute("data-code") != before
    kept.set_offline(False)
    ready(page, "/me")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile(r"/(sign-in.*)?$"))
    kept.set_offline(True)
    page.goto("/wallet")
    expect(page.get_by_text("This page needs the network")).to_be_visible()


def _wait_until_kept(page: Page, path: str) -> None:
    end = time.monotonic() + 60
    while not page.evaluate("async (path) => Boolean(await caches.match(path))", path):
        assert time.monotonic() < end, f"{path} was not kept"
        page.wait_for_timeout(50)


def test_the_app_can_be_installed(house: Installation, kept: BrowserContext, mia: Guest) -> None:
    house.sign_in(kept, mia.signed)
    page = kept.new_page()
    ready(page, "/wallet")
    page.evaluate("navigator.serviceWorker.ready")
    session = kept.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/manifest.webmanifest")
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one for one in found if one["errorId"] != "in-incognito"] == []


def test_the_wallet_keeps_its_budget_and_stays_at_home(house: Installation, phone: BrowserContext, mia: Guest) -> None:
    house.sign_in(phone, mia.signed)
    page = phone.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    for path in mia.pages:
        ready(page, path)
    assert [url for url in asked if not url.startswith((house.url, "data:", "blob:"))] == []
    asked.clear()
    ready(page, "/wallet")
    scripts = [url.rsplit("/", 1)[1] for url in asked if url.endswith(".js")]
    assert sum(len(gzip.compress((STATIC / name).read_bytes())) for name in scripts) <= 60_000
    assert scripts


@pytest.mark.parametrize(("lang", "word"), [("en", "Wallet"), ("zh_CN", "卡包")])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_is_cut_off(
    house: Installation, browser: Browser, lang: str, word: str, theme: str
) -> None:
    of = house.make(guest)
    house.make(lambda db: _speaks(db, of, lang))
    context = browser.new_context(
        base_url=house.url, viewport={"width": 360, "height": 740}, service_workers="block", locale=lang.replace("_", "-")
    )
    context.add_cookies([{"name": "theme", "value": theme, "url": house.url}])
    page = context.new_page()
    for path in ("/", f"/s/{of.shop.scene}", "/s/UNKNOWN", "/scan"):
        _sound(page, path)
    house.sign_in(context, of.signed)
    for path in of.pages:
        _sound(page, path)
    ready(page, "/wallet")
    expect(page.locator("h1")).to_have_text(word)
    context.close()


async def _speaks(db: Db, of: Guest, lang: str) -> None:
    await db.run("update people.people set locale = :lang where person_id = :person", lang=lang, person=of.signed.person_id)


def _sound(page: Page, path: str) -> None:
    ready(page, path)
    assert serious(page) == [], path
    assert _width(page) <= 360, path
    cut = page.evaluate(
        "[...document.querySelectorAll('.btn, .badge')].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.outerHTML)"
    )
    assert cut == [], path


def _width(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.row("2.1")
def test_leaving_asks_first(house: Installation, phone: BrowserContext) -> None:
    of = house.make(guest)
    house.sign_in(phone, of.signed)
    page = phone.new_page()
    ready(page, f"/cards/{of.shop.merchant_id}")
    page.get_by_role("button", name="Leave the programme").click()
    page.get_by_role("button", name="Keep the card").click()
    page.get_by_role("button", name="Leave the programme").click()
    page.get_by_role("button", name="Leave", exact=True).click()
    page.wait_for_url("**/wallet")
    expect(page.get_by_text("You have left the programme.")).to_be_visible()
    expect(page.locator(".member-card")).to_have_count(0)


def test_a_wrong_code_typed_says_what_to_do(house: Installation, phone: BrowserContext, mia: Guest) -> None:
    house.sign_in(phone, mia.signed)
    page = phone.new_page()
    ready(page, "/scan")
    page.get_by_label("Or type the code").fill("hello there")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".error")).to_contain_text("not one of our codes")
    page.get_by_label("Or type the code").fill(mia.code.lower())
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"**/vouchers/{mia.code}")
