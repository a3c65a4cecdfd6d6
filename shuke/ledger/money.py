"""Money: movements between accounts in a currency, on the same rows as points; what a guest has stored never falls below zero.

An account is a holder and a kind. Kinds of a merchant: received (captured, without destination yet), held (sold, not used),
refunding (on its way back), reclaim (paid back after it was settled, until settlement has reversed it), payable, paid_out,
bonus_given, bonus_used, bonus_lapsed. Of a provider: clearing (below zero: it keeps money for us). Of the platform, an agent,
an operator: commission, paid_out. Of a guest: stored and bonus, the two with a cached balance.
"""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import _
from shuke.kit.refusals import Refusal

MoneyKind = Literal[
    "clearing",
    "received",
    "held",
    "refunding",
    "reclaim",
    "payable",
    "paid_out",
    "commission",
    "stored",
    "bonus",
    "bonus_given",
    "bonus_used",
    "bonus_lapsed",
]

PLATFORM = UUID("00000000-0000-8000-8000-000000000001")
PROVIDERS: dict[str, UUID] = {
    "bank": UUID("00000000-0000-8000-8000-000000000010"),
    "wechat": UUID("00000000-0000-8000-8000-000000000011"),
    "alipay": UUID("00000000-0000-8000-8000-000000000012"),
    "stripe": UUID("00000000-0000-8000-8000-000000000013"),
}


class Account(msgspec.Struct, frozen=True):
    """Whose money, and as what."""

    holder_id: UUID
    kind: MoneyKind


class Move(msgspec.Struct, frozen=True):
    """`amount` (minor units, above zero) of the currency `unit` from `source` to `target`; `reference` is what caused it."""

    merchant_id: UUID
    source: Account
    target: Account
    unit: str
    amount: int
    reason: str
    reference: UUID | None


class Take(msgspec.Struct, frozen=True):
    """A guest pays from her card: all of `amount`, or with `partial` as much as is there."""

    merchant_id: UUID
    person_id: UUID
    unit: str
    amount: int
    partial: bool
    reason: str
    reference: UUID


class Taken(msgspec.Struct, frozen=True):
    """What was taken, money before bonus; both 0 when there was not enough."""

    stored: int
    bonus: int


class _Took(msgspec.Struct, frozen=True):
    merchant_id: UUID
    person_id: UUID
    unit: str
    stored: int
    bonus: int


async def move(db: Db, moves: Sequence[Move]) -> None:
    """Move money, all of it in one statement, inside the caller's transaction. Refusal: not_enough_money."""
    if not moves:
        return
    short = await db.value(
        int,
        """
        with moved as (
          select * from unnest(:merchants::uuid[], :sources::uuid[], :source_kinds::text[], :targets::uuid[], :target_kinds::text[],
            :units::text[], :amounts::bigint[], :reasons::text[], :references::uuid[])
            as m(merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, reason, reference)
        ), changes as (
          select merchant_id, holder_id, kind, unit, sum(amount)::bigint as amount from (
            select merchant_id, to_holder as holder_id, to_kind as kind, unit, amount from moved
            union all
            select merchant_id, from_holder, from_kind, unit, -amount from moved) as sides
          where kind in ('stored', 'bonus') group by merchant_id, holder_id, kind, unit order by merchant_id, holder_id, kind, unit
        ), added as (
          insert into ledger.accounts as a (merchant_id, holder_id, kind, unit, balance)
          select merchant_id, holder_id, kind, unit, amount from changes where amount >= 0
          on conflict (merchant_id, holder_id, kind, unit) do update set balance = a.balance + excluded.balance
        ), taken as (
          update ledger.accounts a set balance = a.balance + c.amount from changes c
          where c.amount < 0 and a.merchant_id = c.merchant_id and a.holder_id = c.holder_id and a.kind = c.kind and a.unit = c.unit
            and a.balance + c.amount >= 0
          returning 1
        ), entries as (
          insert into ledger.transfers (merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, reason, reference, at)
          select merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, reason, reference, :now from moved
        )
        select ((select count(*) from changes where amount < 0) - (select count(*) from taken))::int
        """,
        merchants=[one.merchant_id for one in moves],
        sources=[one.source.holder_id for one in moves],
        source_kinds=[one.source.kind for one in moves],
        targets=[one.target.holder_id for one in moves],
        target_kinds=[one.target.kind for one in moves],
        units=[one.unit for one in moves],
        amounts=[one.amount for one in moves],
        reasons=[one.reason for one in moves],
        references=[one.reference for one in moves],
        now=clock.now(),
    )
    if short:
        raise Refusal("not_enough_money", _("There is not enough money on this card."))


