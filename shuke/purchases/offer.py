"""What a bill comes to: the best vouchers, then the card's percent on what they leave."""

from collections import Counter

from shuke.cards import member_of
from shuke.kit.db import Db
from shuke.merchants import Till
from shuke.purchases.types import CombinationShown, NewCombination
from shuke.purchases.usable import combine
from shuke.vouchers import RedeemCall


async def best_for(db: Db, till: Till, asked: NewCombination) -> CombinationShown:
    """The best combination of this guest's vouchers at this till, and what is left to pay."""
    amounts: Counter[str] = Counter()
    for line in asked.lines:
        amounts[line.article] += line.amount
    articles = tuple({**amounts, **dict.fromkeys(asked.articles)})
    call = RedeemCall(
        till.merchant_id, till.store_id, till.staff_id, "", "", bill=asked.bill, articles=articles, holder=asked.holder
    )
    found = await combine(db, call, amounts)
    member = await member_of(db, till.merchant_id, asked.holder)
    percent = member.percent_off if member else 0
    tier_off = found.left * percent // 100
    return CombinationShown(
        found.bill,
        found.used,
        found.left_out,
        found.bill - found.left,
        percent,
        tier_off,
        found.left - tier_off,
        found.exact,
    )
