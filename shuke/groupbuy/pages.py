"""Pages of groups: a group by its link, its live events, and parts of the deal's and the order's pages."""

from datetime import datetime
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from shuke.checkout import order_of
from shuke.deals import deal_of
from shuke.groupbuy.actions import join, leave, start
from shuke.groupbuy.queries import group_of, open_groups
from shuke.groupbuy.types import GroupRefused
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.live import Live
from shuke.kit.money import Money
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, address, client_network, resource
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.shell import redirect, render


def time_left(until: datetime) -> str:
    """How long until a moment, in the two largest units."""
    minutes = max(0, int((until - clock.now()).total_seconds()) // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)s min") % {"minutes": minutes} if minutes else _("less than a minute")


MOST_OF_GROUP, MOST_OF_ADDRESS = 300, 30  # live streams of one process


@get("/groups/{merchant_id:uuid}/{group_id:uuid}", guards=[anyone])
async def show_group(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> Response[str]:
    """Who is in, how many are missing, how long it goes on, and what happens if it doesn't fill."""
    viewer = viewer_of(request)
    group = await group_of(db, merchant_id, group_id, viewer.person_id if viewer else None)
    if group is None:
        raise NotFound
    deal = await deal_of(db, merchant_id, group.deal_id)
    assert deal is not None, "a group is of a deal"
    others = await open_groups(db, merchant_id, group.deal_id, viewer.person_id if viewer else None)
    return render(
        request,
        "groupbuy/group.html",
        frame="shell/app.html" if viewer else "shell/public.html",
        group=group,
        deal=deal,
        known=viewer is not None,
        inside=group.mine is not None and group.mine.status in ("held", "paid"),
        left=time_left(group.deadline),
        price=Money(group.price, group.currency),
        alone=Money(group.alone, group.currency),
        others=[other for other in others if other.group_id != group_id],
        time_left=time_left,
        link=f"{address(request)}/groups/{merchant_id}/{group_id}",
        site=address(request),
    )


@get("/groups/{merchant_id:uuid}/{group_id:uuid}/live", guards=[anyone])
async def hear_group(request: AnyRequest, merchant_id: FromPath[UUID], group_id: FromPath[UUID]) -> Stream:
    """Server-sent events of a group, for whoever has its link, as long as not too many are open: of it, and from one address.
    Strangers take no room from people who are signed in, whose own streams are counted."""
    viewer, live = viewer_of(request), resource(request, Live)
    one = f"person:{viewer.person_id}" if viewer else client_network(request)
    group = f"group:{merchant_id}:{group_id}:{'known' if viewer else 'strangers'}"
    crowds = {group: MOST_OF_GROUP, f"groups:{one}": MOST_OF_ADDRESS}
    live.demand_room(crowds)
    topics = [f"group:{merchant_id}:{group_id}", *([f"person:{viewer.person_id}"] if viewer else [])]
    return Stream(
        live.stream(topics, crowds=crowds),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


@post("/groups/{merchant_id:uuid}/{group_id:uuid}/places", guards=[signed_in])
async def join_group(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> Redirect:
    """Take a place and go on to pay it; where there is none any more, the group's page says what to do."""
    try:
        order = await join(db, merchant_id, group_id, viewer.person_id)
    except GroupRefused as refused:
        return redirect(f"/groups/{merchant_id}/{group_id}", flash=_(refused.detail), kind="warn")
    return redirect(f"/orders/{merchant_id}/{order.order_id}", flash=_("Your place is held. Pay it to be counted in."))


@post("/groups/{merchant_id:uuid}/{group_id:uuid}/leave", guards=[signed_in])
async def leave_group(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> Redirect:
    """Give up one's place."""
    await leave(db, merchant_id, group_id, viewer.person_id)
    return redirect(f"/groups/{merchant_id}/{group_id}", flash=_("You left the group. What you paid goes back."))


@get("/deals/{merchant_id:uuid}/{deal_id:uuid}/groups", guards=[anyone])
async def show_deal_groups(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], deal_id: FromPath[UUID]
) -> Response[str]:
    """A part of the deal's page: start a group, or join one; 204 where the deal is not sold to groups."""
    deal = await deal_of(db, merchant_id, deal_id)
    now = clock.now()
    if deal is None or deal.group_price is None or deal.status != "on" or not deal.starts_at <= now < deal.ends_at:
        return Response("", status_code=204)
    viewer = viewer_of(request)
    return render(
        request,
        "groupbuy/deal_groups.html",
        deal=deal,
        known=viewer is not None,
        price=Money(deal.group_price, deal.currency),
        groups=await open_groups(db, merchant_id, deal_id, viewer.person_id if viewer else None),
        time_left=time_left,
    )


@post("/deals/{merchant_id:uuid}/{deal_id:uuid}/groups", guards=[signed_in])
async def start_group(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], deal_id: FromPath[UUID]
) -> Redirect:
    """Start a group and go on to pay one's own place; who has an open one already is led to it."""
    try:
        order = await start(db, merchant_id, deal_id, viewer.person_id)
    except GroupRefused as refused:
        if refused.name != "already_leading":
            raise
        link = refused.facts["link"] or f"/deals/{merchant_id}/{deal_id}"
        return redirect(str(link), flash=_(refused.detail), kind="warn")
    return redirect(
        f"/orders/{merchant_id}/{order.order_id}", flash=_("Your group has started. Pay your place, then share its link.")
    )


@get("/orders/{merchant_id:uuid}/{order_id:uuid}/group", guards=[signed_in])
async def show_order_group(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    order_id: FromPath[UUID],
) -> Response[str]:
    """A part of the order's page: its group; 204 where it has none."""
    order = await order_of(db, merchant_id, order_id)
    if order is None or order.person_id != viewer.person_id:
        raise NotFound
    group = await group_of(db, merchant_id, order.group_id, viewer.person_id) if order.group_id else None
    if group is None:
        return Response("", status_code=204)
    return render(
        request,
        "groupbuy/order_group.html",
        group=group,
        order=order,
        left=time_left(group.deadline),
        link=f"{address(request)}/groups/{merchant_id}/{group.group_id}",
    )


group_pages = Router(
    "/",
    route_handlers=[
        show_group,
        hear_group,
        join_group,
        leave_group,
        show_deal_groups,
        start_group,
        show_order_group,
    ],
    include_in_schema=False,
)
