"""Writes of the thanks room: what a shop gives for reviewing."""

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.merchants import Acting
from shuke.thanks.types import Thanks


async def set_thanks(db: Db, acting: Acting, wanted: Thanks) -> Thanks:
    """From now on so many points for every review of a member, or none."""
    if wanted.points is None:
        await db.run("delete from thanks.offers where merchant_id = :merchant", merchant=acting.merchant_id)
        return wanted
    await db.run(
        """
        insert into thanks.offers (merchant_id, points, set_by, set_at) values (:merchant, :points, :by, :now)
        on conflict (merchant_id) do update set points = excluded.points, set_by = excluded.set_by, set_at = excluded.set_at
        """,
        merchant=acting.merchant_id,
        points=wanted.points,
        by=acting.person_id,
        now=clock.now(),
    )
    return wanted
