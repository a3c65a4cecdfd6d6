"""JSON API: how a payment of mine stands, ways to pay, and what providers tell."""

from uuid import UUID

from litestar import MediaType, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from shuke.kit.db import Database, Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, resource
from shuke.payments.notices import Ear, Told
from shuke.payments.provider import adapted
from shuke.payments.queries import own_payment, providers
from shuke.payments.types import Payment, ProviderChoice
from shuke.people import Viewer, anyone, signed_in


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
async def create_notice(request: AnyRequest, provider: FromPath[str]) -> str:
    """For payment providers: the body as they sign it. The same notice again changes nothing.
    Refusals: forged_notice, notice_unknown, notice_unreadable, not_found (no such provider here)."""
    found = adapted(provider, resource(request, Database))
    if found is None:
        raise NotFound
    headers = {name.lower(): value for name, value in request.headers.items()}
    notice = await found.read_notice(headers, await request.body())
    await resource(request, Ear)(Told(provider, notice))
    return found.accepted


routes = Router(
    "/api/v1",
    route_handlers=[get_payment, get_payment_providers, create_notice],
    tags=["payments"],
)
