"""JSON API of stored value for the guest and for the till."""

from uuid import UUID, uuid4

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.cards import leave
from shuke.kit.answers import once
from shuke.kit.cursor import read_cursor
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, phone_of, resource
from shuke.merchants import at_till
from shuke.people import Viewer, signed_in
from shuke.purses.queries import moves_of_purse
from shuke.purses.types import OwnMoney, StoredMoves
from shuke.storedvalue import (
    NewStoredPayment,
    NewStoredReturn,
    NewTopUp,
    PayCall,
    Payer,
    Purse,
    StoredPayment,
    StoredRefund,
    StoredReturn,
    TopUp,
    demand_empty,
    give_back,
    purse_of,
    purses_of,
    refund_rest,
    terms_of,
    top_up,
    topup_of,
)


@get("/stored-value", guards=[signed_in], summary="My money at shops")
async def list_purses(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[Purse]:
    """Every shop where I ever asked to top up, by name; own money and bonus apart."""
    return await purses_of(db, viewer.person_id)


@get("/stored-value/{merchant_id:uuid}", guards=[signed_in], summary="My money at a shop, and its top-ups")
async def get_purse(db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID]) -> OwnMoney:
    """Balance, rules and offers where top-ups are taken, the latest changes. Refusals: not_found (no top-ups, and none of mine)."""
    purse = await purse_of(db, merchant_id, viewer.person_id)
    if purse is None:
        raise NotFound
    terms = await terms_of(db, merchant_id)
    moves = await moves_of_purse(db, merchant_id, viewer.person_id, None)
    return OwnMoney(purse, terms.rules if purse.open else None, terms.offers if purse.open else [], moves)


@get("/stored-value/{merchant_id:uuid}/moves", guards=[signed_in], summary="How my money at a shop came and went")
async def list_own_moves(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], cursor: FromQuery[str | None] = None
) -> StoredMoves:
    """Newest first, 30 a page; `next` is the cursor of the following page. Refusals: cursor_unreadable."""
    return await moves_of_purse(db, merchant_id, viewer.person_id, read_cursor(cursor))


@post("/stored-value/{merchant_id:uuid}/top-ups", guards=[signed_in], summary="Top up my card")
async def create_top_up(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    merchant_id: FromPath[UUID],
    data: JSONBody[NewTopUp],
) -> TopUp:
    """Pay it at the payment's page; the money is stored when it has come in. Refusals: not_a_member, no_top_ups, offer_ended,
    amount_missing, amount_out_of_range, balance_too_large, provider_off, idempotency_key_reused."""

    async def ask() -> TopUp:
        return await top_up(db, merchant_id, viewer.person_id, data, f"/cards/{merchant_id}/money", phone_of(request))

    return await once(db, viewer.person_id, key, raw, TopUp, ask)


@get("/stored-value/{merchant_id:uuid}/top-ups/{topup_id:uuid}", guards=[signed_in], summary="One of my top-ups")
async def get_top_up(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], topup_id: FromPath[UUID]
) -> TopUp:
    """asked, stored, or ended with why. Refusals: not_found."""
    found = await topup_of(db, merchant_id, viewer.person_id, topup_id)
    if found is None:
        raise NotFound
    return found


@post("/stored-value/{merchant_id:uuid}/refunds", guards=[signed_in], summary="Ask for the rest of my money back")
async def create_refund(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    merchant_id: FromPath[UUID],
) -> StoredRefund:
    """All own money goes back by the payments it came from, the latest first; the bonus lapses. Refusals: nothing_left, not_refundable,
    idempotency_key_reused."""

    async def back() -> StoredRefund:
        return await refund_rest(db, merchant_id, viewer.person_id)

    return await once(db, viewer.person_id, key, raw, StoredRefund, back)


@post("/stored-payments", guards=[signed_in], opt={"each_alone": True}, summary="Take a payment from a guest's card")
async def create_stored_payment(
    request: AnyRequest, viewer: NamedDependency[Viewer], key: NamedDependency[str | None], data: JSONBody[NewStoredPayment]
) -> StoredPayment:
    """Own money first, then bonus; `left` is still to pay. Refusals: code_needed (a phone number is not enough), card_code_stale,
    code_used, not_a_member, not_enough_money (ask with `partial` for what is there), purchase_not_open, purchase_paid, not_found,
    not_staff, staff_locked, idempotency_key_reused."""
    till = await at_till(request, viewer, data.merchant_id, data.store_id)
    call = PayCall(
        till.merchant_id,
        till.tag,
        till.currency,
        till.store_id,
        till.staff_id,
        data.code,
        data.amount,
        key or str(uuid4()),
        data.partial,
        data.purchase_id,
    )
    return await resource(request, Payer)(call)


@post("/stored-payments/{spend_id:uuid}/returns", guards=[signed_in], summary="Give a payment back to the card on its day")
async def create_stored_return(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    spend_id: FromPath[UUID],
    data: JSONBody[NewStoredReturn],
) -> StoredReturn:
    """Whole or in part, in the parts in which it was paid. Refusals: not_found, too_late, nothing_left, more_than_paid, not_staff,
    staff_locked, idempotency_key_reused."""
    till = await at_till(request, viewer, data.merchant_id, data.store_id)
    return await give_back(db, till, spend_id, data.amount, data.reason, key or str(uuid4()))


@delete("/memberships/{merchant_id:uuid}", guards=[signed_in], summary="Leave a shop's programme")
async def delete_membership(db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID]) -> None:
    """The card goes; its points stay with it and come back with it. Refusals: not_found, money_left (spend it or ask for it back)."""
    await demand_empty(db, merchant_id, viewer.person_id)
    await leave(db, merchant_id, viewer.person_id)


routes = Router(
    "/api/v1",
    route_handlers=[
        list_purses,
        get_purse,
        list_own_moves,
        create_top_up,
        get_top_up,
        create_refund,
        create_stored_payment,
        create_stored_return,
        delete_membership,
    ],
    tags=["stored value"],
)
