"""Pages of members: who they are, where they came from, what they did; a note and tags of the shop's own."""

from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Stream

from shuke.cards import note_member, tiers_of
from shuke.insight.member_list import (
    PAGE,
    Listing,
    member_file,
    provide_listing,
    provide_measured,
    provide_wanted,
)
from shuke.insight.member_queries import member_sheet, points_of, vouchers_held
from shuke.insight.members import Measured, members_of, place_after
from shuke.insight.sales import Narrowed, lines_of, sales_of, uses_in
from shuke.insight.words import points_words, scene_kinds, voucher_sources
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Database, Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import Acting, office_page, scenes_of, staff_with
from shuke.people import contacts_of
from shuke.shell import redirect

MAY = [staff_with("members")]
ROWS = 20
MORE = {"tag", "card", "visits_from", "visits_to", *Measured.__struct_fields__}


class NoteForm(msgspec.Struct, frozen=True):
    """As the form sends it; tags with commas between."""

    tags: str = ""
    note: str = ""


@get("/members", guards=MAY)
async def list_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    listing: NamedDependency[Listing],
    after: FromQuery[str] = "",
) -> Response[str]:
    """All members that fit the filter, a page at a time."""
    lines = await members_of(db, acting.merchant_id, listing.fits, listing.sort, after, PAGE)
    asked = {name: value for name, value in request.query_params.items() if name != "after" and value}
    return office_page(
        request,
        acting,
        "insight/members.html",
        lines=lines,
        total=lines[0].total if lines else 0,
        asked=asked,
        narrowed=bool(set(asked) - {"sort"}),
        sort=listing.sort,
        tiers=[(str(tier.position), tier.name) for tier in await tiers_of(db, acting.merchant_id)],
        scenes=[(str(scene.scene_id), scene.label) for scene in await scenes_of(db, acting.merchant_id, most=200)],
        more=bool(set(asked) & MORE),
        last=place_after(lines[-1]) if len(lines) == PAGE else "",
        after=after,
        money=lambda minor: Money(minor, acting.currency),
    )


@get("/members.csv", guards=MAY)
async def csv_file(request: AnyRequest, acting: NamedDependency[Acting], listing: NamedDependency[Listing]) -> Stream:
    """The same members as a file."""
    return member_file(resource(request, Database), acting.merchant_id, acting.currency, listing)


@get("/members/{person_id:uuid}", guards=MAY)
async def member_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    person_id: FromPath[UUID],
    rows: FromQuery[str] = "purchases",
    before: FromQuery[str] = "",
) -> Response[str]:
    """One member; `rows` says which of her lists is shown."""
    member = await member_sheet(db, acting.merchant_id, person_id)
    if member is None:
        raise NotFound
    shown, last = await _rows(db, acting.merchant_id, person_id, rows, read_cursor(before))
    return office_page(
        request,
        acting,
        "insight/member.html",
        member=member,
        contacts=[contact.shown for contact in await contacts_of(db, person_id)] if member.left_at is None else [],
        kinds=scene_kinds(),
        sources=voucher_sources(),
        points_words=points_words,
        rows=rows if rows in LISTS else "purchases",
        last=last,
        before=before,
        money=lambda minor: Money(minor, acting.currency),
        purchases=shown.get("purchases", []),
        lines=shown.get("lines", {}),
        vouchers=shown.get("vouchers", []),
        redemptions=shown.get("redemptions", []),
        points=shown.get("points", []),
    )


LISTS = ("purchases", "vouchers", "redemptions", "points")


async def _rows(db: Db, merchant_id: UUID, person_id: UUID, rows: str, before: Cursor | None) -> tuple[dict[str, object], str]:
    narrowed = Narrowed(person_id=person_id)
    if rows == "vouchers":
        held = await vouchers_held(db, merchant_id, person_id, before, ROWS)
        return {"vouchers": held}, Cursor(held[-1].issued_at, held[-1].voucher_id).text if len(held) == ROWS else ""
    if rows == "redemptions":
        uses = await uses_in(db, merchant_id, narrowed, before, ROWS)
        return {"redemptions": uses}, Cursor(uses[-1].at, uses[-1].redemption_id).text if len(uses) == ROWS else ""
    if rows == "points":
        moves = await points_of(db, merchant_id, person_id, before, ROWS)
        return {"points": moves}, Cursor(moves[-1].at, moves[-1].transfer_id).text if len(moves) == ROWS else ""
    sales = await sales_of(db, merchant_id, narrowed, before, ROWS)
    lines = await lines_of(db, merchant_id, [sale.purchase_id for sale in sales])
    last = Cursor(sales[-1].at, sales[-1].purchase_id).text if len(sales) == ROWS else ""
    return {"purchases": sales, "lines": lines}, last


@post("/members/{person_id:uuid}/note", guards=MAY)
async def write_note(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    person_id: FromPath[UUID],
    data: URLEncodedBody[NoteForm],
) -> Redirect:
    """Keep tags and note."""
    await note_member(db, acting.merchant_id, person_id, data.tags.replace("，", ",").split(","), data.note)
    return redirect(f"/console/{acting.merchant_id}/members/{person_id}", flash=_("Saved."))


member_pages = Router(
    "/console/{merchant_id:uuid}",
    route_handlers=[list_page, csv_file, member_page, write_note],
    dependencies={
        "wanted": Provide(provide_wanted, sync_to_thread=False),
        "measured": Provide(provide_measured, sync_to_thread=False),
        "listing": Provide(provide_listing),
    },
    include_in_schema=False,
)
