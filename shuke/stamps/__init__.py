"""Stamps: a purchase gives one, so many of them are a reward; the reward is a voucher that carries which stamps paid for it.

A stamp is used for one reward at most: whoever changes a member's stamps locks her row first. Where the reward can't be given out
(none left, paused) the stamps stay unused and the next one tries again. When a purchase is taken back its stamp goes. If that stamp
was used, an unused one takes its place; if there is none and the reward is unused, the reward is voided and its other stamps come
back; and if the reward was used, the member owes a stamp, which her next one settles.
"""

from shuke.stamps.actions import set_card, stamp, undo_last
from shuke.stamps.queries import card_of, stamps_of
from shuke.stamps.types import StampCard, StampCardDraft, Stamps

__all__ = ["StampCard", "StampCardDraft", "Stamps", "card_of", "set_card", "stamp", "stamps_of", "undo_last"]
