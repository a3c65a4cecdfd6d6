"""Writes of the ledger room: earning and spending points."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.ledger.types import Earning


async def earn(db: Db, earnings: Sequence[Earning]) -> None:
    """Give points: a lot, a transfer from the merchant's issued points, and the balance, in one statement for all."""
    if not earnings:
        return
    await db.run(
        """
        with given as (
          select uuidv7() as lot_id, g.* from unnest(:merchants::uuid[], :people::uuid[], :points::bigint[], :reasons::text[],
            :references::uuid[], :pending::timestamptz[], :expires::timestamptz[])
            as g(merchant_id, person_id, points, reason, reference, pending_until, expires_at)
        ), lots as (
          insert into ledger.lots (merchant_id, lot_id, person_id, state, amount, remaining, pending_until, expires_at, reference, at)
          select merchant_id, lot_id, person_id, case when pending_until is null then 'active' else 'pending' end, points, points,
            pending_until, expires_at, reference, :now from given
        ), moved as (
          insert into ledger.transfers (merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, reason, reference, lot_id, at)
          select merchant_id, merchant_id, 'issued', person_id, case when pending_until is null then 'active' else 'pending' end,
            'points', points, reason, reference, lot_id, :now from given
        )
        insert into ledger.accounts as a (merchant_id, holder_id, kind, unit, balance)
        select merchant_id, person_id, case when pending_until is null then 'active' else 'pending' end as kind, 'points', sum(points)
        from given group by merchant_id, person_id, kind order by merchant_id, person_id, kind
        on conflict (merchant_id, holder_id, kind, unit) do update set balance = a.balance + excluded.balance
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


async def spend(db: Db, merchant_id: UUID, person_id: UUID, points: int, reason: str, reference: UUID | None = None) -> None:
    """Take active points, oldest lots first. The balance's row decides between two tills. Refusal: not_enough_points."""
    taken = await db.run(
        """
        update ledger.accounts set balance = balance - :points
        where merchant_id = :merchant and holder_id = :person and kind = 'active' and unit = 'points' and balance >= :points
        """,
        merchant=merchant_id,
        person=person_id,
        points=points,
    )
    if not taken:
        raise Refusal("not_enough_points", _("There are not enough points on this card."), points=points)
    await db.run(
        """
        with line as (
          select lot_id, remaining, sum(remaining) over (order by expires_at nulls last, lot_id) - remaining as before
          from ledger.lots where merchant_id = :merchant and person_id = :person and unit = 'points' and state = 'active'
        ), used as (
          select lot_id, least(remaining, :points - before)::bigint as taken from line where before < :points and remaining > 0
        ), lots as (
          update ledger.lots l set remaining = l.remaining - u.taken, state = case when l.remaining = u.taken then 'closed' else l.state end
          from used u where l.merchant_id = :merchant and l.lot_id = u.lot_id
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
