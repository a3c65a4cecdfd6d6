"""Writing a post: words, photos, a place, who sees it; checking in from a place's page."""

from uuid import UUID, uuid4

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.album import take_up
from shuke.feed.actions import write
from shuke.feed.places import lately_at, place_line
from shuke.feed.shown import post_shown
from shuke.feed.types import MOST_WORDS, Audience, Position, PostDraft, PostShown
from shuke.feed.words import AUDIENCES, audience_words
from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, signed_in
from shuke.shell import redirect, render


class Typed(msgspec.Struct, frozen=True):
    """A post as its form has it; `key` stands for this one post, however often the form is sent."""

    key: str
    words: str = ""
    place_id: UUID | None = None
    check_in: bool = False
    audience: Audience = "friends"
    position: Position | None = None


async def _page(request: AnyRequest, db: Db, viewer: Viewer, typed: Typed, refusal: Refusal | None = None) -> Response[str]:
    lately = await lately_at(db, viewer.person_id)
    place = await place_line(db, viewer.person_id, typed.place_id) if typed.place_id else None
    return render(
        request,
        "feed/compose.html",
        status=refusal.status if refusal else 200,
        typed=typed,
        place=place,
        lately=[line for line in lately if line.place_id != typed.place_id],
        audiences=audience_words(AUDIENCES),
        error=refusal.detail if refusal else "",
        most=MOST_WORDS,
    )


@get("/feed/new", guards=[signed_in])
async def compose_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    place: FromQuery[UUID | None] = None,
) -> Response[str]:
    """The form, about a place where one is given."""
    return await _page(request, db, viewer, Typed(uuid4().hex, place_id=place))


@get("/check-in/{place_id:uuid}", guards=[signed_in])
async def check_in_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], place_id: FromPath[UUID]
) -> Response[str]:
    """The form for saying that one is at a place."""
    return await _page(request, db, viewer, Typed(uuid4().hex, place_id=place_id, check_in=True))


@post("/feed/new", guards=[signed_in])
async def write_post(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str] | Redirect:
    """Tell it, or say beside the form what is wrong; photos have to be chosen again then."""
    form = await request.form()
    typed = _typed({name: str(value) for name, value in form.items() if not isinstance(value, UploadFile)})
    files = [part for part in form.getall("photo", []) if isinstance(part, UploadFile)]

    async def tell() -> PostShown:
        photos = await take_up(db, viewer.person_id, [await part.read() for part in files])
        draft = PostDraft(typed.words, photos, typed.place_id, typed.check_in, typed.position, typed.audience)
        return post_shown(viewer.person_id, await write(db, viewer.person_id, draft))

    try:
        if len(typed.words) > MOST_WORDS:
            raise Refusal("too_long", _("At most %(most)s characters.") % {"most": MOST_WORDS})
        async with db.savepoint():
            await once(db, viewer.person_id, f"post:{typed.key}", b"compose", PostShown, tell)
    except Refusal as refusal:
        return await _page(request, db, viewer, typed, refusal)
    return redirect("/feed", flash=_("You are checked in.") if typed.check_in else _("Posted."))


def _typed(form: dict[str, str]) -> Typed:
    """The form's fields; what can't be read is left out."""
    audience: Audience = next((one for one in AUDIENCES if one == form.get("audience")), "friends")
    return Typed(
        (form.get("key") or uuid4().hex)[:64],
        form.get("words", "").replace("\r\n", "\n").strip(),
        _uuid(form.get("place", "")),
        form.get("check_in") == "yes",
        audience,
        _position({name: form.get(name, "") for name in ("longitude", "latitude")}),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _position(given: dict[str, str]) -> Position | None:
    try:
        return msgspec.convert(given, Position, strict=False)
    except msgspec.ValidationError:
        return None


compose_pages = Router("/", route_handlers=[compose_page, check_in_page, write_post], include_in_schema=False)
