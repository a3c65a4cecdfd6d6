"""Writes of the feed: telling, passing on, taking back, looking."""

from datetime import timedelta
from uuid import UUID

import msgspec

from shuke.album import drop, keep
from shuke.feed.cursor import LONGEST
from shuke.feed.queries import post_of
from shuke.feed.types import Look, NewForward, NewPost, Post, PostDraft, PostPublished, PostRemoved
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.geo import Point, metres
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.texts import clean
from shuke.moderation import Cause, open_case, pace, read_words
from shuke.moderation import Thing as Read
from shuke.shares import Thing

NEAR = 200.0  # metres: who is as near as that is there
PROVES = timedelta(hours=24)  # a visit proves a check-in as long


class Where(msgspec.Struct, frozen=True):
    """A place, and the viewer's last visit there that proves a check-in."""

    longitude: float
    latitude: float
    visit_id: UUID | None


async def publish(db: Db, new: NewPost) -> UUID:
    """Tell it: the id of the post. One for each review, topic or meetup: again gives the same. What people write themselves comes by
    `write`, which has it read first. It is to be the last thing its transaction does that takes long."""
    made = await _published(db, new)
    if made is None:
        await _renew(db, new.person_id)
        return await _told_before(db, new)
    return made.post_id


async def _published(db: Db, new: NewPost) -> Post | None:
    """The post as its author sees it; none when it was told before."""
    made = await db.one(
        Post,
        """
        with bounded as (
          select set_config('transaction_timeout', case when :kind in ('review', 'topic', 'meetup')
            then current_setting('transaction_timeout') else :longest end, true) as longest
        ), numbered as (
          insert into feed.newest (person_id, post_id) select :person, case when :audience <> 'me' then uuidv7() end from bounded
          on conflict (person_id) do update set post_id = case when :audience = 'me' then feed.newest.post_id else uuidv7() end
          returning person_id, post_id
        ), made as (
          insert into feed.posts (person_id, post_id, kind, words, place_id, thing_kind, thing_owner, thing_id, photos, audience, proof,
            visit_id, at)
          select person_id, case when :audience = 'me' then uuidv7() else post_id end, :kind, :words, :place, :thing_kind, :thing_owner,
            :thing, :photos, :audience, :proof, :visit, :now from numbered
          on conflict (person_id, thing_kind, thing_owner, thing_id) where kind in ('review', 'topic', 'meetup') do nothing
          returning *
        )
        select p.person_id, p.post_id, coalesce(w.name, '') as name,
          case when e.photo_id is not null and e.hidden_at is null
            then format('/photos/%s/%s/small', e.person_id, e.photo_id) end as face,
          p.kind, p.words, p.place_id, a.name as place_name, a.city as place_city, p.thing_kind, p.thing_owner, p.thing_id, p.photos,
          p.audience, p.proof, p.at, false as hidden, 0 as likes, false as liked, 0 as comments
        from made p left join people.people w on w.person_id = p.person_id left join friends.faces e on e.person_id = p.person_id
        left join places.places a on a.place_id = p.place_id
        """,
        longest=LONGEST,
        person=new.person_id,
        kind=new.kind,
        words=new.words,
        place=new.place_id,
        thing_kind=new.thing.kind if new.thing else None,
        thing_owner=new.thing.owner_id if new.thing else None,
        thing=new.thing.thing_id if new.thing else None,
        photos=list(new.photos),
        audience=new.audience,
        proof=new.proof,
        visit=new.visit_id,
        now=clock.now(),
    )
    if made is not None:
        await keep(db, new.person_id, new.photos, made.post_id)
    if made is not None and new.audience != "me":
        await record(db, PostPublished(new.person_id, made.post_id))
    return made


async def _told_before(db: Db, new: NewPost) -> UUID:
    assert new.thing is not None
    post_id = await db.value(
        UUID,
        """
        select post_id from feed.posts where person_id = :person and thing_kind = :kind and thing_owner = :owner and thing_id = :thing
          and kind in ('review', 'topic', 'meetup')
        """,
        person=new.person_id,
        kind=new.thing.kind,
        owner=new.thing.owner_id,
        thing=new.thing.thing_id,
    )
    assert post_id is not None
    return post_id


async def write(db: Db, person_id: UUID, draft: PostDraft) -> Post:
    """What somebody writes herself. Refusals: post_empty, place_missing, words_refused, too_many_requests, too_many_photos,
    not_found (a place that is not there, a photo of somebody else)."""
    words = clean(draft.words)
    if draft.check_in and draft.place_id is None:
        raise Refusal("place_missing", _("Choose the place where you are."))
    if not words and not draft.photos and not draft.check_in:
        raise Refusal("post_empty", _("Write something, or add a photo."))
    await pace(db, person_id, "post")
    doubt = await read_words(db, words, "post")
    where = await _where(db, person_id, draft.place_id) if draft.place_id else None
    new = NewPost(person_id, "words", words, draft.place_id, None, tuple(dict.fromkeys(draft.photos)), draft.audience)
    if draft.check_in and where is not None:
        new = msgspec.structs.replace(new, kind="check_in", visit_id=where.visit_id)
        if where.visit_id is not None:
            new = msgspec.structs.replace(new, proof="visit")
        elif draft.position is not None:
            there = Point(draft.position.longitude, draft.position.latitude)
            if metres(there, Point(where.longitude, where.latitude)) <= NEAR:
                new = msgspec.structs.replace(new, proof="position")
    return await _told(db, new, doubt)


