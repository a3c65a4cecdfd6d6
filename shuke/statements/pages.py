"""Pages of statements in a merchant's back office: the days, and one day that anybody can add up."""

from collections.abc import Callable
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from shuke.kit.db import Database, Db
from shuke.kit.money import Money
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import Acting, office_page, staff_with
from shuke.payouts import account_of, test_money
from shuke.settlement import balance_of, line_pages, month_totals, statements_of, still_due
from shuke.statements.files import statement_file
from shuke.statements.routes import day_of, pdf_of
from shuke.statements.words import kind_words

MONEY = [staff_with("money")]
DAYS = 31


def cash_in(currency: str) -> Callable[[int], Money]:
    """For templates: minor units of one currency as money."""
    return lambda minor: Money(minor, currency)


@get("/statements", guards=MONEY)
async def statements_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    before: FromQuery[date | None] = None,
) -> Response[str]:
    """What is owed now, the days, the months."""
    days = await statements_of(db, acting.merchant_id, before, None, DAYS)
    return office_page(
        request,
        acting,
        "statements/statements.html",
        cash=cash_in(acting.currency),
        balance=await balance_of(db, acting.merchant_id),
        due=await still_due(db, acting.merchant_id),
        days=days,
        next=days[-1].day if len(days) == DAYS else None,
        before=before,
        months=[] if before else await month_totals(db, acting.merchant_id),
        account=await account_of(db, acting.merchant_id),
        test=await test_money(db, acting.currency),
    )


@get("/statements/{day:date}", guards=MONEY)
async def statement_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    day: FromPath[date],
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    """One day: opening balance, totals, closing balance, and each line."""
    statement = await day_of(db, acting.merchant_id, day)
    return office_page(
        request,
        acting,
        "statements/statement.html",
        cash=cash_in(statement.currency),
        statement=statement,
        at=ZoneInfo(statement.zone),
        page=await line_pages(db, acting.merchant_id, day, after),
        after=after,
        words=kind_words(),
        test=await test_money(db, statement.currency),
    )


@get("/statements/{day:date}/lines.csv", guards=MONEY, media_type="text/csv")
async def statement_csv(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], day: FromPath[date]
) -> Stream:
    """The day for a spreadsheet."""
    return statement_file(resource(request, Database), await day_of(db, acting.merchant_id, day))


@get("/statements/{day:date}/statement.pdf", guards=MONEY, media_type="application/pdf")
async def statement_pdf(db: NamedDependency[Db], acting: NamedDependency[Acting], day: FromPath[date]) -> Response[bytes]:
    """The day on paper."""
    return await pdf_of(db, acting, day)


statement_pages = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[statements_page, statement_page, statement_csv, statement_pdf],
    include_in_schema=False,
)
