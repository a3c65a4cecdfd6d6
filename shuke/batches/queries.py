"""Reads of batches: how far they are, and what became of each line."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit.cursor import Cursor
from shuke.kit.db import Db


class Batch(msgspec.Struct, frozen=True):
    """A batch: of `total` lines `done` are done, of which `refused` got no voucher."""

    batch_id: UUID
    template_id: UUID
    title: str
    name: str
    total: int
    done: int
    refused: int
    status: str
    started_by: str
    created_at: datetime
    finished_at: datetime | None


class BatchLine(msgspec.Struct, frozen=True):
    """A line as the list had it, its outcome (none: still to do), and the voucher where one was given."""

    line: int
    member: str
    outcome: str | None
    person: str
    voucher_id: UUID | None


async def batches_of(db: Db, merchant_id: UUID, before: Cursor | None = None, most: int = 50) -> list[Batch]:
    """A shop's batches, the newest first."""
    return await db.all(
        Batch,
        """
        select b.batch_id, b.template_id, t.title, b.name, b.total, b.done, b.refused, b.status, p.name as started_by, b.created_at, b.finished_at
        from batches.batches b join vouchers.templates t on t.merchant_id = b.merchant_id and t.template_id = b.template_id
        join people.people p on p.person_id = b.started_by
        where b.merchant_id = :merchant and (:at::timestamptz is null or (b.created_at, b.batch_id) < (:at, :batch::uuid))
        order by b.created_at desc, b.batch_id desc limit :most
        """,
        merchant=merchant_id,
        at=before.at if before else None,
        batch=before.row_id if before else None,
        most=most,
    )


async def batch_of(db: Db, merchant_id: UUID, batch_id: UUID) -> Batch | None:
    """One batch."""
    return await db.one(
        Batch,
        """
        select b.batch_id, b.template_id, t.title, b.name, b.total, b.done, b.refused, b.status, p.name as started_by, b.created_at, b.finished_at
        from batches.batches b join vouchers.templates t on t.merchant_id = b.merchant_id and t.template_id = b.template_id
        join people.people p on p.person_id = b.started_by
        where b.merchant_id = :merchant and b.batch_id = :batch
        """,
        merchant=merchant_id,
        batch=batch_id,
    )


async def batch_lines(
    db: Db, merchant_id: UUID, batch_id: UUID, outcome: str = "", after: int = 0, most: int = 100
) -> list[BatchLine]:
    """Lines in their order, after a line; all, or those of one outcome: issued, refused, open, or a refusal's name."""
    return await db.all(
        BatchLine,
        """
        select l.line, l.member, l.outcome, coalesce(p.name, '') as person, l.voucher_id
        from batches.lines l left join people.people p on p.person_id = l.person_id
        where l.merchant_id = :merchant and l.batch_id = :batch and l.line > :after
          and (case :outcome when '' then true when 'open' then l.outcome is null
            when 'refused' then l.outcome <> 'issued' else l.outcome = :outcome end)
        order by l.line limit :most
        """,
        merchant=merchant_id,
        batch=batch_id,
        after=after,
        outcome=outcome,
        most=most,
    )
