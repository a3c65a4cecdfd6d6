"""Lists over merchants: one's own groups, and those near a position."""

from uuid import UUID

import msgspec

from shuke.clubs.types import GroupNear, MemberGroup
from shuke.kit.db import Db
from shuke.kit.geo import Point, mercator, metres
from shuke.places import cells_near

FAR = 20_000.0  # metres: further away is not near


class _Close(msgspec.Struct, frozen=True):
    merchant_id: UUID
    group_id: UUID
    merchant_name: str
    title: str
    place_id: UUID
    members: int
    joined: bool
    longitude: float
    latitude: float


async def groups_near(db: Db, viewer_id: UUID | None, point: Point, most: int = 20) -> list[GroupNear]:
    """Open groups of merchants that have a store near, by the nearest of their stores."""
    x, y = mercator(point)
    close = await db.all(
        _Close,
        """
        with close as (
          select distinct on (g.merchant_id, g.group_id) g.merchant_id, g.group_id, g.conversation_id, g.title, p.place_id, p.longitude,
            p.latitude, p.spot <-> point(:x::float8, :y::float8) as far
          from places.places p
          join clubs.groups g on g.merchant_id = p.merchant_id and g.closed_at is null and g.hidden_at is null
            and coalesce(g.store_id, p.place_id) = p.place_id
          where p.cell = any(:cells::bigint[])
          order by g.merchant_id, g.group_id, far
        )
        select g.merchant_id, g.group_id, b.name as merchant_name, g.title, g.place_id,
          (select count(*)::int from chat.members c where c.conversation_id = g.conversation_id and c.left_at is null
            and c.role = 'member') as members,
          exists (select from chat.members me where me.conversation_id = g.conversation_id and me.person_id = :viewer::uuid
            and me.left_at is null) as joined, g.longitude, g.latitude
        from close g join merchants.merchants b on b.merchant_id = g.merchant_id and b.status = 'approved'
        order by g.far, g.group_id limit :most
        """,
        x=x,
        y=y,
        cells=cells_near(point, FAR),
        viewer=viewer_id,
        most=most,
    )
    found = [
        GroupNear(
            one.merchant_id,
            one.group_id,
            one.merchant_name,
            one.title,
            one.place_id,
            one.members,
            one.joined,
            round(metres(point, Point(one.longitude, one.latitude))),
        )
        for one in close
    ]
    return [one for one in found if one.metres <= FAR]


async def own_groups(db: Db, person_id: UUID) -> list[MemberGroup]:
    """The groups that somebody is in, the last joined first."""
    return await db.all(
        MemberGroup,
        """
        select g.merchant_id, g.group_id, g.conversation_id, b.name as merchant_name, g.title, g.about, g.store_id,
          coalesce(s.name, '') as store_name, g.tier_from, coalesce(t.name, '') as tier_name,
          (select count(*)::int from chat.members c where c.conversation_id = g.conversation_id and c.left_at is null
            and c.role = 'member') as members,
          true as joined, m.person_id is not null as holder, coalesce(m.tier >= coalesce(g.tier_from, 0), false) as may_join,
          false as put_out, g.created_at, g.closed_at, g.hidden_at
        from chat.mine i
        join clubs.groups g on g.conversation_id = i.conversation_id
        join merchants.merchants b on b.merchant_id = g.merchant_id
        left join merchants.stores s on s.merchant_id = g.merchant_id and s.store_id = g.store_id
        left join cards.tiers t on t.merchant_id = g.merchant_id and t.position = g.tier_from
        left join cards.memberships m on m.merchant_id = g.merchant_id and m.person_id = i.person_id and m.left_at is null
        where i.person_id = :person and i.left_at is null and g.hidden_at is null
        order by g.closed_at desc nulls first, i.at desc, g.group_id limit 100
        """,
        person=person_id,
    )
