"""JSON API of the till."""

from typing import Annotated
from uuid import UUID, uuid4

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, Parameter

from shuke.counter.actions import Redeemer, identify, redeem_here
from shuke.counter.queries import redemptions_of, tills_of
from shuke.counter.types import Identification, NewIdentification, NewRedemption, NewUndo, Redemptions, TillPlace
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext
from shuke.kit.refusals import NotAllowed, NotFound
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import Acting, at_till, staff_of, store_of
from shuke.people import Viewer, signed_in
from shuke.vouchers import Redemption, undo


@post("/identifications", guards=[signed_in], opt={"each_alone": True}, summary="Identify a guest or voucher at the till")
async def create_identification(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[NewIdentification]
) -> Identification:
    """Refusals: unknown, not_a_member, card_code_stale, unreadable, not_staff, staff_locked."""
    till = await at_till(request, viewer, data.merchant_id, data.store_id)
    return await identify(db, till, data.text)


@post("/redemptions", guards=[signed_in], summary="Redeem a voucher")
async def create_redemption(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    data: JSONBody[NewRedemption],
) -> Redemption:
    """Refusals: unknown, already_redeemed (when, where), expired, not_yet_valid, wrong_store, wrong_time, minimum_spend,
    wrong_article, voided, gifting, not_staff, staff_locked, idempotency_key_reused."""
    till = await at_till(request, viewer, data.merchant_id, data.store_id)
    return await redeem_here(db, resource(request, Redeemer), till, data, key)


@post("/redemptions/{redemption_id:uuid}/undo", guards=[signed_in], summary="Undo a redemption within an hour")
async def create_undo(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    redemption_id: FromPath[UUID],
    data: JSONBody[NewUndo],
) -> Redemption:
    """Refusals: not_found, too_late, already_undone, not_staff, staff_locked."""
    till = await at_till(request, viewer, data.merchant_id, data.store_id)
    return await undo(db, till.merchant_id, till.staff_id, redemption_id, data.reason, key or str(uuid4()))


@get("/tills", guards=[signed_in], summary="Tills at which I may stand")
async def list_tills(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[TillPlace]:
    """Open stores of approved merchants where my role includes the till, by name; at most 200."""
    return await tills_of(db, viewer.person_id)


@get("/merchants/{merchant_id:uuid}/redemptions", guards=[staff_of], summary="A merchant's redemptions, the newest first")
async def list_redemptions(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    merchant_id: FromPath[UUID],
    store: FromQuery[UUID | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> Redemptions:
    """Those undone say when and why. With the right to reports: all stores; with the till: those of the own store.
    Refusals: not_found, not_allowed, cursor_unreadable."""
    if not acting.may("reports"):
        if not acting.may("till"):
            raise NotAllowed("not_allowed", gettext("Your role does not include this. Ask the owner or a manager."))
        if acting.store_id is not None and store not in (None, acting.store_id):
            raise NotFound
        store = store or acting.store_id
    if store is not None and await store_of(db, merchant_id, store) is None:
        raise NotFound
    rows = await redemptions_of(db, merchant_id, store, read_cursor(cursor), limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    return Redemptions(rows[:limit], Cursor(last.at, last.redemption_id).text if last else None)


routes = Router(
    "/api/v1",
    route_handlers=[create_identification, create_redemption, create_undo, list_tills, list_redemptions],
    tags=["till"],
)
