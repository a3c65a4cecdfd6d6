"""JSON API: the feed, posts, what is said to them."""

from uuid import UUID

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.feed.actions import forward, look, remove, seen, write
from shuke.feed.cursor import read_look, read_mark
from shuke.feed.queries import Asked, look_of, pages_of, posts_of, unread
from shuke.feed.shown import comment_shown, comments_shown, feed_shown, likers_shown, post_shown, posts_shown
from shuke.feed.talk import comment, like, take_comment_back, unlike
from shuke.feed.types import (
    CommentShown,
    CommentsShown,
    Feed,
    Likers,
    LikesSeen,
    Looked,
    NewComment,
    NewForward,
    Page,
    PostDraft,
    Posts,
    PostShown,
    Unread,
)
from shuke.friends import face_of, faces
from shuke.kit.answers import once
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.web import AnyRequest, resource
from shuke.people import Viewer, signed_in

MOST = 8  # pages in one statement: a page costs ten times what a statement does


class Feeds(Batcher[Asked, Page]):
    """Pages that are asked for at the same moment are looked up together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, pages_of, each_alone=True, lanes=2, most=MOST)


@get("/feed", guards=[signed_in], summary="A page of my feed")
async def get_feed(request: AnyRequest, viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None) -> Feed:
    """My friends' posts and mine, newest first, 20 a page. A walk by `next` gives every post that was there when it began once,
    whatever is written meanwhile. Refusal: cursor_unreadable."""
    page = await resource(request, Feeds)(Asked(viewer.person_id, read_mark(cursor)))
    return feed_shown(viewer.person_id, page)


@get("/feed/unread", guards=[signed_in], summary="How many posts are new")
async def get_unread(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Unread:
    """Posts of friends since the last look, at most 99."""
    return Unread(await unread(db, viewer.person_id))


@post("/feed/looks", guards=[signed_in], summary="Say that the feed was looked at")
async def create_look(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[Looked]) -> Unread:
    """With `look` of the first page; what came before is not new any more. Refusal: cursor_unreadable."""
    await look(db, viewer.person_id, read_look(data.look))
    return Unread(await unread(db, viewer.person_id))


@post("/posts", guards=[signed_in], summary="Write a post or check in", opt={"patient": True})
async def create_post(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[PostDraft],
) -> PostShown:
    """A check-in is proven by a visit of the last 24 hours, else by a `position` within 200 m, which is not kept; else it is shown as
    unproven. Photos are those put in by POST /photos. Refusals: post_empty, place_missing, place_not_found, words_refused,
    too_many_photos, too_many_requests, not_found, idempotency_key_reused."""

    async def tell() -> PostShown:
        return post_shown(viewer.person_id, await write(db, viewer.person_id, data))

    return await once(db, viewer.person_id, key, raw, PostShown, tell)


@get("/people/{person_id:uuid}/posts", guards=[signed_in], summary="What somebody told")
async def get_posts(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[UUID],
    cursor: FromQuery[str | None] = None,
) -> Posts:
    """As far as I may see it, newest first, 20 a page. Refusals: not_found, cursor_unreadable."""
    await face_of(db, viewer.person_id, person_id)
    page = await posts_of(db, viewer.person_id, person_id, read_mark(cursor))
    return Posts(posts_shown(viewer.person_id, page.posts, await look_of(db, viewer.person_id)), page.next)


@get("/posts/{person_id:uuid}/{post_id:uuid}", guards=[signed_in], summary="One post")
async def get_post(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], post_id: FromPath[UUID]
) -> PostShown:
    """If I may see it. Refusal: not_found."""
    return post_shown(viewer.person_id, await seen(db, viewer.person_id, person_id, post_id))


@delete("/posts/{person_id:uuid}/{post_id:uuid}", guards=[signed_in], summary="Take back a post of mine")
async def delete_post(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], post_id: FromPath[UUID]
) -> None:
    """With its photos, comments and likes. Refusal: not_found, also for another's."""
    await seen(db, viewer.person_id, person_id, post_id)
    await remove(db, viewer.person_id, post_id)


