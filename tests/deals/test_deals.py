"""Deals: a draft and its voucher, publishing, stopping, stock; what stands once it was shown."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from shuke.deals import (
    DealDraft,
    DealUnreadable,
    VoucherDraft,
    add_stock,
    change_deal,
    create_deal,
    deal_of,
    public_deals,
    publish,
    reopen,
    steps_of,
    stop,
)
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.refusals import Refusal
from shuke.vouchers import IssueCall, Issued, issue, rules_of
from tests import world
from tests.world import Shop

pytestmark = pytest.mark.row("4.1")


def draft(**changes: object) -> DealDraft:
    """A dinner for two, sold for a week."""
    given: dict[str, object] = {
        "title": "Dinner for two",
        "price": 5900,
        "value": 8800,
        "stock": 100,
        "per_person": 2,
        "ends_at": clock.now() + timedelta(days=7),
        "voucher": VoucherDraft(gives="Two courses each", valid_days=30),
    }
    return msgspec.convert(given | changes, DealDraft, from_attributes=True)


async def on_sale(db: Db, shop: Shop, **changes: object) -> UUID:
    """A published deal."""
    deal_id = await create_deal(db, shop.merchant_id, shop.owner_id, draft(**changes))
    await publish(db, shop.merchant_id, deal_id, shop.owner_id)
    return deal_id


async def test_a_deal_makes_its_voucher_is_sold_and_stopped(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        deal_id = await create_deal(db, shop.merchant_id, shop.owner_id, draft())
        made = await deal_of(db, shop.merchant_id, deal_id)
        assert made is not None
        assert (made.status, made.hold_seconds, made.own_template) == ("draft", 900, True)
        rules = await rules_of(db, shop.merchant_id, made.template_id)
        assert rules is not None
        assert (rules.kind, rules.stock, rules.per_person) == ("deal", None, None)
        assert await public_deals(db, shop.merchant_id) == []
        await publish(db, shop.merchant_id, deal_id, shop.owner_id)
        [shown] = await public_deals(db, shop.merchant_id)
        assert (shown.deal_id, shown.currency) == (deal_id, "EUR")
        assert (await add_stock(db, shop.merchant_id, deal_id, shop.owner_id, 5)).stock == 105
        assert (await stop(db, shop.merchant_id, deal_id, shop.owner_id, "sold by mistake")).status == "stopped"
        assert (await reopen(db, shop.merchant_id, deal_id, shop.owner_id)).status == "on"
        steps = [step.step for step in await steps_of(db, shop.merchant_id, deal_id)]
        assert steps == ["reopened", "stopped", "stock_added", "published", "created"]
        with clock.at(clock.now() + timedelta(days=8)):
            over = await deal_of(db, shop.merchant_id, deal_id)
            assert over is not None
            assert over.status == "ended"
            assert await public_deals(db, shop.merchant_id) == []
        [voucher] = await issue(db, [IssueCall(shop.merchant_id, made.template_id, shop.owner_id, "purchase")])
        assert isinstance(voucher, Issued)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": 0}, "price"),
        ({"value": 5000}, "value"),
        ({"title": " "}, "title"),
        ({"ends_at": clock.now() - timedelta(days=1)}, "ends_at"),
        ({"starts_at": clock.now() + timedelta(days=9)}, "ends_at"),
        ({"group_size": 3}, "group_price"),
        ({"group_size": 1, "group_price": 1, "group_hours": 1}, "group_size"),
        ({"group_size": 3, "group_price": 6000, "group_hours": 24}, "group_price"),
        ({"stock": 2, "group_size": 3, "group_price": 5000, "group_hours": 24}, "stock"),
        ({"voucher": None}, "voucher"),
        ({"voucher": VoucherDraft(valid_days=30)}, "voucher_gives"),
        ({"voucher": VoucherDraft(gives="Tea")}, "voucher_ends_at"),
        ({"voucher": VoucherDraft(gives="Tea", ends_at=clock.now() + timedelta(days=7))}, "voucher_ends_at"),
        ({"voucher": VoucherDraft(gives="Tea", amount=500, valid_days=1)}, "voucher_amount"),
        ({"per_person": 0}, "per_person"),
        ({"vouchers_each": 21}, "vouchers_each"),
        ({"terms": "\x00"}, "terms"),
    ],
)
async def test_what_cannot_be_a_deal_is_refused_by_field(database: Database, changes: dict[str, object], field: str) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        with pytest.raises(DealUnreadable) as refusal:
            await create_deal(db, shop.merchant_id, shop.owner_id, draft(**changes))
        assert field in refusal.value.facts


async def test_a_published_deal_stands(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        deal_id = await create_deal(db, shop.merchant_id, shop.owner_id, draft())
        await change_deal(db, shop.merchant_id, deal_id, shop.owner_id, draft(price=4900))
        await publish(db, shop.merchant_id, deal_id, shop.owner_id)
        with pytest.raises(Refusal, match="deal_frozen"):
            await change_deal(db, shop.merchant_id, deal_id, shop.owner_id, draft(price=3900))
        found = await deal_of(db, shop.merchant_id, deal_id)
        assert found is not None
        assert found.price == 4900


async def test_a_voucher_with_limits_of_its_own_is_not_sold(database: Database) -> None:
    async with database.write() as db:
        shop = await world.shop(db)
        limited = await world.template(db, shop, per_person=1)
        over = await world.template(db, shop, ends_at=clock.now() + timedelta(days=7))
        for template_id, name in ((limited, "template_limited"), (over, "template_over")):
            deal_id = await create_deal(db, shop.merchant_id, shop.owner_id, draft(voucher=None, template_id=template_id))
            with pytest.raises(Refusal, match=name):
                await publish(db, shop.merchant_id, deal_id, shop.owner_id)


async def test_each_use_costs_at_least_the_smallest_coin(database: Database) -> None:
    """Else somebody could have all of her money back for the one use that carries it, and keep the others."""
    async with database.write() as db:
        shop = await world.shop(db)
        ten = VoucherDraft(gives="A coffee", valid_days=30, uses=10)
        for changes in ({"price": 19}, {"price": 40, "group_price": 19, "group_size": 2, "group_hours": 24}):
            deal_id = await create_deal(db, shop.merchant_id, shop.owner_id, draft(vouchers_each=2, voucher=ten, **changes))
            with pytest.raises(Refusal, match="price_too_small"):
                await publish(db, shop.merchant_id, deal_id, shop.owner_id)
        deal_id = await create_deal(db, shop.merchant_id, shop.owner_id, draft(price=20, vouchers_each=2, voucher=ten))
        await publish(db, shop.merchant_id, deal_id, shop.owner_id)
