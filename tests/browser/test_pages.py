"""Every page as every role, in both languages: nothing serious for axe, nothing asked of another host, no dead link."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from shuke.cards import JoinCall, join
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.ledger import Earning, earn
from shuke.vouchers import IssueCall, Issued, RedeemCall, issue, redeem
from tests import world
from tests.browser.conftest import Installation, serious
from tests.world import Shop, Signed

pytestmark = pytest.mark.browser

FILES = re.compile(r"\.(pdf|csv|svg|json|webmanifest)|/export")
SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/s/)\w+|(?<=/vouchers/)\w+|(?<=/claim/)\w+")


class Town(msgspec.Struct, frozen=True):
    """One shop with a guest who has come once, and who works there."""

    shop: Shop
    roles: dict[str, Signed]


async def _town(db: Db) -> Town:
    shop = await world.shop(db)
    guest, cashier = await world.signed_in(db), await world.staff(db, shop)
    operator = await world.signed_in(db, "Operator")
    await db.run(
        "insert into platform.operators (person_id, added_at) values (:person, :now)",
        person=operator.person_id,
        now=clock.now(),
    )
    template = await world.template(db, shop)
    await join(db, [JoinCall(shop.merchant_id, guest.person_id, None)])
    made = await issue(db, [IssueCall(shop.merchant_id, template, guest.person_id, "staff") for _ in range(2)])
    codes = [voucher.code for voucher in made if isinstance(voucher, Issued)]
    await redeem(db, [RedeemCall(shop.merchant_id, shop.store_id, cashier.person_id, codes[0], "first", 900)])
    await earn(db, [Earning(shop.merchant_id, guest.person_id, 12, "visit", None, None, clock.now() + timedelta(days=90))])
    owner = await world.session_of(db, shop.owner_id)
    return Town(shop, {"guest": guest, "cashier": cashier, "owner": owner, "operator": operator})


STARTS = {
    "nobody": ["/", "/sign-in", "/scan", "/docs", "/demo", "/offline", "/dev/outbox", "/s/UNKNOWN"],
    "guest": ["/wallet"],
    "cashier": ["/till"],
    "owner": ["/console", "/merchants/new"],
    "operator": ["/platform"],
}


def _links(page: Page) -> list[str]:
    """Where this page leads within the house, files left out."""
    found: list[str] = page.evaluate("[...document.querySelectorAll('main a[href], nav a[href]')].map(a => a.href)")
    start = page.url.split("/", 3)
    host = "/".join(start[:3])
    own = [address.split("#")[0].removeprefix(host) for address in found if address.startswith(host)]
    return [path for path in own if not FILES.search(path)]


def _shape(path: str) -> str:
    """Pages that differ only by whose they are count as one; so do the same rows in another order or from another day."""
    return SHAPE.sub("_", path.split("?", maxsplit=1)[0])


def _crawl(context: BrowserContext, starts: list[str], seen: set[str]) -> list[str]:
    """What is wrong on the pages that can be reached from here and were not seen before."""
    wrong: list[str] = []
    page, todo = context.new_page(), list(starts)
    while todo and len(wrong) < 10:
        path = todo.pop(0)
        if _shape(path) in seen:
            continue
        seen.add(_shape(path))
        answer = page.goto(path)
        page.wait_for_selector("html[data-ready]")
        if answer is None or answer.status >= (500 if path == "/s/UNKNOWN" else 400):
            wrong.append(f"{path}: {answer.status if answer else 'no answer'}")
        wrong += [f"{path}: {finding}" for finding in serious(page)]
        todo += [link for link in _links(page) if _shape(link) not in seen]
    return wrong


def _speaks(people: list[UUID], lang: str) -> Callable[[Db], Awaitable[int]]:
    async def change(db: Db) -> int:
        return await db.run("update people.people set locale = :lang where person_id = any(:people)", lang=lang, people=people)

    return change


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_every_page_is_sound_and_stays_at_home(house: Installation, browser: Browser, lang: str) -> None:
    town = house.make(_town)
    house.make(_speaks([signed.person_id for signed in town.roles.values()], lang))
    asked: set[str] = set()
    wrong: list[str] = []
    seen: set[str] = set()

    def note(request: Request) -> None:
        asked.add(request.url)

    for role, starts in STARTS.items():
        context = browser.new_context(base_url=house.url, service_workers="block", locale=lang.replace("_", "-"))
        context.on("request", note)
        if role in town.roles:
            house.sign_in(context, town.roles[role])
        wrong += _crawl(context, [*starts, f"/s/{town.shop.scene}"] if role == "nobody" else starts, seen)
        context.close()
    assert wrong == []
    assert [url for url in asked if not url.startswith((house.url, "data:", "blob:"))] == []
    assert len(seen) > 40
