"""The scripts on real pages in Chromium: rotating code, camera, live parts, offline wallet, till, appearance."""

import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import segno
import webauthn
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, Route, expect
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement

from shuke.shell.filters import PALETTE
from shuke.shell.render import STATIC
from tests.chromium import CHROMIUM, FLAGS
from tests.shell.conftest import Site

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone without a service worker; an error on the page fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    yield opened
    context.close()
    assert errors == []


class Sent(msgspec.Struct):
    """What the script sends back of a passkey."""

    id: str
    credential: msgspec.Raw

    def credential_text(self) -> str:
        """The credential as the library reads it."""
        return bytes(self.credential).decode()


def ready(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("html[data-ready]")


def picture_of(text: str, scale: int = 8) -> bytes:
    made = io.BytesIO()
    segno.make(text, error="m", micro=False).save(made, kind="png", scale=scale, border=6)
    return made.getvalue()


@pytest.mark.row("2.7")
@pytest.mark.parametrize("subtle", [True, False], ids=["webcrypto", "plain http"])
def test_the_code_is_the_one_of_rfc_6238(site: Site, page: Page, *, subtle: bool) -> None:
    if not subtle:
        page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })")
    page.clock.install(time=1111111100)
    page.clock.pause_at(1111111109)
    ready(page, f"{site.url}/wallet")
    code = page.locator("[data-card-code]")
    expect(code).to_have_attribute("data-code", "SK1-7K-80421175-081804")
    expect(page.locator("[data-code-typed]")).to_have_text("8042 1175 081 804")
    page.clock.run_for(3000)
    expect(code).to_have_attribute("data-code", "SK1-7K-80421175-050471")
    assert page.locator("[data-code-picture] svg").count() == 1


@pytest.mark.row("2.1")
def test_a_picture_of_a_code_is_read_and_sent(site: Site, page: Page) -> None:
    ready(page, f"{site.url}/scan")
    page.set_input_files(
        "[data-scan-file]", {"name": "code.png", "mimeType": "image/png", "buffer": picture_of("https://x.example/s/ABCD1234")}
    )
    expect(page.locator("#got")).to_have_text("https://x.example/s/ABCD1234")
    assert site.tokens[-1] == "the-token"


def test_a_picture_without_a_code_says_so(site: Site, page: Page) -> None:
    ready(page, f"{site.url}/scan")
    blank = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(blank, "PNG")
    page.set_input_files("[data-scan-file]", {"name": "a.png", "mimeType": "image/png", "buffer": blank.getvalue()})
    expect(page.locator("[data-scan-says]")).to_contain_text("There is no code in this picture")
    page.set_input_files("[data-scan-file]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"no picture"})
    expect(page.locator("[data-scan-says]")).to_contain_text("There is no code in this picture")
    page.fill("[name=code]", "TYPED")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#got")).to_have_text("TYPED")


@pytest.mark.row("2.1")
def test_the_camera_reads_a_code(site: Site, driver: Playwright, tmp_path: Path) -> None:
    canvas = Image.new("RGB", (640, 480), "#b9aa98")
    code = Image.open(io.BytesIO(picture_of("SK1-SEEN", 7))).convert("RGB")
    canvas.paste(code.rotate(8, expand=True, fillcolor="#b9aa98"), (150, 60))
    frame = io.BytesIO()
    canvas.save(frame, "JPEG", quality=80)
    film = tmp_path / "camera.mjpeg"
    film.write_bytes(frame.getvalue() * 5)
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS + fake)
    page = opened.new_page()
    page.goto(f"{site.url}/scan")
    expect(page.locator("#got")).to_have_text("SK1-SEEN", timeout=60_000)
    opened.close()


def test_without_a_camera_the_page_says_what_else_there_is(site: Site, page: Page) -> None:
    ready(page, f"{site.url}/scan")
    expect(page.locator("[data-scan-says]")).to_contain_text("Choose a picture or type the code")


def test_a_refused_camera_says_how_to_allow_it(site: Site, page: Page) -> None:
    page.add_init_script("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError') }")
    ready(page, f"{site.url}/scan")
    expect(page.locator("[data-scan-says]")).to_contain_text("The camera is not allowed")


def test_an_event_fetches_the_part_again(site: Site, page: Page) -> None:
    ready(page, f"{site.url}/wallet")
    before = int(page.inner_text("#count"))
    site.happened.set()
    expect(page.locator("#count")).not_to_have_text(str(before))


def test_htmx_carries_the_token(site: Site, page: Page) -> None:
    ready(page, f"{site.url}/swap")
    page.click("text=Swap")
    expect(page.locator("#here #got")).to_have_text("by htmx")
    assert site.tokens[-1] == "the-token"


def test_a_part_for_somebody_signed_out_leads_to_sign_in(site: Site, page: Page) -> None:
    ready(page, f"{site.url}/swap")
    page.route("**/scanned", lambda route: route.fulfill(status=401, headers={"hx-redirect": "/till"}))
    page.click("text=Swap")
    page.wait_for_url("**/till")


def test_a_refusal_takes_the_place_of_the_part(site: Site, page: Page) -> None:
    ready(page, f"{site.url}/swap")
    page.route(
        "**/scanned", lambda route: route.fulfill(status=409, body="<p id='no'>used already</p>", content_type="text/html")
    )
    page.click("text=Swap")
    expect(page.locator("#here #no")).to_have_text("used already")


