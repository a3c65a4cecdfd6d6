"""From a personal code to a member whom a friend brought: three people in three browsers, and a fourth by a link."""

import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from shuke.cards import JoinCall, join
from shuke.deals import DealDraft, VoucherDraft, create_deal, publish
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.vouchers import IssueCall, Issued, RedeemCall, issue, redeem
from tests import world
from tests.browser.conftest import DESKTOP, PHONE, Installation, answered, ready, serious, until
from tests.feed.circle import HERE, place
from tests.world import Shop, Signed

pytestmark = [
    pytest.mark.browser,
    *(pytest.mark.row(row) for row in ("1.2", "2.6", "7.1", "7.2", "7.3", "7.6", "8.1", "8.3")),
]
SOON = 45_000  # milliseconds: reactions run in a process of their own, on a machine that may be busy


class Cast(msgspec.Struct, frozen=True):
    """Three people who don't know each other yet, and a shop that sells something."""

    mia: Signed
    otto: Signed
    li: Signed
    owner: Signed
    shop: Shop


async def cast(db: Db) -> Cast:
    """Made through the actions."""
    mia, otto, li = [await world.signed_in(db, name) for name in ("Mia", "Otto", "Li")]
    await db.run("update people.people set locale = 'zh_CN' where person_id = :li", li=li.person_id)
    shop = await place(db, "Ratakatu Noodles")
    lunch = DealDraft(
        title="Lunch for two",
        price=2400,
        ends_at=clock.now() + timedelta(days=7),
        voucher=VoucherDraft(gives="Two bowls", valid_days=30),
    )
    await publish(db, shop.merchant_id, await create_deal(db, shop.merchant_id, shop.owner_id, lunch), shop.owner_id)
    await join(db, [JoinCall(shop.merchant_id, mia.person_id, None)])
    return Cast(mia, otto, li, await world.session_of(db, shop.owner_id), shop)


@contextmanager
def browsers(house: Installation, browser: Browser, known: Cast) -> Iterator[list[BrowserContext]]:
    """Two phones in English, a desktop in Chinese; all stand before the shop."""
    with ExitStack() as open_:
        contexts = []
        for signed, size, locale in ((known.mia, PHONE, "en-GB"), (known.otto, PHONE, "en-GB"), (known.li, DESKTOP, "zh-CN")):
            context = browser.new_context(
                base_url=house.url,
                viewport={"width": size["width"], "height": size["height"]},
                service_workers="block",
                locale=locale,
                timezone_id="Europe/Helsinki",
                geolocation={"longitude": HERE[0], "latitude": HERE[1]},
                permissions=["geolocation"],
            )
            open_.callback(context.close)
            house.sign_in(context, signed)
            contexts.append(context)
        yield contexts


def test_from_a_code_to_a_member_brought_along(house: Installation, browser: Browser) -> None:
    known = house.make(cast)
    with browsers(house, browser, known) as contexts:
        mia, otto, li = [context.new_page() for context in contexts]
        _become_friends(mia, otto, li)
        _check_in(known, mia, otto)
        _agree_in_a_chat(house, mia, otto)
        _meet(known, mia, otto, li)
        _review(house, known, otto, mia)
        _bring_a_fourth(house, known, browser, mia, li)


def _become_friends(mia: Page, otto: Page, li: Page) -> None:
    ready(mia, "/friends/code")
    assert serious(mia) == []
    link = mia.locator("[data-copy]").get_attribute("data-copy") or ""
    address = "/p/" + link.rsplit("/p/", 1)[1]
    ready(otto, "/scan")  # as the camera would, with what the picture says
    otto.get_by_label("Or type the code").fill(link)
    otto.get_by_role("button", name="Continue").click()
    with answered(otto):
        otto.get_by_role("button", name="Ask to be friends").click()
    ready(li, address)
    assert serious(li) == []
    with answered(li):
        li.locator("form[action^='/p/'] button").click()
    ready(mia, "/friends")
    assert serious(mia) == []
    for name in ("Otto", "Li"):
        mia.get_by_role("button", name=f"Accept {name}").click()
        expect(mia.get_by_role("button", name=f"Accept {name}")).to_have_count(0)
    expect(mia.locator("a[href^='/people/']")).to_have_count(2)


def _check_in(known: Cast, mia: Page, otto: Page) -> None:
    ready(mia, f"/places/{known.shop.store_id}")
    assert serious(mia) == []
    mia.locator(f"a[href='/check-in/{known.shop.store_id}']").click()
    mia.get_by_label("What do you want to tell?").fill("Noodles by the window")
    mia.get_by_role("button", name="Prove it by my position").click()
    expect(mia.get_by_text("It is compared with the place and not kept.")).to_be_visible()
    mia.get_by_role("button", name="Check in").click()
    mia.wait_for_url("**/feed")
    ready(otto, "/feed")
    post = otto.locator("article").filter(has_text="Noodles by the window")
    expect(post.get_by_text("Was there, by position")).to_be_visible()
    assert serious(otto) == []
    post.get_by_role("link", name=re.compile("Ratakatu Noodles")).first.click()  # one tap to the place and its offers
    otto.wait_for_url(f"**/places/{known.shop.store_id}*")


