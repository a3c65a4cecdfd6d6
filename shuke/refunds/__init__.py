"""Refunds: money of an order goes back, once, by the way it came.

`rules` is the one table of who may give back what; the actions ask it. The voucher's row decides between a refund and a till,
checkout's row of a sold voucher what is left of its price, and the payment's row that no more goes back than came.
"""

from shuke.refunds.actions import give_back, refund_ended, refund_order, refund_unused
from shuke.refunds.deal_runs import refund_all
from shuke.refunds.queries import invariants, parts_of, refunds_of, runs_of, use_of, uses_of
from shuke.refunds.rules import ACTORS, RULES, THINGS, Actor, Rule, Thing, rule_for
from shuke.refunds.types import Asker, DealRun, NewOfficeRefund, NewUseRefund, OrderRefunded, Part, Refund, Use, UseRefunded
from shuke.refunds.used import refund_use

__all__ = [
    "ACTORS",
    "RULES",
    "THINGS",
    "Actor",
    "Asker",
    "DealRun",
    "NewOfficeRefund",
    "NewUseRefund",
    "OrderRefunded",
    "Part",
    "Refund",
    "Rule",
    "Thing",
    "Use",
    "UseRefunded",
    "give_back",
    "invariants",
    "parts_of",
    "refund_all",
    "refund_ended",
    "refund_order",
    "refund_unused",
    "refund_use",
    "refunds_of",
    "rule_for",
    "runs_of",
    "use_of",
    "uses_of",
]
