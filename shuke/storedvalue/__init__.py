"""Stored value: money that guests have given a shop for later, and the bonus that the shop adds. It is owed, never a discount.

A top-up is stored when its payment has come in, once. A guest pays with the rotating code of her card, her own money first; one code
pays once. What a purchase took comes back with it, on its day, in the parts in which it was paid. The rest goes back to where it came
from when she asks for it, or when she is erased; the bonus lapses then. Buying earns points as always, topping up earns none.
"""

from shuke.storedvalue.codes import paying, stale_code
from shuke.storedvalue.give_back import give_back
from shuke.storedvalue.invariants import invariants
from shuke.storedvalue.leaving import demand_empty
from shuke.storedvalue.pay import Payer, pay
from shuke.storedvalue.queries import payment_of, payments_of_purchase, purse_of, purses_of, terms_of, topup_of
from shuke.storedvalue.refunds import refund_rest
from shuke.storedvalue.rules import add_offer, end_offer, set_rules
from shuke.storedvalue.topups import top_up
from shuke.storedvalue.types import (
    NewStoredPayment,
    NewStoredReturn,
    NewTopUp,
    Offer,
    OfferDraft,
    PayCall,
    Purse,
    Rules,
    RulesDraft,
    StoredPaid,
    StoredPayment,
    StoredRefund,
    StoredReturn,
    StoredReturned,
    TopUp,
    TopUpStored,
)

__all__ = [
    "NewStoredPayment",
    "NewStoredReturn",
    "NewTopUp",
    "Offer",
    "OfferDraft",
    "PayCall",
    "Payer",
    "Purse",
    "Rules",
    "RulesDraft",
    "StoredPaid",
    "StoredPayment",
    "StoredRefund",
    "StoredReturn",
    "StoredReturned",
    "TopUp",
    "TopUpStored",
    "add_offer",
    "demand_empty",
    "end_offer",
    "give_back",
    "invariants",
    "pay",
    "paying",
    "payment_of",
    "payments_of_purchase",
    "purse_of",
    "purses_of",
    "refund_rest",
    "set_rules",
    "stale_code",
    "terms_of",
    "top_up",
    "topup_of",
]
