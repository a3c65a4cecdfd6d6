"""API of giving out vouchers: a few at once, or batches that the worker gives out with progress; and voiding."""

import hashlib
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream

from shuke.batches import (
    Batch,
    BatchLine,
    Line,
    batch_lines,
    batch_of,
    batches_of,
    give,
    outcome_words,
    start_batch,
    start_filtered,
    steer_batch,
)
from shuke.cards import MemberFilter
from shuke.kit.answers import once
from shuke.kit.cursor import Cursor, read_cursor
from shuke.kit.db import Database, Db
from shuke.kit.i18n import gettext as _
from shuke.kit.lists import read_list, written
from shuke.kit.refusals import NotAllowed, NotFound, Refusal, Unreadable
from shuke.kit.web import AnyRequest, resource
from shuke.merchants import Acting, staff_with
from shuke.merchants import acting as acting_for
from shuke.people import Viewer, signed_in
from shuke.vouchers import Issued, void, withdraw

PAGE = 50
LINES = 5000
MAY = [staff_with("issue")]
Few = Annotated[list[str], msgspec.Meta(min_length=1, max_length=100)]


class NewVouchers(msgspec.Struct, frozen=True):
    """One voucher of a template for each of these members: numbers, phone numbers or e-mail addresses in any writing."""

    merchant_id: UUID
    template_id: UUID
    members: Few


class Outcome(msgspec.Struct, frozen=True):
    """What became of one member: `outcome` is issued or the name of the refusal."""

    member: str
    outcome: str
    detail: str
    voucher: Issued | None


class Outcomes(msgspec.Struct, frozen=True):
    """In the order asked."""

    results: list[Outcome]


class NewBatch(msgspec.Struct, frozen=True):
    """A list of members, or a filter for those meant."""

    template_id: UUID
    name: str = ""
    members: list[str] | None = None
    filter: MemberFilter | None = None


class Batches(msgspec.Struct, frozen=True):
    """A page of batches; `next` begins the following one, empty on the last."""

    items: list[Batch]
    next: str


class Reason(msgspec.Struct, frozen=True):
    """Why."""

    reason: str


class Done(msgspec.Struct, frozen=True):
    """It is done, or begun."""

    id: UUID


@post("/api/v1/vouchers", guards=[signed_in], summary="Issue one voucher or a few", tags=["vouchers"])
async def post_vouchers(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewVouchers],
) -> Outcomes:
    """For a single member a refusal is the answer, for several each has its own. Refusals: not_found, not_allowed, unknown_member,
    unreadable, not_issuing, expired, out_of_stock, limit_reached, phone_needed, idempotency_key_reused."""
    staff = await acting_for(request, viewer, data.merchant_id)
    if not staff.may("issue"):
        raise NotAllowed("not_allowed", _("Your role does not include this. Ask the owner or a manager."))

    async def issue_them() -> Outcomes:
        lines = [Line(number, member[:254]) for number, member in enumerate(data.members)]
        given = await give(db, data.merchant_id, data.template_id, lines, "api")
        if len(given) == 1 and given[0].voucher is None:
            name = given[0].outcome
            raise NotFound() if name == "not_found" else Refusal(name, given[0].detail)
        return Outcomes([Outcome(one.line.member, one.outcome, one.detail, one.voucher) for one in given])

    return await once(db, viewer.person_id, key, raw, Outcomes, issue_them)


@get("/batches", guards=MAY, summary="Batches of a merchant")
async def list_batches(db: NamedDependency[Db], acting: NamedDependency[Acting], before: FromQuery[str] = "") -> Batches:
    """The newest first. Refusals: not_found, not_allowed, cursor_unreadable."""
    items = await batches_of(db, acting.merchant_id, read_cursor(before), PAGE)
    return Batches(items, Cursor(items[-1].created_at, items[-1].batch_id).text if len(items) == PAGE else "")


async def found_batch(db: Db, merchant_id: UUID, batch_id: UUID) -> Batch:
    """A batch of this merchant, or not_found."""
    batch = await batch_of(db, merchant_id, batch_id)
    if batch is None:
        raise NotFound
    return batch


@post("/batches", guards=MAY, summary="Give a voucher to many members", status_code=202)
async def post_batch(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewBatch],
) -> Batch:
    """Begun here, given out by the worker. Refusals: not_found, not_allowed, not_issuing, batch_empty, too_many_lines, batch_unreadable
    (neither members nor a filter, or both), idempotency_key_reused."""

    async def begin() -> Batch:
        if (data.members is None) == (data.filter is None):
            raise Unreadable("batch_unreadable", _("Send either a list of members or a filter."))
        by, merchant_id = acting.person_id, acting.merchant_id
        if data.filter is not None:
            batch_id = await start_filtered(db, merchant_id, by, data.template_id, data.name, data.filter)
        else:
            batch_id = await start_batch(db, merchant_id, by, data.template_id, data.name, data.members or [])
        return await found_batch(db, merchant_id, batch_id)

    return await once(db, acting.person_id, key, raw, Batch, begin)


@post("/batches/csv", guards=MAY, summary="Give a voucher to the members of a CSV file", status_code=202)
async def post_csv(
    request: AnyRequest,
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    template_id: FromQuery[UUID],
    name: FromQuery[str] = "",
) -> Batch:
    """The body is the file: a member number, phone number or e-mail address a line, up to 100,000. Refusals: not_found, not_allowed,
    not_issuing, upload_too_large, not_a_list, too_many_lines, batch_empty, idempotency_key_reused."""
    body = await request.body()
    return await begin_csv(db, acting, NewBatch(template_id, name), body, key)


