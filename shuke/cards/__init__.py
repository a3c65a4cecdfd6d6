"""Cards: a merchant's programme and tiers, a person's membership with its source, the code that rotates.

Joining twice, also at once from two phones, gives one membership. A copied code is worthless after half a minute.
"""

from shuke.cards.actions import join, leave
from shuke.cards.codes import CardCode, proves, read_card_code, step_of
from shuke.cards.earning import Earner, after, lifetime, points_for
from shuke.cards.filter import MemberFilter, count_members
from shuke.cards.notes import note_member
from shuke.cards.programme import ArticleRule, ProgrammeDraft, ProgrammeRules, TierDraft, rules_of_card, set_programme
from shuke.cards.queries import cards_of, member_by_number, member_of, membership_of, programme_of, tiers_of
from shuke.cards.tiers import TierStanding, held, raised, renewed, set_tiers
from shuke.cards.types import CardLeft, JoinCall, Joined, Member, MemberJoined, Membership, Programme, Tier
from shuke.cards.visits import Noted, article_points, earners, note_purchases, take_back_visit
from shuke.cards.words import benefits, gives, lasts, threshold

__all__ = [
    "ArticleRule",
    "CardCode",
    "CardLeft",
    "Earner",
    "JoinCall",
    "Joined",
    "Member",
    "MemberFilter",
    "MemberJoined",
    "Membership",
    "Noted",
    "Programme",
    "ProgrammeDraft",
    "ProgrammeRules",
    "Tier",
    "TierDraft",
    "TierStanding",
    "after",
    "article_points",
    "benefits",
    "cards_of",
    "count_members",
    "earners",
    "gives",
    "held",
    "join",
    "lasts",
    "leave",
    "lifetime",
    "member_by_number",
    "member_of",
    "membership_of",
    "note_member",
    "note_purchases",
    "points_for",
    "programme_of",
    "proves",
    "raised",
    "read_card_code",
    "renewed",
    "rules_of_card",
    "set_programme",
    "set_tiers",
    "step_of",
    "take_back_visit",
    "threshold",
    "tiers_of",
]
