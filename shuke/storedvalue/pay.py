"""Paying at the till: the guest's code decides who, the ledger's locked balance how much; own money first, then bonus."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.kit import clock, ids
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.i18n import _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.ledger import Take, Taken, stored_of, take_stored
from shuke.storedvalue.codes import Shown, is_guess, note_guess, read_proof, stale, step_proven
from shuke.storedvalue.queries import payments_by_key
from shuke.storedvalue.types import PayCall, StoredPayment

Outcome = StoredPayment | Refusal


class Payer(Batcher[PayCall, StoredPayment]):
    """The one place where this process's payments from cards meet and go to the database together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, pay)


class Bearer(msgspec.Struct, frozen=True):
    """Whose card it is."""

    merchant_id: UUID
    person_id: UUID
    number: str
    secret: bytes


class Proven(msgspec.Struct, frozen=True):
    """A call whose guest is known to be there."""

    call: PayCall
    spend_id: UUID
    person_id: UUID
    step: int


class Left(msgspec.Struct, frozen=True):
    """What a purchase leaves to pay from its guest's card; `person_id` is null for a guest without a card."""

    purchase_id: UUID
    person_id: UUID | None
    store_id: UUID
    standing: bool
    left: int


async def pay(db: Db, calls: Sequence[PayCall]) -> list[Outcome]:
    """Each payment, or its refusal; the same key again gives the first result.

    Refusals: code_needed, card_code_stale, code_used, not_a_member, not_enough_money (`there`), purchase_not_open, purchase_paid,
    idempotency_key_reused.
    """
    earlier = await payments_by_key(db, calls)
    again = {i: call for i, call in enumerate(calls) if (call.merchant_id, call.key) in earlier}
    outcomes = await _answer_again(db, again, earlier) if again else {}
    proven = await _prove(db, {i: call for i, call in enumerate(calls) if i not in outcomes}, outcomes)
    while proven:
        now: dict[int, Proven] = {}
        taken: set[tuple[UUID, UUID | str]] = set()
        for i, one in proven.items():
            names = {(one.call.merchant_id, name) for name in (one.person_id, one.call.key)}
            if not names & taken:
                now[i] = one
            taken |= names
        outcomes |= await _together(db, now)
        proven = {i: one for i, one in proven.items() if i not in now}
    return [outcomes[i] for i in range(len(calls))]


async def _answer_again(
    db: Db, calls: dict[int, PayCall], earlier: dict[tuple[UUID, str], StoredPayment]
) -> dict[int, Outcome]:
    """Calls whose key was used before get the payment that it made, unless they are for another one, or of another guest."""
    bearers = await _bearers(db, calls, {i: read_proof(call.code, call.tag) for i, call in calls.items()})
    outcomes: dict[int, Outcome] = {}
    for i, call in calls.items():
        before = earlier[call.merchant_id, call.key]
        guest = bearers[i].person_id if i in bearers else before.person_id
        outcomes[i] = before if _same(call, guest, before) else _reused()
    return outcomes


def _same(call: PayCall, guest: UUID, before: StoredPayment) -> bool:
    asked = (guest, call.store_id, call.staff_id, call.amount, call.purchase_id)
    return asked == (before.person_id, before.store_id, before.staff_id, before.asked, before.purchase_id)


def _reused() -> Refusal:
    return Refusal("idempotency_key_reused", _("This key was used before for another request."))


async def _prove(db: Db, calls: dict[int, PayCall], outcomes: dict[int, Outcome]) -> dict[int, Proven]:
    """Those whose code shows that the guest is there; the others' refusals go to `outcomes`."""
    shown = {i: read_proof(call.code, call.tag) for i, call in calls.items()}
    found = await _bearers(db, calls, shown) if any(shown.values()) else {}
    proven = {}
    for i, call in calls.items():
        proof, bearer = shown[i], found.get(i)
        if proof is None:
            outcomes[i] = Unreadable("code_needed", _("To pay from a card its code is needed: ask the guest to open the card."))
            continue
        if bearer is None:
            outcomes[i] = NotFound("not_a_member", _("This guest has no card here."))
            continue
        step = step_proven(proof, bearer.secret, (call.merchant_id, call.store_id, call.staff_id), clock.now())
        if step is not None:
            proven[i] = Proven(call, ids.uuid7(), bearer.person_id, step)
            continue
        if is_guess(proof, bearer.secret, clock.now()):
            await note_guess(db, call.merchant_id, call.staff_id)
        outcomes[i] = stale().keep()
    return proven


