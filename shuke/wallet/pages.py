"""Pages of what a person holds: wallet, card, voucher, history."""

from base64 import b32encode
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

import segno
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response
from markupsafe import Markup

from shuke.cards import membership_of
from shuke.kit.cursor import read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.people import Viewer, shortcuts_of, signed_in
from shuke.shell import page_of, redirect, render
from shuke.stamps import stamps_of
from shuke.terms import face_of
from shuke.wallet.history import history_of
from shuke.wallet.queries import card_shown, voucher_shown, wallet_of
from shuke.wallet.words import amount, days_left, points_reason, state_word


@get("/start", guards=[signed_in], include_in_schema=False)
async def start(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Redirect:
    """To one's work where there is some, else to the wallet."""
    return redirect(next((found.start for found in await shortcuts_of(db, viewer.person_id) if found.start), "/wallet"))


@get("/wallet", guards=[signed_in], include_in_schema=False)
async def wallet_page(request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Cards first, then vouchers, the soonest to expire first."""
    wallet = await wallet_of(db, viewer.person_id)
    colours = {card.merchant_id: card.colour for card in wallet.cards}
    return render(request, "wallet/wallet.html", wallet=wallet, colours=colours, face_of=face_of, days_left=days_left)


@get("/cards/{merchant_id:str}", guards=[signed_in], include_in_schema=False)
async def card_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[str]
) -> Response[str]:
    """One card with its rotating code, points, vouchers and stores."""
    try:
        shown = await card_shown(db, viewer.person_id, UUID(merchant_id))
        stamps = await stamps_of(db, shown.card.merchant_id, viewer.person_id)
    except (Refusal, ValueError):
        return no_card(request)
    return render(
        request,
        "wallet/card.html",
        shown=shown,
        stamps=stamps,
        secret=b32encode(shown.card.secret).decode(),
        amount=amount,
        face_of=face_of,
        days_left=days_left,
        points_reason=points_reason,
        fresh="new" in request.query_params,
    )


def no_card(request: AnyRequest) -> Response[str]:
    """A card that this person does not hold, and what to do about it."""
    return render(
        request,
        "shell/refusal.html",
        status=404,
        heading=_("You have no card of this shop"),
        detail=_("Scan the code in the shop to get it."),
        next=(_("Scan a code"), "/scan"),
    )


@get("/vouchers/{code:str}", guards=[signed_in], include_in_schema=False)
async def voucher_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], code: FromPath[str]
) -> Response[str]:
    """The large code, the rules in words, and after use when and where."""
    try:
        shown = await voucher_shown(db, viewer.person_id, code)
    except Refusal as refusal:
        return render(
            request,
            "shell/refusal.html",
            status=refusal.status,
            heading=_("Not one of your vouchers"),
            detail=refusal.detail,
            next=(_("Open my wallet"), "/wallet"),
        )
    voucher = shown.voucher
    return render(
        request,
        "wallet/voucher.html",
        shown=shown,
        voucher=voucher,
        face=face_of(voucher.kind, voucher.value, voucher.currency),
        picture=picture_of(voucher.code),
        days=days_left(voucher.ends_at, shown.at, ZoneInfo(shown.rules.zone)),
        member=await membership_of(db, viewer.person_id, voucher.merchant_id) is not None,
        state_word=state_word,
    )


def picture_of(code: str) -> Markup:
    """A QR code that says just the code."""
    return Markup(segno.make(code, error="m", micro=False).svg_inline(border=2, omitsize=True))


@get("/history", guards=[signed_in], include_in_schema=False)
async def history_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None
) -> Response[str]:
    """What happened, newest first."""
    history = await history_of(db, viewer.person_id, read_cursor(cursor))
    zone = page_of(request).zone
    days = [(day, list(items)) for day, items in groupby(history.items, lambda item: item.at.astimezone(zone).date())]
    return render(
        request,
        "wallet/history.html",
        days=days,
        next=history.next,
        first=cursor is None,
        amount=amount,
        points_reason=points_reason,
    )


pages = Router("/", route_handlers=[start, wallet_page, card_page, voucher_page, history_page])
