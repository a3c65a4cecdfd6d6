"""A deal's sale for its merchant: the live part of the deal's page, the list of orders, and the same by the API."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, Parameter

from shuke.checkout import status_words
from shuke.deals import Deal, deal_of
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, office_page, staff_with
from shuke.sales.queries import HOURS, MerchantOrder, Sales, counts_of, merchant_orders, sales_of

MAY = [staff_with("deals")]
LATEST = 8
PAGE = 50


class MerchantOrders(msgspec.Struct, frozen=True):
    """A page of orders; `next` is the cursor of the following one."""

    orders: list[MerchantOrder]
    next: str | None


async def _deal(db: Db, acting: Acting, deal_id: UUID) -> Deal:
    deal = await deal_of(db, acting.merchant_id, deal_id)
    if deal is None:
        raise NotFound
    return deal


@get("/deals/{deal_id:uuid}/sales", guards=MAY)
async def sales_part(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Response[str]:
    """Counts, chart and the latest orders; asks for itself again every few seconds while the deal is sold."""
    deal = await _deal(db, acting, deal_id)
    sales = await sales_of(db, acting.merchant_id, deal_id, deal.currency)
    return office_page(
        request,
        acting,
        "sales/sales.html",
        deal=deal,
        sales=sales,
        chart=_chart(sales),
        fine=sales.step_seconds <= HOURS.total_seconds(),
        orders=await merchant_orders(db, acting.merchant_id, deal_id, None, LATEST),
        words=status_words(),
        money=Money,
    )


@get("/deals/{deal_id:uuid}/sold", guards=MAY)
async def sold_part(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]
) -> Response[str]:
    """How much of a deal is sold, in one line of the list of deals."""
    deal = await _deal(db, acting, deal_id)
    counts = await counts_of(db, acting.merchant_id, deal_id)
    return office_page(
        request, acting, "sales/sold.html", deal=deal, counts=counts, revenue=Money(counts.revenue, deal.currency)
    )


def _chart(sales: Sales) -> dict[str, object]:
    """Units over time as bars."""
    steps = sales.steps[::-1]
    return {
        "xAxis": {"type": "time"},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "type": "bar",
                "name": _("Sold"),
                "barMaxWidth": 24,
                "data": [[step.at.isoformat(), step.units] for step in steps],
            }
        ],
    }


@get("/deals/{deal_id:uuid}/orders", guards=MAY)
async def orders_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    deal_id: FromPath[UUID],
    cursor: FromQuery[str | None] = None,
) -> Response[str]:
    """Every order of a deal."""
    deal = await _deal(db, acting, deal_id)
    rows = await merchant_orders(db, acting.merchant_id, deal_id, read_cursor(cursor), PAGE + 1)
    here = f"/console/{acting.merchant_id}/deals/{deal_id}/orders"
    return office_page(
        request,
        acting,
        "sales/orders.html",
        deal=deal,
        orders=rows[:PAGE],
        next=f"{here}?cursor={_next(rows, PAGE)}" if _next(rows, PAGE) else "",
        first=here if cursor else "",
        words=status_words(),
        money=Money,
    )


def _next(rows: list[MerchantOrder], most: int) -> str | None:
    return Cursor(rows[most - 1].at, rows[most - 1].order_id).text if len(rows) > most else None


@get("/deals/{deal_id:uuid}/sales", guards=MAY, summary="How a deal sells")
async def get_sales(db: NamedDependency[Db], acting: NamedDependency[Acting], deal_id: FromPath[UUID]) -> Sales:
    """What is free, held, in line, sold and refunded now, and units over time. Refusals: not_found, not_allowed."""
    deal = await _deal(db, acting, deal_id)
    return await sales_of(db, acting.merchant_id, deal_id, deal.currency)


@get("/deals/{deal_id:uuid}/orders", guards=MAY, summary="Orders of a deal, the newest first")
async def list_deal_orders(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    deal_id: FromPath[UUID],
    cursor: FromQuery[str | None] = None,
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> MerchantOrders:
    """Buyers are named where they are members. Refusals: not_found, not_allowed, cursor_unreadable."""
    await _deal(db, acting, deal_id)
    rows = await merchant_orders(db, acting.merchant_id, deal_id, read_cursor(cursor), limit + 1)
    return MerchantOrders(rows[:limit], _next(rows, limit))


sales_pages = Router(
    "/console/{merchant_id:uuid}", route_handlers=[sales_part, sold_part, orders_page], include_in_schema=False
)
sales_routes = Router("/api/v1/merchants/{merchant_id:uuid}", route_handlers=[get_sales, list_deal_orders], tags=["orders"])
