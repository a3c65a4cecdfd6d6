"""Reads for the merchant: figures of how its card spreads, the rows behind each, and the tree."""

from uuid import UUID

from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.sharing.types import By, Figures, Node, Row, Tree

MOST_NODES = 400
DEEPEST = 60  # levels that are drawn


async def figures(db: Db, merchant_id: UUID, by: By, zone: str) -> list[Figures]:
    """A line for each part, the newest month, the strongest channel or scene first."""
    return await db.all(
        Figures,
        """
        with member as materialized (
          select m.person_id, case :by::text when 'month' then to_char(m.joined_at at time zone :zone, 'YYYY-MM')
            when 'scene' then coalesce(m.scene_id::text, case when b.person_id is null then '' else 'friend' end) else '' end as part
          from cards.memberships m left join shares.branches b on b.merchant_id = m.merchant_id and b.person_id = m.person_id
          where m.merchant_id = :merchant
        ), counted as (
          select part, count(*) as members, 0 as links, 0 as opened, 0 as brought from member where :by <> 'channel' group by part
          union all
          select case :by when 'channel' then s.channel else m.part end, 0, count(*), 0, 0
          from member m join shares.shares s on s.person_id = m.person_id and s.merchant_id = :merchant group by 1
          union all
          select case :by when 'channel' then s.channel else m.part end, 0, 0, count(*), 0
          from member m join shares.shares s on s.person_id = m.person_id and s.merchant_id = :merchant
          join shares.arrivals a on a.person_id = s.person_id and a.share_id = s.share_id group by 1
          union all
          select case :by when 'channel' then b.channel else m.part end, 0, 0, 0, count(*)
          from member m join shares.branches b on b.merchant_id = :merchant and b.giver_id = m.person_id group by 1
        )
        select c.part, coalesce(max(s.label), '') as label,
          case :by when 'channel' then (select count(*) from member) else sum(c.members)::bigint end as members,
          sum(c.links)::bigint as links, sum(c.opened)::bigint as opened, sum(c.brought)::bigint as brought
        from counted c left join merchants.scenes s on :by = 'scene' and s.merchant_id = :merchant and s.scene_id::text = c.part
        group by c.part
        order by case :by when 'month' then c.part end desc nulls last, 6 desc, 5 desc, c.part
        """,
        merchant=merchant_id,
        by=by,
        zone=zone,
    )


async def members_in(db: Db, merchant_id: UUID, by: By, part: str | None, zone: str, before: Cursor | None) -> list[Row]:
    """The members of a part, the last who joined first."""
    return await db.all(
        Row,
        """
        select m.joined_at as at, m.person_id as row_id, m.person_id, p.name, m.number, coalesce(b.channel, '') as channel, '' as kind,
          b.giver_id as other_id, coalesce(g.name, '') as other_name, coalesce(gm.number, '') as other_number
        from cards.memberships m
        join people.people p on p.person_id = m.person_id
        left join shares.branches b on b.merchant_id = m.merchant_id and b.person_id = m.person_id
        left join cards.memberships gm on gm.merchant_id = m.merchant_id and gm.person_id = b.giver_id
        left join people.people g on g.person_id = gm.person_id
        where m.merchant_id = :merchant and (:at::timestamptz is null or (m.joined_at, m.person_id) < (:at, :before::uuid))
          and (:part::text is null or :by = 'channel' or :part = case :by::text
            when 'month' then to_char(m.joined_at at time zone :zone, 'YYYY-MM')
            else coalesce(m.scene_id::text, case when b.person_id is null then '' else 'friend' end) end)
        order by m.joined_at desc, m.person_id desc limit :most
        """,
        merchant=merchant_id,
        by=by,
        part=part,
        zone=zone,
        at=before.at if before else None,
        before=before.row_id if before else None,
        most=PAGE,
    )


async def links_in(db: Db, merchant_id: UUID, by: By, part: str | None, zone: str, before: Cursor | None) -> list[Row]:
    """The links that members of a part gave, the newest first."""
    return await db.all(
        Row,
        """
        select s.at, s.share_id as row_id, s.person_id, p.name, m.number, s.channel, s.kind,
          null::uuid as other_id, '' as other_name, '' as other_number
        from shares.shares s
        join cards.memberships m on m.merchant_id = :merchant and m.person_id = s.person_id
        join people.people p on p.person_id = m.person_id
        left join shares.branches b on b.merchant_id = m.merchant_id and b.person_id = m.person_id
        where s.merchant_id = :merchant and (:at::timestamptz is null or (s.at, s.share_id) < (:at, :before::uuid))
          and (:part::text is null or :part = case :by::text when 'month' then to_char(m.joined_at at time zone :zone, 'YYYY-MM')
            when 'channel' then s.channel else coalesce(m.scene_id::text, case when b.person_id is null then '' else 'friend' end) end)
        order by s.at desc, s.share_id desc limit :most
        """,
        merchant=merchant_id,
        by=by,
        part=part,
        zone=zone,
        at=before.at if before else None,
        before=before.row_id if before else None,
        most=PAGE,
    )


