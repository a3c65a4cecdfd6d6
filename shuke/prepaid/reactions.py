"""Points for uses of sold vouchers, by the programme's rule; refunds take them back by the use's id."""

from collections.abc import Sequence

import msgspec

from shuke.cards import Noted, after, earners, lifetime, note_purchases, points_for, take_back_visit
from shuke.kit import clock
from shuke.kit.batch import rounds
from shuke.kit.db import Db
from shuke.kit.events import on, on_many
from shuke.ledger import Earning, RefundPolicy, earn, reverse
from shuke.settlement import UseShared
from shuke.vouchers import VoucherReturned, undone_of


class Earned(msgspec.Struct, frozen=True):
    """What a use brought, and how the programme takes it back."""

    refund_policy: RefundPolicy
    paid: int
    points: int


@on_many(UseShared)
async def earn_for_use(db: Db, events: Sequence[UseShared]) -> None:
    """Members' uses that were not undone meanwhile: within the day's cap, pending as long as the programme says."""
    undone = await undone_of(db, [(event.merchant_id, event.redemption_id) for event in events])
    kept = [event for event in events if event.redemption_id not in undone]
    for some in rounds(kept, lambda event: (event.merchant_id, event.person_id)):
        await _earn(db, some)


async def _earn(db: Db, events: Sequence[UseShared]) -> None:
    """One use of each member."""
    found = await earners(db, [(event.merchant_id, event.person_id) for event in events])
    of_members = {(earner.merchant_id, earner.person_id): earner for earner in found}
    noted: list[Noted] = []
    given: list[Earning] = []
    for event in events:
        earner = of_members.get((event.merchant_id, event.person_id))
        if earner is None:
            continue
        day = clock.day_of(event.at, earner.zone)
        points = points_for(earner, day, event.amount, 0)
        if not points:
            continue
        first, now = earner.earned_on != day, after(earner, day, points)
        noted.append(Noted(event.merchant_id, event.person_id, event.amount, day, first, now.earned_today))
        pending, expires = lifetime(earner, day)
        given.append(Earning(event.merchant_id, event.person_id, points, "deal used", event.redemption_id, pending, expires))
    await note_purchases(db, noted)
    await earn(db, given)


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
