"""JSON API of purchases: recording at a till, taking back, looking up, the best combination for a bill."""

import hashlib
from uuid import UUID, uuid4

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.kit import ids
from shuke.kit.db import Db
from shuke.kit.i18n import _
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import Acting, at_till, staff_of
from shuke.people import Viewer, signed_in
from shuke.purchases.offer import best_for
from shuke.purchases.queries import purchase_of, purchases_of
from shuke.purchases.record import Recorder
from shuke.purchases.reverse import take_back
from shuke.purchases.types import (
    CombinationShown,
    NewCombination,
    NewPurchase,
    NewReversal,
    PurchaseCall,
    Purchases,
    PurchaseShown,
    Reversal,
)
from shuke.vouchers import VoucherRefused, unknown_code

UNKNOWN_CODE = _("We don't know this code here. Check it, or look the guest up.")


@post("/purchases", guards=[signed_in], summary="Record a purchase, with vouchers and points")
async def create_purchase(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewPurchase],
) -> PurchaseShown:
    """All or nothing: when a voucher is refused, nothing is recorded. The same Idempotency-Key gives the first result.

    Refusals: unreadable, not_staff, staff_locked, not_found (the store), not_a_member, lines_exceed_total, not_combinable,
    not_cheaper, idempotency_key_reused, and those of redeeming a voucher (the code is in `facts`)."""
    till = await at_till(request, viewer, data.merchant_id, data.store_id)
    codes = [ids.read_code(text) for text in data.vouchers]
    call = PurchaseCall(
        till.merchant_id,
        till.store_id,
        till.staff_id,
        data.holder,
        data.total,
        key or str(uuid4()),
        hashlib.sha256(raw).digest(),
        tuple(data.lines),
        tuple(code for code in codes if code is not None and code.startswith(till.tag)),
        data.note.strip(),
    )
    if len(call.vouchers) < len(codes):
        raise await unknown_code(db, till, UNKNOWN_CODE)
    try:
        return await resource(request, Recorder)(call)
    except VoucherRefused as refusal:
        if refusal.name != "unknown":
            raise
        raise await unknown_code(db, till, UNKNOWN_CODE) from refusal


@post("/purchases/{purchase_id:uuid}/reversal", guards=[signed_in], summary="Take a purchase back on its day")
async def create_reversal(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    purchase_id: FromPath[UUID],
    data: JSONBody[NewReversal],
) -> Reversal:
    """Its vouchers can be used again; its points go as far as the programme's refund policy says.

    Refusals: unreadable, not_found, already_reversed, too_late, not_staff, staff_locked, idempotency_key_reused."""
    till = await at_till(request, viewer, data.merchant_id, data.store_id)
    return await take_back(db, till, purchase_id, data.reason, key or str(uuid4()))


@post("/combinations", guards=[signed_in], status_code=200, summary="Find the best vouchers for a bill")
async def create_combination(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[NewCombination]
) -> CombinationShown:
    """The cheapest allowed set, what is left to pay, and why each other voucher was left out: the name under which it would be
    refused, not_combinable or not_cheaper. Nothing is redeemed. Refusals: unreadable, not_staff, staff_locked."""
    till = await at_till(request, viewer, data.merchant_id, data.store_id)
    return await best_for(db, till, data)


@get("/merchants/{merchant_id:uuid}/purchases", guards=[staff_of], summary="A merchant's purchases, the newest first")
async def get_purchases(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    store: FromQuery[UUID | None] = None,
    person: FromQuery[UUID | None] = None,
    after: FromQuery[str | None] = None,
) -> Purchases:
    """Staff of one store see that store's. Refusals: not_found, cursor_unreadable."""
    return await purchases_of(db, acting.merchant_id, acting.store_id or store, person, after)


@get("/merchants/{merchant_id:uuid}/purchases/{purchase_id:uuid}", guards=[staff_of], summary="One purchase")
async def get_purchase(db: NamedDependency[Db], acting: NamedDependency[Acting], purchase_id: FromPath[UUID]) -> PurchaseShown:
    """With its lines and the vouchers redeemed with it. Refusals: not_found."""
    return await purchase_of(db, acting.merchant_id, purchase_id, acting.store_id)


routes = Router(
    "/api/v1",
    route_handlers=[create_purchase, create_reversal, create_combination, get_purchases, get_purchase],
    tags=["purchases"],
)
