"""JSON API of the platform's office: refunds of any merchant's orders and uses, kept with who and why like all others."""

from uuid import UUID

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.people import Viewer
from shuke.platform.guards import operator
from shuke.refunds import Asker, NewOfficeRefund, NewUseRefund, Refund, refund_order, refund_use


@post("/orders/{merchant_id:uuid}/{order_id:uuid}/refunds", guards=[operator], summary="Refund an order of any merchant")
async def create_platform_refund(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    merchant_id: FromPath[UUID],
    order_id: FromPath[UUID],
    data: JSONBody[NewOfficeRefund],
) -> Refund:
    """Give back what is unused of it, or some vouchers of it. Refusals: those of a merchant's refund, not_operator."""

    async def work() -> Refund:
        asker = Asker("platform", viewer.person_id, reason=data.reason)
        return await refund_order(db, merchant_id, order_id, asker, data.vouchers)

    return await once(db, viewer.person_id, key, raw, Refund, work)


@post(
    "/redemptions/{merchant_id:uuid}/{redemption_id:uuid}/refund",
    guards=[operator],
    summary="Refund a use at any merchant",
)
async def create_platform_use_refund(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    merchant_id: FromPath[UUID],
    redemption_id: FromPath[UUID],
    data: JSONBody[NewUseRefund],
) -> Refund:
    """Give back a use's share of the price or part of it, once. Refusals: those of a merchant's refund, not_operator."""

    async def work() -> Refund:
        asker = Asker("platform", viewer.person_id, reason=data.reason)
        return await refund_use(db, merchant_id, redemption_id, data.amount, asker)

    return await once(db, viewer.person_id, key, raw, Refund, work)


platform_refunds = Router(
    "/api/v1/platform", route_handlers=[create_platform_refund, create_platform_use_refund], tags=["platform"]
)
