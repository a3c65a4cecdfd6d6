"""Cases: what is proved, in order."""

from collections.abc import Awaitable, Callable

from shuke.moneyproof import conflicts, hours, kills, lasts, notices
from shuke.proof import clashes, faults, gifting, joins, keys, points, relations, seats, stocks, tills
from shuke.stage.stage import Stage

Case = Callable[[Stage], Awaitable[None]]

CASES: tuple[Case, ...] = (
    hours.clock_jumps,  # first: it ends what the others leave behind, too, and they leave much
    tills.one_code,
    tills.many_uses,
    stocks.one_stock,
    stocks.one_stock_by_actions,
    stocks.limits,
    stocks.natural_limits,
    joins.two_phones,
    relations.asked_both_ways,
    relations.accepted_and_blocked,
    seats.last_seat,
    points.one_balance,
    points.daily_cap,
    keys.same_key,
    keys.same_key_by_actions,
    clashes.undo_and_redeem,
    clashes.undo_and_redeem_by_actions,
    clashes.void_and_redeem,
    clashes.erase_and_redeem,
    clashes.expiry_and_redeem,
    gifting.taken_and_redeemed,
    gifting.returned_and_taken,
    faults.kill_web,
    faults.kill_work,
    lasts.last_units,
    lasts.last_place,
    lasts.one_limit,
    lasts.one_purse,
    notices.one_notice,
    notices.notice_storm,
    notices.paid_twice_and_late,
    kills.kill_web_at_checkout,
    kills.kill_work_at_checkout,
    kills.kill_postgres_at_checkout,
    kills.bank_away,
    conflicts.refund_and_redeem,
    conflicts.refund_twice,
    conflicts.expiry_redeem_and_refund,
    conflicts.deadline_and_last_payment,
    hours.settle_undo_and_kill,
    notices.kill_while_paying,
    faults.kill_postgres,
)
LONG = (kills.kill_postgres_at_checkout,)  # left out of the quick run
