"""JSON API of claim links, for the merchant that makes them; taking by one is the wallet's."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.claims.actions import end_claim, open_claim
from shuke.claims.queries import claims_of
from shuke.claims.types import Claim
from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.web import AnyRequest, address
from shuke.merchants import Acting, staff_with

MAY = [staff_with("issue")]


class NewLink(msgspec.Struct, frozen=True):
    """A link to a template; without an end it holds as long as the template is given out."""

    template_id: UUID
    ends_at: datetime | None = None


class Link(msgspec.Struct, frozen=True):
    """A claim link and the address that people open."""

    claim: Claim
    address: str


@post("/claims", guards=MAY, summary="Make a claim link for a template")
async def create_claim_link(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewLink],
) -> Link:
    """Whoever opens it takes one voucher. Refusals: not_found, ends_before_now, idempotency_key_reused."""

    async def work() -> Link:
        claim = await open_claim(db, acting.merchant_id, data.template_id, acting.person_id, data.ends_at)
        return Link(claim, f"{address(request)}/claim/{claim.code}")

    return await once(db, acting.person_id, key, raw, Link, work)


@get("/templates/{template_id:uuid}/claims", guards=MAY, summary="Claim links of a template")
async def list_claim_links(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID]
) -> list[Link]:
    """The newest first, also those that have ended; at most 100. Refusals: not_found."""
    found = await claims_of(db, acting.merchant_id, template_id)
    return [Link(claim, f"{address(request)}/claim/{claim.code}") for claim in found]


@post("/claims/{claim_id:uuid}/end", guards=MAY, summary="End a claim link", status_code=204)
async def end_claim_link(db: NamedDependency[Db], acting: NamedDependency[Acting], claim_id: FromPath[UUID]) -> None:
    """Nothing more is taken by it; what was taken stays. Refusals: not_found."""
    await end_claim(db, acting.merchant_id, claim_id)


routes = Router(
    "/api/v1/merchants/{merchant_id:uuid}",
    route_handlers=[create_claim_link, list_claim_links, end_claim_link],
    tags=["claims"],
)
