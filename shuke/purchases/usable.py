"""What of a guest's vouchers may be used on a bill: the best combination, and the price of a set that the till chose."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import _, gettext
from shuke.purchases.combination import Best, Candidate, best, combines, reckon
from shuke.purchases.types import Combination, LeftOut, Used
from shuke.vouchers import RedeemCall, VoucherRefused, check

MONEY = ("percent_off", "money_off", "cash")


class Ruled(msgspec.Struct, frozen=True):
    """A voucher with the rules that its price depends on."""

    code: str
    status: str
    ends_at: datetime
    title: str
    kind: str
    value: int
    max_off: int | None
    stacking: str
    stacking_class: str
    excluded: list[str]

    def on(self, bill: int, amounts: Mapping[str, int]) -> Candidate:
        """As a candidate for a bill whose articles have these amounts: what is excluded doesn't count."""
        counts = max(0, bill - sum(amounts.get(article, 0) for article in self.excluded))
        return Candidate(
            self.code, self.kind, self.value, self.max_off, self.stacking, self.stacking_class, self.ends_at, counts
        )


async def combine(db: Db, asked: RedeemCall, amounts: Mapping[str, int]) -> Combination:
    """The best of the vouchers that `asked.holder` has for `asked.bill`; `amounts` by article where the till knows them."""
    assert asked.holder is not None
    assert asked.bill is not None
    bill = asked.bill
    held = await _held(db, asked.merchant_id, asked.holder)
    candidates = {ruled.code: ruled.on(bill, amounts) for ruled in held}
    calls = [msgspec.structs.replace(asked, code=ruled.code, bill=candidates[ruled.code].counts) for ruled in held]
    refusals = dict(zip(candidates, await check(db, calls), strict=True))
    found = best(bill, [candidate for code, candidate in candidates.items() if refusals[code] is None])
    discounts = {candidate.code: taken for candidate, taken in found.chosen}
    titles = {ruled.code: ruled.title for ruled in held}
    used = [Used(c.code, titles[c.code], c.kind, taken) for c, taken in found.chosen]
    left_out = []
    for ruled in held:
        if ruled.code not in discounts:
            reason = refusals[ruled.code] or _not_chosen(candidates[ruled.code], found)
            left_out.append(LeftOut(ruled.code, ruled.title, ruled.kind, reason.name, gettext(reason.detail)))
    return Combination(bill, used, left_out, found.left, found.exact)


async def price(db: Db, calls: Sequence[RedeemCall], amounts: Mapping[str, int]) -> list[RedeemCall]:
    """These calls for one bill with the discount of each, in the order of reckoning.

    Refusals: not_combinable, not_cheaper. What else may be wrong with a voucher is told when it is redeemed.
    """
    if not calls:
        return []
    by_code = {call.code: call for call in calls}
    if len(by_code) < len(calls):
        raise _not_combinable()
    bill = calls[0].bill or 0
    found = await _by_code(db, calls[0].merchant_id, list(by_code))
    chosen = [ruled.on(bill, amounts) for ruled in found if ruled.status == "issued"]
    for i, candidate in enumerate(chosen):
        if not combines(candidate, chosen[:i]):
            raise _not_combinable(code=candidate.code)
    priced = []
    for candidate, taken in reckon(bill, chosen).chosen:
        if not taken and candidate.kind in MONEY:
            raise _not_cheaper(code=candidate.code)
        discount = taken if candidate.kind in MONEY else None
        priced.append(msgspec.structs.replace(by_code.pop(candidate.code), bill=candidate.counts, discount=discount))
    return priced + list(by_code.values())


def _not_chosen(candidate: Candidate, found: Best) -> VoucherRefused:
    chosen = [one for one, _taken in found.chosen]
    return _not_cheaper() if combines(candidate, chosen) else _not_combinable()


def _not_combinable(**facts: str) -> VoucherRefused:
    return VoucherRefused("not_combinable", _("These vouchers can't be used together."), **facts)


def _not_cheaper(**facts: str) -> VoucherRefused:
    return VoucherRefused("not_cheaper", _("This voucher would take nothing more off this bill."), **facts)


async def _held(db: Db, merchant_id: UUID, person_id: UUID) -> list[Ruled]:
    return await db.all(
        Ruled,
        """
        select v.code, v.status, v.ends_at, t.title, t.kind, t.value, t.max_off, t.stacking, t.stacking_class,
          array(select a.code from vouchers.template_articles a
            where a.merchant_id = t.merchant_id and a.template_id = t.template_id and a.excluded) as excluded
        from vouchers.vouchers v join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where v.merchant_id = :merchant and v.person_id = :person and v.status = 'issued' and v.ends_at > :now
        order by v.ends_at, v.voucher_id limit 200
        """,
        merchant=merchant_id,
        person=person_id,
        now=clock.now(),
    )


async def _by_code(db: Db, merchant_id: UUID, codes: list[str]) -> list[Ruled]:
    return await db.all(
        Ruled,
        """
        select v.code, v.status, v.ends_at, t.title, t.kind, t.value, t.max_off, t.stacking, t.stacking_class,
          array(select a.code from vouchers.template_articles a
            where a.merchant_id = t.merchant_id and a.template_id = t.template_id and a.excluded) as excluded
        from vouchers.vouchers v join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where v.merchant_id = :merchant and v.code = any(:codes) order by v.code
        """,
        merchant=merchant_id,
        codes=codes,
    )
