"""Forms and buttons of tribes: founding, changing, writing; the same actions as the API, then the page again."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from shuke.album import take_up
from shuke.commons.pages import interest_words, shown_tribe
from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.forms import Reading, Typed
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, signed_in
from shuke.shell import page_of, redirect, render
from shuke.tribes import (
    Attached,
    NewReply,
    NewTopic,
    NewTribe,
    Topic,
    Tribe,
    TribeDraft,
    allow_back,
    change,
    found,
    hand_over,
    hide_reply,
    hide_topic,
    join,
    leave,
    let_in,
    like,
    mark_best,
    name_moderator,
    pin,
    remove,
    reply,
    show_topic,
    take_back_reply,
    take_back_topic,
    turn_down,
    unlike,
    write_topic,
)


class Employer(msgspec.Struct, frozen=True):
    """A shop for which the viewer may speak."""

    merchant_id: UUID
    name: str


async def _shops(db: Db, person_id: UUID, roles: Sequence[str]) -> list[Employer]:
    return await db.all(
        Employer,
        """
        select m.merchant_id, m.name from merchants.jobs j
        join merchants.staff s on s.merchant_id = j.merchant_id and s.person_id = j.person_id
        join merchants.merchants m on m.merchant_id = s.merchant_id
        where j.person_id = :person and s.ended_at is null and m.status = 'approved' and s.role = any(:roles::text[]) order by m.name
        """,
        person=person_id,
        roles=list(roles),
    )


async def _fields(request: AnyRequest) -> tuple[Reading, list[bytes]]:
    """The typed fields and the chosen pictures."""
    form = await request.form()
    typed: Typed = {name: str(value) for name, value in form.items() if not isinstance(value, UploadFile)}
    files = [part for part in form.getall("photo", []) if isinstance(part, UploadFile)]
    return Reading(typed, ""), [await part.read() for part in files]


async def _tribe_form(
    request: AnyRequest, db: Db, viewer: Viewer, read: Reading, tribe: Tribe | None, refused: Refusal | None = None
) -> Response[str]:
    return render(
        request,
        "commons/tribe_form.html",
        status=refused.status if refused else 200,
        typed=read.text,
        tribe=tribe,
        interests=list(interest_words().items()),
        shops=[
            ("", _("Nobody: my own")),
            *((str(one.merchant_id), one.name) for one in await _shops(db, viewer.person_id, ["owner", "manager"])),
        ],
        refused=_(refused.detail) if refused else "",
    )


@get("/tribes/new", guards=[signed_in])
async def new_tribe(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """The form of a new tribe."""
    return await _tribe_form(request, db, viewer, Reading({"interest": "food"}, ""), None)


@post("/tribes/new", guards=[signed_in])
async def create_tribe_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]
) -> Response[str] | Redirect:
    """Found it."""
    read, files = await _fields(request)
    try:
        async with db.savepoint():
            [picture, *_more] = [*await take_up(db, viewer.person_id, files[:1]), None]
            draft = _draft(read, picture)
            merchants = read.ids("merchant_id") if read.text("merchant_id") else []
            new = NewTribe(**msgspec.structs.asdict(draft), merchant_id=merchants[0] if merchants else None)
            tribe = await found(db, viewer.person_id, new)
    except Refusal as refused:
        return await _tribe_form(request, db, viewer, read, None, refused)
    return redirect(f"/tribes/{tribe.tribe_id}", flash=_("Your tribe is there. Share it with who belongs in it."))


def _draft(read: Reading, picture: UUID | None) -> TribeDraft:
    def degrees(name: str) -> float | None:
        try:
            return float(read.text(name))
        except ValueError:
            return None

    interest = read.text("interest")
    wanted = {
        "name": read.text("name")[:40],
        "interest": interest if interest in interest_words() else "other",
        "about": read.text("about")[:1000],
        "city": read.text("city")[:80],
        "longitude": degrees("longitude"),
        "latitude": degrees("latitude"),
        "approval": read.text("approval") == "yes",
        "merchants_post": read.text("merchants_post") == "yes",
        "picture": picture,
    }
    try:
        return msgspec.convert(wanted, TribeDraft)
    except msgspec.ValidationError:
        return msgspec.convert(wanted | {"longitude": None, "latitude": None}, TribeDraft)


@get("/tribes/{tribe_id:uuid}/edit", guards=[signed_in])
async def edit_tribe(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID]
) -> Response[str]:
    """The founder's form."""
    tribe = await shown_tribe(db, tribe_id, viewer.person_id)
    if tribe.standing != "founder":
        raise NotFound
    typed: Typed = {
        "name": tribe.name,
        "about": tribe.about,
        "interest": tribe.interest,
        "city": tribe.city,
        "longitude": str(tribe.longitude) if tribe.longitude is not None else "",
        "latitude": str(tribe.latitude) if tribe.latitude is not None else "",
        "approval": "yes" if tribe.approval else "",
        "merchants_post": "yes" if tribe.merchants_post else "",
    }
    return await _tribe_form(request, db, viewer, Reading(typed, ""), tribe)


