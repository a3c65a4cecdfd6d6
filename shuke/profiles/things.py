"""People as things: how one looks where she is passed on, and to who decides about a report."""

from uuid import UUID

from shuke.album import address
from shuke.friends import about, face_of, hidden_from, hide_face, own_face
from shuke.kit.db import Db
from shuke.moderation import Shown, moderated
from shuke.profiles.queries import may_see, wishes_of
from shuke.shares import Preview, Thing, shareable


@shareable("person")
async def person_preview(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """For everybody but those of whom either blocked the other."""
    if await hidden_from(db, viewer_id, [thing.owner_id]):
        return None
    face = await face_of(db, viewer_id, thing.owner_id)
    return Preview(face.name, await about(db, thing.owner_id), f"/people/{thing.owner_id}", face.photo, None, "user-round")


@moderated("face")
class Faces:
    """Name, picture and words of a person."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """As it is, also when it is hidden."""
        name = await db.value(
            str, "select name from people.people where person_id = :person and erased_at is null", person=owner_id
        )
        if name is None or thing_id != owner_id:
            return None
        looks, wishes = await own_face(db, owner_id), await wishes_of(db, owner_id)
        foods = wishes.foods if may_see(wishes.foods_for, None) else []
        said = "\n".join(line for line in (name, looks.about, ", ".join(foods)) if line)
        photos = [address(owner_id, looks.photo_id, small=True)] if looks.photo_id else []
        return Shown(owner_id, said, f"/people/{owner_id}", photos)

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """Picture and words are hers alone, or shown again."""
        if owner_id == thing_id:
            await hide_face(db, owner_id, hidden=hidden)
