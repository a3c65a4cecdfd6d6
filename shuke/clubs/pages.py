"""Pages of members' groups, for people: one's own, one group, who is in it, an activity; and the parts on cards' and places' pages."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from shuke.clubs.actions import come, join, leave, stay_away
from shuke.clubs.lists import own_groups
from shuke.clubs.queries import activities_of, activity_of, group_of, groups_of, people_in, who_comes
from shuke.clubs.routes import viewer_id_of
from shuke.clubs.types import Asked
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, anyone, signed_in
from shuke.places import place_of
from shuke.shares import Thing, preview
from shuke.shell import redirect, render

ONE = "/clubs/{merchant_id:uuid}/{group_id:uuid}"
ACTIVITY = f"{ONE}/activities/{{activity_id:uuid}}"
FEW = 3


async def _part(request: AnyRequest, db: Db, merchant_id: UUID, store_id: UUID | None = None) -> Response[str] | Response[None]:
    viewer_id = viewer_id_of(request)
    groups = [one for one in await groups_of(db, merchant_id, viewer_id, None, store_id) if one.closed_at is None]
    if not groups:
        return Response(None, status_code=204)
    activities = await activities_of(db, merchant_id, viewer_id, Asked(store_id=store_id, most=FEW))
    return render(request, "clubs/part.html", groups=groups, activities=activities, known=viewer_id is not None)


@get("/cards/{merchant_id:uuid}/groups", guards=[anyone])
async def card_part(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID]
) -> Response[str] | Response[None]:
    """The shop's groups on its card; nothing where it has none."""
    return await _part(request, db, merchant_id)


@get("/places/{place_id:uuid}/groups", guards=[anyone])
async def place_part(request: AnyRequest, db: NamedDependency[Db], place_id: FromPath[UUID]) -> Response[str] | Response[None]:
    """The groups that concern a store, on its page; nothing where there are none."""
    place = await place_of(db, place_id)
    if place is None or place.merchant_id is None:
        return Response(None, status_code=204)
    return await _part(request, db, place.merchant_id, place_id)


@get("/clubs", guards=[signed_in])
async def show_own(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """The groups that I am in."""
    return render(request, "clubs/own.html", groups=await own_groups(db, viewer.person_id))


@get(ONE, guards=[anyone])
async def show_group(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> Response[str]:
    """What it is, what is to come, and below it what was."""
    viewer_id = viewer_id_of(request)
    group = await group_of(db, merchant_id, group_id, viewer_id)
    return render(
        request,
        "clubs/group.html",
        frame="shell/app.html" if viewer_id else "shell/public.html",
        known=viewer_id is not None,
        group=group,
        activities=await activities_of(db, merchant_id, viewer_id, Asked(group_id=group_id)),
        past=await activities_of(db, merchant_id, viewer_id, Asked(group_id=group_id, past=True, most=10)),
    )


@post(f"{ONE}/joining", guards=[signed_in])
async def join_by_form(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> Redirect:
    """One tap."""
    here = f"/clubs/{merchant_id}/{group_id}"
    try:
        await join(db, viewer.person_id, merchant_id, group_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return redirect(here, flash=refusal.detail, kind="warn")
    return redirect(here, flash=_("You are in. Say hello in the chat."))


@post(f"{ONE}/leaving", guards=[signed_in])
async def leave_by_form(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], group_id: FromPath[UUID]
) -> Redirect:
    """One tap."""
    await leave(db, viewer.person_id, merchant_id, group_id)
    return redirect(f"/clubs/{merchant_id}/{group_id}", flash=_("You left the group."))


@get(f"{ONE}/members", guards=[signed_in])
async def show_members(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    group_id: FromPath[UUID],
) -> Response[str]:
    """Who is in it, as far as I may see them."""
    group = await group_of(db, merchant_id, group_id, viewer.person_id)
    people = await people_in(db, group, viewer.person_id)
    return render(request, "clubs/people.html", title=group.title, people=people, up=group.path)


@get(ACTIVITY, guards=[anyone])
async def show_activity(
    request: AnyRequest,
    db: NamedDependency[Db],
    merchant_id: FromPath[UUID],
    group_id: FromPath[UUID],
    activity_id: FromPath[UUID],
) -> Response[str]:
    """What, when, where; who comes for who is in the group."""
    viewer_id = viewer_id_of(request)
    activity = await activity_of(db, merchant_id, group_id, activity_id, viewer_id)
    place = await place_of(db, activity.store_id) if activity.store_id else None
    people = await who_comes(db, activity, viewer_id) if viewer_id and activity.joined else None
    deal = await preview(db, Thing("deal", merchant_id, activity.deal_id), viewer_id) if activity.deal_id else None
    now = clock.now()
    return render(
        request,
        "clubs/activity.html",
        frame="shell/app.html" if viewer_id else "shell/public.html",
        known=viewer_id is not None,
        activity=activity,
        place=place,
        people=people,
        deal=deal,
        begun=activity.starts_at <= now,
        over=activity.ends_at <= now,
    )


@post(f"{ACTIVITY}/coming", guards=[signed_in])
async def come_by_form(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    group_id: FromPath[UUID],
    activity_id: FromPath[UUID],
) -> Redirect:
    """One tap."""
    here = f"/clubs/{merchant_id}/{group_id}/activities/{activity_id}"
    try:
        async with db.savepoint():
            await come(db, viewer.person_id, merchant_id, group_id, activity_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return redirect(here, flash=refusal.detail, kind="warn")
    return redirect(here, flash=_("See you there."))


@post(f"{ACTIVITY}/staying-away", guards=[signed_in])
async def stay_away_by_form(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    group_id: FromPath[UUID],
    activity_id: FromPath[UUID],
) -> Redirect:
    """One tap."""
    here = f"/clubs/{merchant_id}/{group_id}/activities/{activity_id}"
    try:
        await stay_away(db, viewer.person_id, merchant_id, group_id, activity_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return redirect(here, flash=refusal.detail, kind="warn")
    return redirect(here, flash=_("Your place is free again."))


club_pages = Router(
    "/",
    route_handlers=[
        card_part,
        place_part,
        show_own,
        show_group,
        join_by_form,
        leave_by_form,
        show_members,
        show_activity,
        come_by_form,
        stay_away_by_form,
    ],
    include_in_schema=False,
)