async def take_stored(db: Db, takes: Sequence[Take]) -> list[Taken]:
    """Pay from cards: guest's stored -> merchant's payable, then bonus -> bonus_used; one take a guest and currency in a call.

    Locks the guests' accounts, so tills at once take one after another. Inside the caller's transaction.
    """
    await db.run(
        """
        select from ledger.accounts a
        join unnest(:merchants::uuid[], :people::uuid[], :units::text[]) as c(merchant_id, holder_id, unit) using (merchant_id, holder_id, unit)
        where a.kind in ('stored', 'bonus') order by a.merchant_id, a.holder_id, a.kind for no key update of a
        """,
        merchants=[take.merchant_id for take in takes],
        people=[take.person_id for take in takes],
        units=[take.unit for take in takes],
    )
    took = await db.all(
        _Took,
        """
        with call as (
          select c.*, coalesce(s.balance, 0) as has, coalesce(b.balance, 0) as bonus_has
          from unnest(:merchants::uuid[], :people::uuid[], :units::text[], :amounts::bigint[], :partials::boolean[], :reasons::text[],
            :references::uuid[]) as c(merchant_id, person_id, unit, amount, partial, reason, reference)
          left join ledger.accounts s on s.merchant_id = c.merchant_id and s.holder_id = c.person_id and s.kind = 'stored' and s.unit = c.unit
          left join ledger.accounts b on b.merchant_id = c.merchant_id and b.holder_id = c.person_id and b.kind = 'bonus' and b.unit = c.unit
        ), split as (
          select *, least(has, amount) as stored, least(bonus_has, amount - least(has, amount)) as bonus from call
          where partial or has + bonus_has >= amount
        ), parts as (
          select merchant_id, person_id, unit, 'stored' as kind, 'payable' as to_kind, stored as amount, reason, reference from split where stored > 0
          union all
          select merchant_id, person_id, unit, 'bonus', 'bonus_used', bonus, reason, reference from split where bonus > 0
        ), accounts as (
          update ledger.accounts a set balance = a.balance - p.amount from parts p
          where a.merchant_id = p.merchant_id and a.holder_id = p.person_id and a.kind = p.kind and a.unit = p.unit
        ), entries as (
          insert into ledger.transfers (merchant_id, from_holder, from_kind, to_holder, to_kind, unit, amount, reason, reference, at)
          select merchant_id, person_id, kind, merchant_id, to_kind, unit, amount, reason, reference, :now from parts
        )
        select merchant_id, person_id, unit, stored, bonus from split
        """,
        merchants=[take.merchant_id for take in takes],
        people=[take.person_id for take in takes],
        units=[take.unit for take in takes],
        amounts=[take.amount for take in takes],
        partials=[take.partial for take in takes],
        reasons=[take.reason for take in takes],
        references=[take.reference for take in takes],
        now=clock.now(),
    )
    by_guest = {(one.merchant_id, one.person_id, one.unit): Taken(one.stored, one.bonus) for one in took}
    return [by_guest.get((take.merchant_id, take.person_id, take.unit), Taken(0, 0)) for take in takes]


async def held_money(db: Db, merchant_id: UUID, account: Account, unit: str) -> int:
    """The balance of an account in the books of a merchant, minor units: the sum of its movements."""
    found = await db.value(
        int,
        """
        select ((select coalesce(sum(amount), 0) from ledger.transfers
            where merchant_id = :merchant and unit = :unit and to_kind = :kind and to_holder = :holder and unit <> 'points')
          - (select coalesce(sum(amount), 0) from ledger.transfers
            where merchant_id = :merchant and unit = :unit and from_kind = :kind and from_holder = :holder and unit <> 'points'))::bigint
        """,
        merchant=merchant_id,
        holder=account.holder_id,
        kind=account.kind,
        unit=unit,
    )
    return found or 0


class Stored(msgspec.Struct, frozen=True):
    """What a guest has on her card, minor units: her own money, and the bonus apart."""

    stored: int
    bonus: int


async def stored_of(db: Db, merchant_id: UUID, person_id: UUID, unit: str) -> Stored:
    """A guest's money at a merchant."""
    found = await db.one(
        Stored,
        """
        select coalesce(sum(balance) filter (where kind = 'stored'), 0)::bigint as stored,
          coalesce(sum(balance) filter (where kind = 'bonus'), 0)::bigint as bonus
        from ledger.accounts where merchant_id = :merchant and holder_id = :person and unit = :unit and kind in ('stored', 'bonus')
        """,
        merchant=merchant_id,
        person=person_id,
        unit=unit,
    )
    return found or Stored(0, 0)
