"""Vouchers: one instrument for coupon, cash voucher, deal voucher, reward and pass.

A template is the rules, a voucher is issued from it and redeemed at most as often as it has uses. The database decides,
never Python: stock, limits and uses are conditions of the statement that changes them, and each use is a row of its own.
"""

from shuke.vouchers.batch_queries import Batch, BatchLine, batch_lines, batch_of, batches_of
from shuke.vouchers.batches import Given, give, give_out, outcome_words, start_batch, start_filtered, steer_batch
from shuke.vouchers.drafts import Draft, Stacking, TemplateUnreadable, faults
from shuke.vouchers.issue import issue
from shuke.vouchers.queries import Carried, carried_by, held_by, voucher_by_code
from shuke.vouchers.recipients import Line
from shuke.vouchers.redeem import redeem
from shuke.vouchers.refuse import check
from shuke.vouchers.shown import Use, WelcomeGift, own_voucher, uses_of, welcome_gifts
from shuke.vouchers.template_queries import (
    Named,
    RedemptionRow,
    TemplateLine,
    VoucherRow,
    draft_of,
    named_by,
    reach_of,
    redemption_rows,
    rules_of,
    steps_of,
    template_line,
    template_lines,
    voucher_row,
    voucher_rows,
)
from shuke.vouchers.templates import add_stock, change_template, create_template, step_template
from shuke.vouchers.trial import Answer, Asked, try_out
from shuke.vouchers.types import (
    Combination,
    IssueCall,
    Issued,
    Kind,
    LeftOut,
    RedeemCall,
    Redemption,
    Rules,
    Used,
    Voucher,
    VoucherIssued,
    VoucherRedeemed,
    VoucherRefused,
    VoucherReturned,
)
from shuke.vouchers.undo import WITHIN, undo
from shuke.vouchers.usable import combine, price
from shuke.vouchers.void import expire_some, void, withdraw, withdraw_some
from shuke.vouchers.welcomes import WelcomeDraft, set_welcomes
from shuke.vouchers.words import Face, Reach, day_names, face_of, kind_names, sentences

__all__ = [
    "WITHIN",
    "Answer",
    "Asked",
    "Batch",
    "BatchLine",
    "Carried",
    "Combination",
    "Draft",
    "Face",
    "Given",
    "IssueCall",
    "Issued",
    "Kind",
    "LeftOut",
    "Line",
    "Named",
    "Reach",
    "RedeemCall",
    "Redemption",
    "RedemptionRow",
    "Rules",
    "Stacking",
    "TemplateLine",
    "TemplateUnreadable",
    "Use",
    "Used",
    "Voucher",
    "VoucherIssued",
    "VoucherRedeemed",
    "VoucherRefused",
    "VoucherReturned",
    "VoucherRow",
    "WelcomeDraft",
    "WelcomeGift",
    "add_stock",
    "batch_lines",
    "batch_of",
    "batches_of",
    "carried_by",
    "change_template",
    "check",
    "combine",
    "create_template",
    "day_names",
    "draft_of",
    "expire_some",
    "face_of",
    "faults",
    "give",
    "give_out",
    "held_by",
    "issue",
    "kind_names",
    "named_by",
    "outcome_words",
    "own_voucher",
    "price",
    "reach_of",
    "redeem",
    "redemption_rows",
    "rules_of",
    "sentences",
    "set_welcomes",
    "start_batch",
    "start_filtered",
    "steer_batch",
    "step_template",
    "steps_of",
    "template_line",
    "template_lines",
    "try_out",
    "undo",
    "uses_of",
    "void",
    "voucher_by_code",
    "voucher_row",
    "voucher_rows",
    "welcome_gifts",
    "withdraw",
    "withdraw_some",
]