async def opened_in(db: Db, merchant_id: UUID, by: By, part: str | None, zone: str, before: Cursor | None) -> list[Row]:
    """Who opened links that members of a part gave, the last first; a name only of those who are members."""
    return await db.all(
        Row,
        """
        select a.at, a.arrival_id as row_id, a.person_id, p.name, m.number, s.channel, s.kind,
          t.person_id as other_id, coalesce(h.name, '') as other_name, coalesce(t.number, '') as other_number
        from shares.arrivals a
        join shares.shares s on s.person_id = a.person_id and s.share_id = a.share_id
        join cards.memberships m on m.merchant_id = :merchant and m.person_id = a.person_id
        join people.people p on p.person_id = m.person_id
        left join shares.branches b on b.merchant_id = m.merchant_id and b.person_id = m.person_id
        left join cards.memberships t on t.merchant_id = :merchant and t.person_id = a.taker_id
        left join people.people h on h.person_id = t.person_id
        where a.merchant_id = :merchant and (:at::timestamptz is null or (a.at, a.arrival_id) < (:at, :before::uuid))
          and (:part::text is null or :part = case :by::text when 'month' then to_char(m.joined_at at time zone :zone, 'YYYY-MM')
            when 'channel' then s.channel else coalesce(m.scene_id::text, case when b.person_id is null then '' else 'friend' end) end)
        order by a.at desc, a.arrival_id desc limit :most
        """,
        merchant=merchant_id,
        by=by,
        part=part,
        zone=zone,
        at=before.at if before else None,
        before=before.row_id if before else None,
        most=PAGE,
    )


async def brought_in(db: Db, merchant_id: UUID, by: By, part: str | None, zone: str, before: Cursor | None) -> list[Row]:
    """Who was brought by members of a part, the last first."""
    return await db.all(
        Row,
        """
        select c.at, c.person_id as row_id, c.giver_id as person_id, p.name, m.number, c.channel, '' as kind,
          c.person_id as other_id, coalesce(h.name, '') as other_name, coalesce(t.number, '') as other_number
        from shares.branches c
        join cards.memberships m on m.merchant_id = :merchant and m.person_id = c.giver_id
        join people.people p on p.person_id = m.person_id
        left join shares.branches b on b.merchant_id = m.merchant_id and b.person_id = m.person_id
        left join cards.memberships t on t.merchant_id = :merchant and t.person_id = c.person_id
        left join people.people h on h.person_id = t.person_id
        where c.merchant_id = :merchant and (:at::timestamptz is null or (c.at, c.person_id) < (:at, :before::uuid))
          and (:part::text is null or :part = case :by::text when 'month' then to_char(m.joined_at at time zone :zone, 'YYYY-MM')
            when 'channel' then c.channel else coalesce(m.scene_id::text, case when b.person_id is null then '' else 'friend' end) end)
        order by c.at desc, c.person_id desc limit :most
        """,
        merchant=merchant_id,
        by=by,
        part=part,
        zone=zone,
        at=before.at if before else None,
        before=before.row_id if before else None,
        most=PAGE,
    )


PAGE = 50
BEHIND = {"members": members_in, "links": links_in, "opened": opened_in, "brought": brought_in}


async def tree_of(db: Db, merchant_id: UUID, root_id: UUID | None = None, most: int = MOST_NODES) -> Tree:
    """Who brought whom, in the order in which it is drawn: all roots, or what hangs under one person."""
    found = await db.all(
        Node,
        """
        with recursive root as (
          select distinct b.giver_id as person_id from shares.branches b
          where b.merchant_id = :merchant and (b.giver_id = :root::uuid or (:root::uuid is null
            and not exists (select from shares.branches a where a.merchant_id = :merchant and a.person_id = b.giver_id)))
        ), node as (
          select r.person_id, null::uuid as giver_id, 0 as level, '' as channel, '' as scene, null::timestamptz as at,
            array[r.person_id::text] as path from root r
          union all
          select b.person_id, b.giver_id, n.level + 1, b.channel, b.scene, b.at,
            n.path || (to_char(b.at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || b.person_id::text)
          from node n join shares.branches b on b.merchant_id = :merchant and b.giver_id = n.person_id
          where n.level < :deepest
        )
        select n.person_id, n.giver_id, n.level, case when m.person_id is null then '' else p.name end as name, coalesce(m.number, '') as number,
          n.channel, n.scene, n.at,
          (select count(*) from shares.branches b where b.merchant_id = :merchant and b.giver_id = n.person_id)::int as brought
        from node n
        left join cards.memberships m on m.merchant_id = :merchant and m.person_id = n.person_id
        left join people.people p on p.person_id = m.person_id
        order by n.path limit :most
        """,
        merchant=merchant_id,
        root=root_id,
        deepest=DEEPEST,
        most=most + 1,
    )
    return Tree(found[:most], len(found) > most)
