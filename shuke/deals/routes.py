"""JSON API: deals of a merchant, and what everybody sees of them."""

from collections.abc import Awaitable
from uuid import UUID

from litestar import Response, Router, delete, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.deals.actions import change_deal, create_deal, discard_deal
from shuke.deals.photos import DealPhoto, add_photo, photo_of, put_first, remove_photo
from shuke.deals.queries import deal_of, deals_around, deals_of, public_deals, shown_deal, steps_of
from shuke.deals.steps import add_stock, publish, reopen, stop
from shuke.deals.types import (
    Deal,
    DealDraft,
    DealKept,
    DealOnSale,
    Deals,
    DealsOnSale,
    DealStatus,
    MoreToSell,
    Stopping,
)
from shuke.deals.words import said_by
from shuke.kit.answers import once
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound, Unreadable
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, staff_with
from shuke.people import anyone, viewer_of

PAGE = 50
MAY = [staff_with("deals")]


async def _kept(db: Db, acting: Acting, deal_id: UUID) -> DealKept:
    deal = await deal_of(db, acting.merchant_id, deal_id)
    if deal is None:
        raise NotFound
    rules = await said_by(db, deal)
    return DealKept(deal, rules, await steps_of(db, acting.merchant_id, deal_id))


@get("/merchants/{merchant_id:uuid}/deals", guards=MAY, summary="Deals of a merchant")
async def list_deals(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    status: FromQuery[DealStatus | None] = None,
    before: FromQuery[str] = "",
) -> Deals:
    """The newest first, in every state. Refusals: not_found, not_allowed, cursor_unreadable."""
    found = await deals_of(db, acting.merchant_id, status or "", read_cursor(before), PAGE)
    return Deals(found, Cursor(found[-1].created_at, found[-1].deal_id).text if len(found) == PAGE else "")


@post("/merchants/{merchant_id:uuid}/deals", guards=MAY, summary="Make a deal")
async def post_deal(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[DealDraft],
) -> DealKept:
    """As a draft, with its voucher. Refusals: deal_unreadable (facts name the fields), not_found for a store or template of somebody
    else, not_allowed, idempotency_key_reused."""

    async def make() -> DealKept:
        return await _kept(db, acting, await create_deal(db, acting.merchant_id, acting.person_id, data))

    return await once(db, acting.person_id, key, raw, DealKept, make)


@get("/merchants/{merchant_id:uuid}/deals/{deal_id:uuid}", guards=MAY, summary="One deal with its log")
async def get_deal(db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]) -> DealKept:
    """In every state. Refusals: not_found, not_allowed."""
    return await _kept(db, acting, deal_id)


@put("/merchants/{merchant_id:uuid}/deals/{deal_id:uuid}", guards=MAY, summary="Change a draft of a deal")
async def put_deal(
    db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID], data: JSONBody[DealDraft]
) -> DealKept:
    """Refusals: not_found, not_allowed, deal_frozen (it was published), deal_unreadable."""
    await change_deal(db, acting.merchant_id, deal_id, acting.person_id, data)
    return await _kept(db, acting, deal_id)


@delete("/merchants/{merchant_id:uuid}/deals/{deal_id:uuid}", guards=MAY, summary="Discard a draft of a deal")
async def delete_deal(db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]) -> None:
    """With its photos and log; the voucher it made is ended. Refusals: not_found, not_allowed, deal_frozen (it was published)."""
    await discard_deal(db, acting.merchant_id, deal_id, acting.person_id)


@post("/merchants/{merchant_id:uuid}/deals/{deal_id:uuid}/publication", guards=MAY, summary="Sell a deal")
async def post_publication(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    deal_id: FromPath[UUID],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
) -> DealKept:
    """From its first moment on. Refusals: not_found, not_allowed, wrong_step, not_approved, deal_over, not_issuing, template_limited,
    template_over, price_too_small, idempotency_key_reused."""

    async def work() -> DealKept:
        return await _stepped(db, acting, publish(db, acting.merchant_id, deal_id, acting.person_id))

    return await once(db, acting.person_id, key, raw, DealKept, work)


@post("/merchants/{merchant_id:uuid}/deals/{deal_id:uuid}/stop", guards=MAY, summary="Stop selling a deal")
async def post_stop(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    deal_id: FromPath[UUID],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[Stopping],
) -> DealKept:
    """What is bought stays. Refusals: not_found, not_allowed, wrong_step, reason_needed, idempotency_key_reused."""

    async def work() -> DealKept:
        return await _stepped(db, acting, stop(db, acting.merchant_id, deal_id, acting.person_id, data.reason))

    return await once(db, acting.person_id, key, raw, DealKept, work)


@post("/merchants/{merchant_id:uuid}/deals/{deal_id:uuid}/reopening", guards=MAY, summary="Sell a stopped deal again")
async def post_reopening(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    deal_id: FromPath[UUID],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
) -> DealKept:
    """Refusals: those of publishing."""

    async def work() -> DealKept:
        return await _stepped(db, acting, reopen(db, acting.merchant_id, deal_id, acting.person_id))

    return await once(db, acting.person_id, key, raw, DealKept, work)


