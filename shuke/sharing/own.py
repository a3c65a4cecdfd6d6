"""What I passed on, and who came by it."""

from uuid import UUID

from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.shares import Share, preview
from shuke.sharing.types import Brought, OwnShare, OwnShares

PAGE = 30


async def own_shares(db: Db, person_id: UUID, before: Cursor | None = None) -> OwnShares:
    """My links, the newest first."""
    items = await db.all(
        OwnShare,
        """
        select s.share_id, s.code, s.kind, s.owner_id, s.thing_id, s.channel, s.at,
          (select count(*) from shares.arrivals a where a.person_id = s.person_id and a.share_id = s.share_id)::int as opened,
          (select count(*) from shares.branches b where b.merchant_id = s.merchant_id and b.giver_id = s.person_id
            and b.share_id = s.share_id)::int as brought
        from shares.shares s
        where s.person_id = :person and (:at::timestamptz is null or (s.at, s.share_id) < (:at, :before::uuid))
        order by s.at desc, s.share_id desc limit :most
        """,
        person=person_id,
        at=before.at if before else None,
        before=before.row_id if before else None,
        most=PAGE,
    )
    return OwnShares(items, Cursor(items[-1].at, items[-1].share_id).text if len(items) == PAGE else "")


async def brought_by(db: Db, person_id: UUID, most: int = 100) -> list[Brought]:
    """Who became a member somewhere by me, the last first, without whom I may not see."""
    return await db.all(
        Brought,
        """
        select b.person_id, m.name as merchant_name, b.channel, b.at
        from (select distinct merchant_id from shares.shares where person_id = :person and merchant_id is not null) s
        join shares.branches b on b.merchant_id = s.merchant_id and b.giver_id = :person
        join merchants.merchants m on m.merchant_id = b.merchant_id
        where not exists (select from friends.hidden h where h.person_id = :person and h.other_id = b.person_id)
        order by b.at desc, b.person_id limit :most
        """,
        person=person_id,
        most=most,
    )


async def gone(db: Db, share: Share) -> bool:
    """Whoever gave the link doesn't see the thing any more either, so that signing in would lead nowhere."""
    return await preview(db, share.thing, share.person_id) is None
