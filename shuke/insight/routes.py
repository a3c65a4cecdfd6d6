"""API of a merchant's numbers and members."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, get, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from shuke.cards import note_member
from shuke.insight.member_list import PAGE, Listing, member_file, provide_listing, provide_measured, provide_wanted
from shuke.insight.member_queries import MemberSheet, member_sheet
from shuke.insight.members import MemberLine, members_of, place_after
from shuke.insight.overview import Overview, overview_of
from shuke.insight.spans import ground_of, read_span
from shuke.kit.db import Database, Db
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import Acting, staff_with

MAY = [staff_with("members")]


class Members(msgspec.Struct, frozen=True):
    """A page of members; `total` fit the filter, `next` begins the following page, empty on the last."""

    items: list[MemberLine]
    total: int
    next: str


class MemberNote(msgspec.Struct, frozen=True):
    """What the shop writes down about a member."""

    tags: list[str]
    note: str = ""


@get("/members", guards=MAY, summary="Members of a merchant")
async def list_members(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    listing: NamedDependency[Listing],
    after: FromQuery[str] = "",
) -> Members:
    """50 a page, ordered by `sort` (joined, visited, spent, visits), the highest first.

    Refusals: not_found, not_allowed, filter_unreadable, day_unreadable, cursor_unreadable.
    """
    lines = await members_of(db, acting.merchant_id, listing.fits, listing.sort, after, PAGE)
    following = place_after(lines[-1]) if len(lines) == PAGE else ""
    return Members(lines, lines[0].total if lines else 0, following)


@get("/members.csv", guards=MAY, summary="Members of a merchant as a file", media_type="text/csv")
async def list_members_csv(request: AnyRequest, acting: NamedDependency[Acting], listing: NamedDependency[Listing]) -> Stream:
    """All members that fit the filter. Refusals: not_found, not_allowed, filter_unreadable, day_unreadable."""
    return member_file(resource(request, Database), acting.merchant_id, acting.currency, listing)


@get("/members/{person_id:uuid}", guards=MAY, summary="One member")
async def get_member(db: NamedDependency[Db], acting: NamedDependency[Acting], person_id: FromPath[UUID]) -> MemberSheet:
    """Her card with its source, also when she has left. Refusals: not_found, not_allowed."""
    member = await member_sheet(db, acting.merchant_id, person_id)
    if member is None:
        raise NotFound
    return member


@put("/members/{person_id:uuid}/note", guards=MAY, summary="Write down about a member")
async def put_note(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    person_id: FromPath[UUID],
    data: JSONBody[MemberNote],
) -> MemberSheet:
    """Tags and note, in place of those before. Refusals: not_found, not_allowed, note_unreadable."""
    await note_member(db, acting.merchant_id, person_id, data.tags, data.note)
    member = await member_sheet(db, acting.merchant_id, person_id)
    assert member is not None
    return member


@get("/numbers", guards=[staff_with("reports")], summary="Numbers of a merchant over a span")
async def get_numbers(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    span: FromQuery[str] = "30",
    first: Annotated[str, QueryParameter(name="from")] = "",
    last: Annotated[str, QueryParameter(name="to")] = "",
) -> Overview:
    """`span` is today, 7, 30, 90 or year, up to the day `to`; or days `from` to `to` on the merchant's clock; beside the span before.

    Refusals: not_found, not_allowed, day_unreadable, span_unreadable.
    """
    zone = (await ground_of(db, acting.merchant_id)).zone
    return await overview_of(db, acting.merchant_id, acting.currency, read_span(zone, span, first, last))


insight_routes = Router(
    "/api/v1/merchants/{merchant_id:uuid}",
    route_handlers=[list_members, list_members_csv, get_member, put_note, get_numbers],
    dependencies={
        "wanted": Provide(provide_wanted, sync_to_thread=False),
        "measured": Provide(provide_measured, sync_to_thread=False),
        "listing": Provide(provide_listing),
    },
    tags=["members"],
    security=[{"session": []}],
)
