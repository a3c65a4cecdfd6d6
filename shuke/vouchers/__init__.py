"""Vouchers: one instrument for coupon, cash voucher, deal voucher, reward and pass.

A template is the rules, a voucher is issued from it and redeemed at most as often as it has uses. The database decides,
never Python: stock, limits and uses are conditions of the statement that changes them, and each use is a row of its own.
"""

from shuke.vouchers.issue import issue
from shuke.vouchers.queries import held_by, voucher_by_code
from shuke.vouchers.redeem import redeem
from shuke.vouchers.refuse import check
from shuke.vouchers.types import (
    IssueCall,
    Issued,
    RedeemCall,
    Redemption,
    Voucher,
    VoucherIssued,
    VoucherRedeemed,
    VoucherRefused,
    VoucherReturned,
)
from shuke.vouchers.undo import undo

__all__ = [
    "IssueCall",
    "Issued",
    "RedeemCall",
    "Redemption",
    "Voucher",
    "VoucherIssued",
    "VoucherRedeemed",
    "VoucherRefused",
    "VoucherReturned",
    "check",
    "held_by",
    "issue",
    "redeem",
    "undo",
    "voucher_by_code",
]
