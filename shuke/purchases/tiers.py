"""Tiers follow purchases: a member rises with the purchase that reaches a tier, and may go down when the tier's time is over."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.cards import TierStanding, held, raised, renewed, set_tiers
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.kit.jobs import every_minute
from shuke.purchases.types import PurchaseRecorded, PurchaseReversed

MOST = 200  # members looked at in one batch


class Due(msgspec.Struct, frozen=True):
    """A member whose tier's time is over."""

    merchant_id: UUID
    person_id: UUID


async def standings(db: Db, members: Sequence[Due], counting: UUID | None = None) -> list[TierStanding]:
    """Where members stand by what they paid, or the days they came, within the programme's last `tier_days`.

    Purchases that were taken back don't count, except `counting`.
    """
    return await db.all(
        TierStanding,
        """
        select m.merchant_id, m.person_id, m.tier::int as tier, m.tier_until,
          (select coalesce(max(t.position), 0) from cards.tiers t where t.merchant_id = m.merchant_id and t.threshold <= w.amount)::int
            as reached,
          p.downgrade, p.zone, p.tier_days
        from unnest(:merchants::uuid[], :people::uuid[]) as c(merchant_id, person_id)
        join cards.memberships m on m.merchant_id = c.merchant_id and m.person_id = c.person_id
        join cards.programmes p on p.merchant_id = m.merchant_id
        cross join lateral (
          select case p.tier_basis when 'spend' then coalesce(sum(x.total - x.discount), 0)
            else count(distinct (x.at at time zone p.zone)::date) end as amount
          from purchases.purchases x
          where x.merchant_id = m.merchant_id and x.person_id = m.person_id and x.at > :now::timestamptz - make_interval(days => p.tier_days)
            and (x.purchase_id = :counting or not exists (
              select from purchases.reversals r where r.merchant_id = x.merchant_id and r.purchase_id = x.purchase_id))) w
        """,
        merchants=[member.merchant_id for member in members],
        people=[member.person_id for member in members],
        now=clock.now(),
        counting=counting,
    )


@on(PurchaseRecorded)
async def rise(db: Db, event: PurchaseRecorded) -> None:
    """The tier that this purchase has reached holds from the next purchase on."""
    if event.person_id is not None:
        found = await standings(db, [Due(event.merchant_id, event.person_id)])
        await set_tiers(db, [change for change in map(raised, found) if change])


@on(PurchaseReversed)
async def fall(db: Db, event: PurchaseReversed) -> None:
    """A tier that was reached by a purchase taken back goes with it, whatever the rule for going down."""
    if event.person_id is None:
        return
    member = [Due(event.merchant_id, event.person_id)]
    [with_it], [without] = await standings(db, member, event.purchase_id), await standings(db, member)
    if with_it.reached >= without.tier > without.reached:
        await set_tiers(db, [held(without, without.reached)])


@every_minute
async def renew(db: Db) -> int:
    """Renew or lower the tiers whose time is over; how many."""
    due = await db.all(
        Due,
        """
        select merchant_id, person_id from cards.memberships where tier_until <= :now
        order by merchant_id, person_id limit :most for no key update skip locked
        """,
        now=clock.now(),
        most=MOST,
    )
    if due:
        await set_tiers(db, [renewed(standing) for standing in await standings(db, due)])
    return len(due)
