"""JSON API of stored value for the merchant: rules, offers, what is owed, what came and went."""

from datetime import date, timedelta
from uuid import UUID

from litestar import Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from shuke.kit import clock
from shuke.kit.answers import once
from shuke.kit.cursor import read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Unreadable
from shuke.merchants import Acting, staff_with
from shuke.purses.lists import moves_file
from shuke.purses.queries import days_of, moves_of_purse, owed, zone_of
from shuke.purses.types import StoredDay, StoredMoves, StoredValueShown
from shuke.storedvalue import Offer, OfferDraft, Rules, RulesDraft, add_offer, end_offer, set_rules, terms_of

MAY = [staff_with("money")]
MOST_DAYS = 400


@get("/stored-value", guards=MAY, summary="Stored value: rules, offers, what is owed")
async def get_stored_value(db: NamedDependency[Db], acting: NamedDependency[Acting]) -> StoredValueShown:
    """`owed` is what guests have on their cards in all, the bonus apart. Refusals: not_found, not_allowed."""
    terms = await terms_of(db, acting.merchant_id)
    return StoredValueShown(terms.rules, terms.offers, await owed(db, acting.merchant_id))


@put("/stored-value/rules", guards=MAY, summary="Set the rules for top-ups")
async def put_rules(db: NamedDependency[Db], acting: NamedDependency[Acting], data: JSONBody[RulesDraft]) -> Rules:
    """They hold from the next top-up on; money that is stored stays. Refusals: limits_unreadable, not_found, not_allowed."""
    return await set_rules(db, acting, data)


@post("/stored-value/offers", guards=MAY, summary="Offer a top-up with a bonus")
async def create_offer(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[OfferDraft],
) -> Offer:
    """Pay so much, get so much more. Refusals: no_rules, offer_too_large, offer_exists, too_many_offers, not_found, not_allowed,
    idempotency_key_reused."""

    async def add() -> Offer:
        return await add_offer(db, acting, data)

    return await once(db, acting.person_id, key, raw, Offer, add)


@delete("/stored-value/offers/{offer_id:uuid}", guards=MAY, summary="End an offer")
async def delete_offer(db: NamedDependency[Db], acting: NamedDependency[Acting], offer_id: FromPath[UUID]) -> None:
    """Who has chosen it already gets it. Refusals: not_found, not_allowed."""
    await end_offer(db, acting, offer_id)


@get("/stored-value/moves", guards=MAY, summary="Top-ups, payments, returns and refunds, the newest first")
async def list_moves(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    person: FromQuery[UUID | None] = None,
    cursor: FromQuery[str | None] = None,
) -> StoredMoves:
    """Of all guests, or of one; 30 a page. Refusals: cursor_unreadable, not_found, not_allowed."""
    return await moves_of_purse(db, acting.merchant_id, person, read_cursor(cursor))


@get("/stored-value/moves.csv", guards=MAY, summary="The same as a file", media_type="text/csv")
async def download_moves(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    first: FromQuery[date | None] = None,
    last: FromQuery[date | None] = None,
) -> Response[str]:
    """From `first` to `last`, days of the programme's zone; the last 31 days without them. Refusals: span_unreadable, not_found,
    not_allowed."""
    days = await span(db, acting, first, last)
    return Response(
        await moves_file(db, acting, *days),
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="stored-value-{days[0]}-{days[1]}.csv"'},
    )


@get("/stored-value/days", guards=MAY, summary="Stored value day by day")
async def list_days(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    first: FromQuery[date | None] = None,
    last: FromQuery[date | None] = None,
) -> list[StoredDay]:
    """The newest first, days without a change left out; the last 31 days unless asked otherwise. Refusals: span_unreadable, not_found,
    not_allowed."""
    return await days_of(db, acting.merchant_id, *await span(db, acting, first, last))


async def span(db: Db, acting: Acting, first: date | None, last: date | None) -> tuple[date, date]:
    """The days that are meant. Refusal: span_unreadable."""
    until = last or clock.today(await zone_of(db, acting.merchant_id))
    since = first or until - timedelta(days=30)
    if not 2000 <= since.year <= until.year <= 2199 or not timedelta(0) <= until - since < timedelta(days=MOST_DAYS):
        raise Unreadable("span_unreadable", _("Choose at most 400 days, the first before the last."))
    return since, until


office_routes = Router(
    "/api/v1/merchants/{merchant_id:uuid}",
    route_handlers=[get_stored_value, put_rules, create_offer, delete_offer, list_moves, download_moves, list_days],
    tags=["stored value"],
)
