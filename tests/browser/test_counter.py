"""The till in a real browser: by keyboard alone, on a phone, in two languages, and the guest's phone changes by itself."""

import io
import re
import time
from collections.abc import Callable

import pytest
import segno
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from shuke.kit.cache import changed
from shuke.kit.db import Db
from shuke.stamps import StampCardDraft, set_card
from tests.browser.conftest import Installation, listening, ready, serious, within
from tests.counter.counter_world import Counter, counter, voucher
from tests.world import template

pytestmark = pytest.mark.browser


class Stand:
    """A counter with vouchers, made in the installation's database."""

    def __init__(self, house: Installation, titles: list[str], **columns: object) -> None:
        async def made(db: Db) -> tuple[Counter, list[str]]:
            at = await counter(db)
            return at, [await voucher(db, at, title, **columns) for title in titles]

        self.house = house
        self.at, self.codes = house.make(made)

    def till(self, context: BrowserContext) -> Page:
        """The till's page with the cashier signed in."""
        self.house.sign_in(context, self.at.cashier)
        page = context.new_page()
        ready(page, self.at.path)
        return page


def scan(page: Page, code: str) -> None:
    """As a scanner does: it types fast, and ends with Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def answered(page: Page, name: str) -> None:
    """Wait for this answer."""
    expect(page.locator(f'[data-till-answer="{name}"]')).to_be_visible()


@pytest.mark.row("3.3")
def test_scan_enter_done_by_keyboard(house: Installation, desktop: BrowserContext) -> None:
    stand = Stand(house, [f"Voucher {n}" for n in range(6)])
    page = stand.till(desktop)
    code = page.locator("[data-till-code]")
    expect(code).to_be_focused()
    times = []
    for one in stand.codes:
        begun = time.monotonic()
        scan(page, one)
        expect(page.locator("button[data-till-next]")).to_be_focused()
        page.keyboard.press("Enter")
        answered(page, "done")
        expect(code).to_be_focused()
        expect(code).to_have_value("")
        times.append(time.monotonic() - begun)
    within(2, sorted(times)[len(times) // 2])
    scan(page, stand.codes[0])
    answered(page, "found")
    expect(page.get_by_role("alert")).to_contain_text("Already used")
    expect(page.get_by_role("alert")).to_contain_text("Kaisla Bakery Center")
    expect(code).to_be_focused()
    expect(page.locator("#latest li")).to_have_count(6)
    page.keyboard.press("F9")
    answered(page, "ask_undo")
    expect(page.locator("button[data-till-next]")).to_be_focused()
    page.keyboard.press("Enter")
    answered(page, "undone")
    expect(page.locator("#latest li.undone")).to_have_count(1)


@pytest.mark.row("2.9")
def test_card_amount_enter_enter(house: Installation, desktop: BrowserContext) -> None:
    stand = Stand(house, ["Five off"])
    page = stand.till(desktop)
    scan(page, stand.at.card())
    answered(page, "found")
    expect(page.locator("[data-till-amount]")).to_be_focused()
    scan(page, "24,50")
    answered(page, "bill")
    expect(page.locator(".pay")).to_contain_text("€19.50")
    page.get_by_role("checkbox").uncheck()
    expect(page.locator(".pay")).to_contain_text("€24.50")
    page.get_by_role("checkbox").check()
    expect(page.locator(".pay")).to_contain_text("€19.50")
    page.locator("button[data-till-next]").focus()
    page.keyboard.press("Enter")
    answered(page, "sold")
    expect(page.get_by_text("19 points now")).to_be_visible()
    # the next guest's card while the amount has the focus
    scan(page, stand.at.card())
    answered(page, "found")
    scan(page, stand.codes[0])
    expect(page.get_by_role("alert")).to_contain_text("Already used")


@pytest.mark.row("3.3")
def test_a_second_enter_redeems_once(house: Installation, desktop: BrowserContext) -> None:
    stand = Stand(house, ["Ten lunches"], kind="pass", uses=10)
    page = stand.till(desktop)
    scan(page, stand.codes[0])
    expect(page.locator("button[data-till-next]")).to_be_focused()
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.url.endswith("/redeem") else None)
    page.evaluate("() => { const b = document.querySelector('button[data-till-next]'); b.click(); b.click(); }")
    answered(page, "done")
    assert all(request.response() for request in sent)  # whether one was sent or two
    expect(page.get_by_text("9 of 10 uses left")).to_be_visible()
    expect(page.locator("#latest li")).to_have_count(1)


@pytest.mark.row("3.3")
def test_without_script(house: Installation, browser: Browser) -> None:
    stand = Stand(house, ["Five off"])
    context = browser.new_context(base_url=house.url, java_script_enabled=False, service_workers="block")
    house.sign_in(context, stand.at.cashier)
    page = context.new_page()
    page.goto(stand.at.path)
    page.fill("#code", stand.codes[0])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Redeem").click()
    expect(page.locator(".answer-done")).to_contain_text("Done")
    page.reload()
    expect(page.locator(".answer-done")).to_contain_text("Done")
    expect(page.locator("#latest li")).to_have_count(1)
    context.close()


@pytest.mark.row("2.7")
@pytest.mark.row("3.4")
def test_the_guest_and_the_other_till_see_it_at_once(house: Installation, phone: BrowserContext, browser: Browser) -> None:
    stand = Stand(house, ["Five off"])
    house.sign_in(phone, stand.at.guest)
    wallet = phone.new_page()
    ready(wallet, "/wallet")
    expect(wallet.get_by_text("Five off")).to_be_visible()
    desk = browser.new_context(base_url=house.url, service_workers="block", locale="en-GB")
    till, list_ = stand.till(desk), stand.till(desk)
    ready(list_, f"{stand.at.path}/today")
    for page in (wallet, till, list_):
        listening(page)
    scan(till, stand.codes[0])
    expect(till.locator("button[data-till-next]")).to_be_focused()
    till.keyboard.press("Enter")
    answered(till, "done")
    expect(wallet.get_by_text("Five off")).to_be_hidden()
    expect(list_.get_by_text("Five off")).to_be_visible()
    till.bring_to_front()
    expect(till.locator("#latest [data-key=F9]")).to_be_visible()  # it is heard too what there is to undo
    till.keyboard.press("F9")
    answered(till, "ask_undo")
    expect(till.locator("button[data-till-next]")).to_be_focused()
    till.keyboard.press("Enter")
    answered(till, "undone")
    expect(wallet.get_by_text("Five off")).to_be_visible()
    desk.close()


@pytest.mark.row("2.5")
def test_a_stamp_by_hand_shows_on_the_guests_card(house: Installation, phone: BrowserContext, browser: Browser) -> None:
    stand = Stand(house, [])

    async def punch_card(db: Db) -> None:
        reward = await template(db, stand.at.shop, "A free bun", kind="gift", value=0, gives="A bun")
        await set_card(db, stand.at.shop.merchant_id, StampCardDraft(reward, 2))

    house.make(punch_card)
    house.sign_in(phone, stand.at.guest)
    card = phone.new_page()
    ready(card, f"/cards/{stand.at.shop.merchant_id}")
    expect(card.locator("ol.stamps li.done")).to_have_count(0)
    desk = browser.new_context(base_url=house.url, service_workers="block", locale="en-GB")
    till = stand.till(desk)
    listening(card)
    scan(till, stand.at.card())
    answered(till, "found")
    till.get_by_role("button", name="Give a stamp").click()
    answered(till, "stamped")
    assert serious(till) == []
    expect(card.locator("ol.stamps li.done")).to_have_count(1)
    till.get_by_role("button", name="Give a stamp").click()
    expect(till.get_by_role("status").filter(has_text="The card is full")).to_be_visible()
    expect(card.get_by_text("A free bun", exact=True)).to_be_visible()
    expect(card.locator("ol.stamps li.done")).to_have_count(0)
    till.get_by_role("button", name="Undo the last").click()
    answered(till, "unstamped")
    expect(card.locator("ol.stamps li.done")).to_have_count(1)
    expect(card.get_by_text("A free bun", exact=True)).to_be_hidden()
    desk.close()


@pytest.mark.row("3.3")
@pytest.mark.parametrize(("locale", "done"), [("en", "Done"), ("zh_CN", "完成")])
def test_a_phone_in_two_languages(house: Installation, browser: Browser, locale: str, done: str) -> None:
    stand = Stand(house, ["Five off", "From twenty"], minimum_spend=0)

    async def speaks(db: Db) -> int:
        return await db.run(
            "update people.people set locale = :locale where person_id = :person",
            locale=locale,
            person=stand.at.cashier.person_id,
        )

    house.make(speaks)
    context = browser.new_context(
        base_url=house.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, service_workers="block"
    )
    context.add_cookies([{"name": "shuke_locale", "value": locale, "url": house.url}])
    page = stand.till(context)
    steps: list[tuple[Callable[[], None], str]] = [
        (lambda: scan(page, stand.at.card()), '[data-till-answer="found"] [data-till-amount]'),
        (lambda: scan(page, stand.codes[0]), "button[data-till-next]"),
        (lambda: page.locator("button[data-till-next]").tap(), '[data-till-answer="done"]'),
        (lambda: ready(page, f"{stand.at.path}/today"), "#day"),
    ]
    for number, (step, outcome) in enumerate(steps):
        step()
        expect(page.locator(outcome)).to_be_visible()
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"step {number} is wider than the phone"
        if number == 2:
            expect(page.locator(".answer-done")).to_contain_text(done)
    context.close()


@pytest.mark.row("3.3")
def test_a_locked_till_says_for_how_long(house: Installation, desktop: BrowserContext) -> None:
    stand = Stand(house, ["Five off"])
    page = stand.till(desktop)

    async def lock(db: Db) -> None:
        await db.run(
            "update merchants.staff set locked_until = now() + interval '9 minutes' where person_id = :person",
            person=stand.at.cashier.person_id,
        )
        await changed(db, stand.at.cashier.person_id)

    house.make(lock)
    for _try in range(200):  # the process hears of the lock a moment later
        if "more minute" in page.request.get(stand.at.path).text():
            break
        page.wait_for_timeout(50)
    scan(page, stand.codes[0])
    expect(page.get_by_role("alert")).to_contain_text(re.compile("[89] more minutes"))


@pytest.mark.row("2.9")
def test_a_picture_instead_of_a_scanner(house: Installation, phone: BrowserContext) -> None:
    stand = Stand(house, ["Five off"])
    page = stand.till(phone)
    page.get_by_role("button", name="Scan with the camera").click()
    answered(page, "camera")
    expect(page.locator("[data-scan][data-awake]")).to_be_attached()
    picture = io.BytesIO()
    segno.make(stand.codes[0], error="m", micro=False).save(picture, kind="png", scale=8, border=6)
    page.locator("[data-scan-file]").set_input_files(
        {"name": "code.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    answered(page, "found")
    expect(page.get_by_text("Can be used here now")).to_be_visible()
    page.get_by_role("button", name="Redeem").click()
    answered(page, "done")
