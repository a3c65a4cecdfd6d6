"""Gifts: an unused voucher from one person to another: to a friend, or by a link to whoever takes it first.

A gift that nobody takes within three days, and never later than the voucher ends, goes back by itself. While it is on its way no till
takes it. Who takes it has the voucher under a new code, and is counted by its limits like anybody to whom one is issued.
"""

from shuke.gifts.actions import give, return_, take
from shuke.gifts.queries import gift_of, gifts_of
from shuke.gifts.types import Gift, GiftGiven, GiftRefused, NewGift

__all__ = ["Gift", "GiftGiven", "GiftRefused", "NewGift", "gift_of", "gifts_of", "give", "return_", "take"]
