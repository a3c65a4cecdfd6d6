"""Erasing a person: what names or reaches her goes, her id stays so that every ledger still adds up."""

from uuid import UUID

from shuke.kit import answers, clock, letters
from shuke.kit.cache import changed
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.people.queries import contacts_of
from shuke.people.types import PersonErased


async def erase(db: Db, person_id: UUID) -> None:
    """Forget the person in this room and tell the others; once more does nothing."""
    erased = await db.run(
        "update people.people set name = '', birthday = null, erased_at = :now where person_id = :person and erased_at is null",
        now=clock.now(),
        person=person_id,
    )
    if not erased:
        return
    for contact in await contacts_of(db, person_id):
        await letters.forget(db, contact.value)
        await db.run(
            "delete from people.sign_in_codes where target = any(:targets)",
            targets=[contact.target, f"add:{contact.target}", f"erase:{contact.target}"],
        )
    await db.run("delete from people.contacts where person_id = :person", person=person_id)
    await db.run("delete from people.sessions where person_id = :person", person=person_id)
    await db.run("delete from people.passkeys where person_id = :person", person=person_id)
    await db.run("delete from people.challenges where person_id = :person", person=person_id)
    await answers.forget(db, person_id)
    await record(db, PersonErased(person_id))
    await changed(db, person_id)
