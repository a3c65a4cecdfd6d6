"""The import of the demo city, step by step: a small usable slice first, the rest behind it."""

from collections.abc import Awaitable, Callable, Sequence

from shuke.demo import chain, coupons, helsinki, punch
from shuke.demo.city import FIRST_SLICE, Brand, brands
from shuke.demo.journey import Journey
from shuke.demo.progress import Moved, Step, Watch, plan, run_steps
from shuke.demo.settle import settle
from shuke.demo.staffing import PEOPLE, found_people, open_sale, staff_brands, staff_chain
from shuke.kit.db import Database, Db
from shuke.samples import OFFERS

BRANDS_AT_ONCE = 100
BASKETS_AT_ONCE = 2_500


PLAN = {
    "people": len(PEOPLE),
    "first_places": FIRST_SLICE,
    "staff": 3,
    "offers": len(OFFERS),
    "places": 893,
    "chain": 457,
    "households": 2_469,
    "booklets": 27,
    "mailings": 6_589,
    "articles": 93_312,
    "purchases": 155_848,
    "punch_card": 2_988,
    "tiers": 2_469,
    "statistics": 1,
}
"""The steps in their order, with what they come to; the source has the last word when a step begins."""


async def run(database: Database, watch: Watch) -> None:
    """Import what is not yet there; PackageMissing where the data's packages are not installed."""
    if not await plan(database, PLAN, watch):
        return
    await run_steps(database, city_steps(brands(helsinki.places())), watch)
    with Journey() as journey:
        await run_steps(database, chain_steps(journey), watch)


def city_steps(every: Sequence[Brand]) -> list[Step]:
    """Helsinki, people to sign in as, and what they can buy."""
    first, rest = every[:FIRST_SLICE], every[FIRST_SLICE:]

    async def settle_rest(db: Db, reached: int) -> Moved | None:
        part = rest[reached : reached + BRANDS_AT_ONCE]
        await settle(db, part)
        return Moved(len(part), reached + len(part)) if part else None

    return [
        at_once("people", len(PEOPLE), found_people),
        at_once("first_places", len(first), lambda db: settle(db, first)),
        at_once("staff", 3, lambda db: staff_brands(db, first)),
        at_once("offers", len(OFFERS), lambda db: open_sale(db, first)),
        Step("places", len(rest), settle_rest),
    ]


def chain_steps(journey: Journey) -> list[Step]:
    """The supermarket chain."""
    stores, products, since = journey.stores(), journey.products(), chain.known_since(journey)
    campaigns, articles, mailings = journey.campaigns(), chain.booklet_articles(journey), journey.mailings()
    scanned = sorted({pair.coupon_upc for pair in journey.coupon_products()})
    uses = journey.coupon_uses()
    baskets, _ = journey.count()

    async def open_all(db: Db) -> None:
        await chain.open_chain(db, stores)
        await staff_chain(db)

    async def mail(db: Db, reached: int) -> Moved | None:
        found = next((campaign for campaign in campaigns if campaign.campaign_id > reached), None)
        if found is None:
            return None
        theirs = [mailing for mailing in mailings if mailing.campaign_id == found.campaign_id]
        # together: a booklet of the past that is left lying between two transactions is swept up as expired
        await coupons.mail(db, found, theirs)
        await coupons.use(db, [use for use in uses if use.campaign_id == found.campaign_id])
        await coupons.end(db, found)
        return Moved(len(theirs), found.campaign_id)

    async def buy(db: Db, reached: int) -> Moved | None:
        part = journey.baskets(reached, BASKETS_AT_ONCE)
        if not part:
            return None
        last = part[-1].basket_id
        await chain.load_baskets(db, part, journey.lines(part[0].basket_id, last))
        return Moved(len(part), last)

    return [
        at_once("chain", len(stores), open_all),
        at_once("households", len(since), lambda db: chain.load_households(db, since)),
        at_once("booklets", len(campaigns), lambda db: chain.load_booklets(db, campaigns, articles)),
        Step("mailings", len(mailings), mail),
        at_once("articles", len(products) + len(scanned), lambda db: chain.load_goods(db, products, scanned)),
        Step("purchases", baskets, buy),
        at_once("punch_card", journey.count_baskets(punch.SINCE, punch.MINIMUM), punch.punch),
        at_once("tiers", len(since), coupons.finish),
        at_once("statistics", 1, _count_rows),
    ]


def at_once(name: str, total: int, write: Callable[[Db], Awaitable[None]]) -> Step:
    """A step that one transaction does."""

    async def advance(db: Db, reached: int) -> Moved | None:
        if reached:
            return None
        await write(db)
        return Moved(total, max(total, 1))

    return Step(name, total, advance)


async def _count_rows(db: Db) -> None:
    """Tell PostgreSQL's planner what has come in, before it notices by itself."""
    await db.run("""
        analyze people.people, merchants.merchants, merchants.stores, merchants.articles, cards.memberships, ledger.accounts,
          ledger.lots, ledger.transfers, vouchers.vouchers, vouchers.template_articles, vouchers.redemptions,
          purchases.purchases, purchases.lines, stamps.stamps""")
