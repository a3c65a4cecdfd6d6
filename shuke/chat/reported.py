"""Messages before the operators: what was reported, and hiding it."""

from uuid import UUID

import msgspec

from shuke.album import address
from shuke.chat.send import TOPIC
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.live import announce
from shuke.moderation import Shown


class _Said(msgspec.Struct, frozen=True):
    person_id: UUID
    number: int
    text: str
    photo_id: UUID | None


class Messages:
    """The owner of a message is its conversation."""

    async def shown(self, db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The message, also when it is hidden; None when it was taken back."""
        said = await db.one(
            _Said,
            """
            select person_id, number, text, photo_id from chat.messages
            where conversation_id = :conversation and message_id = :message and deleted_at is null and kind <> 'notice'
            """,
            conversation=owner_id,
            message=thing_id,
        )
        if said is None:
            return None
        photos = [address(said.person_id, said.photo_id)] if said.photo_id else []
        return Shown(said.person_id, said.text, f"/chats/{owner_id}#m{said.number}", photos)

    async def hide(self, db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """Its words are its sender's alone, or everybody's again."""
        number = await db.value(
            int,
            """
            update chat.messages set hidden_at = case when :hidden::boolean then :now::timestamptz end
            where conversation_id = :conversation and message_id = :message returning number
            """,
            hidden=hidden,
            now=clock.now(),
            conversation=owner_id,
            message=thing_id,
        )
        if number is not None:
            await announce(db, TOPIC, f"g:{owner_id}:{number}")
