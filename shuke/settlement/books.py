"""Books: opening a merchant's book for lines, and writing them. Who writes lines shares the book's lock, who closes a day has it alone."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import msgspec

from shuke.agreements import Split
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.ledger import PLATFORM, Account, Move, move
from shuke.settlement.types import Book, Kind


class Shared(msgspec.Struct, frozen=True):
    """A split with those who get its parts."""

    split: Split
    agent_id: UUID | None = None
    operator_id: UUID | None = None

    def accounts(self, merchant_id: UUID) -> list[tuple[Account, int]]:
        """Whose account gets how much; the merchant's first."""
        parts = [(Account(merchant_id, "payable"), self.split.net), (Account(PLATFORM, "commission"), self.split.platform)]
        if self.agent_id is not None:
            parts.append((Account(self.agent_id, "commission"), self.split.agent))
        if self.operator_id is not None:
            parts.append((Account(self.operator_id, "commission"), self.split.operator))
        return parts


class Entry(msgspec.Struct, frozen=True):
    """A line to be written; without an id it gets one."""

    kind: Kind
    shared: Shared
    line_id: UUID | None = None
    reverses: UUID | None = None
    store_id: UUID | None = None
    voucher_id: UUID | None = None
    note: str | None = None


async def open_book(db: Db, merchant_id: UUID) -> Book:
    """The merchant's book, begun with its first line, so that no day can be closed before this transaction ends."""
    now = clock.now()
    await db.run(
        """
        insert into settlement.books (merchant_id, zone, currency, open_day)
        select merchant_id, zone, currency, (:now::timestamptz at time zone zone)::date from (
          select m.merchant_id, m.currency, coalesce(
            (select zone from cards.programmes p where p.merchant_id = m.merchant_id),
            (select zone from merchants.stores s where s.merchant_id = m.merchant_id order by store_id limit 1), 'UTC') as zone
          from merchants.merchants m where m.merchant_id = :merchant) as found
        on conflict (merchant_id) do nothing
        """,
        merchant=merchant_id,
        now=now,
    )
    book = await db.one(
        Book,
        """
        select merchant_id, zone, currency, greatest(open_day, (:now::timestamptz at time zone zone)::date) as day
        from settlement.books where merchant_id = :merchant for share
        """,
        merchant=merchant_id,
        now=now,
    )
    assert book is not None, "lines for a merchant that is not there"
    return book


async def currency_of(db: Db, merchant_id: UUID) -> str:
    """The currency of a merchant's books."""
    found = await db.value(
        str,
        """
        select coalesce((select currency from settlement.books where merchant_id = :merchant),
          (select currency from merchants.merchants where merchant_id = :merchant))
        """,
        merchant=merchant_id,
    )
    return found or ""


async def write(db: Db, book: Book, entry: Entry, moves: Sequence[tuple[Account, Account, int]]) -> UUID:
    """Write a line and the movements that belong to it; the line's id. An amount below zero moves the other way."""
    run_id = uuid4()
    parts = entry.shared.split
    line_id = await db.value(
        UUID,
        """
        with line as (
          insert into settlement.lines (merchant_id, line_id, kind, day, at, run_id, reverses, store_id, voucher_id, gross, platform, agent,
            operator, net, agent_id, operator_id, note)
          values (:merchant, coalesce(:line, uuidv7()), :kind, :day, :now, :run, :reverses, :store, :voucher, :gross, :platform, :agent,
            :operator, :net, :agent_id, :operator_id, :note)
          returning line_id
        ), opened as (
          insert into settlement.open_days (merchant_id, day, closes_at)
          values (:merchant, :day, (:day::date + 1)::timestamp at time zone :zone) on conflict do nothing
        )
        select line_id from line
        """,
        merchant=book.merchant_id,
        line=entry.line_id,
        kind=entry.kind,
        day=book.day,
        now=clock.now(),
        run=run_id,
        reverses=entry.reverses,
        store=entry.store_id,
        voucher=entry.voucher_id,
        gross=parts.gross,
        platform=parts.platform,
        agent=parts.agent,
        operator=parts.operator,
        net=parts.net,
        agent_id=entry.shared.agent_id,
        operator_id=entry.shared.operator_id,
        note=entry.note,
        zone=book.zone,
    )
    assert line_id is not None
    await move(
        db,
        [
            Move(
                book.merchant_id,
                source if amount > 0 else target,
                target if amount > 0 else source,
                book.currency,
                abs(amount),
                f"settlement {entry.kind}",
                run_id,
            )
            for source, target, amount in moves
            if amount
        ],
    )
    return line_id
