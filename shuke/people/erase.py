"""Erasing a person: what names or reaches her goes, her id stays so that every ledger still adds up."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from shuke.kit import answers, clock, letters
from shuke.kit.cache import changed
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.jobs import every_minute
from shuke.people.queries import contacts_of
from shuke.people.types import PersonErased

UNDER_WAY = timedelta(minutes=1)  # no request lives as long


Keeper = Callable[[Db, UUID], Awaitable[None]]

KEEPERS: list[Keeper] = []


def before_erasing(keeper: Keeper) -> Keeper:
    """Register what refuses to erase somebody who has to do something first; it says what."""
    KEEPERS.append(keeper)
    return keeper


async def demand_erasable(db: Db, person_id: UUID) -> None:
    """Refusals: those of all rooms, such as only_owner."""
    for keeper in KEEPERS:
        await keeper(db, person_id)


async def erase(db: Db, person_id: UUID) -> None:
    """Forget the person in this room and tell the others; once more does nothing. Refusals: those of demand_erasable."""
    await demand_erasable(db, person_id)
    erased = await db.run(
        "update people.people set name = '', birthday = null, erased_at = :now where person_id = :person and erased_at is null",
        now=clock.now(),
        person=person_id,
    )
    if erased:
        await _forget(db, person_id)


@every_minute
async def forget_again(db: Db) -> int:
    """What was under way while somebody was erased, such as a join, a claim or a sign-in, is forgotten a minute later; how many."""
    now = clock.now()
    due = await db.values(
        UUID,
        """
        update people.people set forgotten_at = :now where person_id in (
          select person_id from people.people where erased_at < :before and forgotten_at is null
          order by erased_at limit 100 for update skip locked) and forgotten_at is null
        returning person_id
        """,
        now=now,
        before=now - UNDER_WAY,
    )
    for person_id in due:
        await _forget(db, person_id)
    return len(due)


@every_minute
async def sweep(db: Db) -> int:
    """Codes and challenges of yesterday, sessions that ended a month ago; how many."""
    return await db.run(
        """with code as (delete from people.sign_in_codes where expires_at < :now::timestamptz - interval '1 day' returning 1),
        asked as (delete from people.challenges where expires_at < :now - interval '1 day' returning 1),
        ended as (delete from people.sessions where (person_id, token_hash) in (select person_id, token_hash
          from people.sessions where least(ended_at, expires_at) < :now - interval '30 days' limit 2000) returning 1)
        select from code union all select from asked union all select from ended""",
        now=clock.now(),
    )


async def _forget(db: Db, person_id: UUID) -> None:
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
