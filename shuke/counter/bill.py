"""The bill of a guest with a card: which vouchers, what is left to pay. Nothing is taken until it is recorded."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.kit.i18n import gettext
from shuke.kit.refusals import Refusal
from shuke.merchants import Till
from shuke.purchases import NewCombination, best_for, price
from shuke.vouchers import RedeemCall

FREE = ("not_combinable", "not_cheaper")  # left out, but the cashier may choose otherwise


class Option(msgspec.Struct, frozen=True):
    """A voucher beside a bill. `detail` says why it is not chosen; it can't be when `possible` is false."""

    code: str
    title: str
    kind: str
    discount: int
    chosen: bool
    possible: bool
    detail: str


class Bill(msgspec.Struct, frozen=True):
    """What a guest would pay. Amounts in minor units; `refused` says what is wrong with the vouchers that were chosen."""

    holder: UUID
    total: int
    options: list[Option]
    tier_percent: int
    tier_off: int
    pay: int
    refused: str = ""

    @property
    def codes(self) -> list[str]:
        """The chosen vouchers."""
        return [option.code for option in self.options if option.chosen]


async def bill_for(db: Db, till: Till, holder: UUID, total: int, codes: Sequence[str] | None, last: str = "") -> Bill:
    """The bill with the best vouchers, or with those the cashier chose; `last` was ticked last and outdoes what it can't stand with."""
    found = await best_for(db, till, NewCombination(till.merchant_id, till.store_id, holder, total))
    used = [Option(one.code, one.title, one.kind, one.discount, chosen=True, possible=True, detail="") for one in found.used]
    rest = [
        Option(one.code, one.title, one.kind, 0, chosen=False, possible=one.reason in FREE, detail=gettext(one.detail))
        for one in found.left_out
    ]
    options = used + sorted(rest, key=lambda option: not option.possible)
    if codes is None or set(codes) == {option.code for option in used}:
        return Bill(holder, total, options, found.percent_off, found.tier_off, found.pay)
    plain = Bill(holder, total, options, found.percent_off, 0, total)
    chosen = await _chosen(db, till, plain, set(codes))
    return await _chosen(db, till, plain, {last}) if chosen.refused and last in codes and len(codes) > 1 else chosen


async def _chosen(db: Db, till: Till, bill: Bill, codes: set[str]) -> Bill:
    calls = [
        RedeemCall(till.merchant_id, till.store_id, till.staff_id, option.code, "", bill=bill.total, holder=bill.holder)
        for option in bill.options
        if option.code in codes and option.possible
    ]
    refused = ""
    try:
        priced = {call.code: call.discount or 0 for call in await price(db, calls, {})}
    except Refusal as refusal:
        priced, refused = {}, gettext(refusal.detail)
    options = [
        msgspec.structs.replace(option, chosen=option.code in priced, discount=priced.get(option.code, 0), detail="")
        if option.possible
        else option
        for option in bill.options
    ]
    left = bill.total - sum(priced.values())
    tier_off = left * bill.tier_percent // 100
    return msgspec.structs.replace(bill, options=options, tier_off=tier_off, pay=left - tier_off, refused=refused)
