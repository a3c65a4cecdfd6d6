"""JSON API: statements of a merchant, their lines, files of them; what a party earned."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, Parameter
from litestar.response import Stream
from msgspec.structs import replace

from shuke.agreements import Party, parties_of_person
from shuke.kit.db import Database, Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import Acting, staff_with
from shuke.payouts import Bundle, masked, party_payouts
from shuke.people import Viewer, signed_in
from shuke.settlement import (
    Due,
    EarningDay,
    EarningPage,
    LinePage,
    Month,
    Statement,
    StatementDay,
    balance_of,
    earning_lines,
    earnings_of,
    line_pages,
    month_totals,
    statement_of,
    statements_of,
    still_due,
)
from shuke.statements.files import statement_file
from shuke.statements.paper import MOST, paper

MONEY = [staff_with("money")]


class Standing(msgspec.Struct, frozen=True):
    """What a merchant is owed now (`balance`, below zero when it owes), what can still be undone (`due`), and its latest days."""

    currency: str
    balance: int
    due: Due
    days: list[StatementDay]


class Earnings(msgspec.Struct, frozen=True):
    """What a party earned by merchant and day, and what it was paid."""

    party: Party
    days: list[EarningDay]
    payouts: list[Bundle]


async def day_of(db: Db, merchant_id: UUID, day: date) -> Statement:
    """One day of a merchant. Refusal: not_found."""
    found = await statement_of(db, merchant_id, day)
    if found is None:
        raise NotFound
    return found


async def own_parties(db: Db, viewer: Viewer) -> list[Party]:
    """The parties whose earnings the viewer sees; accounts masked."""
    found = await parties_of_person(db, viewer.person_id)
    return [replace(party, account=masked(party.account) if party.account else "") for party in found]


async def own_party(db: Db, viewer: Viewer, party_id: UUID) -> Party:
    """One of them. Refusal: not_found."""
    for party in await own_parties(db, viewer):
        if party.party_id == party_id:
            return party
    raise NotFound


async def pdf_of(db: Db, acting: Acting, day: date) -> Response[bytes]:
    """One day on paper. Refusal: not_found."""
    statement = await day_of(db, acting.merchant_id, day)
    page = await line_pages(db, acting.merchant_id, day, None, MOST)
    name = f"statement-{day.isoformat()}.pdf"
    return Response(
        paper(acting.merchant_name, statement, page.lines),
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="{name}"', "cache-control": "private, no-store"},
    )


@get("/statements", guards=MONEY, summary="Statements")
async def list_statements(
    db: NamedDependency[Db], acting: NamedDependency[Acting], before: FromQuery[date | None] = None
) -> Standing:
    """What is owed now and the days with lines, the latest first; open ones without `closed_at` are provisional.
    Refusals: not_found, not_allowed."""
    days = await statements_of(db, acting.merchant_id, before)
    balance = await balance_of(db, acting.merchant_id)
    return Standing(acting.currency, balance, await still_due(db, acting.merchant_id), days)


@get("/statement-months", guards=MONEY, summary="Months of statements")
async def list_months(db: NamedDependency[Db], acting: NamedDependency[Acting]) -> list[Month]:
    """What the closed days of each month come to. Refusals: not_found, not_allowed."""
    return await month_totals(db, acting.merchant_id)


@get("/statements/{day:date}", guards=MONEY, summary="A statement")
async def get_statement(db: NamedDependency[Db], acting: NamedDependency[Acting], day: FromPath[date]) -> Statement:
    """Opening balance, totals by kind, closing balance. Refusals: not_found (also before the first line), not_allowed."""
    return await day_of(db, acting.merchant_id, day)


@get("/statements/{day:date}/lines", guards=MONEY, summary="Lines of a statement")
async def list_lines(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    day: FromPath[date],
    after: FromQuery[UUID | None] = None,
    most: Annotated[int, Parameter(ge=1, le=1000)] = 100,
) -> LinePage:
    """Every line with its parts; `gross` is the sum of them, `net` the merchant's. Refusals: not_found, not_allowed."""
    return await line_pages(db, acting.merchant_id, day, after, most)


@get("/statements/{day:date}/lines.csv", guards=MONEY, summary="A statement as a file", media_type="text/csv")
async def get_statement_csv(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], day: FromPath[date]
) -> Stream:
    """Every line with the balance after it. Refusals: not_found, not_allowed."""
    return statement_file(resource(request, Database), await day_of(db, acting.merchant_id, day))


@get("/statements/{day:date}/statement.pdf", guards=MONEY, summary="A statement on paper", media_type="application/pdf")
async def get_statement_pdf(db: NamedDependency[Db], acting: NamedDependency[Acting], day: FromPath[date]) -> Response[bytes]:
    """As a PDF. Refusals: not_found, not_allowed."""
    return await pdf_of(db, acting, day)


@get("/earnings", guards=[signed_in], summary="Parties whose earnings one sees")
async def list_earning_parties(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[Party]:
    """Agents and operating firms that the viewer is linked to, accounts masked; none for most. Refusal: not_signed_in."""
    return await own_parties(db, viewer)


@get("/earnings/{party_id:uuid}", guards=[signed_in], summary="Earnings of a party")
async def get_earnings(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    party_id: FromPath[UUID],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> Earnings:
    """By merchant and day, reversals taken off; at most 500 rows, so ask by spans of days. Refusals: not_signed_in, not_found."""
    party = await own_party(db, viewer, party_id)
    return Earnings(party, await earnings_of(db, party_id, since, until), await party_payouts(db, party_id))


@get("/earnings/{party_id:uuid}/{merchant_id:uuid}/{day:date}/lines", guards=[signed_in], summary="Lines behind earnings")
async def list_earning_lines(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    party_id: FromPath[UUID],
    merchant_id: FromPath[UUID],
    day: FromPath[date],
    after: FromQuery[UUID | None] = None,
) -> EarningPage:
    """The lines of a merchant's day that the party has a part in, `amount` is its own. Refusals: not_signed_in, not_found."""
    await own_party(db, viewer, party_id)
    return await earning_lines(db, party_id, merchant_id, day, after)


statement_routes = Router(
    "/api/v1/merchants/{merchant_id:uuid}",
    route_handlers=[list_statements, list_months, get_statement, list_lines, get_statement_csv, get_statement_pdf],
    tags=["settlement"],
)
earning_routes = Router("/api/v1", route_handlers=[list_earning_parties, get_earnings, list_earning_lines], tags=["settlement"])
