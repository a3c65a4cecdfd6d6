"""Clubs: the groups that a merchant opens for its members, and the activities it invites them to.

Each group has a conversation, and who is in the conversation is in the group. Whoever holds the shop's card may join; who gives the card
back is out. A place at an activity is given by one statement, so that no more people come than there is room for.
"""

from shuke.clubs.lists import groups_near
from shuke.clubs.types import Activity, ClubRefused, GroupNear, MemberGroup, NewActivity, NewMemberGroup

__all__ = ["Activity", "ClubRefused", "GroupNear", "MemberGroup", "NewActivity", "NewMemberGroup", "groups_near"]