async def _where(db: Db, person_id: UUID, place_id: UUID) -> Where:
    found = await db.one(
        Where,
        """
        select p.longitude, p.latitude, (
          select v.visit_id from visits.visits v
          where v.person_id = :person and v.place_id = :place and v.undone_at is null and v.at >= :since
          order by v.at desc limit 1) as visit_id
        from places.places p where p.place_id = :place
        """,
        person=person_id,
        place=place_id,
        since=clock.now() - PROVES,
    )
    if found is None:
        raise NotFound("place_not_found", _("This place is not here any more."))
    return found


async def _told(db: Db, new: NewPost, doubt: Cause | None) -> Post:
    """The post; with a `doubt` about its words it waits in the operators' queue."""
    post = await _published(db, new)
    assert post is not None
    if doubt is not None:
        await open_case(db, Read("post", post.person_id, post.post_id), post.person_id, doubt, post.words)
    return post


async def forward(db: Db, person_id: UUID, author_id: UUID, post_id: UUID, said: NewForward) -> Post:
    """Pass a post on; of one that passes on another, the other. Who may not see that sees no more by it. Refusals: not_found,
    words_refused, too_many_requests."""
    found = await seen(db, person_id, author_id, post_id)
    if found.kind == "forward" and found.thing is not None:
        found = await seen(db, person_id, found.thing.owner_id, found.thing.thing_id)
    await pace(db, person_id, "post")
    doubt = await read_words(db, said.words, "post")
    thing = Thing("post", found.person_id, found.post_id)
    return await _told(db, NewPost(person_id, "forward", clean(said.words), None, thing, (), said.audience), doubt)


async def seen(db: Db, viewer_id: UUID | None, author_id: UUID, post_id: UUID) -> Post:
    """A post that the viewer may see. Refusal: not_found."""
    found = await post_of(db, viewer_id, author_id, post_id)
    if found is None:
        raise NotFound("not_found", _("This post is not there, or not for you."))
    return found


async def remove(db: Db, person_id: UUID, post_id: UUID) -> None:
    """Take one's own post back, with its photos, comments and likes. Refusal: not_found."""
    await _lock(db, person_id)
    photos = await db.values(
        list[UUID],
        "delete from feed.posts where person_id = :person and post_id = :post returning photos",
        person=person_id,
        post=post_id,
    )
    if not photos:
        raise NotFound
    await drop(db, person_id, photos[0], post_id)
    await _renew(db, person_id)
    await record(db, PostRemoved(person_id, post_id))


async def hide(db: Db, person_id: UUID, post_id: UUID, *, hidden: bool) -> None:
    """By a decision: seen by its author alone, or again by all that it was told to."""
    await _lock(db, person_id)
    await db.run(
        """
        update feed.posts set hidden_at = case when :hidden::boolean then :now::timestamptz end
        where person_id = :person and post_id = :post
        """,
        hidden=hidden,
        now=clock.now(),
        person=person_id,
        post=post_id,
    )
    await _renew(db, person_id)
    if hidden:
        await record(db, PostRemoved(person_id, post_id))


async def _lock(db: Db, person_id: UUID) -> None:
    await db.run("select from feed.newest where person_id = :person for update", person=person_id)


async def _renew(db: Db, person_id: UUID) -> None:
    """Say again which of a person's posts is the newest that others see; her row is locked."""
    await db.run(
        """
        update feed.newest set post_id = (
          select post_id from feed.posts where person_id = :person and audience <> 'me' and hidden_at is null
          order by post_id desc limit 1)
        where person_id = :person
        """,
        person=person_id,
    )


async def look(db: Db, viewer_id: UUID, looked: Look, *, tell: bool = True) -> None:
    """Keep what of her feed the viewer has looked at, and `tell` her other pages that nothing is new any more."""
    changed = await db.run(
        """
        insert into feed.looks as k (person_id, upto, shown) values (:viewer, :upto, :shown)
        on conflict (person_id) do update set upto = excluded.upto, shown = excluded.shown where k.upto < excluded.upto
        """,
        viewer=viewer_id,
        upto=looked.upto,
        shown=looked.shown,
    )
    if changed and tell:
        await announce(db, f"person:{viewer_id}", "waiting")


async def forget(db: Db, person_id: UUID) -> None:
    """Who is erased leaves nothing in anybody's feed."""
    await db.run("delete from feed.posts where person_id = :person", person=person_id)
    await db.run("delete from feed.likes where liker_id = :person", person=person_id)
    await db.run("delete from feed.comments where author_id = :person", person=person_id)
    await db.run("delete from feed.newest where person_id = :person", person=person_id)
    await db.run("delete from feed.looks where person_id = :person", person=person_id)
