"""Reads of the feed: pages, posts of one person, one post. Each as far as the viewer may see it.

A page of the feed is pulled in two steps: those friends whose newest post below the reader's mark is newest, and of each what is not
older than the last of those; nothing else can be on the page. For somebody with thousands of friends the newest posts of all are
walked over first: most often the page is full after some hundreds of them; if not, it is pulled all the same.
"""

from collections.abc import Sequence
from itertools import takewhile
from uuid import UUID

import msgspec

from shuke.feed.cursor import END, START, Mark, earlier, moment, next_mark
from shuke.feed.types import Look, Page, Post
from shuke.kit.db import Db

PAGE = 20
MANY = 2_000  # friends from which the newest posts of all are walked over first
STEPS = 4_000  # of them, at most


class Key(msgspec.Struct, frozen=True):
    """Which post."""

    person_id: UUID
    post_id: UUID


class Asked(msgspec.Struct, frozen=True):
    """Somebody asks for a page of her feed, from a mark on."""

    viewer_id: UUID
    mark: Mark | None = None


async def page_of(db: Db, viewer_id: UUID, mark: Mark | None = None, most: int = PAGE) -> Page:
    """A page of the viewer's feed: her friends' posts and her own. A walk from page to page gives every post that was there when it
    began once, whatever is written meanwhile."""
    return (await pages_of(db, [Asked(viewer_id, mark)], most))[0]


async def pages_of(db: Db, asked: Sequence[Asked], most: int = PAGE) -> list[Page]:
    """Pages for several readers at once."""
    begun = moment()
    below = await _below(db, asked, most + 1)
    pages = []
    for one, posts in zip(asked, below, strict=True):
        open_ = one.mark is not None and one.mark.begun != START
        late = await _late(db, one.viewer_id, one.mark) if one.mark is not None and open_ else []
        pages.append(_page(one.mark or Mark(END, begun, ()), late, posts, most))
    return pages


def _page(mark: Mark, late: list[Post], below: list[Post], most: int) -> Page:
    more = len(below) > most
    posts = late + below[:most]
    given = [post.post_id for post in posts]  # the newest first: what is late stands above what is below
    open_from = earlier(mark.begun)
    lowest = given[-1] if more and given else START
    look = Look(max(open_from, lowest), list(takewhile(lambda one: one > open_from, given)))
    return Page(posts, next_mark(mark, given).text if more else None, look)


