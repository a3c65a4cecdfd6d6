"""Pages of the till: choose a store, look up, redeem, undo, the store's day. The same actions as the API."""

from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, URLEncodedBody

from shuke.counter.actions import LONGEST, Redeemer, identify, redeem_here
from shuke.counter.bill import bill_for
from shuke.counter.forms import UndoForm, amount_in, articles_in, holder_in, key_in, reason_in
from shuke.counter.queries import day_of, redemption_at, tills_of, totals_of
from shuke.counter.screen import LATEST, Answer, Choice, Desk, Lookup, looked_up, show, told
from shuke.counter.standing import provide_standing, refused_at_till
from shuke.counter.types import NewRedemption, Standing
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Db
from shuke.kit.money import parse
from shuke.kit.refusals import NotFound, Refusal
from shuke.kit.web import AnyRequest, resource, secure_cookies
from shuke.people import Viewer, signed_in
from shuke.shell import redirect, render
from shuke.vouchers import VoucherRefused, undo

COOKIE = "shuke_till"
YEAR = 365 * 24 * 3600
PAGE = 50
ASKS = ("minimum_spend", "wrong_article")  # refusals that an amount or an article may answer


class CodeForm(msgspec.Struct, frozen=True):
    """What was scanned or typed; `bill` and `holder` when a bill was open beside it."""

    code: str = ""
    bill: str = ""
    holder: str = ""


class RedeemForm(msgspec.Struct, frozen=True):
    """One press of the big button; `key` was made when the form was drawn."""

    code: str
    key: str
    bill: str = ""
    article: str = ""
    holder: str = ""


@get("/", guards=[signed_in], include_in_schema=False)
async def choose(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    q: FromQuery[str] = "",
    all_tills: FromQuery[str] = "",
) -> Response[object] | Response[str]:
    """Where to stand; straight to the till that was used last, or to the only one."""
    places = await tills_of(db, viewer.person_id, q.replace("\x00", "")[:80])
    if not all_tills and not q:
        last = request.cookies.get(COOKIE, "")
        for place in places:
            path = f"/till/{place.merchant_id}/{place.store_id}"
            if last == path or len(places) == 1:
                return redirect(path)
    return render(request, "counter/choose.html", places=places, words=q)


@get("/{merchant_id:uuid}/{store_id:uuid}", guards=[signed_in], include_in_schema=False)
async def till(
    request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing], code: FromQuery[str] = ""
) -> Response[str]:
    """The till, ready for a scan; with `code` in the address it is filled in."""
    answer = await show(request, db, standing, Answer("nothing"), code[:LONGEST])
    answer.set_cookie(
        Cookie(COOKIE, value=standing.path, path="/", max_age=YEAR, httponly=True, samesite="lax", secure=secure_cookies())
    )
    return answer


@post("/{merchant_id:uuid}/{store_id:uuid}/identify", guards=[signed_in], include_in_schema=False, status_code=200)
async def look_up(
    request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing], data: URLEncodedBody[CodeForm]
) -> Response[str]:
    """What was scanned: a guest, or a voucher with one button. With the bill of this very guest open: the bill, payable from her card."""
    found = await identify(db, standing.till, data.code)
    total = parse(data.bill, standing.till.currency)
    if found.paying and found.member and str(found.member.person_id) == data.holder and total:
        bill = await bill_for(db, standing.till, found.member.person_id, total, None)
        return await show(request, db, standing, Answer("bill", bill=bill, member=found.member, paying=found.paying))
    return await show(request, db, standing, Answer("found", lookup=await looked_up(db, standing, found)))


