"""Export: all that is held about a person, room by room; rooms above put in theirs without being known here."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db

Exporter = Callable[[Db, UUID], Awaitable[list[str]]]
"""Returns rows as JSON texts, such as `select to_json(m)::text from ... m where m.person_id = :person` gives them."""

EXPORTERS: dict[str, Exporter] = {}


def exports(name: str) -> Callable[[Exporter], Exporter]:
    """Register what a room holds about a person, under `name` in the file."""

    def register(exporter: Exporter) -> Exporter:
        EXPORTERS[name] = exporter
        return exporter

    return register


class Export(msgspec.Struct, frozen=True):
    """One file of everything. `held` says by table what rows there are; amounts in minor units, times in UTC."""

    person_id: UUID
    at: datetime
    held: dict[str, list[msgspec.Raw]]


async def export(db: Db, person_id: UUID) -> Export:
    """Everything about one person."""
    held = {}
    for name, exporter in sorted(EXPORTERS.items()):
        held[name] = [msgspec.Raw(row.encode()) for row in await exporter(db, person_id)]
    return Export(person_id, clock.now(), held)


@exports("people.people")
async def _people(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(p)::text from people.people p where person_id = :person", person=person_id)


@exports("people.contacts")
async def _contacts(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(c)::text from people.contacts c where person_id = :person", person=person_id)


@exports("people.sessions")
async def _sessions(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select (to_jsonb(s) - 'token_hash')::text from people.sessions s where person_id = :person order by created_at",
        person=person_id,
    )


@exports("people.passkeys")
async def _passkeys(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(k)::text from people.passkeys k where person_id = :person order by created_at", person=person_id
    )
