"""A review from the visit to the decision: voucher used, reviewed with a photo, replied to, reported, hidden, appealed, in the log."""

import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.vouchers import IssueCall, Issued, RedeemCall, issue, redeem
from tests import world
from tests.album.test_album import picture
from tests.browser.conftest import Installation, ready, serious
from tests.world import Shop, Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("8.3"), pytest.mark.row("7.8")]

Made = TypeVar("Made")


class Cast:
    """Who is in it, in the installation's database."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.shop: Shop = house.make(world.shop)
        self.mia = self._signed("Mia")
        self.tom = self._signed("Tom")
        self.support = self.make(lambda db: world.staff(db, self.shop, "support"))
        self.operators = [self._operator(), self._operator()]

    def make(self, work: Callable[[Db], Awaitable[Made]]) -> Made:
        """In one transaction."""
        return self.house.make(work)

    def _signed(self, name: str) -> Signed:
        return self.make(lambda db: world.signed_in(db, name))

    def _operator(self) -> Signed:
        signed = self._signed("Operator")

        async def let_in(db: Db) -> None:
            await db.run(
                "insert into platform.operators (person_id, added_at) values (:person, :now)",
                person=signed.person_id,
                now=clock.now(),
            )

        self.make(let_in)
        return signed

    def visit(self) -> None:
        """Mia uses a voucher; the visit is there once the worker has noted it."""

        async def use(db: Db) -> None:
            template = await world.template(db, self.shop)
            (issued,) = await issue(db, [IssueCall(self.shop.merchant_id, template, self.mia.person_id, "staff")])
            assert isinstance(issued, Issued)
            at, till = self.shop, self.support.person_id
            await redeem(db, [RedeemCall(at.merchant_id, at.store_id, till, issued.code, str(issued.voucher_id), 900)])

        self.make(use)
        end = time.monotonic() + 60
        while self.make(self._visits) == 0:
            assert time.monotonic() < end, "the visit was never noted"
            time.sleep(0.2)

    async def _visits(self, db: Db) -> int:
        found = await db.value(int, "select count(*) from visits.visits where person_id = :person", person=self.mia.person_id)
        return found or 0


def _snap(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_review_its_reply_a_report_and_the_decision(
    house: Installation, phone: BrowserContext, desktop: BrowserContext, tmp_path: Path
) -> None:
    cast = Cast(house)
    cast.visit()
    address = _written(cast, phone, tmp_path)
    _replied(cast, desktop, address)
    _reported(cast, phone, address)
    _decided(cast, desktop)
    _appealed(cast, phone, address)
    _looked_again(cast, desktop)
    ready(page := phone.new_page(), "/moderation")
    expect(page.get_by_text("Shown again")).to_be_visible()
    expect(page.get_by_text("Rye")).to_have_count(0)
    assert serious(page) == []
    _snap(page, "log")
    ready(page, address)
    expect(page.get_by_text("The rye bread was fresh")).to_be_visible()


def _written(cast: Cast, phone: BrowserContext, folder: Path) -> str:
    cast.house.sign_in(phone, cast.mia)
    page = phone.new_page()
    ready(page, "/reviews")
    _snap(page, "own-open")
    page.get_by_role("link", name="Kaisla Bakery Center").click()
    page.wait_for_selector("html[data-ready]")
    assert serious(page) == []
    _snap(page, "write")
    assert page.locator("input:checked").count() == 0  # nothing is chosen for her
    page.get_by_label("5: Excellent").first.check(force=True)
    page.get_by_text("One by one (optional)").click()
    page.locator('input[name="aspect-taste"][value="4"]').check(force=True)
    page.get_by_label("What should others know?").fill("The rye bread was fresh and the coffee strong.")
    photo = folder / "bread.jpg"
    photo.write_bytes(picture(800, 600))
    page.get_by_label("Photos (optional").set_input_files(photo)
    page.get_by_label("A voucher").check()
    _snap(page, "write-filled")
    page.get_by_role("button", name="Publish review").click()
    expect(page.get_by_text("Your review is public.")).to_be_visible()
    expect(page.get_by_text("Got a voucher for it")).to_be_visible()
    assert serious(page) == []
    _snap(page, "review")
    return page.url.removeprefix(cast.house.url)


def _replied(cast: Cast, desktop: BrowserContext, address: str) -> None:
    cast.house.sign_in(desktop, cast.support)
    page = desktop.new_page()
    ready(page, f"/console/{cast.shop.merchant_id}/reviews")
    assert serious(page) == []
    _snap(page, "office")
    page.get_by_role("link", name="Reply", exact=True).click()
    page.get_by_label("For everybody to read").fill("Thank you. We bake at four.")
    page.get_by_role("button", name="Publish reply").click()
    expect(page.get_by_text("Your reply is public.")).to_be_visible()
    assert serious(page) == []
    _snap(page, "office-reply")
    ready(page, address)
    expect(page.get_by_text("We bake at four.")).to_be_visible()
    _snap(page, "review-desktop")


def _reported(cast: Cast, phone: BrowserContext, address: str) -> None:
    cast.house.sign_in(phone, cast.tom)
    page = phone.new_page()
    ready(page, f"/places/{cast.shop.store_id}/reviews")
    assert serious(page) == []
    _snap(page, "place")
    page.locator(f'a[href="/report{address.replace("/reviews", "/review")}"]').click()
    page.get_by_label("Advertising or repeated").check()
    assert serious(page) == []
    _snap(page, "report")
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_text("Thank you. We look at it")).to_be_visible()


def _decided(cast: Cast, desktop: BrowserContext) -> None:
    cast.house.sign_in(desktop, cast.operators[0])
    page = desktop.new_page()
    ready(page, "/platform/moderation")
    assert serious(page) == []
    _snap(page, "queue")
    page.get_by_role("link", name="The rye bread was fresh").click()
    page.get_by_label("Rule it breaks").select_option("spam")
    page.get_by_label("Reason").fill("It reads like an advert.")
    assert serious(page) == []
    _snap(page, "case")
    page.get_by_role("button", name="Hide").click()
    expect(page.get_by_text("It stands in the public log")).to_be_visible()


def _appealed(cast: Cast, phone: BrowserContext, address: str) -> None:
    page = phone.new_page()
    page.goto(address)  # Tom does not see it any more
    expect(page.get_by_text("The rye bread was fresh")).to_have_count(0)
    cast.house.sign_in(phone, cast.mia)
    ready(page, address)
    page.get_by_role("link", name="Why, and how to appeal").click()
    expect(page.get_by_text("It reads like an advert.")).to_be_visible()
    page.get_by_label("Why is the decision wrong?").fill("I was there and paid for it.")
    page.get_by_role("button", name="Send appeal").click()
    expect(page.get_by_text("Waits for a second look")).to_be_visible()
    assert serious(page) == []
    _snap(page, "appeal")


def _looked_again(cast: Cast, desktop: BrowserContext) -> None:
    page = desktop.new_page()
    for operator, said in ((cast.operators[0], "You decided this first"), (cast.operators[1], "It stands in the public log")):
        cast.house.sign_in(desktop, operator)
        ready(page, "/platform/moderation")
        page.locator('a[href^="/platform/moderation/appeals/"]').first.click()
        page.get_by_label("Reason").fill("A visit proves it.")
        page.get_by_role("button", name="Show it again").click()
        expect(page.get_by_text(said)).to_be_visible()
    _snap(page, "queue-empty")
