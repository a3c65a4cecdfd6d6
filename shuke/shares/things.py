"""Kinds of things that can be passed on: each room registers its own and says how one looks to a viewer."""

from collections.abc import Callable, Iterable
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.shares.types import Preview, Previewer, Thing

PREVIEWERS: dict[str, Previewer] = {}


def shareable(kind: str) -> Callable[[Previewer], Previewer]:
    """Register how things of a kind look; the function returns None for what this viewer may not see or what is gone."""

    def register(previewer: Previewer) -> Previewer:
        assert kind not in PREVIEWERS, kind
        PREVIEWERS[kind] = previewer
        return previewer

    return register


async def preview(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """How a thing looks to somebody, None for nobody signed in; None when she may not see it, also of an unknown kind."""
    previewer = PREVIEWERS.get(thing.kind)
    return None if previewer is None else await previewer(db, thing, viewer_id)


async def previews(db: Db, things: Iterable[Thing], viewer_id: UUID | None) -> dict[Thing, Preview]:
    """Several at once, without those that she may not see."""
    found = {}
    for thing in dict.fromkeys(things):
        shown = await preview(db, thing, viewer_id)
        if shown is not None:
            found[thing] = shown
    return found


async def passed_on(
    db: Db, things: Iterable[tuple[UUID, Thing]], channel: str, viewer_id: UUID
) -> dict[tuple[UUID, Thing], Preview]:
    """Things by who passed them on in a channel: where the giver has a link there, each leads by it, so that who comes is his branch."""
    asked = list(dict.fromkeys(things))
    shown = await previews(db, [thing for _giver, thing in asked], viewer_id)
    codes = await _codes(db, [(giver, thing) for giver, thing in asked if giver != viewer_id], channel)
    return {
        (giver, thing): msgspec.structs.replace(shown[thing], href=f"/x/{codes[giver, thing]}")
        if (giver, thing) in codes
        else shown[thing]
        for giver, thing in asked
        if thing in shown
    }


class _Code(msgspec.Struct, frozen=True):
    person_id: UUID
    kind: str
    owner_id: UUID
    thing_id: UUID
    code: str


async def _codes(db: Db, asked: list[tuple[UUID, Thing]], channel: str) -> dict[tuple[UUID, Thing], str]:
    if not asked:
        return {}
    found = await db.all(
        _Code,
        """
        select s.person_id, s.kind, s.owner_id, s.thing_id, s.code
        from unnest(:givers::uuid[], :kinds::text[], :owners::uuid[], :things::uuid[]) as a(person_id, kind, owner_id, thing_id)
        join shares.shares s using (person_id, kind, owner_id, thing_id) where s.channel = :channel
        """,
        givers=[giver for giver, _thing in asked],
        kinds=[thing.kind for _giver, thing in asked],
        owners=[thing.owner_id for _giver, thing in asked],
        things=[thing.thing_id for _giver, thing in asked],
        channel=channel,
    )
    return {(row.person_id, Thing(row.kind, row.owner_id, row.thing_id)): row.code for row in found}
