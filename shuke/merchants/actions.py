"""Writes of the merchants room: founding a merchant, its stores, staff and scenes."""

from datetime import datetime, timedelta
from uuid import UUID

from shuke.kit import clock, ids
from shuke.kit.cache import changed
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.merchants.scenes import hang_scenes, scene_of
from shuke.merchants.types import SceneKind, StoresChanged

STEPS: dict[str, tuple[str, list[str]]] = {  # of vetting: the status after it, and those before it
    "submitted": ("submitted", ["draft", "refused"]),
    "approved": ("approved", ["submitted"]),
    "refused": ("refused", ["submitted"]),
    "suspended": ("suspended", ["approved"]),
    "reinstated": ("approved", ["suspended"]),
}


async def found(db: Db, name: str, currency: str, category: str, founder: UUID) -> UUID:
    """A new merchant in draft, with its founder as owner."""
    now = clock.now()
    merchant_id = None
    while merchant_id is None:
        merchant_id = await db.value(
            UUID,
            """
            with tagged as (
              insert into merchants.tags (tag, merchant_id) values (:tag, uuidv7()) on conflict do nothing returning tag, merchant_id
            )
            insert into merchants.merchants (merchant_id, tag, name, currency, category, created_at)
            select merchant_id, tag, :name, :currency, :category, :now from tagged returning merchant_id
            """,
            tag=ids.random_text(ids.TAG_LENGTH),
            name=name.strip(),
            currency=currency,
            category=category,
            now=now,
        )
    await employ(db, merchant_id, founder, "owner", founder)
    return merchant_id


async def employ(db: Db, merchant_id: UUID, person_id: UUID, role: str, by: UUID, store_id: UUID | None = None) -> None:
    """Give a person a role at a merchant; a role she has is replaced."""
    await db.run(
        """
        with job as (insert into merchants.jobs (person_id, merchant_id) values (:person, :merchant) on conflict do nothing)
        insert into merchants.staff (merchant_id, person_id, role, store_id, added_by, added_at)
        values (:merchant, :person, :role, :store, :by, :now)
        on conflict (merchant_id, person_id) do update set role = excluded.role, store_id = excluded.store_id,
          added_by = excluded.added_by, added_at = excluded.added_at, ended_at = null, ended_by = null, locked_until = null
        """,
        person=person_id,
        merchant=merchant_id,
        role=role,
        store=store_id,
        by=by,
        now=clock.now(),
    )
    await changed(db, person_id)


async def open_store(db: Db, merchant_id: UUID, name: str, zone: str) -> UUID:
    """A new store; its address, position and hours are set afterwards."""
    store_id = await db.value(
        UUID,
        "insert into merchants.stores (merchant_id, name, zone, created_at) values (:merchant, :name, :zone, :now) returning store_id",
        merchant=merchant_id,
        name=name.strip(),
        zone=zone,
        now=clock.now(),
    )
    assert store_id is not None
    await record(db, StoresChanged(merchant_id))
    return store_id


async def hang_scene(db: Db, merchant_id: UUID, kind: SceneKind, label: str, by: UUID, store_id: UUID | None = None) -> str:
    """A new scene; its code."""
    [scene_id] = await hang_scenes(db, merchant_id, by, kind=kind, labels=[label], store_id=store_id)
    scene = await scene_of(db, merchant_id, scene_id)
    assert scene is not None
    return scene.code


async def decide(db: Db, merchant_id: UUID, step: str, reason: str, by: UUID) -> None:
    """One step of vetting: submitted, approved, refused, suspended, reinstated. Each is logged; a step out of order is refused."""
    target, before = STEPS[step]
    moved = await db.run(
        """
        with moved as (
          update merchants.merchants set status = :target where merchant_id = :merchant and status = any(:before) returning merchant_id
        )
        insert into merchants.vetting (merchant_id, step, reason, person_id, at) select merchant_id, :step, :reason, :by, :now from moved
        """,
        target=target,
        merchant=merchant_id,
        before=before,
        step=step,
        reason=reason,
        by=by,
        now=clock.now(),
    )
    if not moved:
        raise Refusal("wrong_step", _("This step does not fit the merchant's state any more. Look at its log."), step=step)
    staff = await db.values(UUID, "select person_id from merchants.staff where merchant_id = :merchant", merchant=merchant_id)
    for owner_id in (*staff, merchant_id):
        await changed(db, owner_id)
    await record(db, StoresChanged(merchant_id))


async def report_visit(db: Db, merchant_id: UUID, text: str, by: UUID) -> None:
    """Keep what somebody saw at the merchant's place: one of the grounds of a decision."""
    await db.run(
        """
        insert into merchants.vetting (merchant_id, step, reason, person_id, at)
        values (:merchant, 'visit_report', :reason, :by, :now)
        """,
        merchant=merchant_id,
        reason=text,
        by=by,
        now=clock.now(),
    )


async def note_scan(db: Db, merchant_id: UUID, scene_id: UUID, person_id: UUID | None) -> None:
    """Keep that a scene's code was scanned, so that a poster's joins can be held against its scans.

    The same person within a minute counts once; strangers can't be told apart here.
    """
    now = clock.now()
    await db.run(
        """
        insert into merchants.scans (merchant_id, scene_id, person_id, at)
        select :merchant::uuid, :scene::uuid, :person::uuid, :now::timestamptz
        where not exists (select from merchants.scans
          where merchant_id = :merchant and scene_id = :scene and person_id = :person and at > :since)
        """,
        merchant=merchant_id,
        scene=scene_id,
        person=person_id,
        now=now,
        since=now - timedelta(minutes=1),
    )


async def lock_staff(db: Db, merchant_id: UUID, person_id: UUID, until: datetime) -> None:
    """Keep somebody who guesses codes away from the till for a while; seen by every process at commit."""
    await db.run(
        "update merchants.staff set locked_until = :until where merchant_id = :merchant and person_id = :person",
        until=until,
        merchant=merchant_id,
        person=person_id,
    )
    await changed(db, person_id)
