"""What people say to a post: likes and comments. Who sees them: the author, who is a friend of theirs, everyone on a public post."""

from uuid import UUID

from shuke.feed.actions import seen
from shuke.feed.types import Comment, LikesSeen, Post
from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.texts import clean
from shuke.moderation import Thing, check_words, pace

MOST = 500  # likes or comments on one page


async def like(db: Db, viewer_id: UUID, author_id: UUID, post_id: UUID) -> LikesSeen:
    """Like a post, once. Refusals: not_found, too_many_requests."""
    await seen(db, viewer_id, author_id, post_id)
    fresh = await db.run(
        """
        insert into feed.likes (person_id, post_id, liker_id, at)
        select person_id, post_id, :viewer, :now from feed.posts where person_id = :author and post_id = :post for key share
        on conflict do nothing
        """,
        viewer=viewer_id,
        now=clock.now(),
        author=author_id,
        post=post_id,
    )
    if fresh:
        await pace(db, viewer_id, "like")
    return await _likes(db, viewer_id, author_id, post_id)


async def unlike(db: Db, viewer_id: UUID, author_id: UUID, post_id: UUID) -> LikesSeen:
    """Take a like back. Refusal: not_found (the post)."""
    await db.run(
        "delete from feed.likes where person_id = :author and post_id = :post and liker_id = :viewer",
        author=author_id,
        post=post_id,
        viewer=viewer_id,
    )
    return await _likes(db, viewer_id, author_id, post_id)


async def _likes(db: Db, viewer_id: UUID, author_id: UUID, post_id: UUID) -> LikesSeen:
    post = await seen(db, viewer_id, author_id, post_id)
    return LikesSeen(post.likes, post.liked)


async def comment(db: Db, viewer_id: UUID, post: Post, words: str) -> Comment:
    """Say something under a post that the viewer sees. Refusals: comment_empty, words_refused, too_many_requests, not_found."""
    plain = clean(words)
    if not plain:
        raise Refusal("comment_empty", _("Write something first."))
    await pace(db, viewer_id, "comment")
    comment_id = ids.uuid7()
    await check_words(db, viewer_id, plain, "comment", Thing("comment", post.person_id, comment_id))
    made = await db.one(
        Comment,
        """
        insert into feed.comments (person_id, post_id, comment_id, author_id, words, at)
        select person_id, post_id, :comment, :viewer, :words, :now from feed.posts where person_id = :author and post_id = :post
        for key share
        returning person_id, post_id, comment_id, author_id, words, at, hidden_at is not null as hidden
        """,
        comment=comment_id,
        viewer=viewer_id,
        words=plain,
        now=clock.now(),
        author=post.person_id,
        post=post.post_id,
    )
    if made is None:
        raise NotFound
    await announce(db, f"person:{post.person_id}", "feed-talk")
    return made


async def take_comment_back(db: Db, viewer_id: UUID, author_id: UUID, post_id: UUID, comment_id: UUID) -> None:
    """One's own, or any under one's own post. Refusal: not_found."""
    gone = await db.run(
        """
        delete from feed.comments where person_id = :author and post_id = :post and comment_id = :comment
          and (author_id = :viewer or person_id = :viewer)
        """,
        author=author_id,
        post=post_id,
        comment=comment_id,
        viewer=viewer_id,
    )
    if not gone:
        raise NotFound


async def comments_of(db: Db, viewer_id: UUID | None, post: Post) -> list[Comment]:
    """Those that the viewer may see, the first first."""
    return await db.all(
        Comment,
        """
        select c.person_id, c.post_id, c.comment_id, c.author_id, c.words, c.at, c.hidden_at is not null as hidden
        from feed.comments c
        where c.person_id = :author and c.post_id = :post and (c.hidden_at is null or c.author_id = :viewer::uuid)
          and (:everyone or c.person_id = :viewer or c.author_id = :viewer
            or exists (select from friends.friends f where f.person_id = :viewer and f.friend_id = c.author_id))
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = c.author_id)
        order by c.comment_id limit :most
        """,
        author=post.person_id,
        post=post.post_id,
        viewer=viewer_id,
        everyone=post.audience == "everyone",
        most=MOST,
    )


async def likers_of(db: Db, viewer_id: UUID | None, post: Post) -> list[UUID]:
    """Who likes a post, as far as the viewer may see, the last first."""
    return await db.values(
        UUID,
        """
        select l.liker_id from feed.likes l
        where l.person_id = :author and l.post_id = :post
          and (:everyone or l.person_id = :viewer::uuid or l.liker_id = :viewer
            or exists (select from friends.friends f where f.person_id = :viewer and f.friend_id = l.liker_id))
          and not exists (select from friends.hidden h where h.person_id = :viewer and h.other_id = l.liker_id)
        order by l.at desc, l.liker_id limit :most
        """,
        author=post.person_id,
        post=post.post_id,
        viewer=viewer_id,
        everyone=post.audience == "everyone",
        most=MOST,
    )


async def hide_comment(db: Db, author_id: UUID, comment_id: UUID, *, hidden: bool) -> None:
    """By a decision: seen by who wrote it alone, or again by all. `author_id` is whose post it stands under."""
    await db.run(
        """
        update feed.comments set hidden_at = case when :hidden::boolean then :now::timestamptz end
        where person_id = :author and comment_id = :comment
        """,
        hidden=hidden,
        now=clock.now(),
        author=author_id,
        comment=comment_id,
    )
