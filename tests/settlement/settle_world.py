"""What tests of settlement begin with: sold vouchers that are used at a till, and time that passes."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from shuke.agreements import AgreementDraft, PartyDraft, TermsDraft, agree, create_party, set_terms
from shuke.checkout import sold_of
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.ledger import Account, held_money
from shuke.ledger.money import MoneyKind
from shuke.settlement import invariants
from shuke.settlement.close import close_days
from shuke.settlement.settle import settle
from shuke.vouchers import RedeemCall, Redemption, redeem
from tests import world
from tests.checkout.sale_world import Sale, ordered, paid, sale
from tests.world import Signed


class Market(msgspec.Struct, frozen=True):
    """A deal on sale, its shop's staff, and a buyer."""

    sale: Sale
    cashier: Signed
    owner: Signed
    guest: Signed

    @property
    def merchant_id(self) -> UUID:
        """The shop."""
        return self.sale.shop.merchant_id

    @property
    def api(self) -> str:
        """Where its API is."""
        return f"/api/v1/merchants/{self.merchant_id}"


async def market(database: Database, **deal: object) -> Market:
    """Made through the actions."""
    async with database.write() as db:
        made = await sale(db, **deal)
        return Market(
            made, await world.staff(db, made.shop), await world.session_of(db, made.shop.owner_id), await world.signed_in(db)
        )


async def bought(database: Database, at: Market, quantity: int = 1) -> list[UUID]:
    """Vouchers that the guest paid for."""
    async with database.write() as db:
        order = await ordered(db, at.sale, at.guest.person_id, quantity)
    done = await paid(database, order)
    assert done.status == "fulfilled"
    async with database.read() as db:
        return [sold.voucher_id for sold in await sold_of(db, at.merchant_id, done.order_id)]


async def used(database: Database, at: Market, voucher_id: UUID) -> Redemption:
    """A use at the till, with what follows from it."""
    async with database.write() as db:
        code = await db.value(
            str,
            "select code from vouchers.vouchers where merchant_id = :m and voucher_id = :v",
            m=at.merchant_id,
            v=voucher_id,
        )
        shop = at.sale.shop
        call = RedeemCall(shop.merchant_id, shop.store_id, at.cashier.person_id, code or "", uuid4().hex, 10000)
        [outcome] = await redeem(db, [call])
    assert isinstance(outcome, Redemption), outcome
    await drain(database)
    return outcome


async def run(database: Database, moment: datetime) -> tuple[int, int]:
    """Settle and close what is due at a moment, with what follows; how many uses and days."""
    with clock.at(moment):
        async with database.write() as db:
            uses = await settle(db)
        async with database.write() as db:
            days = await close_days(db)
        await drain(database)
    return uses, days


async def money(database: Database, at: Market, kind: MoneyKind, holder_id: UUID | None = None) -> int:
    """A balance in the shop's books."""
    async with database.read() as db:
        return await held_money(db, at.merchant_id, Account(holder_id or at.merchant_id, kind), "EUR")


async def sound(database: Database) -> None:
    """All books agree."""
    async with database.read() as db:
        assert await invariants(db) == []


def soon(minutes: int = 61) -> datetime:
    """When the hour for undoing is over."""
    return clock.now() + timedelta(minutes=minutes)


async def agents(db: Db, at: Market) -> tuple[UUID, UUID]:
    """5 % for the platform, 1 % for an agent, 2.5 % for an operator, from now on."""
    by = at.sale.shop.owner_id
    await set_terms(db, by, at.merchant_id, TermsDraft(500, 200))
    agent = await create_party(db, by, PartyDraft("Agnes Agents", account_holder="Agnes", account="FI2112345600000785"))
    operator = await create_party(db, by, PartyDraft("Opera Oy"))
    await agree(db, by, AgreementDraft(at.merchant_id, agent.party_id, "agent", 100))
    await agree(db, by, AgreementDraft(at.merchant_id, operator.party_id, "operator", 250))
    return agent.party_id, operator.party_id
