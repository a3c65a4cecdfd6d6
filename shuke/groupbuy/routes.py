"""JSON API: groups of a deal, one's place in them."""

from uuid import UUID

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.checkout import Order
from shuke.groupbuy.actions import join, leave, start
from shuke.groupbuy.queries import group_of, open_groups
from shuke.groupbuy.types import GroupShown, NewGroup, OpenGroups
from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, anyone, signed_in, viewer_of


@post("/groups", guards=[signed_in], summary="Start a group")
async def create_group(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewGroup],
) -> Order:
    """A group of a deal with my place in it, which is an order: pay it before its hold ends. Refusals: not_found,
    not_a_group_deal, already_leading (with my open `group` and its `link`), deal_not_on, not_yet, over, sold_out, limit_reached,
    too_many (orders not paid yet), idempotency_key_reused."""

    async def work() -> Order:
        return await start(db, data.merchant_id, data.deal_id, viewer.person_id)

    return await once(db, viewer.person_id, key, raw, Order, work)


@post("/groups/{merchant_id:uuid}/{group_id:uuid}/places", guards=[signed_in], summary="Join a group")
async def create_place(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    merchant_id: FromPath[UUID],
    group_id: FromPath[UUID],
) -> Order:
    """My place in it, which is an order: pay it before its hold ends. Refusals: not_found, already_in_group (order), group_full,
    group_filled and group_over (with the deal and another open `group` of it, if there is one), deal_not_on, over, sold_out,
    limit_reached, too_many, idempotency_key_reused."""

    async def work() -> Order:
        return await join(db, merchant_id, group_id, viewer.person_id)

    return await once(db, viewer.person_id, key, raw, Order, work)


@delete("/groups/{merchant_id:uuid}/{group_id:uuid}/places", guards=[signed_in], summary="Leave a group", status_code=204)
async def delete_place(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> None:
    """Give up my place while the group is open; what I paid goes back. Refusals: not_found, not_in_group, group_filled (refund the
    order instead), group_over."""
    await leave(db, merchant_id, group_id, viewer.person_id)


@get("/groups/{merchant_id:uuid}/{group_id:uuid}", guards=[anyone], summary="A group")
async def get_group(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> GroupShown:
    """As anybody with its link sees it: who is in by given names, how many are missing, until when. Refusals: not_found."""
    viewer = viewer_of(request)
    group = await group_of(db, merchant_id, group_id, viewer.person_id if viewer else None)
    if group is None:
        raise NotFound
    return group


@get("/deals/{merchant_id:uuid}/{deal_id:uuid}/groups", guards=[anyone], summary="Open groups of a deal")
async def list_groups(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], deal_id: FromPath[UUID]
) -> OpenGroups:
    """Those that can be joined, the soonest to end first, at most 20; not those I am in."""
    viewer = viewer_of(request)
    return OpenGroups(await open_groups(db, merchant_id, deal_id, viewer.person_id if viewer else None, 20))


group_routes = Router(
    "/api/v1", route_handlers=[create_group, create_place, delete_place, get_group, list_groups], tags=["groups"]
)
