"""Market: shops with deals on sale, guests who order and pay over HTTP, and what has become of their orders."""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.deals import DealDraft, VoucherDraft, create_deal, publish
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.stage import ground
from shuke.stage.crew import Call
from shuke.stage.ground import Guest, Shop
from shuke.stage.stage import Stage

PRICE = 1999
SECONDS = 60.0


class Market(msgspec.Struct, frozen=True):
    """A shop, its owner in a session, and a deal on sale for 19.99."""

    shop: Shop
    owner: Guest
    deal_id: UUID

    @property
    def merchant_id(self) -> UUID:
        """The shop's."""
        return self.shop.merchant_id

    def order(self, guest: Guest, key: str, quantity: int = 1) -> Call:
        """An order of the deal."""
        body = {"merchant_id": str(self.merchant_id), "deal_id": str(self.deal_id), "quantity": quantity}
        return Call("POST", "/api/v1/orders", guest.token, body, key)

    def buys(self, guest: Guest, key: str) -> tuple[Call, ...]:
        """An order, an attempt to pay it, and the payment."""
        return self.order(guest, key), *pays(guest, key)


class Bought(msgspec.Struct, frozen=True):
    """A voucher that was sold."""

    voucher_id: UUID
    code: str
    order_id: UUID
    person_id: UUID


def pays(guest: Guest, key: str) -> tuple[Call, Call]:
    """An attempt to pay the order that the last call brought, and the payment at the test bank."""
    attempt = "/api/v1/orders/{merchant_id}/{order_id}/payments"
    return Call("POST", attempt, guest.token, {"provider": "bank"}, f"{key} attempt"), at_bank(guest)


def at_bank(guest: Guest, act: str = "pay", payment: str = "{merchant_id}/{payment_id}") -> Call:
    """A button of the test bank, for the payment that the last call brought or a given one."""
    return Call("POST", f"/api/v1/bank/payments/{payment}", guest.token, {"act": act})


async def market(db: Db, name: str, *, uses: int = 1, **deal: object) -> Market:
    """A new one; `deal` are fields of its draft."""
    shop = await ground.shop(db, name)
    owner = await ground.sign_in_again(db, Guest(shop.owner_id, ""))
    given: dict[str, object] = {
        "title": name,
        "price": PRICE,
        "ends_at": clock.now() + timedelta(days=7),
        "voucher": VoucherDraft(gives="Lunch", valid_days=30, uses=uses),
    }
    deal_id = await create_deal(db, shop.merchant_id, shop.owner_id, msgspec.convert(given | deal, DealDraft))
    await publish(db, shop.merchant_id, deal_id, shop.owner_id)
    return Market(shop, owner, deal_id)


async def done(at: Stage) -> None:
    """Wait until every event is delivered, and neither a notice of the bank nor a refund to a bank that answers is on its way."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        await at.quiet()
        async with at.database() as database, database.read() as db:
            left = await db.value(
                int,
                """
                select 1 where exists (select from kit.events) or exists (select from payments.refunds r
                  where r.status in ('requested', 'pending') and not r.unknown)
                  or exists (select from testbank.notices where due_at < now() + interval '45 seconds')
                """,
            )
        if not left:
            return
        await asyncio.sleep(0.2)
    at.claim(False, f"refunds or notices are still on their way after {SECONDS:.0f} s")


async def outcomes(at: Stage, where: Market) -> Counter[str]:
    """How many of a market's orders have come to what."""
    async with at.database() as database, database.read() as db:
        return Counter(
            await db.values(str, "select status from checkout.orders where merchant_id = :merchant", merchant=where.merchant_id)
        )


async def bought(at: Stage, where: Market) -> list[Bought]:
    """The market's sold vouchers."""
    async with at.database() as database, database.read() as db:
        return await db.all(
            Bought,
            """
            select s.voucher_id, v.code, s.order_id, s.person_id from checkout.sold s
            join vouchers.vouchers v on v.merchant_id = s.merchant_id and v.voucher_id = s.voucher_id
            where s.merchant_id = :merchant order by s.voucher_id
            """,
            merchant=where.merchant_id,
        )


async def kept(at: Stage, where: Market) -> int:
    """What the market's guests have paid and did not get back, minor units."""
    async with at.database() as database, database.read() as db:
        found = await db.value(
            int,
            "select coalesce(sum(captured - refunded), 0)::bigint from payments.payments where merchant_id = :merchant",
            merchant=where.merchant_id,
        )
    return found or 0
