"""Notes: what a merchant writes down about a member."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Unreadable

MOST_TAGS = 20


async def note_member(db: Db, merchant_id: UUID, person_id: UUID, tags: Sequence[str], note: str) -> None:
    """Replace a member's tags and note. Refusals: not_found, note_unreadable."""
    kept = list(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
    if any("\x00" in text for text in (*kept, note)):
        raise Unreadable("note_unreadable", _("This can't be kept. Please write it anew."))
    if len(kept) > MOST_TAGS or any(len(tag) > 40 for tag in kept) or len(note.strip()) > 1000:
        raise Unreadable("note_unreadable", _("At most 20 tags of 40 characters, and a note of 1,000 characters."))
    changed = await db.run(
        "update cards.memberships set tags = :tags, note = :note where merchant_id = :merchant and person_id = :person",
        tags=kept,
        note=note.strip(),
        merchant=merchant_id,
        person=person_id,
    )
    if not changed:
        raise NotFound