@post("/merchants/{merchant_id:uuid}/deals/{deal_id:uuid}/stock", guards=MAY, summary="Add to a deal's stock")
async def post_stock(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    deal_id: FromPath[UUID],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[MoreToSell],
) -> DealKept:
    """Refusals: not_found, not_allowed, no_stock, stock_unreadable, idempotency_key_reused."""

    async def work() -> DealKept:
        return await _stepped(db, acting, add_stock(db, acting.merchant_id, deal_id, acting.person_id, data.more))

    return await once(db, acting.person_id, key, raw, DealKept, work)


async def _stepped(db: Db, acting: Acting, step: Awaitable[Deal]) -> DealKept:
    deal = await step
    return await _kept(db, acting, deal.deal_id)


@post("/merchants/{merchant_id:uuid}/deals/{deal_id:uuid}/photos", guards=MAY, summary="Add a photo of a deal")
async def post_photo(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> DealPhoto:
    """As multipart with a part `photo` in JPEG, PNG or WebP; the first one is the cover. Refusals: photo_too_large, photo_unreadable,
    too_many_photos, not_found, not_allowed."""
    part = (await request.form()).get("photo")
    if not isinstance(part, UploadFile):
        raise Unreadable("photo_unreadable")
    return await add_photo(db, acting.merchant_id, deal_id, acting.person_id, await part.read())


@post(
    "/merchants/{merchant_id:uuid}/deals/{deal_id:uuid}/photos/{photo_id:uuid}/cover",
    guards=MAY,
    status_code=204,
    summary="Make a photo the cover",
)
async def post_cover(
    db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID], photo_id: FromPath[UUID]
) -> None:
    """Refusals: not_found, not_allowed."""
    await put_first(db, acting.merchant_id, deal_id, photo_id)


@delete(
    "/merchants/{merchant_id:uuid}/deals/{deal_id:uuid}/photos/{photo_id:uuid}", guards=MAY, summary="Remove a deal's photo"
)
async def delete_photo(
    db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID], photo_id: FromPath[UUID]
) -> None:
    """Refusals: not_found, not_allowed."""
    await remove_photo(db, acting.merchant_id, deal_id, photo_id)


@get("/deals", guards=[anyone], summary="What all merchants sell now")
async def get_deals_around(
    request: AnyRequest, db: NamedDependency[Db], mine: FromQuery[bool] = False, after: FromQuery[str] = ""
) -> Deals:
    """The first to end first. With `mine` only of shops whose card the signed-in person has; nothing for a stranger. Refusal:
    cursor_unreadable."""
    viewer = viewer_of(request)
    if mine and viewer is None:
        return Deals([], "")
    found = await deals_around(db, read_cursor(after), PAGE, viewer.person_id if mine and viewer else None)
    return Deals(found, Cursor(found[-1].ends_at, found[-1].deal_id).text if len(found) == PAGE else "")


@get("/deals/{merchant_id:uuid}", guards=[anyone], summary="What a merchant sells")
async def get_public_deals(db: NamedDependency[Db], merchant_id: FromPath[UUID]) -> DealsOnSale:
    """Now or soon, the first to end first; empty for a merchant that is not public."""
    return DealsOnSale(await public_deals(db, merchant_id))


@get("/deals/{merchant_id:uuid}/{deal_id:uuid}", guards=[anyone], summary="A deal as everybody sees it")
async def get_public_deal(db: NamedDependency[Db], merchant_id: FromPath[UUID], deal_id: FromPath[UUID]) -> DealOnSale:
    """Also when it is stopped or over. Refusal: not_found, also for a draft or a merchant that is not public."""
    deal = await shown_deal(db, merchant_id, deal_id)
    return DealOnSale(deal, await said_by(db, deal))


@get("/deals/{merchant_id:uuid}/{deal_id:uuid}/photos/{photo_id:uuid}", guards=[anyone], summary="A photo of a deal")
async def get_public_photo(
    db: NamedDependency[Db], merchant_id: FromPath[UUID], deal_id: FromPath[UUID], photo_id: FromPath[UUID]
) -> Response[bytes]:
    """For everybody. Refusal: not_found, also for a draft's."""
    picture = await photo_of(db, merchant_id, deal_id, photo_id, public=True)
    return Response(picture.body, media_type=picture.content_type, headers={"cache-control": "public, max-age=86400"})


deal_routes = Router(
    "/api/v1",
    route_handlers=[
        *(list_deals, post_deal, get_deal, put_deal, delete_deal, post_publication, post_stop, post_reopening, post_stock),
        *(post_photo, post_cover, delete_photo, get_deals_around, get_public_deals, get_public_deal, get_public_photo),
    ],
    tags=["deals"],
)
