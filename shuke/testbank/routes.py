"""JSON API: the test bank's buttons."""

from uuid import UUID

import msgspec
from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.kit.db import Database
from shuke.kit.web import AnyRequest, resource
from shuke.payments import Payment, my_payment
from shuke.people import Viewer, signed_in
from shuke.testbank.actions import Window
from shuke.testbank.types import Act


class BankAct(msgspec.Struct, frozen=True):
    """What to do at the test bank."""

    act: Act


@post(
    "/bank/payments/{merchant_id:uuid}/{payment_id:uuid}",
    guards=[signed_in],
    summary="Do something at the test bank",
)
async def create_bank_act(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    data: JSONBody[BankAct],
    merchant_id: FromPath[UUID],
    payment_id: FromPath[UUID],
) -> Payment:
    """Pay a payment of mine, or let it fail, stay silent, be paid twice or late: no money moves.
    Refusals: not_found (also when the test bank is off), bank_closed, not_signed_in."""
    database = resource(request, Database)
    await resource(request, Window)(await my_payment(database, viewer.person_id, merchant_id, payment_id), data.act)
    return await my_payment(database, viewer.person_id, merchant_id, payment_id)


routes = Router("/api/v1", route_handlers=[create_bank_act], tags=["payments"])
