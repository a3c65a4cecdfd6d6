"""The supermarket chain as one merchant: stores, articles, members, booklets as templates, purchases with points."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shuke.cards.load import (
    LoadedMember,
    LoadedProgramme,
    LoadedTier,
    PastVisits,
    add_past_visits,
    load_members,
    load_programmes,
)
from shuke.demo.identity import moment_id, stable_id
from shuke.demo.journey import CURRENCY, ZONE, Journey
from shuke.demo.logins import HOUSEHOLD, OPERATOR, REAL_HOUSEHOLD, login, person_of
from shuke.demo.rules import LoadedTemplate, load_templates
from shuke.demo.types import Basket, Campaign, Line, Product
from shuke.kit.db import Db
from shuke.ledger.load import PastEarning, load_earnings
from shuke.merchants.load import LoadedMerchant, LoadedStore, load_merchants
from shuke.people import Contact
from shuke.people.load import LoadedPerson, load_people
from shuke.purchases.load import LoadedPurchase, load_purchases

CHAIN = stable_id("chain", "complete journey")
NAME = "Complete Journey Supermarkets"
ABOUT = (
    "A supermarket chain's year 2017, for demonstration: purchases, coupons and households are those of The Complete Journey "
    "by 84.51°. Households have numbers, no names."
)
SOURCE = "demo: The Complete Journey, 84.51°"
EARN_PER = 1_00
TIERS = (LoadedTier("Member", 0), LoadedTier("Regular", 1_000_00), LoadedTier("Best", 2_500_00))


def store_id(number: int) -> UUID:
    """The chain's store that the source calls `number`."""
    return stable_id("store", number)


def person_id(household: int) -> UUID:
    """The person that a household is."""
    return stable_id("household", household)


def template_id(campaign: int) -> UUID:
    """The template that a campaign's booklet is."""
    return stable_id("campaign", campaign)


def purchase_id(basket: int, at: datetime) -> UUID:
    """The purchase that a basket is."""
    return moment_id("basket", basket, at)


async def open_chain(db: Db, stores: Sequence[int]) -> None:
    """The merchant, its stores, its card."""
    zone = ZONE.key
    merchant = LoadedMerchant(
        merchant_id=CHAIN,
        name=NAME,
        about=ABOUT,
        category="grocery",
        currency=CURRENCY,
        source=SOURCE,
        stores=tuple(
            LoadedStore(
                store_id=store_id(number),
                name=f"Store {number}",
                zone=zone,
                category="grocery",
                source=f"{SOURCE}, store {number}",
            )
            for number in stores
        ),
    )
    await load_merchants(db, [merchant], await person_of(db, OPERATOR), "Demo city, from The Complete Journey")
    programme = LoadedProgramme(
        merchant_id=CHAIN,
        name="Household card",
        colour="#1f5f3a",
        zone=zone,
        earn_per=EARN_PER,
        tiers=TIERS,
        downgrade="never",
    )
    await load_programmes(db, [programme])


async def load_goods(db: Db, products: Sequence[Product], coupons: Sequence[int]) -> None:
    """What the chain sells, and the coupons that its tills scan."""
    articles = [(str(product.product_id), _article_name(product), product.department) for product in products]
    articles += [(str(coupon), f"Coupon {coupon}", "COUPON") for coupon in coupons]
    await db.copy(
        "merchants",
        "articles",
        ("merchant_id", "code", "name", "category"),
        [(CHAIN, code, name[:200], category[:120]) for code, name, category in articles],
    )


def _article_name(product: Product) -> str:
    words = " ".join(part for part in (product.kind or product.category, product.package_size) if part)
    return words or f"Article {product.product_id}"


async def load_households(db: Db, since: Sequence[tuple[int, datetime]]) -> None:
    """Households as members since the first thing that is known of them."""
    bound = Contact("email", login(HOUSEHOLD).email)
    await load_people(
        db,
        [
            LoadedPerson(person_id(number), f"Household {number}", at, bound if number == REAL_HOUSEHOLD else None)
            for number, at in since
        ],
    )
    await load_members(db, CHAIN, [LoadedMember(person_id(number), at) for number, at in since])


