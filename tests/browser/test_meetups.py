"""Three people and a meetup for two: one is in, one waits and moves up at once; a tribe with a topic beside it."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.meetups import propose
from shuke.meetups.votes import count_votes
from tests import world
from tests.browser.conftest import AXE, PHONE, Installation, listening
from tests.meetups.gathering import dinner, places
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


def test_a_vote_that_ends_in_a_tie_is_decided_by_the_host(house: Installation, browser: Browser) -> None:
    async def make(db: Db) -> tuple[str, Signed, Signed]:
        host, guest = await world.signed_in(db, "Aino"), await world.signed_in(db, "Mia")
        meetup = await propose(db, host.person_id, dinner(await places(db, 2), title="Where to?"))
        return str(meetup.meetup_id), host, guest

    meetup_id, *signed = house.make(make)
    hosting, coming = (_context(house, browser, one) for one in signed)
    host, guest = hosting.new_page(), coming.new_page()
    guest.goto(f"/meetups/{meetup_id}")
    guest.get_by_role("button", name="I'm coming").click()
    guest.get_by_role("listitem").filter(has_text="Ravintola 1").get_by_role("button", name="Vote", exact=True).click()
    expect(guest.get_by_role("button", name="My vote")).to_be_visible()
    assert _serious(coming) == []
    host.goto(f"/meetups/{meetup_id}")
    host.get_by_role("listitem").filter(has_text="Ravintola 2").get_by_role("button", name="Vote", exact=True).click()
    expect(host.get_by_role("button", name="My vote")).to_be_visible()

    async def end(db: Db) -> None:
        await db.run(
            "update meetups.meetups set vote_until = :now where meetup_id = :meetup::text::uuid",
            now=clock.now(),
            meetup=meetup_id,
        )
        while await count_votes(db):  # others of this installation may have ended, too
            pass

    for page in (host, guest):
        listening(page)
    house.make(end)
    expect(guest.get_by_text("The vote is a tie: the host chooses the place.")).to_be_visible()  # without a touch
    host.get_by_role("listitem").filter(has_text="Ravintola 2").get_by_role("button", name="Choose").click()
    for page in (host, guest):
        expect(page.get_by_role("link", name="Ravintola 2")).to_be_visible()
        expect(page.get_by_text("The vote is a tie: the host chooses the place.")).to_have_count(0)
    assert _serious(hosting) == []
    for context in (hosting, coming):
        context.close()
