"""Batches: vouchers for a list of members, given out by the worker in chunks. Each line's outcome is written with its voucher."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from asyncpg import DeadlockDetectedError, UniqueViolationError

from shuke.batches.recipients import Line, resolve
from shuke.cards import MemberFilter
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.jobs import in_lanes, wake
from shuke.kit.lists import MOST_LINES
from shuke.kit.live import announce, announce_all
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.vouchers import IssueCall, Issued, Source, issue

CHUNK = 4000


class Given(msgspec.Struct, frozen=True):
    """What became of one line: `outcome` is issued or the name of the refusal."""

    line: Line
    outcome: str
    detail: str
    voucher: Issued | None


class Running(msgspec.Struct, frozen=True):
    """A batch that has lines left."""

    merchant_id: UUID
    batch_id: UUID
    template_id: UUID
    started_by: UUID
    template_status: str


async def give(
    db: Db, merchant_id: UUID, template_id: UUID, lines: Sequence[Line], source: Source, *, batch_id: UUID | None = None
) -> list[Given]:
    """A voucher for each member named by these lines, at most one a person; refusals line by line. In a batch nothing is announced."""
    found = await resolve(db, merchant_id, lines)
    already = (
        await _already(db, merchant_id, batch_id, [line.person_id for line in found if line.person_id]) if batch_id else set()
    )
    outcomes: dict[int, tuple[str, str]] = {}
    calls: list[tuple[Line, IssueCall]] = []
    for line in found:
        if line.person_id is None:
            outcomes[line.number] = (line.fault, outcome_words()[line.fault])
        elif line.person_id in already:
            outcomes[line.number] = ("duplicate", outcome_words()["duplicate"])
        else:
            already.add(line.person_id)
            calls.append((line, IssueCall(merchant_id, template_id, line.person_id, source, batch_id)))
    issued = await issue(db, [call for _line, call in calls], told=batch_id is None)
    vouchers: dict[int, Issued] = {}
    for (line, _call), result in zip(calls, issued, strict=True):
        if isinstance(result, Refusal):
            outcomes[line.number] = (result.name, result.detail)
        else:
            outcomes[line.number] = ("issued", "")
            vouchers[line.number] = result
    return [Given(line, *outcomes[line.number], vouchers.get(line.number)) for line in found]


async def _already(db: Db, merchant_id: UUID, batch_id: UUID, people: Sequence[UUID]) -> set[UUID]:
    """Who of these has a voucher of this batch."""
    return set(
        await db.values(
            UUID,
            """
            select person_id from batches.lines
            where merchant_id = :merchant and batch_id = :batch and voucher_id is not null and person_id = any(:people)
            """,
            merchant=merchant_id,
            batch=batch_id,
            people=list(people),
        )
    )


def outcome_words() -> dict[str, str]:
    """What each outcome of a line means."""
    return {
        "issued": _("Issued"),
        "duplicate": _("This member stands on another line already."),
        "unknown_member": _("No member has this number, phone or e-mail address."),
        "unreadable": _("This is no member number, phone number or e-mail address."),
        "limit_reached": _("The member has as many as one person may get."),
        "out_of_stock": _("All of these vouchers have been given out."),
        "phone_needed": _("The member has no verified phone number."),
        "not_issuing": _("This voucher is not given out at the moment."),
        "expired": _("This voucher has expired."),
    }


async def start_batch(db: Db, merchant_id: UUID, by: UUID, template_id: UUID, name: str, members: Sequence[str]) -> UUID:
    """Give a voucher to each of these members (number, phone or e-mail), by the worker. Refusals: not_found, not_issuing,
    batch_empty, too_many_lines."""
    if not members:
        raise Unreadable("batch_empty", _("There is no member in this list."))
    if len(members) > MOST_LINES:
        raise Unreadable(
            "too_many_lines", _("At most %(count)s lines at once.") % {"count": MOST_LINES}, lines=len(members), most=MOST_LINES
        )
    batch_id = await _open(db, merchant_id, by, template_id, name, len(members))
    rows = [(merchant_id, batch_id, number, member[:254]) for number, member in enumerate(members, 1)]
    await db.copy("batches", "lines", ("merchant_id", "batch_id", "line", "member"), rows)
    await wake(db)
    return batch_id


async def start_filtered(db: Db, merchant_id: UUID, by: UUID, template_id: UUID, name: str, wanted: MemberFilter) -> UUID:
    """Give a voucher to each member who fits now. Refusals: not_found, not_issuing, batch_empty."""
    batch_id = await _open(db, merchant_id, by, template_id, name, 0)
    total = await db.run(
        """
        insert into batches.lines (merchant_id, batch_id, line, member, person_id)
        select m.merchant_id, :batch, row_number() over (order by m.joined_at, m.person_id), m.number, m.person_id
        from cards.memberships m where m.merchant_id = :merchant and cards.fits(m, :wanted::jsonb, :now)
        """,
        merchant=merchant_id,
        batch=batch_id,
        wanted=msgspec.to_builtins(wanted),
        now=clock.now(),
    )
    if not total:
        raise Unreadable("batch_empty", _("There is no member in this list."))
    await db.run(
        "update batches.batches set total = :total where merchant_id = :merchant and batch_id = :batch",
        merchant=merchant_id,
        batch=batch_id,
        total=total,
    )
    await wake(db)
    return batch_id


async def _open(db: Db, merchant_id: UUID, by: UUID, template_id: UUID, name: str, total: int) -> UUID:
    plain = name.strip()[:120]
    if "\x00" in plain:
        raise Unreadable("name_unreadable", _("There are characters in this text that can't be kept."))
    status = await db.value(
        str,
        "select status from vouchers.templates where merchant_id = :merchant and template_id = :template",
        merchant=merchant_id,
        template=template_id,
    )
    if status is None:
        raise NotFound
    if status != "active":
        raise Refusal("not_issuing", _("This voucher is not given out at the moment."))
    batch_id = await db.value(
        UUID,
        """
        insert into batches.batches (merchant_id, template_id, name, total, started_by, created_at)
        values (:merchant, :template, :name, :total, :by, :now) returning batch_id
        """,
        merchant=merchant_id,
        template=template_id,
        name=plain,
        total=total,
        by=by,
        now=clock.now(),
    )
    assert batch_id is not None
    return batch_id


async def steer_batch(db: Db, merchant_id: UUID, batch_id: UUID, *, stop: bool) -> None:
    """Stop a batch after the chunk under way, or let it go on. Refusals: not_found, wrong_step."""
    moved = await db.run(
        """
        update batches.batches set status = case when :stop then 'stopped' else 'waiting' end
        where merchant_id = :merchant and batch_id = :batch
          and status = any(case when :stop then array['waiting', 'running'] else array['stopped'] end)
        """,
        merchant=merchant_id,
        batch=batch_id,
        stop=stop,
    )
    if not moved:
        there = await db.value(
            UUID,
            "select batch_id from batches.batches where merchant_id = :merchant and batch_id = :batch",
            merchant=merchant_id,
            batch=batch_id,
        )
        raise NotFound() if there is None else Refusal("wrong_step", _("This batch is in another state by now."))
    await wake(db)


@in_lanes(2)
async def give_out(db: Db) -> int:
    """One chunk of the batch that has come least far; how many lines. Nothing of a chunk is there when it is cut off.

    Two chunks may be under way at once, on lines of their own. Should both name the same person, one of them is undone and tried
    again after the other.
    """
    batch = await db.one(
        Running,
        """
        select b.merchant_id, b.batch_id, b.template_id, b.started_by, t.status as template_status
        from batches.batches b join vouchers.templates t on t.merchant_id = b.merchant_id and t.template_id = b.template_id
        where b.status in ('waiting', 'running') order by b.done, b.created_at limit 1
        """,
    )
    if batch is None:
        return 0
    if batch.template_status != "active":
        return await db.run(
            "update batches.batches set status = 'stopped' where merchant_id = :merchant and batch_id = :batch and status <> 'stopped'",
            merchant=batch.merchant_id,
            batch=batch.batch_id,
        )
    try:
        async with db.savepoint():
            return await _chunk(db, batch)
    except (UniqueViolationError, DeadlockDetectedError):
        return 1


async def _chunk(db: Db, batch: Running) -> int:
    lines = await db.all(
        Line,
        """
        select line as number, member, person_id from batches.lines
        where merchant_id = :merchant and batch_id = :batch and outcome is null order by line limit :most for update skip locked
        """,
        merchant=batch.merchant_id,
        batch=batch.batch_id,
        most=CHUNK,
    )
    if not lines:
        return 0
    given = await give(db, batch.merchant_id, batch.template_id, lines, "batch", batch_id=batch.batch_id)
    await _note(db, batch, given)
    await announce_all(db, [f"person:{one.voucher.person_id}" for one in given if one.voucher], "wallet")
    await announce(db, f"person:{batch.started_by}", "batch")
    await db.run(
        """
        update batches.batches set done = done + :done, refused = refused + :refused,
          status = case when done + :done >= total then 'finished' when status = 'stopped' then status else 'running' end,
          finished_at = case when done + :done >= total then :now::timestamptz end
        where merchant_id = :merchant and batch_id = :batch
        """,
        merchant=batch.merchant_id,
        batch=batch.batch_id,
        done=len(given),
        refused=sum(one.voucher is None for one in given),
        now=clock.now(),
    )
    return len(given)


async def _note(db: Db, batch: Running, given: Sequence[Given]) -> None:
    await db.run(
        """
        update batches.lines l set outcome = g.outcome, person_id = g.person_id, voucher_id = g.voucher_id
        from unnest(:lines::int[], :outcomes::text[], :people::uuid[], :vouchers::uuid[]) as g(line, outcome, person_id, voucher_id)
        where l.merchant_id = :merchant and l.batch_id = :batch and l.line = g.line and l.outcome is null
        """,
        merchant=batch.merchant_id,
        batch=batch.batch_id,
        lines=[one.line.number for one in given],
        outcomes=[one.outcome for one in given],
        people=[one.line.person_id for one in given],
        vouchers=[one.voucher.voucher_id if one.voucher else None for one in given],
    )
