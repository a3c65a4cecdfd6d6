"""The feed in real browsers: a post with a photo, a like and a comment by a common friend, what a stranger does not see."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import msgspec
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from shuke.kit.db import Db
from tests import world
from tests.album.test_album import picture
from tests.browser.conftest import DESKTOP, PHONE, Installation, listening, ready, serious
from tests.feed.circle import befriend, place
from tests.world import Shop, Signed

pytestmark = [pytest.mark.browser, pytest.mark.row("7.1")]
SOON = 60_000  # milliseconds: reactions run in a process of their own, on a machine that may be busy


class Circle(msgspec.Struct, frozen=True):
    """Mia with two friends who know each other, one more who knows only her, and a place."""

    mia: Signed
    liu: Signed
    ann: Signed
    eve: Signed
    shop: Shop


async def circle(db: Db) -> Circle:
    """Made through the actions."""
    mia, liu, ann, eve = [await world.signed_in(db, name) for name in ("Mia", "Liu", "Ann", "Eve")]
    for other in (liu, ann, eve):
        await befriend(db, mia.person_id, other.person_id)
    await befriend(db, liu.person_id, ann.person_id)
    await db.run("update people.people set locale = 'zh_CN' where person_id = :eve", eve=eve.person_id)
    return Circle(mia, liu, ann, eve, await place(db))


@contextmanager
def browsers(house: Installation, browser: Browser, people: list[Signed]) -> Iterator[list[Page]]:
    """A page for each: phones, the last one a desktop in Chinese."""
    with ExitStack() as open_:
        pages = []
        for number, signed in enumerate(people):
            last = number == len(people) - 1
            size = DESKTOP if last else PHONE
            context = browser.new_context(
                base_url=house.url,
                viewport={"width": size["width"], "height": size["height"]},
                service_workers="block",
                locale="zh-CN" if last else "en-GB",
                timezone_id="Europe/Helsinki",
            )
            open_.callback(context.close)
            house.sign_in(context, signed)
            pages.append(context.new_page())
            pages[-1].on("dialog", lambda dialog: dialog.accept())
        yield pages


def test_a_post_is_liked_and_talked_about_among_friends(house: Installation, browser: Browser) -> None:
    known = house.make(circle)
    with browsers(house, browser, [known.mia, known.liu, known.ann, known.eve]) as (mia, liu, ann, eve):
        ready(liu, "/feed")
        expect(liu.get_by_text("Nothing told yet")).to_be_visible()
        listening(liu)
        ready(mia, f"/feed/new?place={known.shop.store_id}")
        mia.get_by_label("What do you want to tell?").fill("Rye bread, still warm")
        mia.get_by_label("Photos").set_input_files(
            FilePayload(name="bread.jpg", mimeType="image/jpeg", buffer=picture(640, 480))
        )
        assert serious(mia) == []
        mia.get_by_role("button", name="Publish").click()
        post = mia.locator("article").filter(has_text="Rye bread, still warm")
        expect(post.locator("img[src$='/small']")).to_be_visible()
        # the bar appears by itself on the page that was open
        liu.get_by_role("link", name="1 new post").click(timeout=SOON)
        shown = liu.locator("article").filter(has_text="Rye bread, still warm")
        shown.get_by_role("button", name="Like").click()
        expect(shown.get_by_role("link", name="1 like: who")).to_be_visible()
        assert serious(liu) == []
        shown.get_by_role("link", name="Comments", exact=True).click()
        liu.get_by_label("Comment", exact=True).fill("Keep one for me")
        liu.get_by_role("button", name="Send").click()
        expect(liu.locator("#comments").get_by_text("Keep one for me")).to_be_visible()
        address = liu.url.split("#")[0]
        ready(ann, address)  # knows both
        expect(ann.locator("#comments").get_by_text("Keep one for me")).to_be_visible()
        expect(ann.get_by_role("link", name="Liu").first).to_be_visible()
        assert serious(ann) == []
        ready(eve, address)  # knows Mia alone
        expect(eve.get_by_text("Rye bread, still warm")).to_be_visible()
        expect(eve.get_by_text("你认识的人还没有评论。")).to_be_visible()
        assert serious(eve) == []
        stranger = house.make(world.signed_in)
        house.sign_in(eve.context, stranger)
        answer = eve.goto(address)
        assert answer is not None
        assert answer.status == 404
        ready(mia, address)
        mia.get_by_role("button", name="Delete this post").click()
        mia.wait_for_url("**/feed")
        expect(mia.get_by_text("Rye bread, still warm")).to_have_count(0)


@pytest.mark.row("7.2")
def test_a_check_in_is_proven_by_the_position_of_the_device(house: Installation, browser: Browser) -> None:
    known = house.make(circle)
    with browsers(house, browser, [known.mia, known.eve]) as (mia, eve):
        mia.context.grant_permissions(["geolocation"])
        mia.context.set_geolocation({"longitude": 24.9414, "latitude": 60.1705})
        ready(mia, f"/check-in/{known.shop.store_id}")
        mia.get_by_role("button", name="Prove it by my position").click()
        expect(mia.get_by_text("It is compared with the place and not kept.")).to_be_visible()
        mia.get_by_role("button", name="Check in").click()
        expect(mia.get_by_text("Was there, by position")).to_be_visible()
        ready(eve, "/feed")
        expect(eve.get_by_text("定位确认到店")).to_be_visible()
        assert serious(eve) == []
