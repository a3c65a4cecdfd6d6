"""The sheet from which something is passed on, and what I passed on so far."""

from uuid import UUID

import msgspec
import segno
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Response
from markupsafe import Markup

from shuke.chat import conversations_of
from shuke.friends import Face, faces, friend_ids, friends_by_name, nobody
from shuke.kit.cursor import read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import ngettext
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, address
from shuke.people import Viewer, signed_in
from shuke.shares import Share, Thing, preview, previews
from shuke.sharing.actions import make_link, send_to, tell
from shuke.sharing.own import brought_by, own_shares
from shuke.sharing.types import MOST_AT_ONCE
from shuke.sharing.words import channel_words
from shuke.shell import redirect, render

MOST_FRIENDS = 500
CHOSEN = ("link", "system", "qr")


class Pick(msgspec.Struct, frozen=True):
    """A group that one is in."""

    conversation_id: UUID
    title: str


class LinkForm(msgspec.Struct, frozen=True):
    """Which way."""

    channel: str = "link"


class FeedForm(msgspec.Struct, frozen=True):
    """For whom."""

    audience: str = "friends"


async def _sheet(
    request: AnyRequest, db: Db, viewer: Viewer, thing: Thing, *, made: Share | None = None, refusal: Refusal | None = None
) -> Response[str]:
    shown = await preview(db, thing, viewer.person_id)
    if shown is None:
        raise NotFound
    mine = (await conversations_of(db, viewer.person_id)).conversations
    site = address(request)
    link = f"{site}{made.path}" if made else ""
    return render(
        request,
        "sharing/sheet.html",
        status=refusal.status if refusal else 200,
        thing=thing,
        shown=shown,
        base=f"/share/{thing.kind}/{thing.owner_id}/{thing.thing_id}",
        friends=(await friends_by_name(db, viewer.person_id))[:MOST_FRIENDS],
        groups=[
            Pick(one.conversation.conversation_id, one.conversation.title)
            for one in mine
            if one.conversation.kind != "pair" and not one.conversation.closed and one.conversation.title
        ],
        made=made,
        link=link,
        code=Markup(segno.make(link, error="m").svg_inline(border=2, omitsize=True)) if made and made.channel == "qr" else "",
        error=refusal.detail or refusal.name if refusal else "",
    )


@get("/share/{kind:str}/{owner_id:uuid}/{thing_id:uuid}", guards=[signed_in])
async def sheet_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    kind: FromPath[str],
    owner_id: FromPath[UUID],
    thing_id: FromPath[UUID],
) -> Response[str]:
    """To friends and groups, into the feed, by link or code."""
    return await _sheet(request, db, viewer, Thing(kind, owner_id, thing_id))


@post("/share/{kind:str}/{owner_id:uuid}/{thing_id:uuid}/link", guards=[signed_in], status_code=200)
async def make_link_here(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    kind: FromPath[str],
    owner_id: FromPath[UUID],
    thing_id: FromPath[UUID],
    data: URLEncodedBody[LinkForm],
) -> Response[str]:
    """The same sheet with the link on it."""
    thing = Thing(kind, owner_id, thing_id)
    try:
        made = await make_link(db, viewer.person_id, thing, data.channel if data.channel in CHOSEN else "link")
    except NotFound:
        raise
    except Refusal as refusal:
        return await _sheet(request, db, viewer, thing, refusal=refusal)
    return await _sheet(request, db, viewer, thing, made=made)


@post("/share/{kind:str}/{owner_id:uuid}/{thing_id:uuid}/messages", guards=[signed_in])
async def send_here(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    kind: FromPath[str],
    owner_id: FromPath[UUID],
    thing_id: FromPath[UUID],
) -> Response[str] | Redirect:
    """To those who are ticked: fields `person` and `group`."""
    thing, form = Thing(kind, owner_id, thing_id), await request.form()
    try:
        people = tuple(UUID(str(one)) for one in form.getall("person", []))[:MOST_AT_ONCE]
        groups = tuple(UUID(str(one)) for one in form.getall("group", []))[:MOST_AT_ONCE]
    except ValueError:
        raise NotFound from None
    if not people and not groups:
        return await _sheet(request, db, viewer, thing, refusal=Refusal("nobody_chosen", _("Choose somebody first.")))
    try:
        async with db.savepoint():
            sent = await send_to(db, viewer.person_id, thing, people, groups)
    except Refusal as refusal:
        return await _sheet(request, db, viewer, thing, refusal=refusal)
    said = ngettext("Sent to %(num)s conversation.", "Sent to %(num)s conversations.", len(sent)) % {"num": len(sent)}
    return redirect(f"/chats/{sent[0]}" if len(sent) == 1 else "/chats", flash=said)


@post("/share/{kind:str}/{owner_id:uuid}/{thing_id:uuid}/post", guards=[signed_in])
async def tell_here(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    kind: FromPath[str],
    owner_id: FromPath[UUID],
    thing_id: FromPath[UUID],
    data: URLEncodedBody[FeedForm],
) -> Response[str] | Redirect:
    """Into the feed."""
    thing = Thing(kind, owner_id, thing_id)
    try:
        async with db.savepoint():
            await tell(db, viewer.person_id, thing, "everyone" if data.audience == "everyone" else "friends")
    except NotFound:
        raise
    except Refusal as refusal:
        return await _sheet(request, db, viewer, thing, refusal=refusal)
    return redirect("/feed", flash=_("It is in your feed."))


@get("/me/sharing", guards=[signed_in])
async def own_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None
) -> Response[str]:
    """My links with what came of them, and who came; a name only of a friend."""
    mine = await own_shares(db, viewer.person_id, read_cursor(cursor or ""))
    came = await brought_by(db, viewer.person_id) if cursor is None else []
    friends = set(await friend_ids(db, viewer.person_id))
    shown: dict[UUID, Face] = await faces(db, viewer.person_id, [one.person_id for one in came if one.person_id in friends])
    return render(
        request,
        "sharing/mine.html",
        mine=mine,
        shown=await previews(db, [one.thing for one in mine.items], viewer.person_id),
        came=[(one, shown.get(one.person_id) or nobody(one.person_id)) for one in came],
        friends=friends,
        channels=channel_words(),
        first=cursor is None,
    )


sheet_pages = Router("/", route_handlers=[sheet_page, make_link_here, send_here, tell_here, own_page], include_in_schema=False)
