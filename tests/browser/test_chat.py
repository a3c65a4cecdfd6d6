"""Two phones talk: heard at once, sent later without network, read marks, photos, in both languages and sizes."""

import os
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from shuke.chat import pair_with, send
from shuke.kit.db import Db
from tests.browser.conftest import PHONE, Installation, _context, ready, serious
from tests.chat import talking
from tests.world import Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("7.3")]
SHOTS = os.environ.get("SHUKE_SHOTS", "")


def _shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


async def _talk(db: Db) -> tuple[Signed, Signed, str]:
    mia, otto = await talking.friends(db, "Mia", "Otto")
    there = await pair_with(db, mia.person_id, otto.person_id)
    for number in range(12):
        person = mia if number % 3 else otto
        await send(
            db, talking.words(there, person.person_id, f"Message {number}, about noodles and where to have them", uuid4().hex)
        )
    return mia, otto, str(there)


def _photo() -> bytes:
    written = BytesIO()
    Image.new("RGB", (640, 480), (200, 90, 40)).save(written, "JPEG")
    return written.getvalue()


def _write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def _open(page: Page, there: str) -> None:
    ready(page, f"/chats/{there}")
    page.wait_for_selector("[data-chat-way=open]")


def test_two_phones_talk(house: Installation, phone: BrowserContext, browser: Browser) -> None:
    mia, otto, there = house.make(_talk)
    house.sign_in(phone, mia)
    for other in _context(house, browser, PHONE):
        house.sign_in(other, otto)
        hers, his = phone.new_page(), other.new_page()
        _open(his, there)
        _open(hers, there)
        _write(hers, "Noodles at noon?")
        expect(his.get_by_text("Noodles at noon?")).to_be_visible()
        expect(hers.locator("#reads")).to_contain_text("Read")
        other.set_offline(offline=True)
        expect(his.get_by_text("What you write is sent later")).to_be_visible()
        _write(his, "Yes, first")
        _write(his, "and tea, second")
        _write(hers, "Meanwhile")
        expect(his.get_by_text("and tea, second")).to_be_visible()
        other.set_offline(offline=False)
        for page in (hers, his):
            expect(page.get_by_text("and tea, second")).to_be_visible()
            expect(page.get_by_text("Meanwhile")).to_be_visible()
        his.wait_for_function("document.querySelectorAll('[data-chat-list] [data-waiting]').length === 0")
        said = "[...document.querySelectorAll('[data-chat-list] li[data-number] p')].map((p) => p.textContent).slice(-4)"
        assert his.evaluate(said) == hers.evaluate(said) == ["Noodles at noon?", "Meanwhile", "Yes, first", "and tea, second"]
        hers.locator("[data-chat-photo]").set_input_files({"name": "lunch.jpg", "mimeType": "image/jpeg", "buffer": _photo()})
        expect(his.locator("ol img")).to_be_visible()
        assert serious(hers) == []
        _shot(hers, "chat-phone-en")
        ready(his, "/chats")
        expect(his.get_by_text("[Photo]")).to_be_visible()
        assert serious(his) == []
        _shot(his, "chats-phone-en")


def test_without_a_socket_the_page_still_talks(house: Installation, phone: BrowserContext) -> None:
    mia, otto, there = house.make(_talk)
    house.sign_in(phone, mia)
    page = phone.new_page()
    page.add_init_script(
        """window.WebSocket = class {
          static CONNECTING = 0; static OPEN = 1; readyState = 3;
          constructor() { setTimeout(() => this.onclose({ code: 1006 }), 1); }
          close() {}
        }"""
    )
    ready(page, f"/chats/{there}")
    page.wait_for_selector("[data-chat-way=lost]")
    _write(page, "By post")
    expect(page.locator("li[data-number]").get_by_text("By post")).to_be_visible()

    async def answer(db: Db) -> None:
        await send(db, talking.words(await pair_with(db, mia.person_id, otto.person_id), otto.person_id, "Heard it"))

    house.make(answer)
    expect(page.get_by_text("Heard it")).to_be_visible()


def test_a_group_is_made_and_looked_at(house: Installation, desktop: BrowserContext) -> None:
    async def people(db: Db) -> Signed:
        return (await talking.friends(db, "Mia", "Otto", "Ada"))[0]

    house.sign_in(desktop, house.make(people))
    page = desktop.new_page()
    ready(page, "/chats/new")
    _shot(page, "chat-new-desktop-en")
    page.get_by_label("Otto").check()
    page.get_by_label("Ada").check()
    page.get_by_label("Title of the group").fill("Lunch")
    page.get_by_role("button", name="Start").click()
    page.wait_for_selector("[data-chat-way=open]")
    _write(page, "Who is hungry?")
    expect(page.locator("li[data-number]").get_by_text("Who is hungry?")).to_be_visible()
    _shot(page, "chat-group-desktop-en")
    page.get_by_role("link", name="About Lunch").click()
    expect(page.get_by_text("Ada")).to_be_visible()
    assert serious(page) == []
    _shot(page, "chat-members-desktop-en")
