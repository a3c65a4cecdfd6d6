"""Pages of the numbers: choose a merchant, overview, and the purchases, visits and redemptions behind it."""

from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from shuke.insight.member_queries import member_sheet
from shuke.insight.overview import bar_chart, change, day_chart, overview_of
from shuke.insight.sales import Narrowed, lines_of, sales_of, uses_in, visits_of
from shuke.insight.spans import Span, ground_of, read_span
from shuke.insight.words import scene_kinds, span_names
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.money import Money, digits
from shuke.kit.refusals import NotAllowed, NotFound
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, employments, office_page, staff_of, staff_with, store_of, stores_of
from shuke.people import Viewer, signed_in
from shuke.purchases import purchase_of
from shuke.shell import redirect, render
from shuke.shell.filters import date as written_day

PAGE = 50
REPORTS = [staff_with("reports")]


@get("/console", guards=[signed_in], include_in_schema=False)
async def choose_page(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]
) -> Response[str] | Redirect:
    """Which merchant to act for; straight to the only one."""
    jobs = await employments(db, viewer.person_id)
    if len(jobs) == 1:
        return redirect(f"/console/{jobs[0].merchant_id}")
    return render(request, "insight/choose.html", jobs=jobs)


@get("/", guards=[staff_of])
async def overview_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    span: FromQuery[str] = "30",
    to: FromQuery[str] = "",
) -> Response[str] | Redirect:
    """The merchant's numbers; roles that don't see them begin where they work."""
    if not acting.may("reports"):
        return redirect(f"/console/{acting.merchant_id}/members" if acting.may("members") else "/till")
    ground = await ground_of(db, acting.merchant_id)
    asked = read_span(ground.zone, span, request.query_params.get("from", ""), to)
    overview = await overview_of(db, acting.merchant_id, acting.currency, asked)
    base = f"/console/{acting.merchant_id}"
    zone = ZoneInfo(ground.zone)
    scale = 10 ** digits(acting.currency)
    return office_page(
        request,
        acting,
        "insight/overview.html",
        span=asked,
        overview=overview,
        tabs=[
            (name, text, f"{base}?span={name}&to={to}" if to else f"{base}?span={name}") for name, text in span_names().items()
        ],
        kinds=scene_kinds(),
        money=lambda minor: Money(minor, acting.currency),
        whole=lambda minor: Money(minor - minor % scale, acting.currency),
        change=change,
        sold_on=ground.sold_at.astimezone(zone).date() if ground.sold_at else None,
        by_day=day_chart(overview, base, lambda day: written_day(day, zone, "day")) if asked.days > 1 else None,
        by_store=bar_chart(
            [
                (store.name, store.paid / scale, f"{base}/purchases?store={store.store_id}&{asked.asked}")
                for store in overview.stores
            ]
        ),
    )


@get("/purchases", guards=REPORTS)
async def purchases_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    rows: FromQuery[str] = "all",
    store: FromQuery[UUID | None] = None,
    before: FromQuery[str] = "",
) -> Response[str]:
    """The purchases or visits behind a number."""
    span = await _span(request, db, acting)
    if store is not None and await store_of(db, acting.merchant_id, store) is None:
        raise NotFound
    visits = await visits_of(db, acting.merchant_id, span, store, before, PAGE) if rows == "visits" else []
    narrowed = Narrowed(span=span, store_id=store)
    sales = await sales_of(db, acting.merchant_id, narrowed, read_cursor(before), PAGE) if rows != "visits" else []
    last = ""
    if len(visits) == PAGE:
        last = f"{visits[-1].day}~{visits[-1].person_id.hex}"
    elif len(sales) == PAGE:
        last = Cursor(sales[-1].at, sales[-1].purchase_id).text
    return office_page(
        request,
        acting,
        "insight/purchases.html",
        span=span,
        rows="visits" if rows == "visits" else "all",
        stores=await _stores(db, acting),
        store=store,
        sales=sales,
        visits=visits,
        last=last,
        before=before,
        money=lambda minor: Money(minor, acting.currency),
    )


async def _span(request: AnyRequest, db: Db, acting: Acting) -> Span:
    asked = request.query_params
    ground = await ground_of(db, acting.merchant_id)
    return read_span(ground.zone, asked.get("span", "30"), asked.get("from", ""), asked.get("to", ""))


async def _stores(db: Db, acting: Acting) -> list[tuple[str, str]]:
    return [(str(store.store_id), store.name) for store in await stores_of(db, acting.merchant_id)]


@get("/purchases/{purchase_id:uuid}", guards=[staff_of])
async def purchase_page(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], purchase_id: FromPath[UUID]
) -> Response[str]:
    """One purchase with its lines and vouchers."""
    if not (acting.may("reports") or acting.may("members")):
        raise NotAllowed
    purchase = await purchase_of(db, acting.merchant_id, purchase_id)
    return office_page(
        request,
        acting,
        "insight/purchase.html",
        purchase=purchase,
        store=await store_of(db, acting.merchant_id, purchase.store_id),
        member=await member_sheet(db, acting.merchant_id, purchase.person_id) if purchase.person_id else None,
        lines=(await lines_of(db, acting.merchant_id, [purchase_id]))[purchase_id],
        money=lambda minor: Money(minor, acting.currency),
    )


@get("/redemptions", guards=REPORTS)
async def redemptions_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    store: FromQuery[UUID | None] = None,
    template: FromQuery[UUID | None] = None,
    before: FromQuery[str] = "",
) -> Response[str]:
    """The uses of vouchers behind a number."""
    span = await _span(request, db, acting)
    uses = await uses_in(
        db,
        acting.merchant_id,
        Narrowed(span=span, store_id=store, template_id=template),
        read_cursor(before),
        PAGE,
    )
    return office_page(
        request,
        acting,
        "insight/redemptions.html",
        span=span,
        stores=await _stores(db, acting),
        store=store,
        template=template,
        uses=uses,
        last=Cursor(uses[-1].at, uses[-1].redemption_id).text if len(uses) == PAGE else "",
        before=before,
        money=lambda minor: Money(minor, acting.currency),
    )


chooser = Router("/", route_handlers=[choose_page], include_in_schema=False)
number_pages = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[overview_page, purchases_page, purchase_page, redemptions_page],
    include_in_schema=False,
)