def test_a_till_by_keyboard(site: Site, page: Page) -> None:
    ready(page, f"{site.url}/till")
    code = page.get_by_label("Code")
    expect(code).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.type("SK1X")
    expect(code).to_have_value("SK1X")
    page.keyboard.press("Escape")
    expect(code).to_have_value("")
    page.get_by_label("Bill").fill("12")
    expect(code).to_have_value("")
    page.keyboard.press("F2")
    expect(page.locator("dialog#two")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#two")).to_be_hidden()


def test_appearance_is_kept(site: Site, page: Page) -> None:
    ready(page, f"{site.url}/dev/gallery")
    page.click("[data-theme-switch] button[value=dark]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    ready(page, f"{site.url}/dev/gallery")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.get_attribute("[data-theme-switch] button[value=dark]", "aria-pressed") == "true"


@pytest.mark.row("1.1")
def test_a_passkey_is_made_and_signs_in(site: Site, page: Page) -> None:
    said: dict[str, bytes] = {}
    home = site.url.replace("127.0.0.1", "localhost")
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    make = webauthn.generate_registration_options(
        rp_id="localhost",
        rp_name="Shuke",
        user_name="Aino",
        authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.REQUIRED),
    )
    enter = webauthn.generate_authentication_options(rp_id="localhost")
    options_of = {
        "registration-options": webauthn.options_to_json(make),
        "sign-in-options": webauthn.options_to_json(enter),
    }

    def answer(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        said[name] = route.request.post_data_buffer or b""
        chosen = options_of.get(name)
        body = f'{{"id": "7", "options": {chosen}}}' if chosen else "{}"
        route.fulfill(status=201, content_type="application/json", body=body)

    page.route("**/api/v1/passkeys**", answer)
    page.route("**/api/v1/passkeys/**", answer)
    ready(page, f"{home}/passkeys")
    page.click("text=Make")
    page.wait_for_url("**/passkeys#made")
    made = msgspec.json.decode(said["passkeys"], type=Sent)
    kept = webauthn.verify_registration_response(
        credential=made.credential_text(), expected_challenge=make.challenge, expected_rp_id="localhost", expected_origin=home
    )
    page.click("text=Enter")
    page.wait_for_url("**/passkeys#in")
    shown = msgspec.json.decode(said["sessions"], type=Sent)
    assert made.id == shown.id == "7"
    webauthn.verify_authentication_response(
        credential=shown.credential_text(),
        expected_challenge=enter.challenge,
        expected_rp_id="localhost",
        expected_origin=home,
        credential_public_key=kept.credential_public_key,
        credential_current_sign_count=0,
    )


@pytest.mark.row("2.7")
def test_the_wallet_opens_without_network_until_sign_out(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    ready(page, f"{site.url}/wallet")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_function("() => caches.match('/vouchers/one', { cacheName: 'pages' }).then(Boolean)")
    site.held.clear()
    ready(page, f"{site.url}/wallet")
    assert not site.held.is_set(), "a slow network holds nobody up who has the page"
    site.held.set()
    context.set_offline(True)
    ready(page, f"{site.url}/wallet")
    expect(page.locator("[data-offline]")).to_be_visible()
    expect(page.locator("[data-card-code]")).to_have_attribute("data-code", re.compile(r"SK1-7K-80421175-\d{6}"))
    page.click("text=One")
    page.wait_for_url("**/vouchers/one")
    expect(page.locator("[data-scan]")).to_be_visible()
    page.goto(f"{site.url}/swap")
    expect(page.locator("h2")).to_have_text("This page needs the network")
    ready(page, f"{site.url}/wallet")
    context.set_offline(False)
    page.get_by_role("button", name="Leave").click()
    page.wait_for_url("**/scan")
    context.set_offline(True)
    page.goto(f"{site.url}/wallet")
    expect(page.locator("h2")).to_have_text("This page needs the network")
    assert page.evaluate("caches.has('pages')") is False
    context.close()


@pytest.mark.parametrize("frame", ["app", "console", "counter", "platform", "public"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(site: Site, page: Page, frame: str, theme: str) -> None:
    page.context.add_cookies([{"name": "theme", "value": theme, "url": site.url}])
    page.set_viewport_size({"width": 390, "height": 844} if frame == "app" else {"width": 1280, "height": 800})
    ready(page, f"{site.url}/dev/gallery?frame={frame}")
    page.evaluate((ROOT / "web/node_modules/axe-core/axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run().then((r) => r.violations.map((v) => [v.impact, v.id, v.nodes.map((n) => n.html)]))")
    assert [one for one in found if one[0] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_targets_are_large_enough(site: Site, page: Page) -> None:
    ready(page, f"{site.url}/dev/gallery")
    small = page.evaluate(
        """[...document.querySelectorAll('.btn, .bottombar a, .tabs a, .row, .field input, .field select')]
        .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"""
    )
    assert small == []


def test_the_wallet_s_scripts_fit_the_budget(site: Site, page: Page) -> None:
    loaded: set[str] = set()
    page.on("request", lambda request: loaded.add(request.url) if request.url.endswith(".js") else None)
    ready(page, f"{site.url}/wallet")
    sizes = {url: len(gzip.compress((STATIC / url.rsplit("/", 1)[1]).read_bytes())) for url in loaded}
    assert sum(sizes.values()) <= 60_000, sizes


def test_every_colour_has_its_class() -> None:
    styles = (ROOT / "web/src/cards.css").read_text("utf-8")
    for name, (red, green, blue) in PALETTE.items():
        assert f".hue-{name} {{ --hue: #{red:02x}{green:02x}{blue:02x}; }}" in styles
