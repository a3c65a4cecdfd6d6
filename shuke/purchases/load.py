"""Past purchases by the ten thousand, from another till system."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit.db import Db


class LoadedPurchase(msgspec.Struct, frozen=True):
    """A purchase of the past. Minor units; `key` is its number in the other system."""

    purchase_id: UUID
    store_id: UUID
    person_id: UUID | None
    total: int
    discount: int
    points: int
    key: str
    at: datetime


async def load_purchases(
    db: Db, merchant_id: UUID, purchases: Sequence[LoadedPurchase], lines: Sequence[tuple[UUID, int, str, int, int]]
) -> None:
    """Copy purchases with their lines (purchase, line, article, quantity, amount). Points are the ledger's matter."""
    await db.copy(
        "purchases",
        "purchases",
        ("merchant_id", "purchase_id", "store_id", "person_id", "total", "discount", "points", "request_key", "at"),
        [(merchant_id, p.purchase_id, p.store_id, p.person_id, p.total, p.discount, p.points, p.key, p.at) for p in purchases],
    )
    await db.copy(
        "purchases",
        "lines",
        ("merchant_id", "purchase_id", "line", "article", "quantity", "amount"),
        [(merchant_id, *line) for line in lines],
    )
