"""Sample offers of a few demo shops: deals to buy, one for groups, one flash sale. Nobody has bought them; the next one of each follows
when its window is over, so that there is always one to try."""

from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.deals import DealDraft, VoucherDraft, create_deal, publish
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.jobs import every_minute

ABOUT = "A sample offer, for demonstration: contents and prices are ours, and the real business does not sell it."
TERMS = "Demonstration only: the real business does not take it."
ALONE, TOGETHER, FLASH = "coffees", "breakfast", "cake"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A sample offer of a shop of a category, in cents; on sale for `days` at a time."""

    name: str
    category: str
    title: str
    gives: str = ""
    amount: int = 0
    uses: int = 1
    price: int
    value: int
    days: int = 60
    stock: int | None = None
    per_person: int | None = None
    hold_seconds: int | None = None
    group_price: int | None = None
    more: str = ""

    @property
    def draft(self) -> DealDraft:
        """The deal, as it is put on sale now."""
        return DealDraft(
            title=self.title,
            about=f"{self.more}\n\n{ABOUT}" if self.more else ABOUT,
            terms=TERMS,
            price=self.price,
            value=self.value,
            ends_at=clock.now() + timedelta(days=self.days),
            stock=self.stock,
            per_person=self.per_person,
            flash=self.hold_seconds is not None,
            hold_seconds=self.hold_seconds,
            group_size=3 if self.group_price else None,
            group_price=self.group_price,
            group_hours=24 if self.group_price else None,
            voucher=VoucherDraft(
                gives=self.gives, amount=self.amount or None, uses=self.uses, valid_days=30, transferable=True
            ),
        )


OFFERS = (
    Offer(
        name=ALONE,
        category="cafe",
        title="Five coffees",
        gives="One filter coffee each time",
        uses=5,
        price=13_00,
        value=17_50,
    ),
    Offer(
        name=TOGETHER,
        category="cafe",
        title="Breakfast, cheaper for three",
        gives="Porridge, a roll and coffee",
        price=12_00,
        value=14_00,
        group_price=9_00,
    ),
    Offer(
        name=FLASH,
        category="cafe",
        title="Cake of the day",
        gives="A slice of cake with coffee",
        price=4_00,
        value=8_50,
        days=1,
        stock=6,
        per_person=3,
        hold_seconds=120,
        more="Six cakes a day. When they are sold, the next six come tomorrow.",
    ),
    Offer(
        name="lunches",
        category="restaurant",
        title="Three lunches",
        gives="One lunch each time",
        uses=3,
        price=33_00,
        value=39_00,
    ),
    Offer(name="evening", category="bar", title="€30 for an evening", amount=30_00, price=25_00, value=30_00, per_person=4),
    Offer(name="haircut", category="hairdresser", title="Haircut", gives="Wash and cut", price=39_00, value=49_00, stock=40),
    Offer(
        name="morning",
        category="hotel",
        title="Hotel breakfast for two",
        gives="The breakfast table for two",
        price=32_00,
        value=44_00,
    ),
)


class Place(msgspec.Struct, frozen=True):
    """The offer's shop, the voucher that its deals give (none before the first), and who puts them on sale."""

    offer: str
    merchant_id: UUID
    template_id: UUID | None
    seller_id: UUID


async def put_on_sale(db: Db, shops: dict[str, UUID], seller_id: UUID) -> None:
    """The first deal of each offer, with its voucher, where there is a shop for it."""
    for offer in OFFERS:
        if offer.category in shops:
            await _sell(db, Place(offer.name, shops[offer.category], None, seller_id))


@every_minute
async def follow_up(db: Db) -> int:
    """Put an offer on sale again whose last deal ran to its end. What its shop stopped, or can't sell, stays as it is."""
    due = await db.all(
        Place,
        """
        select o.offer, o.merchant_id, o.template_id, o.seller_id
        from samples.offers o
        join deals.deals d on d.merchant_id = o.merchant_id and d.deal_id = o.deal_id
        join merchants.merchants m on m.merchant_id = o.merchant_id and m.status = 'approved'
        join vouchers.templates t on t.merchant_id = o.merchant_id and t.template_id = o.template_id
        where d.status = 'on' and d.ends_at <= :now and t.status = 'active'
          and o.offer = any(:names) and t.stock is null and t.per_person is null and t.per_natural_person is null and t.ends_at is null
        order by o.offer for update of o
        """,
        now=clock.now(),
        names=[offer.name for offer in OFFERS],
    )
    for place in due:
        await _sell(db, place)
    return len(due)


async def _sell(db: Db, place: Place) -> None:
    draft = next(offer for offer in OFFERS if offer.name == place.offer).draft
    if place.template_id is not None:
        draft = msgspec.structs.replace(draft, template_id=place.template_id, voucher=None)
    deal_id = await create_deal(db, place.merchant_id, place.seller_id, draft)
    deal = await publish(db, place.merchant_id, deal_id, place.seller_id)
    await db.run(
        """
        insert into samples.offers (offer, merchant_id, deal_id, template_id, seller_id)
        values (:offer, :merchant, :deal, :template, :seller)
        on conflict (offer) do update set deal_id = excluded.deal_id
        """,
        offer=place.offer,
        merchant=place.merchant_id,
        deal=deal_id,
        template=deal.template_id,
        seller=place.seller_id,
    )
