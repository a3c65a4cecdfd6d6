"""Writes of the ledger room: earning and spending points.

Who changes a lot holds the row of its holder's active account, so two tills, a sweep and a reversal never take the same points.
"""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import _
from shuke.kit.refusals import Refusal
from shuke.ledger.types import Earning


async def earn(db: Db, earnings: Sequence[Earning]) -> None:
    """Give points: the balance, a lot and a transfer from the merchant's issued points, in one statement for all.

    What a member owes since a refund is paid from her new points first: that part of the lot is used up at once.
    """
    if not earnings:
        return
    await db.run(
        """
        with given as (
          select uuidv7() as lot_id, case when pending_until is null then 'active' else 'pending' end as kind, g.*
          from unnest(:merchants::uuid[], :people::uuid[], :points::bigint[], :reasons::text[],
            :references::uuid[], :pending::timestamptz[], :expires::timestamptz[]) with ordinality
            as g(merchant_id, person_id, points, reason, reference, pending_until, expires_at, number)
        ), accounts as (
          insert into ledger.accounts as a (merchant_id, holder_id, kind, unit, balance)
          select merchant_id, person_id, kind, 'points', sum(points)::bigint
          from given group by merchant_id, person_id, kind order by merchant_id, person_id, kind
          on conflict (merchant_id, holder_id, kind, unit) do update set balance = a.balance + excluded.balance
          returning new.merchant_id, new.holder_id, new.kind, coalesce(old.balance, 0) as before
        ), owing as (
          select g.*, least(g.points, greatest(0, -a.before - (sum(g.points) over (
              partition by g.merchant_id, g.person_id, g.kind order by g.number) - g.points)))::bigint as owed
          from given g join accounts a on a.merchant_id = g.merchant_id and a.holder_id = g.person_id and a.kind = g.kind
        ), lots as (
          insert into ledger.lots (merchant_id, lot_id, person_id, state, amount, remaining, pending_until, expires_at, reference, at)
          select merchant_id, lot_id, person_id, case when owed = points then 'closed' else kind end, points, points - owed,
            pending_until, expires_at, reference, :now from owing
        )
        insert into ledger.transfers (merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, reason, reference, lot_id, at)
        select merchant_id, merchant_id, 'issued', person_id, kind, 'points', points, reason, reference, lot_id, :now from owing
        """,
        merchants=[earning.merchant_id for earning in earnings],
        people=[earning.person_id for earning in earnings],
        points=[earning.points for earning in earnings],
        reasons=[earning.reason for earning in earnings],
        references=[earning.reference for earning in earnings],
        pending=[earning.pending_until for earning in earnings],
        expires=[earning.expires_at for earning in earnings],
        now=clock.now(),
    )


async def hold(db: Db, merchant_id: UUID, person_id: UUID) -> None:
    """Lock a member's account until the transaction ends; the statement after this one sees her lots as they are."""
    await db.run(
        """
        insert into ledger.accounts as a (merchant_id, holder_id, kind, unit) values (:merchant, :person, 'active', 'points')
        on conflict (merchant_id, holder_id, kind, unit) do update set balance = a.balance
        """,
        merchant=merchant_id,
        person=person_id,
    )


async def spend(db: Db, merchant_id: UUID, person_id: UUID, points: int, reason: str, reference: UUID | None = None) -> None:
    """Take active points that have not expired, the soonest to expire first. Refusal: not_enough_points."""
    await hold(db, merchant_id, person_id)
    taken = await db.run(
        """
        with live as (
          select lot_id, remaining, sum(remaining) over () as total,
            sum(remaining) over (order by expires_at nulls last, lot_id) - remaining as before
          from ledger.lots where merchant_id = :merchant and person_id = :person and unit = 'points' and state = 'active'
            and (expires_at is null or expires_at > :now)
        ), used as (
          select lot_id, least(remaining, :points - before)::bigint as taken from live where total >= :points and before < :points
        ), lots as (
          update ledger.lots l set remaining = l.remaining - u.taken, state = case when l.remaining = u.taken then 'closed' else l.state end
          from used u where l.merchant_id = :merchant and l.lot_id = u.lot_id
        ), account as (
          update ledger.accounts set balance = balance - :points
          where merchant_id = :merchant and holder_id = :person and kind = 'active' and unit = 'points' and exists (select from used)
        )
        insert into ledger.transfers (merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, reason, reference, lot_id, at)
        select :merchant, :person, 'active', :merchant, 'spent', 'points', taken, :reason, :reference, lot_id, :now from used
        """,
        merchant=merchant_id,
        person=person_id,
        points=points,
        reason=reason,
        reference=reference,
        now=clock.now(),
    )
    if not taken:
        raise Refusal("not_enough_points", _("There are not enough points on this card."), points=points)
