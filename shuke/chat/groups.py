"""Groups that people make: quiet, another title, going, and who may decide it."""

from uuid import UUID

from shuke.chat.open import remove_member
from shuke.chat.send import told
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotAllowed, NotFound
from shuke.kit.texts import clean


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
    if not await remove_member(db, conversation_id, person_id, by=viewer_id if viewer_id != person_id else None):
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
