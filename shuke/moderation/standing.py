"""Standing: what hides a thing now, and what was looked at and kept as it is."""

import hashlib
from uuid import UUID

from shuke.kit.db import Db
from shuke.moderation.registry import moderated_kind
from shuke.moderation.types import Shown, Thing


async def hold(db: Db, thing: Thing) -> None:
    """Until commit nobody else hides this thing or shows it again."""
    await db.run(
        "select pg_advisory_xact_lock(hashtextextended(:name, 0))",
        name=f"moderation:{thing.kind}:{thing.owner_id}:{thing.thing_id}",
    )


async def show_again(db: Db, thing: Thing) -> None:
    """What one decision hid, unless another decision hides it too, or reports do until it is decided. Called with the thing held."""
    if not await _hidden_otherwise(db, thing):
        await moderated_kind(thing.kind).hide(db, thing.owner_id, thing.thing_id, hidden=False)


async def _hidden_otherwise(db: Db, thing: Thing) -> bool:
    found = await db.value(
        bool,
        """
        select exists (select from moderation.decisions d left join moderation.appeals a using (decision_id)
            where d.kind = :kind and d.owner_id = :owner and d.thing_id = :thing and d.outcome = 'hide'
              and a.outcome is distinct from 'overturned')
          or exists (select from moderation.cases c
            where c.kind = :kind and c.owner_id = :owner and c.thing_id = :thing and c.status = 'open' and c.hidden_at is not null)
        """,
        kind=thing.kind,
        owner=thing.owner_id,
        thing=thing.thing_id,
    )
    return bool(found)


def print_of(shown: Shown) -> bytes:
    """The same for the same words and pictures."""
    return hashlib.sha256("\0".join((shown.text, *shown.photos)).encode()).digest()


async def keep_as_it_is(db: Db, decision_id: UUID, shown: Shown | None) -> None:
    """What somebody has looked at and kept: reports alone don't hide it any more until it is changed."""
    await db.run(
        "update moderation.decisions set kept = :print where decision_id = :decision",
        print=print_of(shown) if shown is not None else None,
        decision=decision_id,
    )


async def kept_before(db: Db, thing: Thing, shown: Shown) -> bool:
    """Whether it was looked at and kept as it is now."""
    found = await db.value(
        bool,
        """
        select exists (select from moderation.decisions d
          where d.kind = :kind and d.owner_id = :owner and d.thing_id = :thing and d.kept = :print)
        """,
        kind=thing.kind,
        owner=thing.owner_id,
        thing=thing.thing_id,
        print=print_of(shown),
    )
    return bool(found)