async def begin_csv(db: Db, acting: Acting, new: NewBatch, body: bytes, key: str | None) -> Batch:
    """Begin a batch from a file, once for a key; the file's bytes tell whether it is the same call."""
    members = read_list(body)

    async def begin() -> Batch:
        batch_id = await start_batch(db, acting.merchant_id, acting.person_id, new.template_id, new.name, members)
        return await found_batch(db, acting.merchant_id, batch_id)

    asked = msgspec.json.encode(new) + hashlib.sha256(body).digest()
    return await once(db, acting.person_id, key, asked, Batch, begin)


@get("/batches/{batch_id:uuid}", guards=MAY, summary="How far a batch is")
async def get_batch(db: NamedDependency[Db], acting: NamedDependency[Acting], batch_id: FromPath[UUID]) -> Batch:
    """Refusals: not_found, not_allowed."""
    return await found_batch(db, acting.merchant_id, batch_id)


@get("/batches/{batch_id:uuid}/lines", guards=MAY, summary="What became of each line of a batch")
async def get_lines(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    batch_id: FromPath[UUID],
    outcome: FromQuery[str] = "",
    after: FromQuery[int] = 0,
) -> list[BatchLine]:
    """A hundred lines after a line; `outcome` issued, refused, open, or a refusal's name. Refusals: not_found, not_allowed."""
    await found_batch(db, acting.merchant_id, batch_id)
    return await batch_lines(db, acting.merchant_id, batch_id, outcome, max(0, min(after, 2**31 - 1)))


@get(
    "/batches/{batch_id:uuid}/result",
    guards=MAY,
    summary="All lines of a batch with their outcomes, as CSV",
    media_type="text/csv",
)
async def get_result(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], batch_id: FromPath[UUID]
) -> Stream:
    """Refusals: not_found, not_allowed."""
    await found_batch(db, acting.merchant_id, batch_id)
    return result_file(request, acting.merchant_id, batch_id)


def result_file(request: AnyRequest, merchant_id: UUID, batch_id: UUID) -> Stream:
    """The lines as they were sent, each with its outcome by name and in words, read in pieces."""
    words = outcome_words()
    heads = [_("Line"), _("Member"), _("Outcome"), _("In words")]

    async def pieces() -> AsyncIterator[str]:
        yield "\ufeff" + written([heads])
        after = 0
        async with resource(request, Database).read() as reading:
            while lines := await batch_lines(reading, merchant_id, batch_id, "", after, LINES):
                yield written(
                    [[str(line.line), line.member, line.outcome or "", words.get(line.outcome or "", "")] for line in lines]
                )
                after = lines[-1].line

    return Stream(
        pieces(),
        media_type="text/csv",
        headers={"content-disposition": 'attachment; filename="result.csv"', "cache-control": "private, no-store"},
    )


@post("/batches/{batch_id:uuid}/stop", guards=MAY, summary="Stop a batch")
async def post_stop(db: NamedDependency[Db], acting: NamedDependency[Acting], batch_id: FromPath[UUID]) -> Batch:
    """What was given out stays. Refusals: not_found, not_allowed, wrong_step."""
    await steer_batch(db, acting.merchant_id, batch_id, stop=True)
    return await found_batch(db, acting.merchant_id, batch_id)


@post("/batches/{batch_id:uuid}/resume", guards=MAY, summary="Let a stopped batch go on")
async def post_resume(db: NamedDependency[Db], acting: NamedDependency[Acting], batch_id: FromPath[UUID]) -> Batch:
    """Refusals: not_found, not_allowed, wrong_step."""
    await steer_batch(db, acting.merchant_id, batch_id, stop=False)
    return await found_batch(db, acting.merchant_id, batch_id)


@post("/vouchers/{voucher_id:uuid}/voiding", guards=MAY, summary="Void a voucher")
async def post_voiding(
    db: NamedDependency[Db], acting: NamedDependency[Acting], voucher_id: FromPath[UUID], data: JSONBody[Reason]
) -> Response[None]:
    """Refusals: not_found, not_allowed, reason_needed, not_voidable."""
    await void(db, acting.merchant_id, acting.person_id, voucher_id, data.reason)
    return Response(None, status_code=204)


@post(
    "/templates/{template_id:uuid}/withdrawal",
    guards=MAY,
    status_code=202,
    summary="End a template and void its unused vouchers",
)
async def post_withdrawal(
    db: NamedDependency[Db], acting: NamedDependency[Acting], template_id: FromPath[UUID], data: JSONBody[Reason]
) -> Done:
    """Done by the worker, in chunks. Refusals: not_found, not_allowed, reason_needed."""
    return Done(await withdraw(db, acting.merchant_id, acting.person_id, template_id, data.reason))


issue_routes = Router(
    "/api/v1/merchants/{merchant_id:uuid}",
    route_handlers=[
        list_batches,
        post_batch,
        post_csv,
        get_batch,
        get_lines,
        get_result,
        post_stop,
        post_resume,
        post_voiding,
        post_withdrawal,
    ],
    tags=["vouchers"],
)
