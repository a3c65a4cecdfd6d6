"""Pages of gifts: choosing for whom, one gift, all of one's own, and the line in the wallet."""

from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Response

from shuke.friends import are_friends, faces, friends_by_name
from shuke.gifts.actions import give, return_, take
from shuke.gifts.queries import gift_of, gifts_of, givable, held, on_their_way, waiting_for
from shuke.gifts.routes import PAGE
from shuke.gifts.types import NewGift
from shuke.kit import clock, ids
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, address
from shuke.people import Viewer, anyone, signed_in, viewer_of
from shuke.shell import redirect, render
from shuke.terms import face_of

MOST_FRIENDS = 500
LINK = "link"


class Filled(msgspec.Struct, frozen=True):
    """The form of giving: `to` is a friend, or link."""

    to: str = ""
    note: str = ""


async def _form(
    request: AnyRequest, db: Db, person_id: UUID, code: str, filled: Filled, refusal: Refusal | None = None
) -> Response[str] | Redirect:
    voucher = await held(db, person_id, ids.read_code(code) or "")
    if voucher.gift_id is not None:
        return redirect(f"/gifts/{voucher.merchant_id}/{voucher.gift_id}")
    return render(
        request,
        "gifts/give.html",
        status=refusal.status if refusal else 200,
        voucher=voucher,
        face=face_of(voucher.kind, voucher.value, voucher.currency),
        friends=(await friends_by_name(db, person_id))[:MOST_FRIENDS],
        filled=filled,
        error=refusal.detail if refusal else "",
    )


@get("/gifts/for/{person_id:uuid}", guards=[signed_in])
async def choose_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]
) -> Response[str]:
    """Which of one's vouchers a friend is to have. Refusal: not_found for who is no friend."""
    if not await are_friends(db, viewer.person_id, person_id):
        raise NotFound
    vouchers = await givable(db, viewer.person_id)
    faces_of_vouchers = [(one, face_of(one.kind, one.value, one.currency)) for one in vouchers]
    friend = (await faces(db, viewer.person_id, [person_id]))[person_id]
    return render(request, "gifts/choose.html", vouchers=faces_of_vouchers, friend=friend)


@get("/gifts/new/{code:str}", guards=[signed_in])
async def give_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], code: FromPath[str], to: FromQuery[str] = ""
) -> Response[str] | Redirect:
    """For which friend, or by a link; a voucher that is on its way leads to its gift."""
    return await _form(request, db, viewer.person_id, code, Filled(to))


@post("/gifts/new/{code:str}", guards=[signed_in])
async def give_by_form(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    code: FromPath[str],
    data: URLEncodedBody[Filled],
) -> Response[str] | Redirect:
    """Put it on its way, or say beside the form why not."""
    voucher = await held(db, viewer.person_id, ids.read_code(code) or "")
    note = data.note.strip()[:300]
    try:
        to = None if data.to == LINK else UUID(data.to)
    except ValueError:
        refusal = Refusal("nobody_chosen", _("Choose for whom it is."))
        return await _form(request, db, viewer.person_id, code, data, refusal)
    try:
        async with db.savepoint():
            gift = await give(db, viewer.person_id, NewGift(voucher.merchant_id, voucher.voucher_id, to, note))
    except Refusal as refusal:
        return await _form(request, db, viewer.person_id, code, data, refusal)
    said = _("On its way. Your friend finds it in your chat.") if to else _("Pass the link on: whoever takes it first has it.")
    return redirect(gift.path, flash=said)


@get("/gifts/{merchant_id:uuid}/{gift_id:uuid}", guards=[anyone])
async def gift_page(
    request: AnyRequest, db: NamedDependency[Db], merchant_id: FromPath[UUID], gift_id: FromPath[UUID]
) -> Response[str]:
    """What it is, from whom, until when; one button."""
    viewer = viewer_of(request)
    return await _gift_page(request, db, viewer.person_id if viewer else None, merchant_id, gift_id)


async def _gift_page(
    request: AnyRequest, db: Db, person_id: UUID | None, merchant_id: UUID, gift_id: UUID, refusal: Refusal | None = None
) -> Response[str]:
    try:
        gift = await gift_of(db, merchant_id, gift_id, person_id)
    except NotFound:
        return _gone(request, known=person_id is not None)
    others = [one for one in (gift.giver_id, gift.to_id, gift.taker_id) if one is not None]
    shown = await faces(db, person_id, others)
    return render(
        request,
        "gifts/gift.html",
        status=refusal.status if refusal else 200,
        gift=gift,
        me=person_id,
        giver=shown[gift.giver_id],
        to=shown[gift.to_id] if gift.to_id else None,
        taker=shown[gift.taker_id] if gift.taker_id else None,
        face=face_of(gift.kind, gift.value, gift.currency),
        site=address(request),
        over=gift.ended_at is not None or gift.until <= clock.now(),
        refusal=refusal,
    )


def _gone(request: AnyRequest, *, known: bool) -> Response[str]:
    here = request.url.path
    return render(
        request,
        "shell/refusal.html",
        status=404,
        heading=_("No gift for you here"),
        detail=_("It may be for somebody else. Sign in if it is for you.") if not known else _("It may be for somebody else."),
        next=(_("Open my wallet"), "/wallet") if known else (_("Sign in"), f"/sign-in?next={here}"),
    )


@post("/gifts/{merchant_id:uuid}/{gift_id:uuid}/taking", guards=[signed_in])
async def take_by_form(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    merchant_id: FromPath[UUID],
    gift_id: FromPath[UUID],
) -> Response[str] | Redirect:
    """Into the wallet."""
    try:
        async with db.savepoint():
            taken = await take(db, viewer.person_id, merchant_id, gift_id)
    except Refusal as refusal:
        return await _gift_page(request, db, viewer.person_id, merchant_id, gift_id, refusal)
    return redirect(f"/vouchers/{taken.code}", flash=_("It is yours. Show this code at the till."))


@post("/gifts/{merchant_id:uuid}/{gift_id:uuid}/return", guards=[signed_in])
async def return_by_form(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], gift_id: FromPath[UUID]
) -> Redirect:
    """Back to its giver."""
    gift = await return_(db, viewer.person_id, merchant_id, gift_id)
    if gift.giver_id == viewer.person_id:
        return redirect(gift.path, flash=_("It is yours again."))
    return redirect("/gifts", flash=_("It goes back."))


@get("/gifts", guards=[signed_in])
async def own_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None
) -> Response[str]:
    """What I gave and was given."""
    items = await gifts_of(db, viewer.person_id, read_cursor(cursor or ""), PAGE)
    people = {one for gift in items for one in (gift.giver_id, gift.to_id, gift.taker_id) if one is not None}
    return render(
        request,
        "gifts/gifts.html",
        gifts=items,
        shown=await faces(db, viewer.person_id, sorted(people)),
        me=viewer.person_id,
        next=Cursor(items[-1].at, items[-1].gift_id).text if len(items) == PAGE else "",
        face_of=face_of,
    )


@get("/gifts/waiting", guards=[signed_in])
async def waiting_line(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """The lines in the wallet that say that a gift waits, or that one's own is not taken yet."""
    mine = await on_their_way(db, viewer.person_id)
    return render(request, "gifts/_waiting.html", count=await waiting_for(db, viewer.person_id), mine=mine)


gift_pages = Router(
    "/",
    route_handlers=[choose_page, give_page, give_by_form, gift_page, take_by_form, return_by_form, own_page, waiting_line],
    include_in_schema=False,
)
