"""Reads of the thanks room."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.thanks.types import Thanks


async def thanks_of(db: Db, merchant_id: UUID) -> Thanks:
    """What a shop gives for a review now."""
    points = await db.value(int, "select points from thanks.offers where merchant_id = :merchant", merchant=merchant_id)
    return Thanks(points)
