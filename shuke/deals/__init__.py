"""Deals: what a merchant sells ahead of a visit, for a price, in a window of time, to so many people.

A deal is a draft until it is published, and stands from then on as people saw it; only its stock can grow and its photos change.
What it gives is a voucher's template without stock or limits of its own: the deal has them, and checkout counts them.
"""

from shuke.deals.actions import change_deal, create_deal, discard_deal
from shuke.deals.queries import deal_of, deals_around, deals_of, public_deals, shown_deal, steps_of
from shuke.deals.steps import add_stock, publish, reopen, stop
from shuke.deals.types import (
    Deal,
    DealDraft,
    DealPublished,
    DealStatus,
    DealStep,
    DealStopped,
    DealUnreadable,
    StockAdded,
    VoucherDraft,
)
from shuke.deals.words import said_by

__all__ = [
    "Deal",
    "DealDraft",
    "DealPublished",
    "DealStatus",
    "DealStep",
    "DealStopped",
    "DealUnreadable",
    "StockAdded",
    "VoucherDraft",
    "add_stock",
    "change_deal",
    "create_deal",
    "deal_of",
    "deals_around",
    "deals_of",
    "discard_deal",
    "public_deals",
    "publish",
    "reopen",
    "said_by",
    "shown_deal",
    "steps_of",
    "stop",
]
