"""Many merchants at once, from open data or another system: approved by who brings them; every store with hours and a code."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.events import record_all
from shuke.merchants.stores import NewSpell
from shuke.merchants.types import StoresChanged


class LoadedStore(msgspec.Struct, frozen=True, kw_only=True):
    """A store as the source describes it."""

    store_id: UUID
    name: str
    zone: str
    category: str
    source: str
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    longitude: float | None = None
    latitude: float | None = None
    website: str = ""
    hours_text: str = ""
    hours: tuple[NewSpell, ...] = ()


class LoadedMerchant(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant as the source describes it."""

    merchant_id: UUID
    name: str
    about: str
    category: str
    currency: str
    source: str
    stores: tuple[LoadedStore, ...]


async def load_merchants(db: Db, merchants: Sequence[LoadedMerchant], by: UUID, reason: str) -> None:
    """Copy merchants in as approved by `by` for `reason`; every store gets a scene code."""
    tags = await _tags(db, [merchant.merchant_id for merchant in merchants])
    now = clock.now()
    await db.copy(
        "merchants",
        "merchants",
        ("merchant_id", "tag", "name", "about", "category", "currency", "status", "created_at", "source"),
        [
            (m.merchant_id, tags[m.merchant_id], m.name, m.about, m.category, m.currency, "approved", now, m.source)
            for m in merchants
        ],
    )
    await db.copy(
        "merchants",
        "vetting",
        ("merchant_id", "step", "reason", "person_id", "at"),
        [(m.merchant_id, step, reason, by, now) for m in merchants for step in ("submitted", "approved")],
    )
    await _load_stores(db, [(merchant.merchant_id, store) for merchant in merchants for store in merchant.stores])
    await db.copy(
        "merchants",
        "scenes",
        ("merchant_id", "code", "kind", "store_id", "label", "created_by", "created_at"),
        [
            (m.merchant_id, ids.new_code(tags[m.merchant_id], 6), "store", store.store_id, store.name[:120], by, now)
            for m in merchants
            for store in m.stores
        ],
    )
    await record_all(db, [StoresChanged(merchant.merchant_id) for merchant in merchants])


async def _tags(db: Db, merchants: Sequence[UUID]) -> dict[UUID, str]:
    """A free tag for each: one that is taken is drawn again."""
    tags: dict[UUID, str] = {}
    while left := [merchant for merchant in merchants if merchant not in tags]:
        drawn = {ids.random_text(ids.TAG_LENGTH): merchant for merchant in left}
        taken = await db.values(
            str,
            """
            insert into merchants.tags (tag, merchant_id) select * from unnest(:tags::text[], :merchants::uuid[])
            on conflict do nothing returning tag
            """,
            tags=list(drawn),
            merchants=list(drawn.values()),
        )
        tags |= {drawn[tag]: tag for tag in taken}
    return tags


async def _load_stores(db: Db, stores: Sequence[tuple[UUID, LoadedStore]]) -> None:
    now = clock.now()
    columns = (
        *("merchant_id", "store_id", "name", "zone", "phone", "street", "postcode", "city", "longitude", "latitude"),
        *("category", "website", "hours_text", "source", "created_at"),
    )
    rows = [
        (
            *(merchant, store.store_id, store.name[:120], store.zone, store.phone, store.street, store.postcode, store.city),
            *(store.longitude, store.latitude, store.category, store.website, store.hours_text, store.source, now),
        )
        for merchant, store in stores
    ]
    await db.copy("merchants", "stores", columns, rows)
    await db.copy(
        "merchants",
        "opening_hours",
        ("merchant_id", "store_id", "weekday", "opens", "closes"),
        [(merchant, store.store_id, row.weekday, row.opens, row.closes) for merchant, store in stores for row in store.hours],
    )
