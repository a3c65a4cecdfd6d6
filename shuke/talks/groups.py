"""Groups that people make: starting one, bringing friends in."""

from collections.abc import Sequence
from uuid import UUID

from shuke.chat import ChatRefused, NewGroup, add_members, conversation_of, open_group, pair_with, told
from shuke.friends import demand_not_blocked, friend_ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.kit.texts import clean


async def start(db: Db, viewer_id: UUID, people: Sequence[UUID], title: str) -> UUID:
    """With one friend, without a title: the conversation of the two, the same every time. Otherwise a new group. Refusals:
    not_found, not_friends, group_full."""
    others = [one for one in dict.fromkeys(people) if one != viewer_id]
    if not others:
        raise NotFound
    await _demand_friends(db, viewer_id, others)
    if len(others) == 1 and not clean(title):
        return await pair_with(db, viewer_id, others[0])
    conversation_id = await open_group(db, NewGroup("group", clean(title), viewer_id, tuple(others)))
    await told(db, conversation_id, viewer_id, "opened")
    return conversation_id


async def _demand_friends(db: Db, viewer_id: UUID, people: Sequence[UUID]) -> None:
    """One brings in one's own friends only."""
    strangers = set(people) - set(await friend_ids(db, viewer_id))
    for one in strangers:
        await demand_not_blocked(db, viewer_id, one)
    if strangers:
        raise ChatRefused("not_friends", _("Only friends can be brought in. Send a friend request first."))


async def invite(db: Db, viewer_id: UUID, conversation_id: UUID, people: Sequence[UUID]) -> None:
    """Bring friends into a group. Refusals: not_found, not_friends, group_full."""
    conversation = await conversation_of(db, viewer_id, conversation_id)
    if conversation.kind != "group":
        raise NotFound
    await _demand_friends(db, viewer_id, [one for one in people if one != viewer_id])
    for person_id in await add_members(db, conversation_id, people):
        await told(db, conversation_id, person_id, "joined")
