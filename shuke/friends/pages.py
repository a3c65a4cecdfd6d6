"""Pages of friends: the list, requests, ways to become friends, and what may be done with one."""

from uuid import UUID

import msgspec
import segno
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from markupsafe import Markup

from shuke.friends import actions, own, queries
from shuke.friends.types import Relation, Settings
from shuke.friends.waiting import waiting_for
from shuke.kit import ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, address
from shuke.people import Viewer, anyone, signed_in, verified_phone, viewer_of
from shuke.shell import redirect, render
from shuke.shell.pages import local


class PhoneForm(msgspec.Struct, frozen=True):
    """A number to ask."""

    phone: str = ""


class FindableForm(msgspec.Struct, frozen=True):
    """Whether one is found by one's number."""

    findable: str = ""


class AfterForm(msgspec.Struct, frozen=True):
    """Where to go afterwards."""

    next: str = ""


@get("/friends", guards=[signed_in])
async def show_friends(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    text: FromQuery[str] = "",
    group: FromQuery[UUID | None] = None,
    after: FromQuery[UUID | None] = None,
    letter: FromQuery[str] = "",
) -> Response[str]:
    """Who asks, then friends by name, from a letter on where one is given."""
    found = await queries.friends_of(db, viewer.person_id, after, text=text[:80], group=group, under=letter[:1])
    requests = await queries.requests_of(db, viewer.person_id)
    groups = await own.groups_of(db, viewer.person_id)
    return render(
        request,
        "friends/friends.html",
        found=found,
        requests=requests,
        groups=groups,
        chosen=group,
        text=text[:80],
        first=after is None and not letter,
    )


@get("/waiting", guards=[signed_in])
async def show_waiting(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """The numbers in the navigation and on the tabs."""
    return render(request, "friends/_waiting.html", waiting=await waiting_for(db, viewer.person_id))


@get("/friends/code", guards=[signed_in], opt={"writes": True})
async def show_code(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """My code, to be scanned or sent."""
    code = await own.own_code(db, viewer.person_id)
    link = f"{address(request)}{code.address}"
    return render(
        request,
        "friends/code.html",
        face=(await queries.faces(db, viewer.person_id, [viewer.person_id]))[viewer.person_id],
        code=code.code,
        link=link,
        picture=Markup(segno.make(link, error="m", micro=False).svg_inline(border=2, omitsize=True)),
    )


@post("/friends/code", guards=[signed_in])
async def new_code(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Redirect:
    """A new code; the old one is dead."""
    await own.renew_code(db, viewer.person_id)
    return redirect("/friends/code", flash=_("This is your new code. The old one leads nowhere now."))


@get("/friends/add", guards=[signed_in])
async def show_add(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """The ways to become friends."""
    return await _add(request, db, viewer, "", None)


async def _add(request: AnyRequest, db: Db, viewer: Viewer, phone: str, refusal: Refusal | None) -> Response[str]:
    return render(
        request,
        "friends/add.html",
        status=refusal.status if refusal else 200,
        settings=await queries.settings_of(db, viewer.person_id),
        own_phone=await verified_phone(db, viewer.person_id),
        phone=phone[:60],
        error=refusal.detail if refusal else "",
    )


@post("/friends/add", guards=[signed_in])
async def add_by_phone(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[PhoneForm]
) -> Response[str] | Redirect:
    """Ask a number; the answer is the same for all."""
    try:
        asked = await own.ask_by_phone(db, viewer.person_id, data.phone)
    except Refusal as refusal:
        return await _add(request, db, viewer, data.phone, refusal)
    said = _("If somebody with the number %(number)s lets others find her by it, she has your request now.")
    return redirect("/friends/add", flash=said % {"number": asked.shown})


@post("/friends/findable", guards=[signed_in])
async def set_findable(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: URLEncodedBody[FindableForm]
) -> Redirect:
    """Whether others find me by my number, and I them."""
    await own.set_settings(db, viewer.person_id, Settings(findable_by_phone=data.findable == "yes"))
    return redirect("/friends/add", flash=_("Saved."))


@get("/p/{code:str}", guards=[anyone])
async def show_person_by_code(request: AnyRequest, db: NamedDependency[Db], code: FromPath[str]) -> Response[str] | Redirect:
    """Whose code this is, and asking her to be friends. Who is signed in goes on to her page when they are friends already."""
    viewer = viewer_of(request)
    person_id = await _by_code(db, code)
    if viewer is None:
        face = await queries.face_of(db, None, person_id)
        return render(request, "friends/person.html", frame="shell/public.html", face=face, code=code, relation=None)
    face = await queries.face_of(db, viewer.person_id, person_id)
    relation = await queries.relation(db, viewer.person_id, person_id)
    if relation.standing == "self":
        return redirect("/friends/code")
    if relation.standing == "friends":
        return redirect(f"/people/{person_id}")
    return render(request, "friends/person.html", frame="shell/app.html", face=face, code=code, relation=relation)


@post("/p/{code:str}", guards=[signed_in])
async def ask_by_code(db: NamedDependency[Db], viewer: NamedDependency[Viewer], code: FromPath[str]) -> Redirect:
    """Ask whose code was scanned."""
    person_id = await _by_code(db, code)
    relation = await actions.ask(db, viewer.person_id, person_id, "code")
    if relation.standing == "friends":
        return redirect(f"/people/{person_id}", flash=_("You are friends now."))
    return redirect(f"/p/{ids.read_code(code)}", flash=_("Your request is sent."))


async def _by_code(db: Db, code: str) -> UUID:
    person_id = await own.person_by_code(db, code)
    if person_id is None:
        raise NotFound("not_found", _("This personal code leads nowhere: it was renewed, or mistyped."))
    return person_id


@post("/friends/{person_id:uuid}/ask", guards=[signed_in])
async def ask_person(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], data: URLEncodedBody[AfterForm]
) -> Redirect:
    """Ask somebody whose page one sees."""
    relation = await actions.ask(db, viewer.person_id, person_id)
    return _after(data, f"/people/{person_id}", _made(relation))


@post("/friends/{person_id:uuid}/accept", guards=[signed_in])
async def accept_person(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], data: URLEncodedBody[AfterForm]
) -> Redirect:
    """Say yes."""
    relation = await actions.accept(db, viewer.person_id, person_id)
    return _after(data, f"/people/{person_id}", _made(relation))


def _made(relation: Relation) -> str:
    return _("You are friends now.") if relation.standing == "friends" else _("Your request is sent.")


def _after(data: AfterForm, otherwise: str, flash: str) -> Redirect:
    return redirect(local(data.next) if data.next else otherwise, flash=flash)


@post("/friends/{person_id:uuid}/refuse", guards=[signed_in])
async def refuse_person(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Redirect:
    """Say no; nobody is told."""
    await actions.refuse(db, viewer.person_id, person_id)
    return redirect("/friends", flash=_("The request is gone. Nobody is told."))


@post("/friends/{person_id:uuid}/withdraw", guards=[signed_in])
async def withdraw_person(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], data: URLEncodedBody[AfterForm]
) -> Redirect:
    """Take one's own request back."""
    await actions.withdraw(db, viewer.person_id, person_id)
    return _after(data, "/friends", _("Your request is taken back."))


friend_pages = Router(
    "/",
    route_handlers=[
        show_friends,
        show_waiting,
        show_code,
        new_code,
        show_add,
        add_by_phone,
        set_findable,
        show_person_by_code,
        ask_by_code,
        ask_person,
        accept_person,
        refuse_person,
        withdraw_person,
    ],
    include_in_schema=False,
)
