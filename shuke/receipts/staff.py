"""Letters to those of a merchant's staff who look after its money: at most one a day of each kind."""

from datetime import UTC
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.letterbox import Words
from shuke.merchants import RIGHTS
from shuke.payouts import PayoutMade, PayoutReturned
from shuke.receipts.posting import write
from shuke.shell.filters import date, money


class Day(msgspec.Struct, frozen=True):
    """A closed day whose balance is paid out."""

    shop: str
    closing: int
    currency: str


async def payout_letter(db: Db, event: PayoutMade) -> None:
    """A day's statement, and what is paid out by it."""
    day = await _day(db, event)

    def words() -> Words:
        assert day is not None, "a payout is of a closed day"
        facts = {
            "shop": day.shop,
            "day": date(event.day, UTC, "long"),
            "closing": money(Money(day.closing, day.currency)),
            "amount": money(Money(event.amount, day.currency)),
        }
        lines = [
            _("%(amount)s are being transferred to the account of %(shop)s.") % facts,
            _("The statement of %(day)s closed with %(closing)s.") % facts,
        ]
        page = f"/console/{event.merchant_id}/statements/{event.day.isoformat()}"
        return Words(_("Statement of %(shop)s, %(day)s") % facts, lines, page)

    for person_id in await _keepers(db, event.merchant_id):
        await write(db, person_id, f"payout {event.merchant_id} {clock.now().date().isoformat()}", words)


async def returned_letter(db: Db, event: PayoutReturned) -> None:
    """The bank sent a payout back: the account has to be written anew."""
    day = await _day(db, event)

    def words() -> Words:
        assert day is not None, "a payout is of a closed day"
        facts = {"shop": day.shop, "amount": money(Money(event.amount, day.currency))}
        waits = _("Nothing is paid out until the account is written again: check whose it is and its number.")
        lines = [
            _("The bank sent back a payout of %(amount)s to %(shop)s. It is owed to you as before.") % facts,
            waits if event.waits else _("It is paid to the account that you wrote since."),
        ]
        page = f"/console/{event.merchant_id}/payouts"
        return Words(_("A payout to %(shop)s came back: %(amount)s") % facts, lines, page)

    for person_id in await _keepers(db, event.merchant_id):
        await write(db, person_id, f"payout back {event.merchant_id} {clock.now().date().isoformat()}", words)


async def _day(db: Db, event: PayoutMade | PayoutReturned) -> Day | None:
    return await db.one(
        Day,
        """
        select m.name as shop, s.closing, s.currency
        from settlement.statements s join merchants.merchants m on m.merchant_id = s.merchant_id
        where s.merchant_id = :merchant and s.day = :day
        """,
        merchant=event.merchant_id,
        day=event.day,
    )


async def _keepers(db: Db, merchant_id: UUID) -> list[UUID]:
    """Who has the right to its money."""
    return await db.values(
        UUID,
        """
        select person_id from merchants.staff
        where merchant_id = :merchant and ended_at is null and role = any(:roles) order by person_id
        """,
        merchant=merchant_id,
        roles=[role for role, rights in RIGHTS.items() if "money" in rights],
    )
