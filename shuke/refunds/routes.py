"""JSON API: a buyer's refunds of her order, a merchant's of an order, a use or a whole deal, and lists."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.checkout import order_of
from shuke.deals import deal_of
from shuke.kit.answers import once
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.merchants import Acting, staff_with
from shuke.people import Viewer, signed_in
from shuke.refunds.actions import refund_order
from shuke.refunds.deal_runs import refund_all
from shuke.refunds.queries import merchant_refunds, refunds_of, runs_of
from shuke.refunds.types import (
    Asker,
    DealRun,
    NewDealRun,
    NewOfficeRefund,
    NewRefund,
    NewUseRefund,
    Refund,
    RefundPage,
)
from shuke.refunds.used import refund_use

MONEY = [staff_with("money")]
PAGE = 50


@post("/orders/{merchant_id:uuid}/{order_id:uuid}/refunds", guards=[signed_in], summary="Refund my order", tags=["refunds"])
async def create_own_refund(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    merchant_id: FromPath[UUID],
    order_id: FromPath[UUID],
    data: JSONBody[NewRefund],
) -> Refund:
    """Give back what is unused of it, or some vouchers of it, by the way it was paid. `detail` says what to do next. Refusals:
    not_found, not_paid, other_way (leave its group), used, given_away, on_its_way, already_refunded, not_settled_yet,
    changed_meanwhile, idempotency_key_reused."""

    async def work() -> Refund:
        return await refund_order(db, merchant_id, order_id, Asker("person", viewer.person_id), data.vouchers)

    return await once(db, viewer.person_id, key, raw, Refund, work)


@get("/orders/{merchant_id:uuid}/{order_id:uuid}/refunds", guards=[signed_in], summary="Refunds of my order", tags=["refunds"])
async def list_own_refunds(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], order_id: FromPath[UUID]
) -> list[Refund]:
    """What went back of it, the newest first; `status` says whether it has arrived. Refusals: not_found."""
    order = await order_of(db, merchant_id, order_id)
    if order is None or order.person_id != viewer.person_id:
        raise NotFound
    return await refunds_of(db, merchant_id, order_id)


@post("/orders/{order_id:uuid}/refunds", guards=MONEY, summary="Refund an order")
async def create_office_refund(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    order_id: FromPath[UUID],
    data: JSONBody[NewOfficeRefund],
) -> Refund:
    """Give back what is unused of it, or some vouchers of it, with a reason. Refusals: not_found, reason_needed, not_paid, in_group,
    other_way (refund the use), undo_first, on_its_way, already_refunded, not_settled_yet, changed_meanwhile, not_allowed,
    idempotency_key_reused."""

    async def work() -> Refund:
        asker = Asker("merchant", acting.person_id, reason=data.reason)
        return await refund_order(db, acting.merchant_id, order_id, asker, data.vouchers)

    return await once(db, acting.person_id, key, raw, Refund, work)


@get("/orders/{order_id:uuid}/refunds", guards=MONEY, summary="Refunds of an order")
async def list_order_refunds(
    db: NamedDependency[Db], acting: NamedDependency[Acting], order_id: FromPath[UUID]
) -> list[Refund]:
    """What went back of it, the newest first. Refusals: not_found, not_allowed."""
    if await order_of(db, acting.merchant_id, order_id) is None:
        raise NotFound
    return await refunds_of(db, acting.merchant_id, order_id)


@post("/redemptions/{redemption_id:uuid}/refund", guards=MONEY, summary="Refund a use by agreement")
async def create_use_refund(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    redemption_id: FromPath[UUID],
    data: JSONBody[NewUseRefund],
) -> Refund:
    """Give back a use's share of the price or part of it, once, with a reason; the voucher stays used. Refusals: not_found (also
    where the voucher was not bought), reason_needed, undone, undo_first (within the hour), more_than_paid (most), already_refunded,
    not_allowed, idempotency_key_reused."""

    async def work() -> Refund:
        asker = Asker("merchant", acting.person_id, reason=data.reason)
        return await refund_use(db, acting.merchant_id, redemption_id, data.amount, asker)

    return await once(db, acting.person_id, key, raw, Refund, work)


@get("/refunds", guards=MONEY, summary="Refunds")
async def list_refunds(
    db: NamedDependency[Db], acting: NamedDependency[Acting], cursor: FromQuery[str | None] = None
) -> RefundPage:
    """All of the merchant's, the newest first, 50 a page. Refusals: not_found, not_allowed, cursor_unreadable."""
    found = await merchant_refunds(db, acting.merchant_id, read_cursor(cursor), PAGE)
    return RefundPage(found, Cursor(found[-1].at, found[-1].refund_id).text if len(found) == PAGE else None)


@post("/deals/{deal_id:uuid}/refunds", guards=MONEY, summary="Refund all of a deal")
async def create_deal_run(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    deal_id: FromPath[UUID],
    data: JSONBody[NewDealRun],
) -> DealRun:
    """Stop the deal at once and give back all that is unused of it, by and by; what was used stays. Refusals: not_found,
    reason_needed, not_allowed, idempotency_key_reused."""

    async def work() -> DealRun:
        return await refund_all(db, acting.merchant_id, deal_id, Asker("merchant", acting.person_id, "deal", data.reason))

    return await once(db, acting.person_id, key, raw, DealRun, work)


@get("/deals/{deal_id:uuid}/refunds", guards=MONEY, summary="How refunding all of a deal gets on")
async def list_deal_runs(db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]) -> list[DealRun]:
    """Its runs, the newest first; none if it was never asked for. Refusals: not_found, not_allowed."""
    if await deal_of(db, acting.merchant_id, deal_id) is None:
        raise NotFound
    return await runs_of(db, acting.merchant_id, deal_id)


own_routes = Router("/api/v1", route_handlers=[create_own_refund, list_own_refunds])
office_routes = Router(
    "/api/v1/merchants/{merchant_id:uuid}",
    route_handlers=[
        create_office_refund,
        list_order_refunds,
        create_use_refund,
        list_refunds,
        create_deal_run,
        list_deal_runs,
    ],
    tags=["refunds"],
)
