"""Tribes: communities of people with one interest: topics, replies, best posts, and those who keep order among them.

Who founds a tribe keeps it and names moderators; each of their acts is written down with who, when and why, for all members to read.
Of a tribe with approval only members read the topics. Who blocks somebody, or is blocked, sees nothing of that person here.
"""

from shuke.tribes.lists import mine, near, popular, topic_of, topics_of
from shuke.tribes.queries import is_member, keepers, members_of, tribe_of
from shuke.tribes.types import INTERESTS, Topic, Tribe, TribeLine, TribePage

__all__ = [
    "INTERESTS",
    "Topic",
    "Tribe",
    "TribeLine",
    "TribePage",
    "is_member",
    "keepers",
    "members_of",
    "mine",
    "near",
    "popular",
    "topic_of",
    "topics_of",
    "tribe_of",
]
