"""JSON API: how a payment of mine stands, ways to pay, what providers tell, and the test bank's buttons."""

from uuid import UUID

import msgspec
from litestar import MediaType, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.kit.db import Database, Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, resource
from shuke.payments.bank_acts import Act, act_at_bank
from shuke.payments.notices import take_notice
from shuke.payments.queries import bank_is_on, my_payment, own_payment, providers
from shuke.payments.types import Payment, ProviderChoice
from shuke.payments.visits import provider_of
from shuke.people import Viewer, anyone, signed_in


class BankAct(msgspec.Struct, frozen=True):
    """What to do at the test bank."""

    act: Act


@get("/payments/{merchant_id:uuid}/{payment_id:uuid}", guards=[signed_in], summary="A payment of mine")
async def get_payment(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], payment_id: FromPath[UUID]
) -> Payment:
    """How it stands. Refusals: not_found, not_signed_in."""
    payment = await own_payment(db, viewer.person_id, merchant_id, payment_id)
    if payment is None:
        raise NotFound
    return payment


@get("/payment-providers", guards=[anyone], summary="Ways to pay")
async def get_payment_providers(db: NamedDependency[Db], currency: FromQuery[str]) -> list[ProviderChoice]:
    """Those that can be used now for this currency; none is a possible answer."""
    return await providers(db, currency)


@post(
    "/notices/{provider:str}",
    guards=[anyone],
    summary="A provider's notice",
    media_type=MediaType.TEXT,
    status_code=200,
)
async def create_notice(request: AnyRequest, db: NamedDependency[Db], provider: FromPath[str]) -> str:
    """For payment providers: the body as they sign it. The same notice again changes nothing.
    Refusals: forged_notice, notice_unknown, not_found (no such provider here)."""
    found = provider_of(provider, resource(request, Database))
    if found is None or (provider == "bank" and not bank_is_on()):
        raise NotFound
    headers = {name.lower(): value for name, value in request.headers.items()}
    await take_notice(db, found, headers, await request.body())
    return found.accepted


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
    await act_at_bank(database, await my_payment(database, viewer.person_id, merchant_id, payment_id), data.act)
    return await my_payment(database, viewer.person_id, merchant_id, payment_id)


routes = Router(
    "/api/v1",
    route_handlers=[get_payment, get_payment_providers, create_notice, create_bank_act],
    tags=["payments"],
)
