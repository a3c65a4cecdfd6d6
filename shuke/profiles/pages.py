"""Pages: somebody's own page as others see it, and changing one's own."""

import re
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from shuke.album import address, take_up
from shuke.feed import did
from shuke.friends import Audience
from shuke.kit.db import Db
from shuke.kit.forms import typed_in
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest
from shuke.moderation import check_picture
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.profiles.actions import save, set_picture, take_card
from shuke.profiles.posts import FEW, show_posts, told_by
from shuke.profiles.queries import own_profile, shown_to
from shuke.profiles.types import Badge, Draft, Own
from shuke.shell import redirect, render

AUDIENCES: tuple[Audience, ...] = ("everyone", "friends", "me")


def badge_words(badge: Badge) -> str:
    """A badge in words."""
    if badge.kind == "member":
        return _("Here since %(year)s") % {"year": badge.value}
    if badge.kind == "reviews":
        return _("Reviews written: %(count)s") % {"count": badge.value}
    return _("%(tier)s at %(shop)s") % {"tier": badge.value, "shop": badge.name}


@get("/people/{person_id:uuid}", guards=[anyone])
async def show_person(request: AnyRequest, db: NamedDependency[Db], person_id: FromPath[UUID]) -> Response[str]:
    """A person as the viewer may see her."""
    viewer = viewer_of(request)
    shown = await shown_to(db, viewer.person_id if viewer else None, person_id)
    told = await told_by(db, viewer.person_id, person_id, most=FEW) if viewer else None
    return render(
        request,
        "profiles/person.html",
        frame="shell/app.html" if viewer else "shell/public.html",
        shown=shown,
        person_id=person_id,
        standing=shown.relation.standing if shown.relation else "stranger",
        badge_words=badge_words,
        told=told,
        did=did,
    )


@post("/people/{person_id:uuid}/cards/{merchant_id:uuid}", guards=[signed_in])
async def take_shown_card(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID], merchant_id: FromPath[UUID]
) -> Redirect:
    """On to taking the card, by the link of who shows it."""
    return redirect((await take_card(db, viewer.person_id, person_id, merchant_id)).address)


@get("/me/profile", guards=[signed_in])
async def show_profile(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """My own page, to be changed."""
    return _form(request, viewer, await own_profile(db, viewer.person_id), None)


def _form(request: AnyRequest, viewer: Viewer, own: Own, refusal: Refusal | None) -> Response[str]:
    return render(
        request,
        "profiles/own.html",
        status=refusal.status if refusal else 200,
        own=own,
        person_id=viewer.person_id,
        face={
            "name": viewer.name or "?",
            "photo": address(viewer.person_id, own.photo_id, small=True) if own.photo_id else None,
        },
        audiences=[("everyone", _("Everyone")), ("friends", _("Friends")), ("me", _("Only me"))],
        error=refusal.detail if refusal else "",
    )


@post("/me/profile", guards=[signed_in])
async def save_profile(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]
) -> Response[str] | Redirect:
    """Words and audiences; the picture has a form of its own."""
    typed = await typed_in(request)
    mine = await own_profile(db, viewer.person_id)

    def audience(name: str, before: Audience) -> Audience:
        given = typed.get(name)
        return next((known for known in AUDIENCES if known == given), before)

    draft = Draft(
        mine.photo_id,
        str(typed.get("about", ""))[:1200],
        re.split(r"[,，、;；\n]", str(typed.get("foods", ""))[:1000])[:50],
        audience("foods_for", mine.foods_for),
        audience("places_for", mine.places_for),
        audience("cards_for", mine.cards_for),
        audience("badges_for", mine.badges_for),
    )
    try:
        await save(db, viewer.person_id, draft)
    except Refusal as refusal:
        fields = {name: getattr(draft, name) for name in Draft.__struct_fields__}
        return _form(request, viewer, msgspec.convert({**fields, "hidden": mine.hidden}, Own), refusal)
    return redirect("/me/profile", flash=_("Saved."))


@post("/me/profile/picture", guards=[signed_in])
async def save_picture(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]
) -> Response[str] | Redirect:
    """Another picture, or none."""
    form = await request.form()
    part = form.get("photo")
    content = await part.read() if isinstance(part, UploadFile) else b""
    if not content and not form.get("remove"):
        return redirect("/me/profile")
    try:
        if content:
            await check_picture(db, viewer.person_id, content)
        photos = await take_up(db, viewer.person_id, [content])
        await set_picture(db, viewer.person_id, photos[0] if photos else None)
    except NotFound:
        raise
    except Refusal as refusal:
        return _form(request, viewer, await own_profile(db, viewer.person_id), refusal)
    return redirect("/me/profile", flash=_("Saved."))


profile_pages = Router(
    "/",
    route_handlers=[show_person, show_posts, take_shown_card, show_profile, save_profile, save_picture],
    include_in_schema=False,
)
