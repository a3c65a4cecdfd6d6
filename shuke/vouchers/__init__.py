"""Vouchers: one instrument for coupon, cash voucher, deal voucher, reward and pass.

A template is the rules, a voucher is issued from it and redeemed at most as often as it has uses. The database decides,
never Python: stock, limits and uses are conditions of the statement that changes them, and each use is a row of its own.
"""

from shuke.vouchers.drafts import Draft, TemplateUnreadable, faults
from shuke.vouchers.issue import issue
from shuke.vouchers.queries import Carried, carried_by, held_by, voucher_by_code
from shuke.vouchers.redeem import redeem
from shuke.vouchers.refuse import check
from shuke.vouchers.shown import Use, WelcomeGift, own_voucher, uses_of, welcome_gifts
from shuke.vouchers.template_queries import (
    TemplateLine,
    draft_of,
    named_by,
    reach_of,
    rules_of,
    steps_of,
    template_line,
    template_lines,
)
from shuke.vouchers.templates import add_stock, change_template, create_template, step_template
from shuke.vouchers.trial import Answer, Asked, try_out
from shuke.vouchers.types import (
    IssueCall,
    Issued,
    RedeemCall,
    Redemption,
    Rules,
    Voucher,
    VoucherIssued,
    VoucherRedeemed,
    VoucherRefused,
    VoucherReturned,
)
from shuke.vouchers.undo import WITHIN, undo
from shuke.vouchers.words import Face, Reach, face_of, kind_names, sentences

__all__ = [
    "WITHIN",
    "Answer",
    "Asked",
    "Carried",
    "Draft",
    "Face",
    "IssueCall",
    "Issued",
    "Reach",
    "RedeemCall",
    "Redemption",
    "Rules",
    "TemplateLine",
    "TemplateUnreadable",
    "Use",
    "Voucher",
    "VoucherIssued",
    "VoucherRedeemed",
    "VoucherRefused",
    "VoucherReturned",
    "WelcomeGift",
    "add_stock",
    "carried_by",
    "change_template",
    "check",
    "create_template",
    "draft_of",
    "face_of",
    "faults",
    "held_by",
    "issue",
    "kind_names",
    "named_by",
    "own_voucher",
    "reach_of",
    "redeem",
    "rules_of",
    "sentences",
    "step_template",
    "steps_of",
    "template_line",
    "template_lines",
    "try_out",
    "undo",
    "uses_of",
    "voucher_by_code",
    "welcome_gifts",
]
