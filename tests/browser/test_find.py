"""Finding on a phone: search while one types, offers near here within their budget, and what friends like with who and why."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shuke.cards import JoinCall, join
from shuke.explore.reactions import offers_of
from shuke.kit.db import Db
from shuke.kit.geo import Point
from shuke.places import follow, set_deals
from shuke.search import follow_merchants
from shuke.visits import set_audience
from tests import world
from tests.browser.conftest import Installation, ready, serious
from tests.deals.test_deals import on_sale
from tests.explore.test_pages import befriend, placed, praises, went
from tests.world import Shop, Signed

pytestmark = pytest.mark.browser
HERE = Point(-8.6291, 41.1579)  # nowhere near what other tests make
ELSEWHERE = Point(-9.1393, 38.7223)


async def _known(db: Db, name: str, point: Point, **deal: object) -> Shop:
    """A shop that sells a dinner, which map and search know of at once."""
    shop = await placed(db, name, point)
    await on_sale(db, shop, **deal)
    await follow(db, [shop.merchant_id])
    await set_deals(db, shop.merchant_id, await offers_of(db, [shop.merchant_id]))
    await follow_merchants(db, [shop.merchant_id])
    return shop


async def _two_shops(db: Db) -> tuple[Shop, Shop]:
    return await _known(db, "琥珀拉面馆", HERE), await _known(db, "Quillfjord Bakery", HERE, title="Cardamom dinner")


@pytest.mark.row("8.2")
def test_search_suggests_while_one_types_and_leads_to_the_place_and_its_deals(
    house: Installation, phone: BrowserContext
) -> None:
    noodles, bakery = house.make(_two_shops)
    page = phone.new_page()
    ready(page, f"/search?at={HERE.longitude},{HERE.latitude},15")
    typed, suggestions = page.get_by_role("searchbox"), page.locator("#suggestions")
    for words, name in (
        ("琥珀", "琥珀拉面馆"),
        ("hupola", "琥珀拉面馆"),
        ("hplm", "琥珀拉面馆"),
        ("quillf", "Quillfjord Bakery"),
        ("quilfjord", "Quillfjord Bakery"),
        ("qiullfjord bak", "Quillfjord Bakery"),
    ):
        typed.fill("")
        expect(suggestions.get_by_role("link")).to_have_count(0)
        typed.fill(words)
        expect(suggestions.get_by_role("link", name=name), words).to_be_visible()
    assert serious(page) == []
    typed.fill("quilfjord bakery")
    typed.press("Enter")
    expect(page.get_by_text("1 place found")).to_be_visible()
    typed.fill("cardamom dinner")
    typed.press("Enter")
    expect(page).to_have_url(re.compile("cardamom"))
    found = page.get_by_role("link", name="Quillfjord Bakery")
    expect(found).to_contain_text("Sells: Cardamom dinner")
    assert serious(page) == []
    found.click()
    page.wait_for_url(f"**/places/{bakery.store_id}")
    page.get_by_role("region", name="On sale here").get_by_role("link", name="Cardamom dinner").click()
    expect(page.get_by_role("heading", name="Cardamom dinner").first).to_be_visible()
    ready(page, "/search?q=hupo+lamian")
    page.get_by_role("link", name="琥珀拉面馆").click()
    page.wait_for_url(f"**/places/{noodles.store_id}")
    ready(page, "/search?q=zzqqxxvv")
    expect(page.get_by_text("Nothing found for “zzqqxxvv”")).to_be_visible()


async def _street(db: Db) -> Signed:
    """Five shops within a few steps: she holds the cards of four, and knows nothing of the nearest."""
    mia = await world.signed_in(db)
    for number in range(5):
        shop = await _known(db, f"Rua {number}", Point(ELSEWHERE.longitude + number * 0.0003, ELSEWHERE.latitude))
        if number:
            await join(db, [JoinCall(shop.merchant_id, mia.person_id, None)])
    return mia


def _looked(page: Page) -> list[str]:
    """The shops that are told of after a look around."""
    with page.expect_response("**/explore/watch/offers") as answer:
        page.get_by_role("button", name="Look around here").click()
    assert answer.value.status == 200
    expect(page.locator("#offers")).to_contain_text("may be shown today")
    return page.locator("#offers li .font-semibold").all_inner_texts()


@pytest.mark.row("8.4")
def test_offers_near_here_only_while_wanted_and_within_the_budget(house: Installation, phone: BrowserContext) -> None:
    house.sign_in(phone, house.make(_street))
    phone.grant_permissions(["geolocation"])
    phone.set_geolocation({"longitude": ELSEWHERE.longitude, "latitude": ELSEWHERE.latitude})
    page = phone.new_page()
    ready(page, "/explore/watch")
    expect(page.get_by_role("button", name="Look around here")).to_have_count(0)
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("within 500 m")).to_be_visible()
    page.wait_for_selector("[data-explore][data-awake]")
    assert _looked(page) == ["Rua 1", "Rua 2", "Rua 3"], "the nearest three whose card she holds"
    expect(page.locator("#offers")).to_contain_text("0 more shops may be shown today")
    expect(page.locator("#offers")).to_contain_text("You hold its card")
    assert serious(page) == []
    assert _looked(page) == ["Rua 1", "Rua 2", "Rua 3"], "a second look tells the same and nothing more"
    ready(page, "/explore/watch")
    expect(page.get_by_text("Shown before")).to_be_visible()
    page.get_by_label("From how far").select_option("200")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("within 200 m")).to_be_visible()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("You are told of nothing more.")).to_be_visible()
    expect(page.get_by_role("button", name="Look around here")).to_have_count(0)
    expect(page.get_by_role("button", name="Switch on")).to_be_visible()


async def _friends_who_like(db: Db) -> Signed:
    """Liu and Ann are counted; Eve is blocked, Kim shows nobody where she goes, Zoe is no friend."""
    mia = await world.signed_in(db)
    liu, ann, eve, kim, zoe = [await world.person(db, name) for name in ("Liu", "Ann", "Evelina", "Kimberly", "Zoraida")]
    for friend in (liu, ann, eve, kim):
        await befriend(db, mia.person_id, friend)
    one, two, three = [await _known(db, f"Casa {word}", ELSEWHERE) for word in ("Azul", "Verde", "Preta")]
    for person, shop in ((liu, one), (liu, two), (ann, two), (eve, one), (eve, three), (kim, one), (kim, three), (zoe, three)):
        await went(db, person, shop)
    await praises(db, ann, one, 5)
    await praises(db, eve, three, 5)
    await set_audience(db, kim, "me")
    await db.run(
        """
        insert into friends.hidden (person_id, other_id, mine, theirs, at)
        values (:mia, :eve, true, false, now()), (:eve, :mia, false, true, now())
        """,
        mia=mia.person_id,
        eve=eve,
    )
    return mia


@pytest.mark.row("8.6")
def test_what_friends_like_with_who_and_why(house: Installation, phone: BrowserContext) -> None:
    house.sign_in(phone, house.make(_friends_who_like))
    page = phone.new_page()
    ready(page, "/explore/friends")
    azul, verde = page.get_by_role("link", name="Casa Azul"), page.get_by_role("link", name="Casa Verde")
    expect(azul).to_contain_text("Liu was here · Ann gives 5 stars")
    expect(verde).to_contain_text("were here, 2 visits")
    expect(page.get_by_text("Casa Preta")).to_have_count(0)
    for hidden in ("Evelina", "Kimberly", "Zoraida"):
        expect(page.get_by_text(hidden)).to_have_count(0)
    assert serious(page) == []
    assert re.fullmatch(r"/places/[0-9a-f-]{36}", azul.get_attribute("href") or "")
    assert page.request.get(house.url + (azul.get_attribute("href") or "")).text().count("Liu went here") == 1


async def _writer(db: Db) -> Signed:
    await _known(db, "Vaelluskahvila", HERE)
    return await world.signed_in(db)


@pytest.mark.row("7.1")
def test_a_place_is_chosen_while_writing_and_the_words_stay(house: Installation, phone: BrowserContext) -> None:
    house.sign_in(phone, house.make(_writer))
    page = phone.new_page()
    ready(page, "/feed/new")
    page.get_by_label("What do you want to tell?").fill("Good soup")
    another = page.get_by_role("searchbox", name="Search for another place")
    another.fill("vaellusk")
    page.locator("#place-found").get_by_role("button", name="Vaelluskahvila").click()
    expect(page.get_by_text("Chosen: Vaelluskahvila")).to_be_visible()
    expect(page.locator("#field-place option:checked")).to_contain_text("Vaelluskahvila")
    assert serious(page) == []
    page.get_by_role("button", name="Publish").click()
    told = page.locator("article").filter(has_text="Good soup")
    expect(told.get_by_role("link", name="Vaelluskahvila")).to_be_visible()
