"""Group buy: so many real people pay before a deadline and all of them get the deal at the group's price, or every payment goes back.

A place is an order of a person, nothing else can make one. Whoever changes a group or its places holds the group's row first.
"""

from shuke.groupbuy.actions import join, leave, start
from shuke.groupbuy.queries import group_of, invariants, open_groups
from shuke.groupbuy.types import Group, GroupShown, Participant

__all__ = ["Group", "GroupShown", "Participant", "group_of", "invariants", "join", "leave", "open_groups", "start"]