def _agree_in_a_chat(house: Installation, mia: Page, otto: Page) -> None:
    ready(mia, "/chats/new")
    mia.get_by_label("Otto").check()
    mia.get_by_role("button", name="Start").click()
    mia.wait_for_selector("[data-chat-way=open]")
    mia.get_by_role("textbox", name="Message").fill("Where shall we eat?")
    mia.get_by_role("button", name="Send", exact=True).click()
    chat = mia.url.removeprefix(house.url).split("#")[0]
    ready(otto, chat)
    expect(otto.get_by_text("Where shall we eat?")).to_be_visible()
    ready(mia, f"{chat}/map")
    mia.get_by_role("button", name="15 min").click()
    expect(mia.get_by_text("You share your place until")).to_be_visible()
    around = mia.locator("#around").get_by_text("Ratakatu Noodles Center")
    expect(around).to_be_visible()
    assert serious(mia) == []
    mia.locator("#around").get_by_role("button", name="Propose").first.click()
    expect(mia.locator("#talked")).to_contain_text("Ratakatu Noodles Center")
    ready(otto, f"{chat}/map")
    otto.locator("#talked").get_by_role("button", name="Agree").click()
    expect(otto.locator("#talked").get_by_text("Agreed")).to_be_visible()
    otto.get_by_role("link", name="Make a meetup").click()
    otto.wait_for_url("**/meetups/new?*")


def _meet(known: Cast, mia: Page, otto: Page, li: Page) -> None:
    otto.wait_for_selector("html[data-ready]")
    expect(otto.get_by_text("Ratakatu Noodles Center")).to_be_visible()
    begins = datetime.now(ZoneInfo("Europe/Helsinki")) + timedelta(days=2)
    otto.get_by_label("Title").fill("Noodles on Tuesday")
    otto.get_by_label("Begins").fill(begins.strftime("%Y-%m-%dT12:00"))
    otto.get_by_role("button", name="Propose").click()
    otto.wait_for_url(re.compile(r"/meetups/[0-9a-f-]{36}"))
    assert serious(otto) == []
    meetup = otto.url
    ready(mia, meetup)
    mia.get_by_role("button", name="I'm coming").click()
    expect(mia.get_by_text("You are in.", exact=True)).to_be_visible()
    answer = li.goto(meetup)  # Li knows Mia, not Otto: a meetup of his friends is not hers
    assert answer is not None
    assert answer.status == 404
    assert known.shop.store_id is not None


def _review(house: Installation, known: Cast, otto: Page, mia: Page) -> None:
    async def eat(db: Db) -> None:
        shop = known.shop
        template = await world.template(db, shop)
        (issued,) = await issue(db, [IssueCall(shop.merchant_id, template, known.otto.person_id, "staff")])
        assert isinstance(issued, Issued)
        await redeem(db, [RedeemCall(shop.merchant_id, shop.store_id, shop.owner_id, issued.code, "noodles", 900)])

    house.make(eat)
    write = otto.get_by_role("link", name="Ratakatu Noodles Center")
    until(otto, "/reviews", write)  # the visit is noted by a reaction
    write.first.click()
    otto.wait_for_selector("html[data-ready]")
    otto.get_by_label("5: Excellent").first.check(force=True)
    otto.get_by_label("What should others know?").fill("Broth of two days.")
    otto.get_by_label("Nothing").check()
    otto.get_by_role("button", name="Publish review").click()
    expect(otto.get_by_text("Your review is public.")).to_be_visible()
    ready(mia, f"/places/{known.shop.store_id}/reviews")
    expect(mia.get_by_text("Broth of two days.")).to_be_visible()
    assert serious(mia) == []


def _bring_a_fourth(house: Installation, known: Cast, browser: Browser, mia: Page, console: Page) -> None:
    shop = known.shop.merchant_id
    ready(mia, f"/cards/{shop}")
    mia.get_by_role("link", name="Recommend this card").click()
    mia.get_by_role("button", name="Get a link").click()
    link = mia.locator("#made .code")
    expect(link).to_contain_text("/x/")
    address = link.inner_text().strip()
    context = browser.new_context(
        base_url=house.url, viewport={"width": 390, "height": 844}, service_workers="block", locale="en-GB"
    )
    fresh = context.new_page()
    ready(fresh, address[address.index("/x/") :])
    expect(fresh.get_by_text("recommends this to you")).to_be_visible()
    contact = f"{secrets.token_hex(6)}@example.org"
    fresh.get_by_label("Phone or e-mail").fill(contact)
    fresh.get_by_role("button", name="Take the card").click()
    fresh.get_by_label("The code").fill(house.last_code(contact))
    fresh.get_by_role("button", name="Take the card").click()
    expect(fresh).to_have_url(f"{house.url}/cards/{shop}?new")
    context.close()
    house.sign_in(console.context, known.owner)
    ready(console, f"/console/{shop}/sharing")
    assert serious(console) == []
    expect(console.locator("main")).to_contain_text("Mia")
    expect(console.get_by_text(re.compile("Level 1|\u7b2c ?1 ?\u5c42|1 \u7ea7"))).to_be_visible()
