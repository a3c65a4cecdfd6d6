"""Signing in, passkeys, the person's own page and the platform's office in a real browser."""

import re
from collections.abc import Iterator
from uuid import UUID

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from shuke.kit.db import Db
from tests import world
from tests.browser.conftest import DESKTOP, PHONE, Installation, ready, serious
from tests.platform.test_office import dead, make_operator, submitted
from tests.world import Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("1.1")]


@pytest.fixture
def named(house: Installation, browser: Browser) -> Iterator[BrowserContext]:
    """A phone that reaches the installation by a name: passkeys belong to names."""
    context = browser.new_context(
        base_url=house.url.replace("127.0.0.1", "localhost"),
        viewport={"width": PHONE["width"], "height": PHONE["height"]},
        service_workers="block",
        locale="en-GB",
    )
    yield context
    context.close()


def sign_in(house: Installation, page: Page, contact: str, after: str = "/me") -> None:
    ready(page, f"/sign-in?next={after}")
    page.get_by_label("Phone or e-mail").fill(contact)
    page.get_by_role("button", name="Send the code").click()
    page.wait_for_url("**/sign-in/code")
    page.get_by_label("The code").fill(house.last_code(contact))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{after}")


def device(page: Page) -> None:
    """A device that keeps passkeys and says yes by itself."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_sign_in_change_the_profile_and_out(house: Installation, phone: BrowserContext) -> None:
    page = phone.new_page()
    sign_in(house, page, "browser1@example.org")
    page.get_by_label("Name", exact=True).fill("陈静")
    page.get_by_label("Birthday").fill("1990-02-28")
    page.get_by_label("Language").select_option("zh_CN")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_text("已保存。")).to_be_visible()
    expect(page.get_by_label("姓名")).to_have_value("陈静")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in")
    page.goto("/me")
    page.wait_for_url("**/sign-in?next=/me")


def test_without_script_too(house: Installation, browser: Browser) -> None:
    context = browser.new_context(base_url=house.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/sign-in?next=/me")
    page.get_by_label("Phone or e-mail").fill("browser2@example.org")
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("The code").fill("1")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("Tries left: 4.")).to_be_visible()
    page.get_by_label("The code").fill(house.last_code("browser2@example.org"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()
    context.close()


def test_a_new_code_can_be_asked_for_after_a_wait(house: Installation, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.clock.install()
    ready(page, "/sign-in")
    page.get_by_label("Phone or e-mail").fill("browser3@example.org")
    page.get_by_role("button", name="Send the code").click()
    page.wait_for_url("**/sign-in/code")
    page.wait_for_selector("html[data-ready]")
    again = page.get_by_role("button", name="Send a new code")
    expect(again).to_be_disabled()
    page.clock.run_for(31_000)
    expect(again).to_be_enabled()


def test_a_passkey_is_made_used_and_removed(house: Installation, named: BrowserContext) -> None:
    page = named.new_page()
    sign_in(house, page, "browser4@example.org")
    page.wait_for_selector("html[data-ready]")
    device(page)
    page.get_by_role("button", name="Add a passkey on this device").click()
    expect(page.locator("#passkeys").get_by_text("Chrome, Linux")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/wallet")
    ready(page, "/me")
    expect(page.locator("#contacts")).to_contain_text("browser4@example.org")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#passkeys").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No passkey yet.", exact=False)).to_be_visible()


def test_a_passkey_s_answer_counts_once_and_only_here(house: Installation, named: BrowserContext) -> None:
    page = named.new_page()
    sign_in(house, page, "browser5@example.org")
    page.wait_for_selector("html[data-ready]")
    device(page)
    sent: list[tuple[str, str]] = []
    page.on(
        "request", lambda request: sent.append((request.url, request.post_data or "")) if "/passkeys" in request.url else None
    )
    page.get_by_role("button", name="Add a passkey on this device").click()
    expect(page.locator("#passkeys").get_by_text("Chrome, Linux")).to_be_visible()
    token = page.locator('meta[name="csrf"]').get_attribute("content") or ""
    registration = next(body for url, body in sent if url.endswith("/passkeys"))
    headers = {"content-type": "application/json", "x-csrf-token": token}

    def post(path: str, body: str) -> tuple[int, str]:
        answer = named.request.post(f"/api/v1/passkeys{path}", data=body, headers=headers)
        return answer.status, answer.json().get("name", "")

    assert post("", registration) == (409, "challenge_expired")
    fresh = named.request.post("/api/v1/passkeys/registration-options", headers=headers).json()["id"]
    moved = msgspec.json.encode({**msgspec.json.decode(registration), "id": fresh}).decode()
    assert post("", moved) == (409, "passkey_refused")
    assert post("", moved) == (409, "challenge_expired")
    ready(page, "/me")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/wallet")
    signature = next(body for url, body in sent if url.endswith("/passkeys/sessions"))
    named.clear_cookies()
    assert post("/sessions", signature) == (409, "challenge_expired")
    other = named.request.post("/api/v1/passkeys/sign-in-options", headers=headers).json()["id"]
    read = msgspec.json.decode(signature)
    assert post("/sessions", msgspec.json.encode({**read, "id": other}).decode()) == (409, "passkey_refused")
    for credential in ({}, {"id": 5}, {**read["credential"], "response": "x"}, {**read["credential"], "rawId": "!"}):
        other = named.request.post("/api/v1/passkeys/sign-in-options", headers=headers).json()["id"]
        body = msgspec.json.encode({"id": other, "credential": credential}).decode()
        assert post("/sessions", body)[0] in (409, 422), credential


class Office(msgspec.Struct):
    """An operator, and a merchant that waits."""

    olga: Signed
    merchant_id: UUID


async def office(db: Db) -> Office:
    await dead(db, "nobody.knows")
    return Office(await make_operator(db), await submitted(db, "Tea & Sea"))


@pytest.mark.row("1.5")
def test_an_operator_approves_a_merchant(house: Installation, desktop: BrowserContext) -> None:
    made = house.make(office)
    house.sign_in(desktop, made.olga)
    page = desktop.new_page()
    ready(page, f"/platform/merchants/{made.merchant_id}")
    page.get_by_label("Reason or report").fill("A real tea room.")
    page.get_by_role("button", name="File as a visit report").click()
    expect(page.get_by_text("Visit report", exact=True)).to_be_visible()
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("Say why", exact=False)).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("button", name="Suspend")).to_be_visible()
    expect(page.locator(".page-title")).to_contain_text("Approved")


@pytest.mark.row("11.6")
def test_an_operator_drops_a_dead_letter(house: Installation, desktop: BrowserContext) -> None:
    made = house.make(office)
    house.sign_in(desktop, made.olga)
    page = desktop.new_page()
    ready(page, "/platform/dead-letters")
    before = page.locator("article").count()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Drop").first.click()
    expect(page.get_by_text("Dropped.", exact=True)).to_be_visible()
    assert page.locator("article").count() == before - 1


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nobody_is_kept_out(house: Installation, browser: Browser, language: str, size: dict[str, int]) -> None:
    made = house.make(office)
    mia = house.make(world.signed_in)
    found: dict[str, list[list[str]]] = {}
    pages = {
        "": ["/sign-in", "/dev/outbox"],
        mia.token: ["/me", "/me/contacts/new", "/me/erasure"],
        made.olga.token: ["vetting", "merchants", f"merchants/{made.merchant_id}", "dead-letters", "health", "operators"],
    }
    for token, paths in pages.items():
        context = browser.new_context(
            base_url=house.url, viewport={"width": size["width"], "height": size["height"]}, service_workers="block"
        )
        if token:
            house.sign_in(context, Signed(mia.person_id, token))
        context.request.post("/language", form={"locale": language})
        page = context.new_page()
        for path in paths:
            ready(page, path if path.startswith("/") else f"/platform/{path}")
            assert page.locator("html").get_attribute("lang") == language.replace("_", "-")
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{path} is {wide} px too wide"
            if serious(page):
                found[path] = serious(page)
        context.close()
    assert found == {}


def test_the_first_page_of_an_empty_installation_is_gone(house: Installation, phone: BrowserContext) -> None:
    house.make(office)
    answer = phone.request.get("/setup")
    assert answer.status == 404
    assert re.search("lang=", answer.text())
