"""JSON API of gifts."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.gifts.actions import give, return_, take
from shuke.gifts.queries import gift_of, gifts_of
from shuke.gifts.types import Gift, Gifts, NewGift, Taken
from shuke.kit.answers import once
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.people import Viewer, signed_in

PAGE = 30


@post("", guards=[signed_in], summary="Give a voucher")
async def create_gift(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewGift],
) -> Gift:
    """A whole voucher whose rules let it be given goes to a friend, or to whoever opens the gift's address first; it comes back by itself
    after three days. Refusals: not_found, not_friends, own_gift, not_transferable, partly_used, expired, already_redeemed, voided,
    gifting, words_refused, too_many_requests, idempotency_key_reused."""

    async def work() -> Gift:
        return await give(db, viewer.person_id, data)

    return await once(db, viewer.person_id, key, raw, Gift, work)


@get("", guards=[signed_in], summary="What I gave and was given")
async def list_gifts(db: NamedDependency[Db], viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None) -> Gifts:
    """The newest first."""
    items = await gifts_of(db, viewer.person_id, read_cursor(cursor or ""), PAGE)
    return Gifts(items, Cursor(items[-1].at, items[-1].gift_id).text if len(items) == PAGE else "")


@get("/{merchant_id:uuid}/{gift_id:uuid}", guards=[signed_in], summary="One gift")
async def get_gift(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], gift_id: FromPath[UUID]
) -> Gift:
    """For its giver, the friend it is for, and whoever knows the address of one to anybody. Refusals: not_found."""
    return await gift_of(db, merchant_id, gift_id, viewer.person_id)


@post("/{merchant_id:uuid}/{gift_id:uuid}/taking", guards=[signed_in], summary="Take a gift", status_code=200)
async def create_taking(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], gift_id: FromPath[UUID]
) -> Taken:
    """The voucher is the caller's, under a new code; again gives the same. She is counted by the voucher's limits. Refusals: not_found,
    own_gift, gift_over, limit_reached, phone_needed."""
    return await take(db, viewer.person_id, merchant_id, gift_id)


@post(
    "/{merchant_id:uuid}/{gift_id:uuid}/return", guards=[signed_in], summary="Take a gift back, or decline it", status_code=200
)
async def create_return(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], merchant_id: FromPath[UUID], gift_id: FromPath[UUID]
) -> Gift:
    """By its giver, or the friend it is for: the giver has her voucher again. Refusals: not_found, gift_over."""
    return await return_(db, viewer.person_id, merchant_id, gift_id)


gift_routes = Router(
    "/api/v1/gifts", route_handlers=[create_gift, list_gifts, get_gift, create_taking, create_return], tags=["gifts"]
)
