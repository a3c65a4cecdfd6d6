"""Reads of the shares room."""

from uuid import UUID

from shuke.kit import ids
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.shares.types import Branch, Share


async def share_by_code(db: Db, text: str) -> Share | None:
    """The link of a code in any writing."""
    return await db.one(
        Share,
        """
        select s.person_id, s.share_id, s.code, s.kind, s.owner_id, s.thing_id, s.merchant_id, s.channel, s.scene, s.at
        from shares.codes c join shares.shares s on s.person_id = c.person_id and s.share_id = c.share_id where c.code = :code
        """,
        code=ids.read_code(text) or "",
    )


async def branch_of(db: Db, merchant_id: UUID, person_id: UUID) -> Branch | None:
    """Who brought somebody to a merchant."""
    return await db.one(
        Branch,
        """
        select merchant_id, person_id, giver_id, share_id, channel, scene, depth, at
        from shares.branches where merchant_id = :merchant and person_id = :person
        """,
        merchant=merchant_id,
        person=person_id,
    )


async def shares_of(db: Db, person_id: UUID, before: Cursor | None = None, most: int = 50) -> list[Share]:
    """What somebody passed on, the newest first."""
    return await db.all(
        Share,
        """
        select person_id, share_id, code, kind, owner_id, thing_id, merchant_id, channel, scene, at from shares.shares
        where person_id = :person and (:at::timestamptz is null or (at, share_id) < (:at, :before::uuid))
        order by at desc, share_id desc limit :most
        """,
        person=person_id,
        at=before.at if before else None,
        before=before.row_id if before else None,
        most=most,
    )
