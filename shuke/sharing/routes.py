"""JSON API: links, passing on, coming by a link; the merchant's figures."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.cards import Joined, programme_of
from shuke.friends import faces, hidden_from
from shuke.kit.answers import once
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, address
from shuke.merchants import Acting, staff_with
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.shares import preview, share_by_code
from shuke.sharing.actions import make_link, send_to, take_card, tell
from shuke.sharing.own import gone, own_shares
from shuke.sharing.tree import BEHIND, PAGE, figures, tree_of
from shuke.sharing.types import (
    By,
    Figures,
    Landing,
    Link,
    NewLink,
    NewSending,
    NewTelling,
    OwnShares,
    Rows,
    Sent,
    Shown,
    Spread,
    Told,
    Tree,
    What,
)

MAY = [staff_with("members")]


@post("/shares", guards=[signed_in], summary="Make a link to something")
async def create_share(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[NewLink]
) -> Link:
    """One for each person, thing and channel: again gives the same. Refusals: not_found, too_many_requests."""
    share = await make_link(db, viewer.person_id, data.thing, data.channel)
    return Link(share.code, f"{address(request)}{share.path}", share.channel)


@get("/shares", guards=[signed_in], summary="What I passed on")
async def list_shares(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None
) -> OwnShares:
    """With how many opened each, and how many became members by it; the newest first."""
    return await own_shares(db, viewer.person_id, read_cursor(cursor or ""))


@post("/shares/sendings", guards=[signed_in], summary="Send something to friends and groups")
async def create_sending(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewSending],
) -> Sent:
    """By message. Refusals: not_found, not_friends, group_closed, too_many_requests, idempotency_key_reused."""

    async def work() -> Sent:
        return Sent(await send_to(db, viewer.person_id, data.thing, data.people, data.conversations))

    return await once(db, viewer.person_id, key, raw, Sent, work)


@post("/shares/posts", guards=[signed_in], summary="Tell of something in one's feed")
async def create_telling(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewTelling],
) -> Told:
    """A post that passes it on. Refusals: not_found, too_many_requests, idempotency_key_reused."""

    async def work() -> Told:
        return Told(await tell(db, viewer.person_id, data.thing, data.audience))

    return await once(db, viewer.person_id, key, raw, Told, work)


@get("/shares/links/{code:str}", guards=[anyone], summary="What a link shows")
async def get_landing(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> Landing:
    """To the caller, signed in or not; not counted as opened. Refusals: not_found (also where it is gone, or not for who is signed in)."""
    viewer = viewer_of(request)
    person_id = viewer.person_id if viewer else None
    share = await share_by_code(db, code)
    if share is None:
        raise NotFound
    shown = await preview(db, share.thing, person_id)
    if shown is None and (viewer is not None or await gone(db, share)):
        raise NotFound
    hidden = bool(await hidden_from(db, person_id, [share.person_id]))
    giver = None if hidden else (await faces(db, person_id, [share.person_id]))[share.person_id].name
    return Landing(share.code, share.thing, shown, giver)


@post("/shares/links/{code:str}/membership", guards=[signed_in], summary="Take the card that a link shows")
async def create_membership_by_link(db: NamedDependency[Db], viewer: NamedDependency[Viewer], code: FromPath[str]) -> Joined:
    """A new member becomes a branch under who gave the link; a member gets the card she has. Refusals: not_found, no_programme."""
    share = await share_by_code(db, code)
    if share is None:
        raise NotFound
    return await take_card(db, share, viewer.person_id)


@get("/sharing", guards=MAY, summary="How the card spreads")
async def get_spread(db: NamedDependency[Db], acting: NamedDependency[Acting], by: FromQuery[By] = "month") -> Spread:
    """Invitations per member (people and browsers who opened a link of hers), conversion (how many of them became members), and their
    product, by the month of joining, by channel, or by the scene where members joined. Refusals: not_found, not_allowed."""
    programme = await programme_of(db, acting.merchant_id)
    if programme is None:
        raise NotFound
    parts = await figures(db, acting.merchant_id, by, programme.zone)
    return Spread(by, Shown.of(total(parts, by)), [Shown.of(part) for part in parts])


def total(parts: list[Figures], by: By) -> Figures:
    """Of all parts together."""
    members = max((part.members for part in parts), default=0) if by == "channel" else sum(part.members for part in parts)
    return Figures(
        "",
        "",
        members,
        sum(part.links for part in parts),
        sum(part.opened for part in parts),
        sum(part.brought for part in parts),
    )


@get("/sharing/rows", guards=MAY, summary="The rows behind the figures")
async def list_rows(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    what: FromQuery[What],
    by: FromQuery[By] = "month",
    part: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
) -> Rows:
    """Members, links given, links opened or people brought, of one part or of all, the newest first. Refusals: not_found, not_allowed,
    cursor_unreadable."""
    programme = await programme_of(db, acting.merchant_id)
    if programme is None:
        raise NotFound
    items = await BEHIND[what](db, acting.merchant_id, by, part, programme.zone, read_cursor(cursor or ""))
    return Rows(items, Cursor(items[-1].at, items[-1].row_id).text if len(items) == PAGE else "")


@get("/sharing/tree", guards=MAY, summary="Who brought whom")
async def get_tree(db: NamedDependency[Db], acting: NamedDependency[Acting], root: FromQuery[UUID | None] = None) -> Tree:
    """The merchant's tree in the order in which it is drawn, or what hangs under `root`; at most 400 nodes. Refusals: not_found,
    not_allowed."""
    return await tree_of(db, acting.merchant_id, root)


share_routes = Router(
    "/api/v1",
    route_handlers=[
        create_share,
        list_shares,
        create_sending,
        create_telling,
        get_landing,
        create_membership_by_link,
    ],
    tags=["sharing"],
)
spread_routes = Router(
    "/api/v1/merchants/{merchant_id:uuid}", route_handlers=[get_spread, list_rows, get_tree], tags=["sharing"]
)
