"""Paying out: after a statement closed, or an account was written, for merchants; once a night for agents and operators."""

from datetime import date
from uuid import UUID, uuid4

import msgspec

from shuke.agreements import parties
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.jobs import every_minute
from shuke.ledger import Account, Move, move
from shuke.payouts.types import PayoutMade
from shuke.settlement import balance_of, pay_out

NIGHT = 3  # UTC hour from which agents and operators are paid


class Payee(msgspec.Struct, frozen=True):
    """A merchant with an account, and its last closed day."""

    account_holder: str
    account: str
    day: date
    currency: str
    closing: int
    minimum: int


class Part(msgspec.Struct, frozen=True):
    """What a party has to get out of one merchant's books."""

    merchant_id: UUID
    currency: str
    day: date
    amount: int
    minimum: int


async def pay_merchant(db: Db, merchant_id: UUID) -> int:
    """Pay out what the last statement left, once, as far as it is still owed; how much. 0 where there is no account or too little."""
    payee = await db.one(
        Payee,
        """
        select a.account_holder, a.account, s.day, s.currency, s.closing, coalesce(m.minimum, 1) as minimum
        from payouts.accounts a
        cross join lateral (
          select day, currency, closing from settlement.statements where merchant_id = a.merchant_id order by day desc limit 1) s
        left join payouts.minimums m on m.currency = s.currency
        where a.merchant_id = :merchant and a.refused_at is null for share of a
        """,
        merchant=merchant_id,
    )
    if payee is None:
        return 0
    amount = min(payee.closing, await balance_of(db, merchant_id))
    if amount < payee.minimum:
        return 0
    payout_id = await db.value(
        UUID,
        """
        insert into payouts.payouts (merchant_id, bundle_id, day, currency, amount, account_holder, account, at)
        values (:merchant, uuidv7(), :day, :currency, :amount, :holder, :account, :now) on conflict do nothing returning payout_id
        """,
        merchant=merchant_id,
        day=payee.day,
        currency=payee.currency,
        amount=amount,
        holder=payee.account_holder,
        account=payee.account,
        now=clock.now(),
    )
    if payout_id is None:
        return 0
    await pay_out(db, merchant_id, payout_id, amount)
    await record(db, PayoutMade(merchant_id, payout_id, payee.day, amount))
    return amount


@every_minute
async def pay_nightly(db: Db) -> int:
    """Pay agents and operators, once a night; 0 when that is done."""
    now = clock.now()
    if now.hour < NIGHT:
        return 0
    begun = await db.run(
        "insert into payouts.nights (day, at) values (:day, :now) on conflict do nothing", day=now.date(), now=now
    )
    if begun:
        for party in await parties(db):
            await pay_party(db, party.party_id)
    return 0


async def pay_party(db: Db, party_id: UUID) -> int:
    """Pay a party what it earned in closed days and was not paid yet, all merchants of a currency as one transfer; how much in all.
    What was reversed since is taken off; below the minimum, or without an account, it waits."""
    party = await db.one(
        PartyAccount,
        "select account_holder, account from agreements.parties where party_id = :party and account <> '' for no key update",
        party=party_id,
    )
    if party is None:
        return 0
    parts = await db.all(
        Part,
        """
        select e.merchant_id, e.currency, e.day, (e.amount - coalesce(p.amount, 0))::bigint as amount, coalesce(m.minimum, 1) as minimum
        from (
          select merchant_id, currency, max(day) as day, sum(amount) as amount from settlement.earnings
          where party_id = :party group by merchant_id, currency) e
        left join (
          select merchant_id, currency, sum(amount) as amount from payouts.payouts
          where party_id = :party and status <> 'returned' group by merchant_id, currency) p
          on p.merchant_id = e.merchant_id and p.currency = e.currency
        left join payouts.minimums m on m.currency = e.currency
        where e.amount <> coalesce(p.amount, 0) order by e.merchant_id
        """,
        party=party_id,
    )
    total = 0
    for currency in sorted({part.currency for part in parts}):
        mine = [part for part in parts if part.currency == currency]
        amount = sum(part.amount for part in mine)
        if amount >= mine[0].minimum:
            await _transfer(db, party_id, party, mine)
            total += amount
    return total


class PartyAccount(msgspec.Struct, frozen=True):
    """Where a party's money goes."""

    account_holder: str
    account: str


async def _transfer(db: Db, party_id: UUID, party: PartyAccount, parts: list[Part]) -> None:
    bundle_id = uuid4()
    await db.run(
        """
        insert into payouts.payouts (merchant_id, bundle_id, party_id, day, currency, amount, account_holder, account, at)
        select merchant_id, :bundle, :party, day, :currency, amount, :holder, :account, :now
        from unnest(:merchants::uuid[], :days::date[], :amounts::bigint[]) as p(merchant_id, day, amount)
        """,
        bundle=bundle_id,
        party=party_id,
        currency=parts[0].currency,
        holder=party.account_holder,
        account=party.account,
        now=clock.now(),
        merchants=[part.merchant_id for part in parts],
        days=[part.day for part in parts],
        amounts=[part.amount for part in parts],
    )
    await move_party(db, party_id, bundle_id, [(part.merchant_id, part.currency, part.amount) for part in parts], back=False)


async def move_party(db: Db, party_id: UUID, bundle_id: UUID, parts: list[tuple[UUID, str, int]], *, back: bool) -> None:
    """Book a transfer to a party in the books of each merchant, or take it back."""
    earned, paid = Account(party_id, "commission"), Account(party_id, "paid_out")
    await move(
        db,
        [
            Move(merchant_id, paid, earned, currency, abs(amount), "payout taken back", bundle_id)
            if (amount < 0) != back
            else Move(merchant_id, earned, paid, currency, abs(amount), "payout", bundle_id)
            for merchant_id, currency, amount in parts
        ],
    )
