"""What the album does when others announce something, and its pictures as moderation sees them."""

from uuid import UUID

from shuke.album import actions
from shuke.album.types import address
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.moderation import Shown, moderated
from shuke.people import PersonErased

on(PersonErased)(actions.forget)


@moderated("photo")
class Photos:
    """Owner is whose album it is in."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The picture, as long as it is not hidden."""
        found = await db.value(
            UUID,
            "select photo_id from album.photos where person_id = :person and photo_id = :photo",
            person=owner_id,
            photo=thing_id,
        )
        large, small = address(owner_id, thing_id), address(owner_id, thing_id, small=True)
        return Shown(owner_id, "", large, [small]) if found is not None else None

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """Nobody loads it, or everybody again."""
        await actions.hide(db, owner_id, thing_id, hidden=hidden)
