"""Three people and a meetup for two: one is in, one waits and moves up at once; a tribe with a topic beside it."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from shuke.kit.db import Db
from tests import world
from tests.browser.conftest import AXE, PHONE, Installation, listening
from tests.meetups.gathering import places
from tests.world import Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("7.6"), pytest.mark.row("7.5")]


def _context(house: Installation, browser: Browser, signed: Signed) -> BrowserContext:
    context = browser.new_context(
        base_url=house.url,
        viewport={"width": PHONE["width"], "height": PHONE["height"]},
        service_workers="block",
        locale="en-GB",
        timezone_id="Europe/Helsinki",
    )
    house.sign_in(context, signed)
    return context


def _serious(context: BrowserContext) -> list[str]:
    """What axe finds on the page that is open."""
    page = context.pages[0]
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(
        """async () => (await axe.run()).violations.filter((v) => ["serious", "critical"].includes(v.impact))
          .map((v) => v.id + " " + v.nodes.map((n) => n.target.join(" ")).join(", "))"""
    )
    return found


def test_the_one_who_waits_moves_up(house: Installation, browser: Browser) -> None:
    async def make(db: Db) -> list[Signed]:
        await places(db)
        return [await world.signed_in(db, name) for name in ("Aino", "Mia", "Otto")]

    host, member, waits = (_context(house, browser, one) for one in house.make(make))
    at = host.new_page()
    at.goto("/meetups")
    at.get_by_role("link", name="Propose", exact=True).click()
    at.get_by_label("Name of a place").fill("Ravintola")
    at.get_by_role("button", name="Search").click()
    at.get_by_role("link", name="Add").first.click()
    at.get_by_role("link", name="Next: when and who").click()
    at.get_by_label("Title").fill("Hotpot for two")
    at.get_by_label("How many people").fill("2")
    at.get_by_label("Everybody nearby").check()
    at.get_by_role("button", name="Propose", exact=True).click()
    expect(at.get_by_role("heading", name="Hotpot for two")).to_be_visible()
    expect(at.get_by_text("1 of 2 in")).to_be_visible()
    assert _serious(host) == []
    address = re.sub(r"\?.*", "", at.url)
    inside, outside = member.new_page(), waits.new_page()
    inside.goto(address)
    inside.get_by_role("button", name="I'm coming").click()
    expect(inside.get_by_role("main").get_by_text("You are in.", exact=True)).to_be_visible()
    outside.goto(address)
    listening(at)
    outside.get_by_role("button", name="Onto the waiting list").click()
    expect(outside.get_by_text("You are next on the waiting list.")).to_be_visible()
    expect(at.get_by_role("heading", name="Waiting list")).to_be_visible()  # the host's page looks again by itself
    assert _serious(waits) == []
    listening(outside)
    inside.once("dialog", lambda dialog: dialog.accept())
    inside.get_by_role("button", name="I can't come").click()
    expect(inside.get_by_role("button", name="Onto the waiting list")).to_be_visible()
    expect(outside.get_by_role("main").get_by_text("You are in.", exact=True)).to_be_visible()  # without a touch
    expect(outside.get_by_role("link", name="Chat", exact=True)).to_be_visible()
    outside.goto("/tribes/new")
    outside.get_by_label("Name of the tribe").fill("Broth")
    assert _serious(waits) == []
    outside.get_by_role("button", name="Found a tribe").click()
    outside.get_by_role("link", name="Write a topic").click()
    outside.get_by_label("Title").fill("Where next?")
    outside.get_by_role("button", name="Publish").click()
    expect(outside.get_by_role("heading", name="Where next?")).to_be_visible()
    assert _serious(waits) == []
    for context in (host, member, waits):
        context.close()
