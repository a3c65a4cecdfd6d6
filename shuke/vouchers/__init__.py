"""Vouchers: one instrument for coupon, cash voucher, deal voucher, reward and pass.

A template is the rules, a voucher is issued from it and redeemed at most as often as it has uses. The database decides,
never Python: stock, limits and uses are conditions of the statement that changes them, and each use is a row of its own.
"""

from shuke.vouchers.ended import ended_of, void_unused
from shuke.vouchers.gift import return_gift, start_gift, take_gift
from shuke.vouchers.guessing import unknown_code
from shuke.vouchers.issue import issue
from shuke.vouchers.queries import Carried, carried_by, held_by, voucher_by_code
from shuke.vouchers.redeem import redeem
from shuke.vouchers.refuse import check
from shuke.vouchers.template_queries import (
    Named,
    TemplateLine,
    draft_of,
    named_by,
    reach_of,
    rules_of,
    steps_of,
    template_line,
    template_lines,
)
from shuke.vouchers.templates import add_stock, change_template, create_template, freeze, step_template
from shuke.vouchers.types import (
    Ended,
    IssueCall,
    Issued,
    RedeemCall,
    Redemption,
    Source,
    Voucher,
    VoucherIssued,
    VoucherRedeemed,
    VoucherRefused,
    VoucherReturned,
    VouchersEnded,
)
from shuke.vouchers.undo import WITHIN, undo, undone_of
from shuke.vouchers.void import expire_some, void, withdraw, withdraw_some

__all__ = [
    "WITHIN",
    "Carried",
    "Ended",
    "IssueCall",
    "Issued",
    "Named",
    "RedeemCall",
    "Redemption",
    "Source",
    "TemplateLine",
    "Voucher",
    "VoucherIssued",
    "VoucherRedeemed",
    "VoucherRefused",
    "VoucherReturned",
    "VouchersEnded",
    "add_stock",
    "carried_by",
    "change_template",
    "check",
    "create_template",
    "draft_of",
    "ended_of",
    "expire_some",
    "freeze",
    "held_by",
    "issue",
    "named_by",
    "reach_of",
    "redeem",
    "return_gift",
    "rules_of",
    "start_gift",
    "step_template",
    "steps_of",
    "take_gift",
    "template_line",
    "template_lines",
    "undo",
    "undone_of",
    "unknown_code",
    "void",
    "void_unused",
    "voucher_by_code",
    "withdraw",
    "withdraw_some",
]
