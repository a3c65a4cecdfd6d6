"""Posts and what is said to them, with names, pictures and addresses as one viewer knows them."""

from collections.abc import Sequence
from uuid import UUID

from shuke.album import addresses
from shuke.feed.cursor import look_text
from shuke.feed.talk import comments_of, likers_of
from shuke.feed.types import Comment, CommentShown, Feed, Liker, Look, Page, Post, PostShown
from shuke.friends import Face, faces
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _


def posts_shown(viewer_id: UUID | None, posts: Sequence[Post], look: Look | None = None) -> list[PostShown]:
    """Posts for their page; those of others are fresh that came since `look`."""
    return [post_shown(viewer_id, post, look) for post in posts]


def post_shown(viewer_id: UUID | None, post: Post, look: Look | None = None) -> PostShown:
    """One of them."""
    mine = post.person_id == viewer_id
    return PostShown(
        post.person_id,
        post.post_id,
        post.name or _("Somebody"),
        post.face,
        post.kind,
        post.words,
        post.place,
        post.thing,
        addresses(post.person_id, post.photos, small=True),
        post.audience,
        post.proof,
        post.at,
        post.hidden,
        post.likes,
        post.liked,
        post.comments,
        mine,
        fresh=not mine and look is not None and not look.knows(post.post_id),
    )


def feed_shown(viewer_id: UUID, page: Page) -> Feed:
    """A page of the feed as programs get it."""
    return Feed(posts_shown(viewer_id, page.posts), page.next, look_text(page.look))


async def likers_shown(db: Db, viewer_id: UUID | None, post: Post) -> list[Liker]:
    """Who likes a post, with names and pictures."""
    people = await likers_of(db, viewer_id, post)
    known = await faces(db, viewer_id, people) if people else {}
    return [Liker(person_id, known[person_id].name, known[person_id].photo) for person_id in people]


async def comments_shown(db: Db, viewer_id: UUID | None, post: Post) -> list[CommentShown]:
    """What was said under a post, with names and pictures."""
    found = await comments_of(db, viewer_id, post)
    known = await faces(db, viewer_id, [comment.author_id for comment in found]) if found else {}
    return [comment_shown(comment, known[comment.author_id], viewer_id) for comment in found]


def comment_shown(comment: Comment, face: Face, viewer_id: UUID | None) -> CommentShown:
    """One of them."""
    mine = viewer_id in (comment.author_id, comment.person_id)
    return CommentShown(
        comment.comment_id, comment.author_id, face.name, face.photo, comment.words, comment.at, comment.hidden, mine
    )
