"""Pages of the feed: the feed itself, what is new in it, one post, who likes it."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Stream

from shuke.feed.actions import forward, look, remove, seen
from shuke.feed.cursor import read_mark
from shuke.feed.queries import look_of, page_of, unread
from shuke.feed.shown import comments_shown, likers_shown, post_shown, posts_shown
from shuke.feed.talk import comment, like, take_comment_back, unlike
from shuke.feed.types import MOST_COMMENT, Audience, NewForward, Post, PostShown
from shuke.feed.words import AUDIENCES, audience_words, did
from shuke.friends import friend_ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import Live
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest, resource
from shuke.moderation import appeal_href
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.shares import Preview, passed_on
from shuke.shell import redirect, render


class LikeGiven(msgspec.Struct, frozen=True):
    """`like` is yes or no; `back` is the page it was said on."""

    like: str = "yes"
    back: str = "/feed"


class CommentGiven(msgspec.Struct, frozen=True):
    """What was typed under a post."""

    words: Annotated[str, msgspec.Meta(max_length=4 * MOST_COMMENT)] = ""


class ForwardGiven(msgspec.Struct, frozen=True):
    """What was typed about a post that is passed on."""

    words: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    audience: Audience = "friends"


def _fragment(request: AnyRequest) -> bool:
    return request.headers.get("hx-request") == "true"


async def things_of(db: Db, posts: list[PostShown], viewer_id: UUID) -> dict[UUID, Preview]:
    """What posts are about, as cards, by post; what the viewer may not see is left out."""
    asked = [(post.person_id, post.thing) for post in posts if post.thing is not None]
    found = await passed_on(db, asked, "feed", viewer_id) if asked else {}
    return {post.post_id: found[key] for post in posts if post.thing and (key := (post.person_id, post.thing)) in found}


@get("/feed", guards=[signed_in], opt={"writes": True})
async def feed_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    """A page of the feed; the first one marks all as seen."""
    looked = await look_of(db, viewer.person_id)
    page = await page_of(db, viewer.person_id, read_mark(cursor))
    posts = posts_shown(viewer.person_id, page.posts, looked)
    if cursor is None:
        await look(db, viewer.person_id, page.look, tell=looked is None or any(post.fresh for post in posts))
    return render(
        request,
        "feed/more.html" if _fragment(request) else "feed/feed.html",
        posts=posts,
        things=await things_of(db, posts, viewer.person_id),
        next=page.next,
        first=cursor is None,
        did=did,
    )


@get("/feed/news", guards=[signed_in])
async def news(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """How many posts are new: the bar at the top of the feed."""
    return render(request, "feed/news.html", count=await unread(db, viewer.person_id))


@get("/feed/live", guards=[signed_in])
async def hear_feed(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Stream:
    """Server-sent events for who reads the feed: her own, and that friends told something. When she has other friends it ends, and the
    page connects again to hear those."""
    friends = await friend_ids(db, viewer.person_id)
    topics = [f"person:{viewer.person_id}", *(f"posts:{person_id}" for person_id in friends)]
    return Stream(
        resource(request, Live).stream(topics, until="friends"),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


@get("/posts/{person_id:uuid}/{post_id:uuid}", guards=[anyone])
async def post_page(
    request: AnyRequest, db: NamedDependency[Db], person_id: FromPath[UUID], post_id: FromPath[UUID]
) -> Response[str]:
    """One post with what was said to it; a public one also for who is not signed in."""
    viewer = viewer_of(request)
    found = await seen(db, viewer.person_id if viewer else None, person_id, post_id)
    return await _post_page(request, db, viewer, found)


async def _post_page(
    request: AnyRequest, db: Db, viewer: Viewer | None, found: Post, typed: str = "", refusal: Refusal | None = None
) -> Response[str]:
    viewer_id = viewer.person_id if viewer else None
    shown = post_shown(viewer_id, found)
    return render(
        request,
        "feed/post.html",
        status=refusal.status if refusal else 200,
        frame="shell/app.html" if viewer else "shell/public.html",
        post=shown,
        things=await things_of(db, [shown], viewer_id) if viewer_id else {},
        comments=await comments_shown(db, viewer_id, found),
        likers=(await likers_shown(db, viewer_id, found))[:8],
        known=viewer is not None,
        appeal=appeal_href("post", found.person_id, found.post_id),
        appeal_of=appeal_href,
        typed=typed,
        error=refusal.detail if refusal else "",
        did=did,
    )


@get("/posts/{person_id:uuid}/{post_id:uuid}/likes", guards=[signed_in])
async def likes_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[UUID],
    post_id: FromPath[UUID],
) -> Response[str]:
    """Who likes a post, as far as the viewer may see."""
    found = await seen(db, viewer.person_id, person_id, post_id)
    return render(request, "feed/likes.html", post=found, likers=await likers_shown(db, viewer.person_id, found))


@post("/posts/{person_id:uuid}/{post_id:uuid}/likes", guards=[signed_in])
async def write_like(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[UUID],
    post_id: FromPath[UUID],
    data: URLEncodedBody[LikeGiven],
) -> Response[str] | Redirect:
    """Like, or take it back."""
    await (unlike if data.like == "no" else like)(db, viewer.person_id, person_id, post_id)
    if not _fragment(request):
        back = data.back if data.back.startswith("/") and not data.back.startswith(("//", "/\\")) else "/feed"
        return redirect(f"{back}#post-{post_id}")
    shown = post_shown(viewer.person_id, await seen(db, viewer.person_id, person_id, post_id))
    return render(request, "feed/acts.html", post=shown, back=data.back)


@post("/posts/{person_id:uuid}/{post_id:uuid}/comments", guards=[signed_in])
async def write_comment(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[UUID],
    post_id: FromPath[UUID],
    data: URLEncodedBody[CommentGiven],
) -> Response[str] | Redirect:
    """Say something under a post, or hear beside the field why not."""
    found = await seen(db, viewer.person_id, person_id, post_id)
    try:
        if len(data.words.strip()) > MOST_COMMENT:
            raise Refusal("too_long", _("At most %(most)s characters.") % {"most": MOST_COMMENT})
        await comment(db, viewer.person_id, found, data.words)
    except Refusal as refusal:
        return await _post_page(request, db, viewer, found, data.words, refusal)
    if not _fragment(request):
        return redirect(f"/posts/{person_id}/{post_id}#comments")
    return render(
        request, "feed/comments.html", post=found, comments=await comments_shown(db, viewer.person_id, found), known=True
    )


@post("/posts/{person_id:uuid}/{post_id:uuid}/comments/{comment_id:uuid}/removal", guards=[signed_in])
async def remove_comment(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[UUID],
    post_id: FromPath[UUID],
    comment_id: FromPath[UUID],
) -> Redirect:
    """One's own, or any under one's own post."""
    await take_comment_back(db, viewer.person_id, person_id, post_id, comment_id)
    return redirect(f"/posts/{person_id}/{post_id}#comments", flash=_("Deleted."))


@post("/posts/{person_id:uuid}/{post_id:uuid}/removal", guards=[signed_in])
async def remove_post(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], post_id: FromPath[UUID]
) -> Redirect:
    """Take one's own post back."""
    await seen(db, viewer.person_id, person_id, post_id)
    await remove(db, viewer.person_id, post_id)
    return redirect("/feed", flash=_("Deleted."))


