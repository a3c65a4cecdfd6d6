"""What a person told, on her page: her newest posts as far as the viewer may see them, and the way to older ones."""

from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from shuke.feed import PostShown, did, posts_of, posts_shown, read_mark
from shuke.friends import Face, face_of
from shuke.kit.db import Db
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, signed_in
from shuke.shares import Preview, passed_on
from shuke.shell import render

FEW, PAGE = 5, 20


class Told(msgspec.Struct, frozen=True):
    """Posts of one person, what they are about by post, and the cursor of the older ones."""

    posts: list[PostShown]
    things: dict[UUID, Preview]
    next: str | None


async def told_by(db: Db, viewer_id: UUID, person_id: UUID, cursor: str | None = None, most: int = PAGE) -> Told:
    """What the viewer may see, the newest first. Refusal: cursor_unreadable."""
    page = await posts_of(db, viewer_id, person_id, read_mark(cursor), most)
    posts = posts_shown(viewer_id, page.posts)
    about = {post.post_id: (post.person_id, post.thing) for post in posts if post.thing is not None}
    found = await passed_on(db, list(about.values()), "feed", viewer_id) if about else {}
    return Told(posts, {post_id: found[key] for post_id, key in about.items() if key in found}, page.next)


@get("/people/{person_id:uuid}/posts", guards=[signed_in], include_in_schema=False)
async def show_posts(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[UUID],
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    """More of them: a part of the page, or a page of its own without script. Refusals: not_found, cursor_unreadable."""
    face: Face = await face_of(db, viewer.person_id, person_id)
    told = await told_by(db, viewer.person_id, person_id, cursor)
    part = request.headers.get("hx-request") == "true"
    return render(request, "profiles/_posts.html" if part else "profiles/posts.html", face=face, told=told, did=did)