async def _bearers(db: Db, calls: dict[int, PayCall], shown: dict[int, Shown | None]) -> dict[int, Bearer]:
    asked = [(i, calls[i].merchant_id, proof) for i, proof in shown.items() if proof is not None]
    found = await db.all(
        Bearer,
        """
        select m.merchant_id, m.person_id, m.number, m.secret
        from unnest(:merchants::uuid[], :numbers::text[], :people::uuid[]) as c(merchant_id, number, person_id)
        cross join lateral (
          select * from cards.memberships n where n.merchant_id = c.merchant_id and n.number = c.number and n.left_at is null
          union all
          select * from cards.memberships p where p.merchant_id = c.merchant_id and p.person_id = c.person_id and p.left_at is null) m
        """,
        merchants=[merchant_id for _i, merchant_id, _proof in asked],
        numbers=[proof.card.number if proof.card else None for _i, _merchant, proof in asked],
        people=[proof.person_id for _i, _merchant, proof in asked],
    )
    by_number = {(one.merchant_id, one.number): one for one in found}
    by_person = {(one.merchant_id, one.person_id): one for one in found}
    bearers = {}
    for i, merchant_id, proof in asked:
        person_id = proof.person_id or UUID(int=0)
        one = by_number.get((merchant_id, proof.card.number)) if proof.card else by_person.get((merchant_id, person_id))
        if one is not None:
            bearers[i] = one
    return bearers


async def _together(db: Db, proven: dict[int, Proven]) -> dict[int, Outcome]:
    """Different guests, different keys: their keys and codes are taken first, then their money; what gets none is let go again."""
    outcomes = await _refused_by_purchase(db, proven)
    ready = {i: one for i, one in proven.items() if i not in outcomes}
    fresh = await _claim(db, list(ready.values())) if ready else set()
    claimed = {i: one for i, one in ready.items() if one.spend_id in fresh}
    late = [one.call for i, one in ready.items() if i not in claimed]
    earlier = await payments_by_key(db, late) if late else {}
    for i, one in ready.items():
        if i not in claimed:
            before = earlier.get((one.call.merchant_id, one.call.key))
            outcomes[i] = (
                await _not_claimed(db, one)
                if before is None
                else before
                if _same(one.call, one.person_id, before)
                else _reused()
            )
    if not claimed:
        return outcomes
    taken = await take_stored(db, [_take(one) for one in claimed.values()])
    done = {one.spend_id: one for one in await _settle(db, list(claimed.values()), taken)}
    for i, one in claimed.items():
        outcomes[i] = done.get(one.spend_id) or await _too_little(db, one)
    return outcomes


async def _not_claimed(db: Db, one: Proven) -> Refusal:
    """Its code has paid before, or its store is closed or another's."""
    used = await db.value(
        int,
        "select 1 from storedvalue.spends where merchant_id = :merchant and person_id = :person and step = :step",
        merchant=one.call.merchant_id,
        person=one.person_id,
        step=one.step,
    )
    if used:
        said = _("This code has paid already. Ask the guest for the next one: it changes every half minute.")
        return Refusal("code_used", said)
    return NotFound("not_found", _("This store is closed or not one of ours."))


async def _too_little(db: Db, one: Proven) -> Refusal:
    there = await stored_of(db, one.call.merchant_id, one.person_id, one.call.currency)
    return Refusal("not_enough_money", _("There is not enough money on this card."), there=there.stored + there.bonus)


def _take(one: Proven) -> Take:
    call = one.call
    return Take(call.merchant_id, one.person_id, call.currency, call.amount, call.partial, "payment", one.spend_id)


async def _refused_by_purchase(db: Db, proven: dict[int, Proven]) -> dict[int, Outcome]:
    """Purchases are locked, so that none is paid twice or taken back meanwhile; the refusals of those that can't be paid so."""
    asked = {i: one for i, one in proven.items() if one.call.purchase_id is not None}
    if not asked:
        return {}
    merchants = [one.call.merchant_id for one in asked.values()]
    purchases = [one.call.purchase_id for one in asked.values()]
    await db.run(
        """
        select from purchases.purchases p join unnest(:merchants::uuid[], :purchases::uuid[]) as c(merchant_id, purchase_id)
          using (merchant_id, purchase_id) order by merchant_id, purchase_id for update of p
        """,
        merchants=merchants,
        purchases=purchases,
    )
    found = await db.all(
        Left,
        """
        select p.purchase_id, p.person_id, p.store_id,
          not exists (select from purchases.reversals r where r.merchant_id = p.merchant_id and r.purchase_id = p.purchase_id) as standing,
          (p.total - p.discount - (select coalesce(sum(s.stored + s.bonus), 0) from storedvalue.spends s
            where s.merchant_id = p.merchant_id and s.purchase_id = p.purchase_id))::bigint as left
        from purchases.purchases p join unnest(:merchants::uuid[], :purchases::uuid[]) as c(merchant_id, purchase_id)
          using (merchant_id, purchase_id)
        """,
        merchants=merchants,
        purchases=purchases,
    )
    by_id = {one.purchase_id: one for one in found}
    refused: dict[int, Outcome] = {}
    for i, one in asked.items():
        left = by_id.get(one.call.purchase_id or UUID(int=0))
        if left is None or left.person_id != one.person_id or left.store_id != one.call.store_id or not left.standing:
            refused[i] = Refusal("purchase_not_open", _("There is no such purchase of this guest to pay here."))
        elif one.call.amount > left.left:
            refused[i] = Refusal("purchase_paid", _("This is more than the purchase leaves to pay."), left=left.left)
    return refused