async def load_booklets(db: Db, campaigns: Sequence[Campaign], articles: dict[int, tuple[str, ...]]) -> None:
    """Each campaign's booklet as a template: good for its products and its coupons' own numbers."""
    templates = [
        LoadedTemplate(
            merchant_id=CHAIN,
            template_id=template_id(campaign.campaign_id),
            kind="gift",
            title=f"Coupon booklet {campaign.campaign_id}",
            terms=f"{campaign.coupons} coupons, each good for two uses. Campaign {campaign.campaign_id} of {campaign.kind}.",
            gives="The price cut printed on the coupon",
            zone=ZONE.key,
            uses=campaign.uses,
            per_person=1,
            stacking="free",
            starts_at=campaign.starts_at,
            ends_at=campaign.ends_at,
            created_at=campaign.starts_at,
            articles=articles[campaign.campaign_id],
        )
        for campaign in campaigns
    ]
    await load_templates(db, templates, await person_of(db, OPERATOR))


async def load_baskets(db: Db, baskets: Sequence[Basket], lines: Sequence[Line]) -> None:
    """Baskets as purchases with their lines, the points they earned, and the members' sums."""
    ids = {basket.basket_id: purchase_id(basket.basket_id, basket.at) for basket in baskets}
    purchases = [
        LoadedPurchase(
            ids[basket.basket_id],
            store_id(basket.store_id),
            person_id(basket.household_id),
            basket.total,
            basket.discount,
            (basket.total - basket.discount) // EARN_PER,
            f"basket {basket.basket_id}",
            basket.at,
        )
        for basket in baskets
    ]
    await load_purchases(db, CHAIN, purchases, _numbered(lines, ids))
    await load_earnings(
        db,
        CHAIN,
        [
            PastEarning(person_id(basket.household_id), purchase.points, purchase.purchase_id, purchase.at)
            for basket, purchase in zip(baskets, purchases, strict=True)
        ],
        "purchase",
    )
    await add_past_visits(db, CHAIN, _visits(baskets))


def _numbered(lines: Sequence[Line], ids: dict[int, UUID]) -> list[tuple[UUID, int, str, int, int]]:
    """Lines with their number in the basket; they come ordered by basket."""
    rows: list[tuple[UUID, int, str, int, int]] = []
    before, number = 0, 0
    for basket, product, quantity, amount in lines:
        number = number + 1 if basket == before else 1
        before = basket
        rows.append((ids[basket], number, str(product), quantity, amount))
    return rows


def _visits(baskets: Sequence[Basket]) -> list[PastVisits]:
    by_household: dict[int, list[Basket]] = defaultdict(list)
    for basket in baskets:
        by_household[basket.household_id].append(basket)
    return [
        PastVisits(
            person_id(household),
            sum(basket.visit for basket in theirs),
            sum(basket.total - basket.discount for basket in theirs),
            max(basket.at for basket in theirs),
        )
        for household, theirs in by_household.items()
    ]


def booklet_articles(journey: Journey) -> dict[int, tuple[str, ...]]:
    """By campaign: the numbers of its products and of its coupons."""
    codes: dict[int, set[str]] = defaultdict(set)
    for campaign, coupon, product in journey.coupon_products():
        codes[campaign].update((str(coupon), str(product)))
    return {campaign: tuple(sorted(found)) for campaign, found in codes.items()}


def known_since(journey: Journey) -> list[tuple[int, datetime]]:
    """By household: its first basket, or the beginning of its first booklet if that was earlier."""
    starts = {campaign.campaign_id: campaign.starts_at for campaign in journey.campaigns()}
    since = journey.first_baskets()
    for mailing in journey.mailings():
        since[mailing.household_id] = min(since[mailing.household_id], starts[mailing.campaign_id])
    return sorted(since.items())
