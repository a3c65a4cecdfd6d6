"""Pages of tribes: lists, one tribe, its members, what its moderators did, one topic."""

from typing import Literal
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from shuke.album import served
from shuke.commons.shown import acts_shown, replies_shown, topics_shown
from shuke.friends import faces
from shuke.kit.db import Db
from shuke.kit.geo import Point, on_earth
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, address
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.shell import render
from shuke.tribes import (
    INTERESTS,
    Interest,
    MemberPage,
    Sorting,
    Tab,
    TopicPage,
    Tribe,
    TribePage,
    acts_of,
    asking,
    keepers_shown,
    members_of,
    mine,
    near,
    picture_of,
    popular,
    removed,
    replies_of,
    topic_of,
    topics_of,
    tribe_of,
)


@get("/tribes", guards=[signed_in])
async def show_tribes(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    listed: FromQuery[Sorting] = "mine",
    interest: FromQuery[Interest | Literal[""]] = "",
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    """One's own, the popular ones, those near a position that the device gives when asked."""
    point = _point(request)
    if listed == "near":
        page = TribePage(await near(db, viewer.person_id, point)) if point else TribePage([])
    elif listed == "popular":
        page = await popular(db, viewer.person_id, interest or None, cursor)
    else:
        page = TribePage(await mine(db, viewer.person_id))
    following = (
        f"/tribes?listed=popular&cursor={page.next}" + (f"&interest={interest}" if interest else "") if page.next else ""
    )
    return render(
        request,
        "commons/tribes.html",
        listed=listed,
        page=page,
        asks=listed == "near" and point is None,
        interest=interest,
        interests=interest_words(),
        following=following,
        later=cursor is not None,
    )


def _point(request: AnyRequest) -> Point | None:
    """The position in the address, if there is one."""
    try:
        point = Point(float(request.query_params["longitude"]), float(request.query_params["latitude"]))
    except (KeyError, ValueError):
        return None
    return point if on_earth(point) else None


def interest_words() -> dict[str, str]:
    """Interests in the reader's language."""
    return {name: _(word) for name, word in INTERESTS.items()}


async def shown_tribe(db: Db, tribe_id: UUID, viewer_id: UUID | None) -> Tribe:
    """A tribe as somebody sees it. Refusal: not_found."""
    tribe = await tribe_of(db, tribe_id, viewer_id)
    if tribe is None:
        raise NotFound
    return tribe


@get("/tribes/{tribe_id:uuid}", guards=[anyone])
async def show_tribe(
    request: AnyRequest,
    db: NamedDependency[Db],
    tribe_id: FromPath[UUID],
    tab: FromQuery[Tab] = "newest",
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    """What it is about, and its topics for who may read them."""
    viewer = viewer_of(request)
    tribe = await shown_tribe(db, tribe_id, viewer.person_id if viewer else None)
    page = TopicPage([])
    if viewer is not None and tribe.readable:
        page = await topics_of(db, tribe_id, viewer.person_id, tab, cursor)
    viewer_id = viewer.person_id if viewer else UUID(int=0)
    return render(
        request,
        "commons/tribe.html",
        frame="shell/app.html" if viewer else "shell/public.html",
        known=viewer is not None,
        tribe=tribe,
        tab=tab,
        first=cursor is None,
        topics=await topics_shown(db, viewer_id, page.topics),
        pinned=await topics_shown(db, viewer_id, page.pinned),
        following=f"/tribes/{tribe_id}?tab={tab}&cursor={page.next}" if page.next else "",
        requests=len(await asking(db, tribe_id, viewer_id)) if tribe.keeps_order else 0,
        interests=interest_words(),
        viewer_id=viewer_id,
        site=address(request),
    )


@get("/tribes/{tribe_id:uuid}/members", guards=[signed_in])
async def show_members(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    """Members for members; who asks to be let in for moderators."""
    tribe = await shown_tribe(db, tribe_id, viewer.person_id)
    page = await members_of(db, tribe_id, viewer.person_id, cursor) if tribe.inside else MemberPage([])
    people = [one.person_id for one in page.members]
    return render(
        request,
        "commons/members.html",
        tribe=tribe,
        page=page,
        keepers=await keepers_shown(db, tribe_id, viewer.person_id),
        asking=await asking(db, tribe_id, viewer.person_id) if tribe.keeps_order else [],
        removed=await removed(db, tribe_id, viewer.person_id) if tribe.keeps_order else [],
        faces=await faces(db, viewer.person_id, people),
        viewer_id=viewer.person_id,
        following=f"/tribes/{tribe_id}/members?cursor={page.next}" if page.next else "",
    )


@get("/tribes/{tribe_id:uuid}/acts", guards=[signed_in])
async def show_acts(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID]
) -> Response[str]:
    """What moderators did, for members."""
    tribe = await shown_tribe(db, tribe_id, viewer.person_id)
    if not tribe.inside:
        raise NotFound
    acts = await acts_shown(db, viewer.person_id, await acts_of(db, tribe_id))
    return render(request, "commons/acts.html", tribe=tribe, acts=acts)


@get("/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}", guards=[signed_in])
async def show_topic(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    topic_id: FromPath[UUID],
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    """A topic with its replies."""
    tribe = await shown_tribe(db, tribe_id, viewer.person_id)
    topic = await topic_of(db, tribe_id, topic_id, viewer.person_id)
    if topic is None:
        raise NotFound
    page = await replies_of(db, tribe_id, topic_id, viewer.person_id, cursor)
    return render(
        request,
        "commons/topic.html",
        tribe=tribe,
        shown=(await topics_shown(db, viewer.person_id, [topic]))[0],
        replies=await replies_shown(db, viewer.person_id, page.replies),
        following=f"/tribes/{tribe_id}/topics/{topic_id}?cursor={page.next}" if page.next else "",
        viewer_id=viewer.person_id,
    )


@get("/tribes/{tribe_id:uuid}/pictures/{picture_id:uuid}", guards=[anyone])
async def tribe_picture(db: NamedDependency[Db], tribe_id: FromPath[UUID], picture_id: FromPath[UUID]) -> Response[bytes]:
    """A tribe's picture, for who knows its id; whose album it is in stays untold. Refusal: not_found."""
    return await _picture(db, tribe_id, picture_id, small=False)


@get("/tribes/{tribe_id:uuid}/pictures/{picture_id:uuid}/small", guards=[anyone])
async def small_tribe_picture(db: NamedDependency[Db], tribe_id: FromPath[UUID], picture_id: FromPath[UUID]) -> Response[bytes]:
    """The same for lists. Refusal: not_found."""
    return await _picture(db, tribe_id, picture_id, small=True)


async def _picture(db: Db, tribe_id: UUID, picture_id: UUID, *, small: bool) -> Response[bytes]:
    picture = await picture_of(db, tribe_id)
    if picture is None or picture.photo_id != picture_id:
        raise NotFound
    return await served(db, picture.person_id, picture_id, small=small)


tribe_pages = Router(
    "/",
    route_handlers=[show_tribes, show_tribe, show_members, show_acts, show_topic, tribe_picture, small_tribe_picture],
    include_in_schema=False,
)
