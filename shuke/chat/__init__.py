"""Chat: conversations of two, of groups, of a merchant's members, of meetups and tribes, and what is said in them.

Messages are numbered by their conversation: whoever says the last number she has gets what follows, each once and in order.
"""

from shuke.chat.batched import Sender
from shuke.chat.groups import mute, put_out, retitle
from shuke.chat.open import add_members, add_staff, close, let_back, open_group, pair_id, pair_with, remove_member
from shuke.chat.queries import conversation_of, conversations_of, is_member, is_muted, members_of, messages_of, unread
from shuke.chat.say import say
from shuke.chat.send import delete, read, send, told
from shuke.chat.types import (
    LONGEST,
    MOST_MEMBERS,
    ChatRefused,
    Conversation,
    Conversations,
    Listed,
    Member,
    MemberWent,
    Message,
    MessageDraft,
    NewGroup,
    NewMessage,
    Read,
    Title,
)

__all__ = [
    "LONGEST",
    "MOST_MEMBERS",
    "ChatRefused",
    "Conversation",
    "Conversations",
    "Listed",
    "Member",
    "MemberWent",
    "Message",
    "MessageDraft",
    "NewGroup",
    "NewMessage",
    "Read",
    "Sender",
    "Title",
    "add_members",
    "add_staff",
    "close",
    "conversation_of",
    "conversations_of",
    "delete",
    "is_member",
    "is_muted",
    "let_back",
    "members_of",
    "messages_of",
    "mute",
    "open_group",
    "pair_id",
    "pair_with",
    "put_out",
    "read",
    "remove_member",
    "retitle",
    "say",
    "send",
    "told",
    "unread",
]