@post("/{merchant_id:uuid}/{store_id:uuid}/redeem", guards=[signed_in], include_in_schema=False, status_code=200)
async def press(
    request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing], data: URLEncodedBody[RedeemForm]
) -> Response[str]:
    """Redeem. A refusal that an amount or an article may answer asks for it."""
    till_here = standing.till
    wish = NewRedemption(
        till_here.merchant_id,
        till_here.store_id,
        data.code,
        bill=amount_in(data.bill, till_here.currency),
        articles=articles_in(data.article),
        holder=holder_in(data.holder),
    )
    try:
        done = await redeem_here(db, resource(request, Redeemer), till_here, wish, key_in(data.key))
    except VoucherRefused as refusal:
        if refusal.name not in ASKS:
            raise
        found = await identify(db, till_here, data.code)
        assert found.scanned is not None
        asks = told(refusal.name, refusal.detail, refusal.facts, standing.store.zone)
        lookup = Lookup(found.member, Choice(found.scanned, asks), [], data.bill, data.article)
        return await show(request, db, standing, Answer("found", lookup=lookup))
    row = await redemption_at(db, till_here.merchant_id, done.redemption_id)
    return await show(request, db, standing, Answer("done", done=row))


@get("/{merchant_id:uuid}/{store_id:uuid}/undo/{redemption_id:uuid}", guards=[signed_in], include_in_schema=False)
async def ask_undo(
    request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing], redemption_id: FromPath[UUID]
) -> Response[str]:
    """Which redemption would be taken back, and why."""
    row = await redemption_at(db, standing.store.merchant_id, redemption_id)
    if row is None:
        raise NotFound
    return await show(request, db, standing, Answer("ask_undo", done=row))


@get("/{merchant_id:uuid}/{store_id:uuid}/camera", guards=[signed_in], include_in_schema=False)
async def camera(request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing]) -> Response[str]:
    """The camera instead of a scanner."""
    return await show(request, db, standing, Answer("camera"))


@get("/{merchant_id:uuid}/{store_id:uuid}/clear", guards=[signed_in], include_in_schema=False)
async def clear(request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing]) -> Response[str]:
    """Ready for the next."""
    return await show(request, db, standing, Answer("nothing"))


@post(
    "/{merchant_id:uuid}/{store_id:uuid}/undo/{redemption_id:uuid}",
    guards=[signed_in],
    include_in_schema=False,
    status_code=200,
)
async def take_back(
    request: AnyRequest,
    db: NamedDependency[Db],
    standing: NamedDependency[Standing],
    redemption_id: FromPath[UUID],
    data: URLEncodedBody[UndoForm],
) -> Response[str]:
    """Undo within the hour."""
    till_here = standing.till
    await undo(db, till_here.merchant_id, till_here.staff_id, redemption_id, reason_in(data), key_in(data.key))
    row = await redemption_at(db, till_here.merchant_id, redemption_id)
    return await show(request, db, standing, Answer("undone", done=row))


@get("/{merchant_id:uuid}/{store_id:uuid}/today", guards=[signed_in], include_in_schema=False)
async def today(
    request: AnyRequest,
    db: NamedDependency[Db],
    standing: NamedDependency[Standing],
    only: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
) -> Response[str]:
    """The store's day, the newest first, with totals that lead to their rows."""
    store, desk = standing.store, Desk(standing)
    after = read_cursor(cursor)
    chosen = only if only in ("redemption", "purchase", "undone") else ""
    entries = await day_of(db, store.merchant_id, store.store_id, desk.since, only=chosen, after=after, most=PAGE + 1)
    last = entries[PAGE - 1] if len(entries) > PAGE else None
    totals = await totals_of(db, store.merchant_id, store.store_id, desk.since)
    return render(
        request,
        "counter/today.html",
        desk=desk,
        entries=entries[:PAGE],
        totals=totals,
        only=chosen,
        next_cursor=Cursor(last.at, last.entry_id).text if last else "",
        first=not cursor,
    )


@get("/{merchant_id:uuid}/{store_id:uuid}/latest", guards=[signed_in], include_in_schema=False)
async def latest(request: AnyRequest, db: NamedDependency[Db], standing: NamedDependency[Standing]) -> Response[str]:
    """The last few of today beside the code field; fetched again when something happens."""
    store, desk = standing.store, Desk(standing)
    entries = await day_of(db, store.merchant_id, store.store_id, desk.since, most=LATEST)
    return render(request, "counter/latest.html", desk=desk, entries=entries)


pages = Router(
    "/till",
    route_handlers=[choose, till, look_up, press, ask_undo, take_back, camera, clear, today, latest],
    dependencies={"standing": Provide(provide_standing)},
    exception_handlers={Refusal: refused_at_till},
)
