"""Recording: purchases of many tills at once, with the vouchers they redeem and the points they earn."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from shuke.cards import Earner, Noted, after, article_points, earners, lifetime, note_purchases, points_for
from shuke.kit import clock, ids
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.i18n import _
from shuke.kit.refusals import NotFound, Refusal
from shuke.ledger import Earning, earn
from shuke.purchases.queries import earlier
from shuke.purchases.types import PurchaseCall, PurchaseShown, UsedVoucher
from shuke.purchases.usable import price
from shuke.purchases.write import Reckoned, write
from shuke.vouchers import RedeemCall, Redemption, redeem

Outcome = PurchaseShown | Refusal


class Recorder(Batcher[PurchaseCall, PurchaseShown]):
    """The one place where this process's purchases meet and go to the database together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, record)


class Known(msgspec.Struct, frozen=True):
    """What a batch knows: the locked cards, kept up to date by its own purchases, and the points that articles bring."""

    cards: dict[tuple[UUID, UUID], Earner]
    points: dict[tuple[UUID, str], int]


async def record(db: Db, calls: Sequence[PurchaseCall]) -> list[Outcome]:
    """Each purchase as it was recorded, or its refusal; the same key again gives the first result.

    Refusals: not_found (the store), not_a_member, lines_exceed_total, idempotency_key_reused, not_combinable, not_cheaper,
    and those of redeeming. A purchase whose voucher is refused is not recorded at all.
    """
    known = await _known(db, calls)
    outcomes: dict[int, Outcome] = {}
    for round_ in _rounds(calls):
        if calls[round_[0]].vouchers:
            outcomes[round_[0]] = await _with_vouchers(db, calls[round_[0]], known)
        else:
            plain = [reckon(calls[i], ids.uuid7(), known) for i in round_]
            outcomes |= dict(zip(round_, await _together(db, plain, known), strict=True))
    for i, call in enumerate(calls):
        if isinstance(outcomes[i], Refusal):  # or its key was used before
            outcomes[i] = await earlier(db, call) or outcomes[i]
    return [outcomes[i] for i in range(len(calls))]


async def _known(db: Db, calls: Sequence[PurchaseCall]) -> Known:
    """The members' cards are locked first, in one order: a member's purchases go one after another, over all tills."""
    members = [(call.merchant_id, call.holder) for call in calls if call.holder]
    cards = await earners(db, members) if members else []
    articles = [(call.merchant_id, line.article) for call in calls if call.holder for line in call.lines]
    return Known({(card.merchant_id, card.person_id): card for card in cards}, await article_points(db, articles))


def _rounds(calls: Sequence[PurchaseCall]) -> list[list[int]]:
    """What can be written together: different members, different keys, no vouchers; each with vouchers by itself."""
    rounds: list[list[int]] = []
    waiting = [i for i, call in enumerate(calls) if not call.vouchers]
    while waiting:
        seen: set[tuple[UUID, UUID | str]] = set()
        now: list[int] = []
        later: list[int] = []
        for i in waiting:
            names = {(calls[i].merchant_id, name) for name in (calls[i].holder, calls[i].key) if name is not None}
            (later if names & seen else now).append(i)
            seen |= names
        rounds.append(now)
        waiting = later
    return rounds + [[i] for i, call in enumerate(calls) if call.vouchers]


async def _with_vouchers(db: Db, call: PurchaseCall, known: Known) -> Outcome:
    """One purchase that redeems: all of it, or nothing."""
    purchase_id = ids.uuid7()
    amounts: Counter[str] = Counter()
    for line in call.lines:
        amounts[line.article] += line.amount
    uses = [
        RedeemCall(
            call.merchant_id,
            call.store_id,
            call.staff_id,
            code,
            f"{purchase_id} {code}",
            bill=call.total,
            articles=tuple(amounts),
            holder=call.holder,
            purchase_id=purchase_id,
        )
        for code in call.vouchers
    ]
    try:
        async with db.savepoint():
            redemptions = []
            for use in await redeem(db, await price(db, uses, amounts)):
                if isinstance(use, Refusal):
                    raise use
                redemptions.append(use)
            [outcome] = await _together(db, [reckon(call, purchase_id, known, redemptions)], known)
            if isinstance(outcome, Refusal):
                raise outcome
            return outcome
    except Refusal as refusal:
        return refusal


def reckon(call: PurchaseCall, purchase_id: UUID, known: Known, redemptions: Sequence[Redemption] = ()) -> Reckoned | Refusal:
    """The discount of a purchase (its vouchers', then the card's percent on what they leave, rounded down) and its points."""
    if sum(line.amount for line in call.lines) > call.total:
        return Refusal("lines_exceed_total", _("The articles add up to more than the bill."))
    left = call.total - sum(redemption.discount or 0 for redemption in redemptions)
    if call.holder is None:
        return Reckoned(call, purchase_id, clock.now(), call.total - left, 0, None, None, tuple(redemptions))
    earner = known.cards.get((call.merchant_id, call.holder))
    if earner is None:
        return NotFound("not_a_member", _("This guest has no card here."))
    paid = left - left * earner.percent_off // 100
    day = clock.today(earner.zone)
    articles = sum(known.points.get((call.merchant_id, line.article), 0) * line.quantity for line in call.lines)
    points = points_for(earner, day, paid, articles)
    return Reckoned(call, purchase_id, clock.now(), call.total - paid, points, earner, day, tuple(redemptions))


async def _together(db: Db, ready: Sequence[Reckoned | Refusal], known: Known) -> list[Outcome]:
    """Write what was reckoned; what is not written has a key that was used before, or no such store."""
    reckoned = [one for one in ready if isinstance(one, Reckoned)]
    written = await write(db, reckoned) if reckoned else set()
    made = [one for one in reckoned if one.purchase_id in written]
    members = [(one, one.earner, one.day) for one in made if one.earner is not None and one.day is not None]
    await note_purchases(db, [_noted(one, earner, day) for one, earner, day in members])
    await earn(db, [_earning(one, earner, day) for one, earner, day in members if one.points])
    for one, earner, day in members:
        known.cards[earner.merchant_id, earner.person_id] = after(earner, day, one.points)
    gone = NotFound("not_found", _("This store is closed or not one of ours."))
    return [one if isinstance(one, Refusal) else _shown(one) if one.purchase_id in written else gone for one in ready]


def _noted(one: Reckoned, earner: Earner, day: date) -> Noted:
    paid = one.call.total - one.discount
    now = after(earner, day, one.points)
    return Noted(earner.merchant_id, earner.person_id, paid, day, earner.earned_on != day, now.earned_today)


def _earning(one: Reckoned, earner: Earner, day: date) -> Earning:
    pending, expires = lifetime(earner, day)
    return Earning(earner.merchant_id, earner.person_id, one.points, "purchase", one.purchase_id, pending, expires)


def _shown(one: Reckoned) -> PurchaseShown:
    call = one.call
    return PurchaseShown(
        merchant_id=call.merchant_id,
        purchase_id=one.purchase_id,
        store_id=call.store_id,
        staff_id=call.staff_id,
        person_id=call.holder,
        total=call.total,
        discount=one.discount,
        paid=call.total - one.discount,
        points=one.points,
        note=call.note,
        at=one.at,
        reversed_at=None,
        lines=list(call.lines),
        redemptions=sorted(
            (UsedVoucher(r.redemption_id, r.code, r.title, r.kind, r.discount) for r in one.redemptions), key=lambda u: u.code
        ),
    )
