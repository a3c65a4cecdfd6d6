"""Pages of groups: starting a conversation, who is in it, bringing friends in, going."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from shuke.chat import conversation_of, is_muted, members_of, mute, put_out, retitle
from shuke.friends import Face, face_of, friends_by_name
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, signed_in
from shuke.shell import redirect, render
from shuke.talks.groups import invite, start
from shuke.talks.shown import members_shown, title_of

ONE = "/chats/{conversation_id:uuid}"


async def _friends(db: Db, viewer_id: UUID, without: frozenset[UUID] = frozenset()) -> list[Face]:
    return [face for face in await friends_by_name(db, viewer_id) if face.person_id not in without]


async def _chosen(request: AnyRequest) -> list[UUID]:
    form = await request.form()
    found = []
    for text in form.getall("person", []):
        try:
            found.append(UUID(str(text)))
        except ValueError:
            continue
    return found


@get("/chats/new", guards=[signed_in])
async def new_page(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Pick one friend, or several for a group."""
    return render(request, "talks/new.html", friends=await _friends(db, viewer.person_id))


@post("/chats/new", guards=[signed_in])
async def start_conversation(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Redirect:
    """Fields person (several) and title."""
    people = await _chosen(request)
    if not people:
        return redirect("/chats/new", flash=_("Choose at least one friend."), kind="warn")
    title = str((await request.form()).get("title", ""))[:80]
    return redirect(f"/chats/{await start(db, viewer.person_id, people, title)}")


@get(f"{ONE}/members", guards=[signed_in])
async def members_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> Response[str]:
    """Who is in it and who has read the last message."""
    conversation = await conversation_of(db, viewer.person_id, conversation_id)
    members = await members_shown(db, viewer.person_id, await members_of(db, viewer.person_id, conversation_id))
    face = await face_of(db, viewer.person_id, conversation.other_id) if conversation.other_id else None
    inside = frozenset(member.person_id for member, _face in members)
    return render(
        request,
        "talks/members.html",
        conversation=conversation,
        title=title_of(conversation, face),
        members=members,
        muted=await is_muted(db, viewer.person_id, conversation_id),
        friends=await _friends(db, viewer.person_id, inside) if conversation.kind == "group" else [],
        me=viewer.person_id,
    )


@post(f"{ONE}/members", guards=[signed_in])
async def bring_in(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> Redirect:
    """Field person (several)."""
    people = await _chosen(request)
    if people:
        await invite(db, viewer.person_id, conversation_id, people)
    return redirect(f"/chats/{conversation_id}/members")


@post(f"{ONE}/members/{{person_id:uuid}}/removal", guards=[signed_in])
async def take_out(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID], person_id: FromPath[UUID]
) -> Redirect:
    """Somebody out of the group, or myself."""
    await put_out(db, viewer.person_id, conversation_id, person_id)
    if person_id == viewer.person_id:
        return redirect("/chats", flash=_("You left the group."))
    return redirect(f"/chats/{conversation_id}/members")


@post(f"{ONE}/title", guards=[signed_in])
async def set_title(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> Redirect:
    """Field title."""
    title = str((await request.form()).get("title", "")).strip()[:80]
    if title:
        await retitle(db, viewer.person_id, conversation_id, title)
    return redirect(f"/chats/{conversation_id}/members")


@post(f"{ONE}/quiet", guards=[signed_in])
async def set_quiet(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]
) -> Redirect:
    """Field muted: yes, or nothing."""
    await mute(db, viewer.person_id, conversation_id, muted=(await request.form()).get("muted") == "yes")
    return redirect(f"/chats/{conversation_id}/members")


group_pages = Router(
    "/",
    route_handlers=[new_page, start_conversation, members_page, bring_in, take_out, set_title, set_quiet],
    include_in_schema=False,
)