@post("/tribes/{tribe_id:uuid}/edit", guards=[signed_in])
async def change_tribe(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Change it."""
    tribe = await shown_tribe(db, tribe_id, viewer.person_id)
    read, files = await _fields(request)
    try:
        async with db.savepoint():
            [picture, *_more] = [*await take_up(db, viewer.person_id, files[:1]), None]
            await change(db, viewer.person_id, tribe_id, _draft(read, picture))
    except Refusal as refused:
        return await _tribe_form(request, db, viewer, read, tribe, refused)
    return redirect(f"/tribes/{tribe_id}", flash=_("Saved."))


class Said(msgspec.Struct, frozen=True):
    """What a button of a page says: an act, about whom or what, and why."""

    act: str = ""
    reason: str = ""
    person_id: UUID | None = None
    reply_id: UUID | None = None


@post("/tribes/{tribe_id:uuid}/membership", guards=[signed_in])
async def change_membership(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], data: URLEncodedBody[Said]
) -> Redirect:
    """Join, or leave."""
    try:
        if data.act == "leave":
            await leave(db, viewer.person_id, tribe_id)
            return redirect("/tribes", flash=_("You left the tribe."), kind="note")
        now = await join(db, viewer.person_id, tribe_id, data.reason[:300])
    except Refusal as refused:
        if isinstance(refused, NotFound):
            raise
        return redirect(f"/tribes/{tribe_id}", flash=_(refused.detail), kind="warn")
    said = _("You are a member. Welcome!") if now.standing == "member" else _("The moderators have your request.")
    return redirect(f"/tribes/{tribe_id}", flash=said)


@post("/tribes/{tribe_id:uuid}/order", guards=[signed_in])
async def act_on_member(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID], data: URLEncodedBody[Said]
) -> Redirect:
    """What moderators and the founder do about somebody."""
    by, person_id = viewer.person_id, data.person_id
    if person_id is None:
        raise NotFound
    try:
        if data.act == "let_in":
            await let_in(db, by, tribe_id, person_id)
        elif data.act == "turn_down":
            await turn_down(db, by, tribe_id, person_id, data.reason[:300])
        elif data.act == "remove":
            await remove(db, by, tribe_id, person_id, data.reason[:300])
        elif data.act == "allow_back":
            await allow_back(db, by, tribe_id, person_id)
        elif data.act == "hand_over":
            await hand_over(db, by, tribe_id, person_id)
        else:
            await name_moderator(db, by, tribe_id, person_id, named=data.act == "name")
    except Refusal as refused:
        if isinstance(refused, NotFound):
            raise
        return redirect(f"/tribes/{tribe_id}/members", flash=_(refused.detail), kind="warn")
    return redirect(f"/tribes/{tribe_id}/members", flash=_("Done. It stands in the list of acts with your name."))


@get("/tribes/{tribe_id:uuid}/write", guards=[signed_in])
async def new_topic(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    place: FromQuery[UUID | None] = None,
    about: FromQuery[str] = "",
) -> Response[str]:
    """The form of a topic: about a place, or about a thing as kind/owner/id, where one is given."""
    kind, _sep, ids = about[:120].partition("/")
    owner, _sep, thing = ids.partition("/")
    typed: Typed = {
        "key": uuid4().hex,
        "into_feed": "yes",
        "place": str(place or ""),
        "kind": kind,
        "owner": owner,
        "thing": thing,
    }
    return await _topic_form(request, db, viewer, tribe_id, Reading(typed, ""))


async def _topic_form(
    request: AnyRequest, db: Db, viewer: Viewer, tribe_id: UUID, read: Reading, refused: Refusal | None = None
) -> Response[str]:
    tribe = await shown_tribe(db, tribe_id, viewer.person_id)
    shops = await _shops(db, viewer.person_id, ["owner", "manager", "marketer"])
    welcome = [one for one in shops if tribe.merchants_post or tribe.merchant_id == one.merchant_id]
    return render(
        request,
        "commons/write.html",
        status=refused.status if refused else 200,
        tribe=tribe,
        typed=read.text,
        errors=read.errors,
        shops=[("", _("Myself")), *((str(one.merchant_id), one.name) for one in welcome)] if welcome else [],
        refused=_(refused.detail) if refused else "",
    )


@post("/tribes/{tribe_id:uuid}/write", guards=[signed_in])
async def write_topic_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], tribe_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Write it; photos have to be chosen again where something is refused."""
    read, files = await _fields(request)
    zone = getattr(page_of(request).zone, "key", "UTC")
    starts, places = read.moment("starts_at", zone), read.ids("place") if read.text("place") else []
    shops = read.ids("merchant_id") if read.text("merchant_id") else []
    about = [*read.ids("owner"), *read.ids("thing")] if read.text("kind") and read.text("thing") else []
    read.errors.pop("place", None)

    async def work() -> Topic:
        photos = await take_up(db, viewer.person_id, files)
        new = NewTopic(
            title=read.text("title")[:100],
            text=read.text("text")[:5000],
            photos=photos,
            place_id=places[0] if places else None,
            thing=Attached(read.text("kind")[:30], about[0], about[1]) if len(about) == 2 else None,
            into_feed=read.text("into_feed") == "yes",
            merchant_id=shops[0] if shops else None,
            starts_at=starts,
        )
        return await write_topic(db, viewer.person_id, tribe_id, new)

    try:
        async with db.savepoint():
            key = f"topic:{read.text('key')[:64]}" if read.text("key") else None
            topic = await once(db, viewer.person_id, key, b"topic", Topic, work)
    except Refusal as refused:
        return await _topic_form(request, db, viewer, tribe_id, read, refused)
    return redirect(f"/tribes/{tribe_id}/topics/{topic.topic_id}", flash=_("Posted."))


@post("/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/replies", guards=[signed_in])
async def write_reply(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    topic_id: FromPath[UUID],
    data: URLEncodedBody[Said],
) -> Redirect:
    """A word under it."""
    there = f"/tribes/{tribe_id}/topics/{topic_id}"
    try:
        await reply(db, viewer.person_id, tribe_id, topic_id, NewReply(data.reason[:2000]))
    except Refusal as refused:
        if isinstance(refused, NotFound):
            raise
        return redirect(there, flash=_(refused.detail), kind="warn")
    return redirect(f"{there}#replies")


@post("/tribes/{tribe_id:uuid}/topics/{topic_id:uuid}/acts", guards=[signed_in])
async def act_on_topic(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    tribe_id: FromPath[UUID],
    topic_id: FromPath[UUID],
    data: URLEncodedBody[Said],
) -> Redirect:
    """A like, or what its author and the moderators do with it."""
    there = f"/tribes/{tribe_id}/topics/{topic_id}"
    try:
        if data.act == "take_back":
            await take_back_topic(db, viewer.person_id, tribe_id, topic_id)
            return redirect(f"/tribes/{tribe_id}", flash=_("Your topic is gone."), kind="note")
        await _act(db, viewer.person_id, tribe_id, topic_id, data)
    except Refusal as refused:
        if isinstance(refused, NotFound):
            raise
        return redirect(there, flash=_(refused.detail), kind="warn")
    return redirect(there)


async def _act(db: Db, by: UUID, tribe_id: UUID, topic_id: UUID, said: Said) -> None:
    if said.act in ("like", "unlike"):
        await (like if said.act == "like" else unlike)(db, by, tribe_id, topic_id)
    elif said.act in ("pin", "unpin"):
        await pin(db, by, tribe_id, topic_id, pinned=said.act == "pin")
    elif said.act in ("best", "not_best"):
        await mark_best(db, by, tribe_id, topic_id, best=said.act == "best")
    elif said.act == "hide":
        await hide_topic(db, by, tribe_id, topic_id, said.reason[:300])
    elif said.act == "show":
        await show_topic(db, by, tribe_id, topic_id)
    elif said.act == "hide_reply" and said.reply_id is not None:
        await hide_reply(db, by, tribe_id, said.reply_id, said.reason[:300])
    elif said.act == "take_back_reply" and said.reply_id is not None:
        await take_back_reply(db, by, said.reply_id, tribe_id, topic_id)
    else:
        raise NotFound


tribe_forms = Router(
    "/",
    route_handlers=[
        new_tribe,
        create_tribe_page,
        edit_tribe,
        change_tribe,
        change_membership,
        act_on_member,
        new_topic,
        write_topic_page,
        write_reply,
        act_on_topic,
    ],
    include_in_schema=False,
)