async def _below(db: Db, asked: Sequence[Asked], most: int) -> list[list[Post]]:
    """For each reader the next posts below her mark."""
    found = await db.grouped(
        Post,
        """
        select v.key, s.* from unnest(:keys::uuid[], :viewers::uuid[], :floors::uuid[]) as v(key, viewer_id, floor)
        cross join lateral (
          with size as (select count(*) as friends from (select from friends.friends f where f.person_id = v.viewer_id limit :many::int + 1) f),
          mine as (select friend_id from friends.friends where person_id = v.viewer_id and (select friends from size) <= :many), walked as (
            select p.person_id, p.post_id from (select p.person_id, p.post_id from feed.posts p
              where (select friends from size) > :many and p.audience <> 'me' and p.hidden_at is null and p.post_id < v.floor
              order by p.post_id desc limit :steps) p
            where exists (select from friends.friends f where f.person_id = v.viewer_id and f.friend_id = p.person_id)
            order by p.post_id desc limit :most::int), told as (
            select n.person_id as friend_id, b.post_id from feed.newest n
            cross join lateral (select case when n.post_id < v.floor then n.post_id else (select p.post_id from feed.posts p
              where p.person_id = n.person_id and p.audience <> 'me' and p.hidden_at is null and p.post_id < v.floor
              order by p.post_id desc limit 1) end as post_id) b
            where (select count(*) from walked) < :most and b.post_id is not null and n.person_id = any(array(select friend_id from mine union all
              select friend_id from friends.friends where person_id = v.viewer_id and (select friends from size) > :many))
            order by b.post_id desc limit :most), least as (
            select coalesce((select post_id from told order by post_id desc offset :most - 1 limit 1), (select post_id from walked
              where (select count(*) from walked) = :most order by post_id limit 1), '00000000-0000-0000-0000-000000000000') as post_id
          ), picked as (
            select n.* from (select p.* from told t cross join lateral (select p.* from feed.posts p
              where p.person_id = t.friend_id and p.audience <> 'me' and p.hidden_at is null and p.post_id < v.floor
                and p.post_id >= (select post_id from least) order by p.post_id desc limit :most) p
            union all select p.* from walked w join feed.posts p using (person_id, post_id) where (select count(*) from walked) = :most
            union all (select p.* from feed.posts p where p.person_id = v.viewer_id and p.post_id < v.floor
              and p.post_id >= (select post_id from least) order by p.post_id desc limit :most)) n order by n.post_id desc limit :most)
          select p.person_id, p.post_id, coalesce((select r.remark from friends.friends r where r.person_id = v.viewer_id
              and r.friend_id = p.person_id and r.remark <> ''), w.name) as name,
            case when e.photo_id is not null and e.hidden_at is null then format('/photos/%s/%s/small', e.person_id, e.photo_id) end as face,
            p.kind, p.words, p.place_id, a.name as place_name, a.city as place_city, p.thing_kind, (select p.thing_owner where not exists (
              select from friends.hidden h where h.person_id = v.viewer_id and h.other_id = p.thing_owner)) as thing_owner, p.thing_id,
            p.photos, p.audience, p.proof, p.at, p.hidden_at is not null as hidden, l.likes, l.likes > 0 and exists (select from feed.likes m
              where m.person_id = p.person_id and m.post_id = p.post_id and m.liker_id = v.viewer_id) as liked, c.comments
          from picked p join people.people w on w.person_id = p.person_id left join places.places a on a.place_id = p.place_id
          left join friends.faces e on e.person_id = p.person_id
          cross join lateral (select count(*)::int as likes from (select from feed.likes l where l.person_id = p.person_id
            and l.post_id = p.post_id and (p.audience = 'everyone' or v.viewer_id in (p.person_id, l.liker_id)
              or case when (select friends from size) <= :many then l.liker_id in (select friend_id from mine)
                else exists (select from friends.friends f where f.person_id = v.viewer_id and f.friend_id = l.liker_id) end)
            and not exists (select from friends.hidden h where h.person_id = v.viewer_id and h.other_id = l.liker_id) limit 1000) o) l
          cross join lateral (select count(*)::int as comments from (select from feed.comments c where c.person_id = p.person_id
            and c.post_id = p.post_id and (c.hidden_at is null or c.author_id = v.viewer_id)
            and (p.audience = 'everyone' or v.viewer_id in (p.person_id, c.author_id)
              or case when (select friends from size) <= :many then c.author_id in (select friend_id from mine)
                else exists (select from friends.friends f where f.person_id = v.viewer_id and f.friend_id = c.author_id) end)
            and not exists (select from friends.hidden h where h.person_id = v.viewer_id and h.other_id = c.author_id) limit 1000) o) c) s
        order by v.key, s.post_id desc
        """,
        keys=[UUID(int=number) for number in range(len(asked))],
        viewers=[one.viewer_id for one in asked],
        floors=[one.mark.floor if one.mark else END for one in asked],
        most=most,
        many=MANY,
        steps=STEPS,
    )
    return [found.get(UUID(int=number), []) for number in range(len(asked))]


async def _late(db: Db, viewer_id: UUID, mark: Mark) -> list[Post]:
    """What came to stand above the mark since the walk began: written before, seen only now."""
    keys = await db.all(
        Key,
        """
        select p.person_id, p.post_id from friends.friends f
        join feed.newest n on n.person_id = f.friend_id and n.post_id > :least
        join feed.posts p on p.person_id = f.friend_id and p.audience <> 'me' and p.hidden_at is null
          and p.post_id > :least and p.post_id < :begun and p.post_id <> all(:shown::uuid[])
        where f.person_id = :viewer
        union all
        select p.person_id, p.post_id from feed.posts p
        where p.person_id = :viewer and p.post_id > :least and p.post_id < :begun and p.post_id <> all(:shown::uuid[])
        order by post_id desc limit 100
        """,
        viewer=viewer_id,
        least=max(mark.floor, earlier(mark.begun)),
        begun=mark.begun,
        shown=list(mark.shown),
    )
    return await seen_of(db, viewer_id, keys)