@post("/posts/{person_id:uuid}/{post_id:uuid}/forwards", guards=[signed_in], summary="Pass a post on")
async def create_forward(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    person_id: FromPath[UUID],
    post_id: FromPath[UUID],
    data: JSONBody[NewForward],
) -> PostShown:
    """As a post of mine; who may not see the first sees no more by it. Refusals: not_found, words_refused, too_many_requests,
    idempotency_key_reused."""

    async def tell() -> PostShown:
        return post_shown(viewer.person_id, await forward(db, viewer.person_id, person_id, post_id, data))

    return await once(db, viewer.person_id, key, raw, PostShown, tell)


@get("/posts/{person_id:uuid}/{post_id:uuid}/likes", guards=[signed_in], summary="Who likes a post")
async def get_likes(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], post_id: FromPath[UUID]
) -> Likers:
    """As far as I may see them: friends of mine, everyone on a public post or on mine. Refusal: not_found."""
    return Likers(await likers_shown(db, viewer.person_id, await seen(db, viewer.person_id, person_id, post_id)))


@post("/posts/{person_id:uuid}/{post_id:uuid}/likes", guards=[signed_in], summary="Like a post")
async def create_like(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], post_id: FromPath[UUID]
) -> LikesSeen:
    """Once, however often it is asked. Refusals: not_found, too_many_requests."""
    return await like(db, viewer.person_id, person_id, post_id)


@delete("/posts/{person_id:uuid}/{post_id:uuid}/likes", guards=[signed_in], summary="Take my like back", status_code=200)
async def delete_like(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], post_id: FromPath[UUID]
) -> LikesSeen:
    """Also where there is none. Refusal: not_found."""
    return await unlike(db, viewer.person_id, person_id, post_id)


@get("/posts/{person_id:uuid}/{post_id:uuid}/comments", guards=[signed_in], summary="What was said under a post")
async def get_comments(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], post_id: FromPath[UUID]
) -> CommentsShown:
    """As far as I may see it: by friends of mine, by everyone on a public post or on mine. Refusal: not_found."""
    return CommentsShown(await comments_shown(db, viewer.person_id, await seen(db, viewer.person_id, person_id, post_id)))


@post("/posts/{person_id:uuid}/{post_id:uuid}/comments", guards=[signed_in], summary="Say something under a post")
async def create_comment(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    person_id: FromPath[UUID],
    post_id: FromPath[UUID],
    data: JSONBody[NewComment],
) -> CommentShown:
    """Refusals: not_found, comment_empty, words_refused, too_many_requests, idempotency_key_reused."""

    async def say() -> CommentShown:
        found = await seen(db, viewer.person_id, person_id, post_id)
        made = await comment(db, viewer.person_id, found, data.words)
        return comment_shown(made, (await faces(db, None, [made.author_id]))[made.author_id], viewer.person_id)

    return await once(db, viewer.person_id, key, raw, CommentShown, say)


@delete(
    "/posts/{person_id:uuid}/{post_id:uuid}/comments/{comment_id:uuid}",
    guards=[signed_in],
    summary="Take back what was said",
)
async def delete_comment(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[UUID],
    post_id: FromPath[UUID],
    comment_id: FromPath[UUID],
) -> None:
    """Mine, or anybody's under a post of mine. Refusal: not_found."""
    await take_comment_back(db, viewer.person_id, person_id, post_id, comment_id)


feed_routes = Router(
    "/api/v1",
    route_handlers=[
        get_feed,
        get_unread,
        create_look,
        create_post,
        get_posts,
        get_post,
        delete_post,
        create_forward,
        get_likes,
        create_like,
        delete_like,
        get_comments,
        create_comment,
        delete_comment,
    ],
    tags=["feed"],
)
