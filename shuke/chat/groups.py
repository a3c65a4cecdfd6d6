"""Groups that people make: starting one, bringing friends in, going, another title, quiet."""

from collections.abc import Sequence
from uuid import UUID

from shuke.chat.open import add_members, open_group, pair_with, remove_member
from shuke.chat.queries import conversation_of
from shuke.chat.send import told
from shuke.chat.types import ChatRefused, NewGroup
from shuke.friends import demand_not_blocked, friend_ids
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotAllowed, NotFound
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


async def mute(db: Db, viewer_id: UUID, conversation_id: UUID, *, muted: bool) -> None:
    """Whether a conversation counts among what waits. Refusal: not_found."""
    found = await db.run(
        """
        update chat.mine set muted_at = case when :muted::boolean then :now::timestamptz end
        where person_id = :person and conversation_id = :conversation and left_at is null
        """,
        muted=muted,
        now=clock.now(),
        person=viewer_id,
        conversation=conversation_id,
    )
    if not found:
        raise NotFound


async def retitle(db: Db, viewer_id: UUID, conversation_id: UUID, title: str) -> None:
    """Another title, by the founder or the shop's staff. Refusals: not_found, not_allowed."""
    await demand_lead(db, viewer_id, conversation_id)
    await db.run(
        "update chat.conversations set title = :title where conversation_id = :conversation",
        title=clean(title),
        conversation=conversation_id,
    )
    await told(db, conversation_id, viewer_id, "renamed")


async def put_out(db: Db, viewer_id: UUID, conversation_id: UUID, person_id: UUID) -> None:
    """Leave, or by the founder or the shop's staff put somebody else out. Refusals: not_found, not_allowed."""
    if viewer_id != person_id:
        await demand_lead(db, viewer_id, conversation_id)
    kind = await db.value(
        str, "select kind from chat.conversations where conversation_id = :conversation", conversation=conversation_id
    )
    if kind in (None, "pair"):
        raise NotFound
    if not await remove_member(db, conversation_id, person_id):
        raise NotFound
    await told(db, conversation_id, person_id, "left" if viewer_id == person_id else "removed")


async def demand_lead(db: Db, viewer_id: UUID, conversation_id: UUID) -> None:
    """Only who leads a conversation goes on. Refusals: not_found, not_allowed."""
    role = await db.value(
        str,
        """
        select m.role from chat.members m join chat.conversations c using (conversation_id)
        where m.conversation_id = :conversation and m.person_id = :person and m.left_at is null and c.kind <> 'pair'
        """,
        conversation=conversation_id,
        person=viewer_id,
    )
    if role is None:
        raise NotFound
    if role == "member":
        raise NotAllowed(detail=_("Only who founded the group can do this."))
