"""Pages of a guest's bill: the amount, the vouchers, and recording both in one go."""

import hashlib
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, URLEncodedBody

from shuke.cards import member_of
from shuke.counter.actions import LONGEST, NO_CARD, guest_at
from shuke.counter.bill import bill_for
from shuke.counter.card_pages import return_asked, sell_from_card
from shuke.counter.forms import UndoForm, amount_in, guest_in, key_in, reason_in
from shuke.counter.screen import Answer, looked_up, show
from shuke.counter.standing import provide_standing, refused_at_till
from shuke.counter.types import Standing
from shuke.kit import ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext
from shuke.kit.refusals import Refusal, Unreadable
from shuke.kit.web import AnyRequest, resource
from shuke.people import signed_in
from shuke.purchases import PurchaseCall, Recorder, purchase_of, take_back
from shuke.storedvalue import StoredPayment

LARGEST_SET = 20  # vouchers on one bill


@post("/{merchant_id:uuid}/{store_id:uuid}/bill", guards=[signed_in], include_in_schema=False, status_code=200)
async def reckon(
    request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing], last: FromQuery[str] = ""
) -> Response[str]:
    """What this guest pays: with the best vouchers, or with those that were ticked."""
    form = await request.form()
    holder = guest_in(str(form.get("holder", "")))
    typed = str(form.get("bill", ""))
    try:
        total = _total(typed, standing.till.currency)
    except Unreadable as refusal:
        found = await guest_at(db, standing.till, holder)
        found = msgspec.structs.replace(found, paying=_paying(form.get("paying")))
        lookup = await looked_up(db, standing, found, bill=typed[:15], wrong=refusal.detail)
        return await show(request, db, standing, Answer("found", lookup=lookup))
    codes = _codes(form.getall("voucher", [])) if form.get("chosen") else None
    member = await member_of(db, standing.till.merchant_id, holder)
    if member is None:
        raise Refusal("not_a_member", NO_CARD)
    bill = await bill_for(db, standing.till, holder, total, codes, last)
    return await show(request, db, standing, Answer("bill", bill=bill, member=member, paying=_paying(form.get("paying"))))


@post("/{merchant_id:uuid}/{store_id:uuid}/purchase", guards=[signed_in], include_in_schema=False, status_code=200)
async def sell(request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing]) -> Response[str]:
    """Record the purchase and redeem what was ticked, all or nothing."""
    form = await request.form()
    here = standing.till
    holder = guest_in(str(form.get("holder", "")))
    total = _total(str(form.get("bill", "")), here.currency)
    codes = _codes(form.getall("voucher", []))
    take = _total(str(form.get("take", "")), here.currency) if form.get("from_card") else 0
    said = f"{holder} {total} {' '.join(sorted(codes))} {take or ''}".strip()
    call = PurchaseCall(
        here.merchant_id,
        here.store_id,
        here.staff_id,
        holder,
        total,
        key_in(str(form.get("key", ""))),
        hashlib.sha256(said.encode()).digest(),
        vouchers=tuple(codes),
    )
    cards: list[StoredPayment] = []
    if take:
        sold, paid = await sell_from_card(db, standing, call, _paying(form.get("paying")), take)
        cards = [paid]
    else:
        sold = await resource(request, Recorder)(call)
    member = await member_of(db, here.merchant_id, holder)
    return await show(request, db, standing, Answer("sold", sold=sold, member=member, cards=cards))


@get("/{merchant_id:uuid}/{store_id:uuid}/return/{purchase_id:uuid}", guards=[signed_in], include_in_schema=False)
async def ask_return(
    request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing], purchase_id: FromPath[UUID]
) -> Response[str]:
    """Which purchase would be taken back, and why."""
    return await show(request, db, standing, await return_asked(db, standing, purchase_id))


@post(
    "/{merchant_id:uuid}/{store_id:uuid}/return/{purchase_id:uuid}",
    guards=[signed_in],
    include_in_schema=False,
    status_code=200,
)
async def give_back(
    request: AnyRequest,
    db: NamedDependency[Db],
    standing: NamedDependency[Standing],
    purchase_id: FromPath[UUID],
    data: URLEncodedBody[UndoForm],
) -> Response[str]:
    """Take a purchase of today back, with its vouchers and points."""
    reason = reason_in(data)
    if not reason:
        raise Unreadable("reason_missing", gettext("Say why, so that others understand it later."))
    await take_back(db, standing.till, purchase_id, reason, key_in(data.key))
    sold = await purchase_of(db, standing.till.merchant_id, purchase_id, standing.till.store_id)
    return await show(request, db, standing, Answer("returned", sold=sold))


def _paying(text: object) -> str:
    """What proves that the guest is there, as the page wrote it."""
    return text[:LONGEST] if isinstance(text, str) else ""


def _total(text: str, currency: str) -> int:
    total = amount_in(text, currency)
    if not total:
        raise Unreadable("amount_unreadable", gettext("This is not an amount. Write it like 12.50."))
    return total


def _codes(texts: list[object]) -> list[str]:
    codes = [ids.read_code(str(text)) for text in texts[: LARGEST_SET + 1]]
    if None in codes or len(codes) > LARGEST_SET:
        raise Unreadable("unreadable", gettext("This page has been open too long. Please load it again."))
    return [code for code in codes if code is not None]


bill_pages = Router(
    "/till",
    route_handlers=[reckon, sell, ask_return, give_back],
    dependencies={"standing": Provide(provide_standing)},
    exception_handlers={Refusal: refused_at_till},
)
