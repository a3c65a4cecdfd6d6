"""Scenes: codes that hang somewhere, made one at a time or many at once, and taken down again."""

from collections.abc import Sequence
from datetime import datetime
from typing import get_args
from uuid import UUID

import msgspec

from shuke.kit import clock, ids
from shuke.kit.cache import changed
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.merchants.queries import store_of
from shuke.merchants.types import SceneKind

MOST_AT_ONCE = 200


class HungScene(msgspec.Struct, frozen=True):
    """A scene as the shop's list shows it, how often it was scanned, and by how many people whose name is known."""

    scene_id: UUID
    code: str
    kind: SceneKind
    store_id: UUID | None
    store: str
    label: str
    created_at: datetime
    ended_at: datetime | None
    scans: int
    people: int


class Scan(msgspec.Struct, frozen=True):
    """One scan of a scene's code; nobody's name while she was not signed in."""

    scan_id: UUID
    person_id: UUID | None
    person: str
    at: datetime


async def hang_scenes(
    db: Db, merchant_id: UUID, by: UUID, *, kind: SceneKind, labels: Sequence[str], store_id: UUID | None = None
) -> list[UUID]:
    """New scenes, one for each label. Refusals: scene_unreadable (facts name the field), not_found for another's store."""
    plain = [label.strip() for label in labels]
    if kind not in get_args(SceneKind):
        raise Unreadable("scene_unreadable", _("Choose what the code stands at."), kind=kind)
    if not 1 <= len(plain) <= MOST_AT_ONCE:
        most = _("Make at least one and at most %(count)s codes at once.") % {"count": MOST_AT_ONCE}
        raise Unreadable("scene_unreadable", most, labels=most)
    if not all(1 <= len(label) <= 120 and "\x00" not in label for label in plain):
        wrong = _("Write where it hangs, in 1 to 120 characters.")
        raise Unreadable("scene_unreadable", wrong, labels=wrong)
    tag = await db.value(str, "select tag from merchants.merchants where merchant_id = :merchant", merchant=merchant_id)
    if tag is None or (store_id is not None and not await _is_open(db, merchant_id, store_id)):
        raise NotFound
    return await db.values(
        UUID,
        """
        insert into merchants.scenes (merchant_id, code, kind, store_id, label, created_by, created_at)
        select :merchant, code, :kind, :store, label, :by, :now
        from unnest(:codes::text[], :labels::text[]) with ordinality as s(code, label, place) order by place
        returning scene_id
        """,
        merchant=merchant_id,
        kind=kind,
        store=store_id,
        by=by,
        now=clock.now(),
        codes=[ids.new_code(tag, 6) for _label in plain],
        labels=plain,
    )


async def _is_open(db: Db, merchant_id: UUID, store_id: UUID) -> bool:
    store = await store_of(db, merchant_id, store_id)
    return store is not None and store.closed_at is None


async def end_scene(db: Db, merchant_id: UUID, scene_id: UUID) -> None:
    """Take a scene down: its code leads nowhere from now on, its counts stay. Refusals: not_found, scene_ended."""
    ended = await db.run(
        "update merchants.scenes set ended_at = :now where merchant_id = :merchant and scene_id = :scene and ended_at is null",
        merchant=merchant_id,
        scene=scene_id,
        now=clock.now(),
    )
    if not ended:
        if await scene_of(db, merchant_id, scene_id) is None:
            raise NotFound
        raise Refusal("scene_ended", _("This code was taken down before."))
    await changed(db, merchant_id)


async def scene_of(db: Db, merchant_id: UUID, scene_id: UUID) -> HungScene | None:
    """One scene of a merchant, also when it has been taken down."""
    return await db.one(
        HungScene,
        """
        select s.scene_id, s.code, s.kind, s.store_id, coalesce(p.name, '') as store, s.label, s.created_at, s.ended_at, n.scans, n.people
        from merchants.scenes s
        left join merchants.stores p on p.merchant_id = s.merchant_id and p.store_id = s.store_id
        cross join lateral (
          select count(*) as scans, count(distinct c.person_id) as people from merchants.scans c
          where c.merchant_id = s.merchant_id and c.scene_id = s.scene_id) n
        where s.merchant_id = :merchant and s.scene_id = :scene
        """,
        merchant=merchant_id,
        scene=scene_id,
    )


async def scenes_of(
    db: Db, merchant_id: UUID, *, ended: bool = False, before: Cursor | None = None, most: int = 50
) -> list[HungScene]:
    """A merchant's scenes that hang, or those taken down; the newest first."""
    return await db.all(
        HungScene,
        """
        select s.scene_id, s.code, s.kind, s.store_id, coalesce(p.name, '') as store, s.label, s.created_at, s.ended_at, n.scans, n.people
        from merchants.scenes s
        left join merchants.stores p on p.merchant_id = s.merchant_id and p.store_id = s.store_id
        cross join lateral (
          select count(*) as scans, count(distinct c.person_id) as people from merchants.scans c
          where c.merchant_id = s.merchant_id and c.scene_id = s.scene_id) n
        where s.merchant_id = :merchant and (s.ended_at is not null) = :ended
          and (:at::timestamptz is null or (s.created_at, s.scene_id) < (:at, :scene::uuid))
        order by s.created_at desc, s.scene_id desc limit :most
        """,
        merchant=merchant_id,
        ended=ended,
        at=before.at if before else None,
        scene=before.row_id if before else None,
        most=most,
    )


async def scans_of(db: Db, merchant_id: UUID, scene_id: UUID, before: Cursor | None = None, most: int = 50) -> list[Scan]:
    """The scans of a scene, the last first."""
    return await db.all(
        Scan,
        """
        select c.scan_id, c.person_id, coalesce(p.name, '') as person, c.at
        from merchants.scans c left join people.people p on p.person_id = c.person_id
        where c.merchant_id = :merchant and c.scene_id = :scene and (:before::uuid is null or c.scan_id < :before)
        order by c.scan_id desc limit :most
        """,
        merchant=merchant_id,
        scene=scene_id,
        before=before.row_id if before else None,
        most=most,
    )
