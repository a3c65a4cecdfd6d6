"""What the feed does when others announce something, what others show of it, and what it holds about a person."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.album import addresses
from shuke.feed import actions, talk
from shuke.feed.queries import post_of, unread
from shuke.feed.types import NewPost, PostPublished, PostRemoved
from shuke.feed.words import title_of
from shuke.friends import counts
from shuke.kit.db import Db
from shuke.kit.events import on, on_many
from shuke.kit.live import announce_all
from shuke.moderation import Shown, moderated
from shuke.people import PersonErased, exports
from shuke.reviews import ReviewPublished
from shuke.shares import Preview, Thing, shareable


@on_many(PostPublished)
async def remind(db: Db, events: Sequence[PostPublished]) -> None:
    """One notice for each author, whatever the number of friends: their open pages listen to it."""
    await announce_all(db, [f"posts:{person_id}" for person_id in {event.person_id for event in events}], "feed")


@on_many(PostRemoved)
async def take_off(db: Db, events: Sequence[PostRemoved]) -> None:
    """What is gone is counted as new nowhere."""
    await announce_all(db, [f"posts:{person_id}" for person_id in {event.person_id for event in events}], "feed")


@on(PersonErased)
async def forget_erased(db: Db, event: PersonErased) -> None:
    """Who is erased leaves no post, comment or like."""
    await actions.forget(db, event.person_id)


@on(ReviewPublished)
async def tell_review(db: Db, event: ReviewPublished) -> None:
    """A review is told to friends, once; it is as public as itself."""
    thing = Thing("review", event.person_id, event.review_id)
    await actions.publish(db, NewPost(event.person_id, "review", "", event.place_id, thing, (), "everyone"))


counts("feed")(unread)


@shareable("post")
async def shown_post(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """A post in a few words, for who may see it."""
    post = await post_of(db, viewer_id, thing.owner_id, thing.thing_id)
    if post is None:
        return None
    pictures = addresses(post.person_id, post.photos[:1], small=True)
    href = f"/posts/{post.person_id}/{post.post_id}"
    return Preview(title_of(post), post.words[:200], href, pictures[0] if pictures else post.face, None, "newspaper")


class _Text(msgspec.Struct, frozen=True):
    author_id: UUID
    words: str
    photos: list[UUID]
    post_id: UUID


@moderated("post")
class Posts:
    """Posts, for who decides about them."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The post, also when it is hidden."""
        found = await db.one(
            _Text,
            """
            select person_id as author_id, words, photos, post_id from feed.posts where person_id = :person and post_id = :post
            """,
            person=owner_id,
            post=thing_id,
        )
        if found is None:
            return None
        return Shown(owner_id, found.words, f"/posts/{owner_id}/{thing_id}", addresses(owner_id, found.photos, small=True))

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """Its author alone sees it, or again all that it was told to."""
        await actions.hide(db, owner_id, thing_id, hidden=hidden)


@moderated("comment")
class Comments:
    """Comments, owned by the author of the post they stand under."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The comment, also when it is hidden."""
        found = await db.one(
            _Text,
            """
            select author_id, words, '{}'::uuid[] as photos, post_id from feed.comments
            where person_id = :person and comment_id = :comment
            """,
            person=owner_id,
            comment=thing_id,
        )
        return None if found is None else Shown(found.author_id, found.words, f"/posts/{owner_id}/{found.post_id}")

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """Who wrote it alone sees it, or again all."""
        await talk.hide_comment(db, owner_id, thing_id, hidden=hidden)


@exports("feed.posts")
async def _posts(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(p)::text from feed.posts p where person_id = :person order by post_id", person=person_id
    )


@exports("feed.comments")
async def _comments(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(c)::text from feed.comments c where author_id = :person order by comment_id", person=person_id
    )


@exports("feed.likes")
async def _likes(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str, "select to_json(l)::text from feed.likes l where liker_id = :person order by at, post_id", person=person_id
    )


@exports("feed.looks")
async def _looks(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(l)::text from feed.looks l where person_id = :person", person=person_id)


@exports("feed.newest")
async def _newest(db: Db, person_id: UUID) -> list[str]:
    return await db.values(str, "select to_json(n)::text from feed.newest n where person_id = :person", person=person_id)
