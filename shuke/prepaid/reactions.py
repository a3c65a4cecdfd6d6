"""Points for uses of sold vouchers, by the programme's rule; refunds take them back by the use's id."""

import msgspec

from shuke.cards import Noted, after, earners, lifetime, note_purchases, points_for, take_back_visit
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.ledger import Earning, RefundPolicy, earn, reverse
from shuke.settlement import UseShared
from shuke.vouchers import VoucherReturned


class Earned(msgspec.Struct, frozen=True):
    """What a use brought, and how the programme takes it back."""

    refund_policy: RefundPolicy
    paid: int
    points: int


@on(UseShared)
async def earn_for_use(db: Db, event: UseShared) -> None:
    """A member's use that was not undone meanwhile: within the day's cap, pending as long as the programme says."""
    undone = await db.value(
        int,
        "select 1 from vouchers.undos where merchant_id = :merchant and redemption_id = :use",
        merchant=event.merchant_id,
        use=event.redemption_id,
    )
    found = [] if undone else await earners(db, [(event.merchant_id, event.person_id)])
    for earner in found:
        day = clock.day_of(event.at, earner.zone)
        points = points_for(earner, day, event.amount, 0)
        if not points:
            continue
        first, now = earner.earned_on != day, after(earner, day, points)
        noted = Noted(event.merchant_id, event.person_id, event.amount, day, first, now.earned_today)
        await note_purchases(db, [noted])
        pending, expires = lifetime(earner, day)
        given = Earning(event.merchant_id, event.person_id, points, "deal used", event.redemption_id, pending, expires)
        await earn(db, [given])


@on(VoucherReturned)
async def unearn_use(db: Db, event: VoucherReturned) -> None:
    """What an undone use had earned goes by the programme's policy."""
    earned = await db.one(
        Earned,
        """
        select p.refund_policy, u.amount as paid, (
          select coalesce(sum(amount), 0)::bigint from ledger.lots
          where merchant_id = :merchant and person_id = :person and reference = :use) as points
        from cards.programmes p join checkout.uses u on u.merchant_id = p.merchant_id and u.redemption_id = :use
        where p.merchant_id = :merchant
        """,
        merchant=event.merchant_id,
        person=event.person_id,
        use=event.redemption_id,
    )
    if earned is not None and earned.points:
        await take_back_visit(db, event.merchant_id, event.person_id, earned.paid, earned.points, whole=False)
        await reverse(db, event.merchant_id, event.person_id, event.redemption_id, earned.refund_policy)
