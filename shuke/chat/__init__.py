"""Chat: conversations of two, of groups, of a merchant's members, of meetups and tribes, and what is said in them.

Messages are numbered by their conversation: whoever says the last number she has gets what follows, each once and in order.
"""

from shuke.chat.open import add_members, close, open_group, pair_id, pair_with, remove_member
from shuke.chat.queries import conversation_of, conversations_of, is_member, members_of, messages_of, unread
from shuke.chat.send import delete, read, send, told
from shuke.chat.types import ChatRefused, Conversation, Listed, Member, Message, NewGroup, NewMessage

__all__ = [
    "ChatRefused",
    "Conversation",
    "Listed",
    "Member",
    "Message",
    "NewGroup",
    "NewMessage",
    "add_members",
    "close",
    "conversation_of",
    "conversations_of",
    "delete",
    "is_member",
    "members_of",
    "messages_of",
    "open_group",
    "pair_id",
    "pair_with",
    "read",
    "remove_member",
    "send",
    "told",
    "unread",
]
