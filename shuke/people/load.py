"""Many people at once, from another system: most without contacts, until they bring their own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.people.contacts import Contact


class LoadedPerson(msgspec.Struct, frozen=True):
    """Somebody another system knows under a name or number."""

    person_id: UUID
    name: str
    created_at: datetime
    contact: Contact | None = None
    """A way to reach that the other system has verified."""


async def load_people(db: Db, people: Sequence[LoadedPerson]) -> None:
    """Copy people in. A contact that somebody else has already stays hers."""
    await db.copy(
        "people",
        "people",
        ("person_id", "name", "created_at"),
        [(person.person_id, person.name, person.created_at) for person in people],
    )
    bound = [(person.person_id, person.created_at, person.contact) for person in people if person.contact]
    await db.run(
        """
        insert into people.contacts (kind, value, person_id, verified_at)
        select * from unnest(:kinds::text[], :values::text[], :people::uuid[], :moments::timestamptz[]) on conflict do nothing
        """,
        kinds=[contact.kind for _, _, contact in bound],
        values=[contact.value for _, _, contact in bound],
        people=[person for person, _, _ in bound],
        moments=[at for _, at, _ in bound],
    )