async def _claim(db: Db, proven: Sequence[Proven]) -> set[UUID]:
    """Take keys and codes; those that were not taken before."""
    calls = [one.call for one in proven]
    claimed = await db.values(
        UUID,
        """
        insert into storedvalue.spends
          (merchant_id, spend_id, person_id, store_id, staff_id, purchase_id, step, asked, partial, request_key, at)
        select c.*, :now from unnest(:merchants::uuid[], :spends::uuid[], :people::uuid[], :stores::uuid[], :staff::uuid[],
          :purchases::uuid[], :steps::bigint[], :asked::bigint[], :partial::boolean[], :keys::text[])
          as c(merchant_id, spend_id, person_id, store_id, staff_id, purchase_id, step, asked, partial, request_key)
        join merchants.stores s on s.merchant_id = c.merchant_id and s.store_id = c.store_id and s.closed_at is null
        order by c.merchant_id, c.person_id on conflict do nothing returning spend_id
        """,
        merchants=[call.merchant_id for call in calls],
        spends=[one.spend_id for one in proven],
        people=[one.person_id for one in proven],
        stores=[call.store_id for call in calls],
        staff=[call.staff_id for call in calls],
        purchases=[call.purchase_id for call in calls],
        steps=[one.step for one in proven],
        asked=[call.amount for call in calls],
        partial=[call.partial for call in calls],
        keys=[call.key for call in calls],
        now=clock.now(),
    )
    return set(claimed)


async def _settle(db: Db, proven: Sequence[Proven], taken: Sequence[Taken]) -> list[StoredPayment]:
    """Write what was taken, with journal and announcement; claims that got nothing are let go, their codes can pay again."""
    pairs = list(zip(proven, taken, strict=True))
    got = [(one, took) for one, took in pairs if took.stored + took.bonus]
    none = [one for one, took in pairs if not took.stored + took.bonus]
    if none:
        await db.run(
            """
            delete from storedvalue.spends s using unnest(:merchants::uuid[], :spends::uuid[]) as c(merchant_id, spend_id)
            where s.merchant_id = c.merchant_id and s.spend_id = c.spend_id
            """,
            merchants=[one.call.merchant_id for one in none],
            spends=[one.spend_id for one in none],
        )
    if not got:
        return []
    db.announced = True
    return await db.all(
        StoredPayment,
        """
        with took as (
          select * from unnest(:merchants::uuid[], :spends::uuid[], :units::text[], :stored::bigint[], :bonus::bigint[])
            as t(merchant_id, spend_id, unit, stored, bonus)
        ), paid as (
          update storedvalue.spends s set stored = t.stored, bonus = t.bonus,
            stored_left = coalesce((select balance from ledger.accounts a where a.merchant_id = s.merchant_id
              and a.holder_id = s.person_id and a.kind = 'stored' and a.unit = t.unit), 0),
            bonus_left = coalesce((select balance from ledger.accounts a where a.merchant_id = s.merchant_id
              and a.holder_id = s.person_id and a.kind = 'bonus' and a.unit = t.unit), 0)
          from took t where s.merchant_id = t.merchant_id and s.spend_id = t.spend_id returning s.*
        ), noted as (
          insert into storedvalue.moves (merchant_id, person_id, kind, stored, bonus, reference, store_id, staff_id, at)
          select merchant_id, person_id, 'payment', -stored, -bonus, spend_id, store_id, staff_id, at from paid
        ), announced as (
          insert into kit.events (lane, owner_id, name, body, at)
          select ('x' || right(merchant_id::text, 1))::bit(4)::int, merchant_id, 'storedvalue.StoredPaid', jsonb_build_object(
            'merchant_id', merchant_id, 'spend_id', spend_id, 'person_id', person_id, 'store_id', store_id, 'amount', stored,
            'bonus', bonus), at
          from paid
        )
        select merchant_id, spend_id, person_id, store_id, staff_id, purchase_id, asked, stored, bonus, asked - stored - bonus as left,
          stored_left, bonus_left, 0::bigint as returned, at from paid
        """,
        merchants=[one.call.merchant_id for one, _took in got],
        spends=[one.spend_id for one, _took in got],
        units=[one.call.currency for one, _took in got],
        stored=[took.stored for _one, took in got],
        bonus=[took.bonus for _one, took in got],
    )
