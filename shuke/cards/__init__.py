"""Cards: a merchant's programme and tiers, a person's membership with its source, the code that rotates.

Joining twice, also at once from two phones, gives one membership. A copied code is worthless after half a minute.
"""

from shuke.cards.actions import join, leave, note_visit
from shuke.cards.codes import CardCode, proves, read_card_code
from shuke.cards.queries import cards_of, member_by_number, member_of, membership_of, programme_of, tiers_of
from shuke.cards.types import JoinCall, Joined, Member, MemberJoined, Membership, Programme, Tier
from shuke.cards.words import benefits, gives, threshold

__all__ = [
    "CardCode",
    "JoinCall",
    "Joined",
    "Member",
    "MemberJoined",
    "Membership",
    "Programme",
    "Tier",
    "benefits",
    "cards_of",
    "gives",
    "join",
    "leave",
    "member_by_number",
    "member_of",
    "membership_of",
    "note_visit",
    "programme_of",
    "proves",
    "read_card_code",
    "threshold",
    "tiers_of",
]