async def seen_of(db: Db, viewer_id: UUID | None, keys: Sequence[Key]) -> list[Post]:
    """Those of these posts that the viewer may see, newest first. None: somebody who is not signed in."""
    if not keys:
        return []
    return await db.all(
        Post,
        """
        select p.person_id, p.post_id, coalesce(nullif(r.remark, ''), w.name) as name,
          case when e.photo_id is not null and e.hidden_at is null
            then format('/photos/%s/%s/small', e.person_id, e.photo_id) end as face,
          p.kind, p.words, p.place_id, a.name as place_name, a.city as place_city, p.thing_kind, (select p.thing_owner where not exists (
            select from friends.hidden h where h.person_id = :viewer and h.other_id = p.thing_owner)) as thing_owner, p.thing_id,
          p.photos, p.audience, p.proof, p.at, p.hidden_at is not null as hidden, l.likes, exists (select from feed.likes m
            where m.person_id = p.person_id and m.post_id = p.post_id and m.liker_id = :viewer::uuid) as liked, c.comments
        from unnest(:people::uuid[], :posts::uuid[]) as k(person_id, post_id)
        join feed.posts p on p.person_id = k.person_id and p.post_id = k.post_id
        join people.people w on w.person_id = p.person_id
        left join friends.friends r on r.person_id = :viewer and r.friend_id = p.person_id
        left join friends.faces e on e.person_id = p.person_id
        left join places.places a on a.place_id = p.place_id
        cross join lateral (select count(*)::int as likes from (select from feed.likes l
          where l.person_id = p.person_id and l.post_id = p.post_id
            and (p.audience = 'everyone' or p.person_id = :viewer or l.liker_id = :viewer
              or exists (select from friends.friends f where f.person_id = :viewer and f.friend_id = l.liker_id))
            and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = l.liker_id)
          limit 1000) seen) l
        cross join lateral (select count(*)::int as comments from (select from feed.comments c
          where c.person_id = p.person_id and c.post_id = p.post_id and (c.hidden_at is null or c.author_id = :viewer)
            and (p.audience = 'everyone' or p.person_id = :viewer or c.author_id = :viewer
              or exists (select from friends.friends f where f.person_id = :viewer and f.friend_id = c.author_id))
            and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = c.author_id)
          limit 1000) seen) c
        where p.person_id = :viewer or (p.hidden_at is null
          and (p.audience = 'everyone' or (p.audience = 'friends'
            and exists (select from friends.friends f where f.person_id = :viewer and f.friend_id = p.person_id)))
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = p.person_id))
        order by p.post_id desc
        """,
        viewer=viewer_id,
        people=[key.person_id for key in keys],
        posts=[key.post_id for key in keys],
    )


async def post_of(db: Db, viewer_id: UUID | None, person_id: UUID, post_id: UUID) -> Post | None:
    """One post, if the viewer may see it."""
    return next(iter(await seen_of(db, viewer_id, [Key(person_id, post_id)])), None)


async def posts_of(db: Db, viewer_id: UUID, person_id: UUID, mark: Mark | None = None, most: int = PAGE) -> Page:
    """One person's posts as far as the viewer may see them, such as for her page."""
    keys = await db.all(
        Key,
        """
        select p.person_id, p.post_id from feed.posts p
        where p.person_id = :person and p.post_id < :floor and (p.person_id = :viewer or (p.hidden_at is null
          and (p.audience = 'everyone' or (p.audience = 'friends'
            and exists (select from friends.friends f where f.person_id = :viewer and f.friend_id = :person)))
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = :person)))
        order by p.post_id desc limit :most
        """,
        person=person_id,
        viewer=viewer_id,
        floor=mark.floor if mark else END,
        most=most + 1,
    )
    posts = await seen_of(db, viewer_id, keys[:most])
    more = len(keys) > most
    return Page(posts, Mark(keys[most - 1].post_id, START, ()).text if more else None, Look(START, []))


async def look_of(db: Db, viewer_id: UUID) -> Look | None:
    """When she last looked at her feed."""
    return await db.one(Look, "select upto, shown from feed.looks where person_id = :viewer", viewer=viewer_id)


async def unread(db: Db, viewer_id: UUID) -> int:
    """How many posts of friends came since she last looked, at most 99."""
    found = await db.value(
        int,
        """
        select count(*)::int from (
          select from (
            select coalesce(k.upto, :start) as upto, coalesce(k.shown, '{}') as shown
            from (select) as nothing left join feed.looks k on k.person_id = :viewer) k
          join friends.friends f on f.person_id = :viewer
          join feed.newest n on n.person_id = f.friend_id and n.post_id > k.upto
          join feed.posts p on p.person_id = f.friend_id and p.audience <> 'me' and p.hidden_at is null
            and p.post_id > k.upto and p.post_id <> all(k.shown)
          limit 99) fresh
        """,
        viewer=viewer_id,
        start=START,
    )
    return found or 0
