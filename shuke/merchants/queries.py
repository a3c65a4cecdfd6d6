"""Reads of the merchants room."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit.db import Db
from shuke.merchants.types import Employment, MerchantCard, Scene, Store


async def employments(db: Db, person_id: UUID) -> list[Employment]:
    """Every merchant this person works for."""
    return await db.all(
        Employment,
        """
        select s.merchant_id, m.tag, m.name as merchant_name, m.currency, m.status, s.role, s.store_id, s.locked_until
        from merchants.jobs j
        join merchants.staff s on s.merchant_id = j.merchant_id and s.person_id = j.person_id
        join merchants.merchants m on m.merchant_id = s.merchant_id
        where j.person_id = :person and s.ended_at is null order by m.name, s.merchant_id
        """,
        person=person_id,
    )


async def all_employments(db: Db, people: Sequence[UUID]) -> list[list[Employment]]:
    """The same for several people."""
    return [await employments(db, person_id) for person_id in people]


async def staff_member(db: Db, merchant_id: UUID, person_id: UUID) -> str | None:
    """The role this person has at this merchant now."""
    return await db.value(
        str,
        "select role from merchants.staff where merchant_id = :merchant and person_id = :person and ended_at is null",
        merchant=merchant_id,
        person=person_id,
    )


async def merchant_card(db: Db, merchant_id: UUID) -> MerchantCard | None:
    """A merchant, whatever its status."""
    return await db.one(
        MerchantCard,
        "select merchant_id, tag, name, about, category, currency, status from merchants.merchants where merchant_id = :merchant",
        merchant=merchant_id,
    )


async def store_of(db: Db, merchant_id: UUID, store_id: UUID) -> Store | None:
    """One store of a merchant."""
    return await db.one(
        Store,
        """
        select merchant_id, store_id, name, zone, phone, street, postcode, city, longitude, latitude, category, website,
          hours_text, source, closed_at
        from merchants.stores where merchant_id = :merchant and store_id = :store
        """,
        merchant=merchant_id,
        store=store_id,
    )


async def stores_of(db: Db, merchant_id: UUID) -> list[Store]:
    """The open stores of a merchant by name."""
    return await db.all(
        Store,
        """
        select merchant_id, store_id, name, zone, phone, street, postcode, city, longitude, latitude, category, website,
          hours_text, source, closed_at
        from merchants.stores where merchant_id = :merchant and closed_at is null order by name, store_id
        """,
        merchant=merchant_id,
    )


async def scene_by_code(db: Db, code: str) -> Scene | None:
    """The scene of a plain code (kit.ids.read_code), also when it no longer hangs."""
    return await db.one(
        Scene,
        """
        select s.merchant_id, s.scene_id, s.code, s.kind, s.store_id, s.label, m.name as merchant_name, m.status as merchant_status, s.ended_at
        from merchants.tags t
        join merchants.scenes s on s.merchant_id = t.merchant_id
        join merchants.merchants m on m.merchant_id = s.merchant_id
        where t.tag = :tag and s.code = :code
        """,
        tag=code[:5],
        code=code,
    )


async def scenes_by_codes(db: Db, codes: Sequence[str]) -> list[Scene | None]:
    """The same for several codes."""
    return [await scene_by_code(db, code) for code in codes]