@get("/posts/{person_id:uuid}/{post_id:uuid}/forward", guards=[signed_in])
async def forward_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[UUID],
    post_id: FromPath[UUID],
) -> Response[str]:
    """The form for passing a post on."""
    found = await seen(db, viewer.person_id, person_id, post_id)
    return await _forward_page(request, db, viewer, found, ForwardGiven(), "")


async def _forward_page(
    request: AnyRequest, db: Db, viewer: Viewer, found: Post, typed: ForwardGiven, error: str
) -> Response[str]:
    shown = post_shown(viewer.person_id, found)
    return render(
        request,
        "feed/forward.html",
        status=409 if error else 200,
        post=shown,
        things=await things_of(db, [shown], viewer.person_id),
        typed=typed,
        error=error,
        audiences=audience_words(AUDIENCES),
        did=did,
    )


@post("/posts/{person_id:uuid}/{post_id:uuid}/forward", guards=[signed_in])
async def write_forward(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[UUID],
    post_id: FromPath[UUID],
    data: URLEncodedBody[ForwardGiven],
) -> Response[str] | Redirect:
    """Pass it on."""
    found = await seen(db, viewer.person_id, person_id, post_id)
    try:
        await forward(db, viewer.person_id, person_id, post_id, NewForward(data.words, data.audience))
    except Refusal as refusal:
        return await _forward_page(request, db, viewer, found, data, refusal.detail)
    return redirect("/feed", flash=_("Passed on."))


feed_pages = Router(
    "/",
    route_handlers=[
        feed_page,
        news,
        hear_feed,
        post_page,
        likes_page,
        write_like,
        write_comment,
        remove_comment,
        remove_post,
        forward_page,
        write_forward,
    ],
    include_in_schema=False,
)
