"""Pages about one friend and about groups: remark, groups, removing, blocking; whom I blocked."""

from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from shuke.friends import actions, own, queries
from shuke.friends.types import Group, GroupDraft
from shuke.kit.db import Db
from shuke.kit.forms import typed_in
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, signed_in
from shuke.shell import redirect, render

MOST_CHOSEN = 5000


class GroupForm(msgspec.Struct, frozen=True):
    """A group by its name."""

    name: str = ""


@get("/friends/{person_id:uuid}", guards=[signed_in])
async def show_friend(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]
) -> Response[str]:
    """What I may set and end with this person."""
    relation = await queries.relation(db, viewer.person_id, person_id)
    if relation.standing == "self":
        raise NotFound
    return render(
        request,
        "friends/friend.html",
        face=await queries.face_of(db, viewer.person_id, person_id),
        relation=relation,
        groups=await own.groups_of(db, viewer.person_id),
    )


@post("/friends/{person_id:uuid}", guards=[signed_in])
async def save_friend(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]
) -> Redirect:
    """Remark and groups; an empty remark takes it away."""
    typed = await typed_in(request, several=["groups"])
    await own.set_remark(db, viewer.person_id, person_id, str(typed.get("remark", "")))
    await own.put_in_groups(db, viewer.person_id, person_id, _ids(typed.get("groups", ())))
    return redirect(f"/people/{person_id}", flash=_("Saved."))


def _ids(texts: object) -> list[UUID]:
    found = []
    for text in texts if isinstance(texts, list) else []:
        try:
            found.append(UUID(str(text)))
        except ValueError:
            continue
    return found


@post("/friends/{person_id:uuid}/remove", guards=[signed_in])
async def remove_friend(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Redirect:
    """End it on both sides."""
    await actions.remove(db, viewer.person_id, person_id)
    return redirect("/friends", flash=_("You are friends no more."))


@post("/friends/{person_id:uuid}/block", guards=[signed_in])
async def block_person(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Redirect:
    """Neither sees the other from now on."""
    await actions.block(db, viewer.person_id, person_id)
    return redirect("/friends/blocked", flash=_("Blocked: neither of you finds, sees or reaches the other any more."))


@get("/friends/blocked", guards=[signed_in])
async def show_blocked(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Whom I blocked."""
    return render(request, "friends/blocked.html", blocked=await queries.blocked_by(db, viewer.person_id))


@post("/friends/{person_id:uuid}/unblock", guards=[signed_in])
async def unblock_person(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Redirect:
    """Strangers again."""
    await actions.unblock(db, viewer.person_id, person_id)
    return redirect("/friends/blocked", flash=_("The block is lifted. You are strangers to each other now."))


@get("/friends/groups", guards=[signed_in])
async def show_groups(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """My groups."""
    return await _groups(request, db, viewer, "", None)


async def _groups(request: AnyRequest, db: Db, viewer: Viewer, name: str, refusal: Refusal | None) -> Response[str]:
    return render(
        request,
        "friends/groups.html",
        status=refusal.status if refusal else 200,
        groups=await own.groups_of(db, viewer.person_id),
        name=name[:80],
        error=refusal.detail if refusal else "",
    )


@post("/friends/groups", guards=[signed_in])
async def add_group(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[GroupForm]
) -> Response[str] | Redirect:
    """A new group; its members next."""
    try:
        group = await own.set_group(db, viewer.person_id, None, GroupDraft(data.name))
    except Refusal as refusal:
        return await _groups(request, db, viewer, data.name, refusal)
    return redirect(f"/friends/groups/{group.group_id}")


@get("/friends/groups/{group_id:uuid}", guards=[signed_in])
async def show_group(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], group_id: FromPath[UUID]
) -> Response[str]:
    """Its name, and who is in it."""
    group = next((group for group in await own.groups_of(db, viewer.person_id) if group.group_id == group_id), None)
    if group is None:
        raise NotFound
    return await _group(request, db, viewer, group, None)


async def _group(request: AnyRequest, db: Db, viewer: Viewer, group: Group, refusal: Refusal | None) -> Response[str]:
    return render(
        request,
        "friends/group.html",
        status=refusal.status if refusal else 200,
        group=group,
        friends=await queries.friends_by_name(db, viewer.person_id),
        error=refusal.detail if refusal else "",
    )


@post("/friends/groups/{group_id:uuid}", guards=[signed_in])
async def save_group(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], group_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Its name and all its members."""
    typed = await typed_in(request, several=["members"])
    draft = GroupDraft(str(typed.get("name", "")), _ids(typed.get("members", ()))[:MOST_CHOSEN])
    try:
        await own.set_group(db, viewer.person_id, group_id, draft)
    except NotFound:
        raise
    except Refusal as refusal:
        group = Group(group_id, draft.name, draft.members)
        return await _group(request, db, viewer, group, refusal)
    return redirect("/friends/groups", flash=_("Saved."))


@post("/friends/groups/{group_id:uuid}/remove", guards=[signed_in])
async def remove_group(db: NamedDependency[Db], viewer: NamedDependency[Viewer], group_id: FromPath[UUID]) -> Redirect:
    """Its members stay friends."""
    await own.drop_group(db, viewer.person_id, group_id)
    return redirect("/friends/groups", flash=_("The group is gone; its members are still your friends."))


one_pages = Router(
    "/",
    route_handlers=[
        show_friend,
        save_friend,
        remove_friend,
        block_person,
        show_blocked,
        unblock_person,
        show_groups,
        add_group,
        show_group,
        save_group,
        remove_group,
    ],
    include_in_schema=False,
)
