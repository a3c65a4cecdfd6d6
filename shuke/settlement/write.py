"""Writes of the settlement room besides the job: uses and their undoing, refunds, stored value, payouts, corrections."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.agreements import Split, split, take_back, terms_at, terms_at_each
from shuke.checkout import Share
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record_all
from shuke.kit.i18n import gettext as _
from shuke.kit.ids import uuid7
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.ledger import PLATFORM, Account, MoneyKind
from shuke.settlement.books import Entry, Shared, open_book, write
from shuke.settlement.types import Kind, Line, UseShared
from shuke.vouchers import WITHIN


class Used(msgspec.Struct, frozen=True):
    """Where and when a voucher was used, and whose it was."""

    redemption_id: UUID
    store_id: UUID
    person_id: UUID
    at: datetime


class DueUse(msgspec.Struct, frozen=True):
    """A use that can still be undone."""

    gross: int
    platform: int
    agent: int
    operator: int
    agent_id: UUID | None
    operator_id: UUID | None

    @property
    def split(self) -> Split:
        """Its parts."""
        return Split(self.platform, self.agent, self.operator, self.gross - self.platform - self.agent - self.operator)


async def note_uses(db: Db, shares: Sequence[Share]) -> None:
    """Sold vouchers were used: their money is due in an hour, split by the terms of the moment of use."""
    used = {
        one.redemption_id: one
        for one in await db.all(
            Used,
            """
            select r.redemption_id, r.store_id, r.person_id, r.at
            from unnest(:merchants::uuid[], :redemptions::uuid[]) as s(merchant_id, redemption_id)
            join vouchers.redemptions r on r.merchant_id = s.merchant_id and r.redemption_id = s.redemption_id
            """,
            merchants=[share.merchant_id for share in shares],
            redemptions=[share.redemption_id for share in shares],
        )
    }
    due = [(share, used[share.redemption_id]) for share in shares if share.redemption_id in used and share.amount]
    if not due:
        return
    for merchant_id in sorted({share.merchant_id for share, _use in due}):
        await open_book(db, merchant_id)
    terms = await terms_at_each(db, [(share.merchant_id, use.at) for share, use in due])
    parts = [split(share.amount, one) for (share, _use), one in zip(due, terms, strict=True)]
    await db.run(
        """
        insert into settlement.due (merchant_id, redemption_id, voucher_id, store_id, gross, platform, agent, operator, agent_id, operator_id,
          redeemed_at, due_at)
        select * from unnest(:merchants::uuid[], :redemptions::uuid[], :vouchers::uuid[], :stores::uuid[], :amounts::bigint[],
          :platforms::bigint[], :agents::bigint[], :operators::bigint[], :agent_ids::uuid[], :operator_ids::uuid[],
          :moments::timestamptz[], :dues::timestamptz[])
        """,
        merchants=[share.merchant_id for share, _use in due],
        redemptions=[share.redemption_id for share, _use in due],
        vouchers=[share.voucher_id for share, _use in due],
        stores=[use.store_id for _share, use in due],
        amounts=[share.amount for share, _use in due],
        platforms=[part.platform for part in parts],
        agents=[part.agent for part in parts],
        operators=[part.operator for part in parts],
        agent_ids=[one.agent_id for one in terms],
        operator_ids=[one.operator_id for one in terms],
        moments=[use.at for _share, use in due],
        dues=[use.at + WITHIN for _share, use in due],
    )
    await record_all(
        db, [UseShared(share.merchant_id, share.redemption_id, use.person_id, share.amount, use.at) for share, use in due]
    )


async def drop_use(db: Db, merchant_id: UUID, redemption_id: UUID) -> None:
    """A use was undone: it is due no more, or what was settled is taken back and held again. One without money was neither."""
    gone = await db.run(
        "delete from settlement.due where merchant_id = :merchant and redemption_id = :redemption",
        merchant=merchant_id,
        redemption=redemption_id,
    )
    line = None if gone else await _line(db, merchant_id, redemption_id)
    left = line.gross - await _taken_back(db, line) if line is not None else 0
    if line is not None and left:
        await _reverse(db, line, "use_returned", left, "held")


async def refund_use(db: Db, merchant_id: UUID, redemption_id: UUID, amount: int) -> None:
    """Money of a use was paid back out of reclaim: due or settled, every part gives its share of it."""
    due = await db.one(
        DueUse,
        """
        select gross, platform, agent, operator, agent_id, operator_id from settlement.due
        where merchant_id = :merchant and redemption_id = :redemption for update
        """,
        merchant=merchant_id,
        redemption=redemption_id,
    )
    if due is not None:
        await _shrink(db, merchant_id, redemption_id, due, amount)
        return
    line = await _line(db, merchant_id, redemption_id)
    if line is None:
        raise LookupError(f"a refund of use {redemption_id}, which was never due")
    await _reverse(db, line, "refund", amount, "reclaim")


async def was_refunded(db: Db, merchant_id: UUID, redemption_id: UUID) -> bool:
    """Whether the books have a refund of this use."""
    found = await db.value(
        int,
        "select 1 from settlement.lines where merchant_id = :merchant and reverses = :use and kind = 'refund' limit 1",
        merchant=merchant_id,
        use=redemption_id,
    )
    return found is not None


async def _shrink(db: Db, merchant_id: UUID, redemption_id: UUID, due: DueUse, amount: int) -> None:
    """What is still due becomes less by `amount`, or is settled away; the line keeps both on the statement."""
    await db.run(
        "delete from settlement.due where merchant_id = :merchant and redemption_id = :redemption",
        merchant=merchant_id,
        redemption=redemption_id,
    )
    book = await open_book(db, merchant_id)
    shared = Shared(due.split, due.agent_id, due.operator_id)
    held = Account(merchant_id, "held")
    moves = [(held, target, part) for target, part in shared.accounts(merchant_id)]
    await write(db, book, Entry("use", shared, line_id=redemption_id), moves)
    line = await _line(db, merchant_id, redemption_id)
    assert line is not None
    await _reverse(db, line, "refund", amount, "reclaim")


async def note_stored(db: Db, merchant_id: UUID, spend_id: UUID, store_id: UUID, amount: int) -> None:
    """A payment with stored value became payable; the platform takes its part by the terms of the moment of payment. Once a payment."""
    book = await open_book(db, merchant_id)
    if await _line(db, merchant_id, spend_id) is not None:
        return
    paid_at = await db.value(
        datetime,
        "select at from storedvalue.spends where merchant_id = :merchant and spend_id = :spend",
        merchant=merchant_id,
        spend=spend_id,
    )
    terms = await terms_at(db, merchant_id, paid_at or clock.now())
    shared = Shared(split(amount, terms, stored=True))
    payable = Account(merchant_id, "payable")
    moves = [(payable, target, part) for target, part in shared.accounts(merchant_id)[1:]]
    await write(db, book, Entry("stored", shared, line_id=spend_id, store_id=store_id), moves)


async def note_stored_return(db: Db, merchant_id: UUID, return_id: UUID, spend_id: UUID, amount: int) -> None:
    """Of such a payment `amount` went back; the platform gives back its part of it. Once a return."""
    line = await _line(db, merchant_id, spend_id)
    if line is None:
        raise LookupError(f"a return of payment {spend_id}, which has no line")
    if await _line(db, merchant_id, return_id) is not None:
        return
    await _reverse(db, line, "stored_return", amount, "payable", return_id)


async def _line(db: Db, merchant_id: UUID, line_id: UUID) -> Line | None:
    """A line, locked: two that take back parts of it come one after the other."""
    return await db.one(
        Line,
        """
        select merchant_id, line_id, kind, day, at, reverses, store_id, voucher_id, gross, platform, agent, operator, net, agent_id,
          operator_id, note
        from settlement.lines where merchant_id = :merchant and line_id = :line for no key update
        """,
        merchant=merchant_id,
        line=line_id,
    )


async def _taken_back(db: Db, line: Line) -> int:
    found = await db.value(
        int,
        "select coalesce(-sum(gross), 0)::bigint from settlement.lines where merchant_id = :merchant and reverses = :line",
        merchant=line.merchant_id,
        line=line.line_id,
    )
    return found or 0


async def _reverse(db: Db, line: Line, kind: Kind, amount: int, into: MoneyKind, line_id: UUID | None = None) -> None:
    """Take `amount` of a line back: each part gives what is its share of it, into an account of the merchant."""
    book = await open_book(db, line.merchant_id)
    whole = Split(line.platform, line.agent, line.operator, line.net)
    back = take_back(whole, await _taken_back(db, line), amount)
    shared = Shared(back, line.agent_id, line.operator_id)
    target = Account(line.merchant_id, into)
    moves = [(source, target, part) for source, part in shared.accounts(line.merchant_id) if source != target]
    negative = Split(-back.platform, -back.agent, -back.operator, -back.net)
    entry = Entry(
        kind,
        Shared(negative, line.agent_id, line.operator_id),
        line_id=line_id,
        reverses=line.line_id,
        store_id=line.store_id,
        voucher_id=line.voucher_id,
    )
    await write(db, book, entry, moves)


async def pay_out(db: Db, merchant_id: UUID, payout_id: UUID, amount: int) -> None:
    """A payout to the merchant: what it is owed becomes less."""
    await _own(db, merchant_id, Entry("payout", Shared(Split(0, 0, 0, -amount)), line_id=payout_id), "paid_out")


async def take_payout_back(db: Db, merchant_id: UUID, payout_id: UUID, amount: int) -> None:
    """A payout came back from the bank: it is owed again."""
    entry = Entry("payout_returned", Shared(Split(0, 0, 0, amount)), reverses=payout_id)
    await _own(db, merchant_id, entry, "paid_out")


async def _own(db: Db, merchant_id: UUID, entry: Entry, kind: MoneyKind) -> None:
    book = await open_book(db, merchant_id)
    await write(db, book, entry, [(Account(merchant_id, kind), Account(merchant_id, "payable"), entry.shared.split.net)])


async def correct(db: Db, by: UUID, merchant_id: UUID, amount: int, note: str, *, key: str | None = None) -> UUID:
    """The platform corrects what it owes a merchant: above zero out of its commission, below zero into it. The same key again is the
    same line. Refusals: reason_missing, amount_missing, not_found, sent_before (the key, with something else)."""
    note = note.strip()[:300]
    if not note:
        raise Unreadable("reason_missing", _("Say why: the merchant reads it on the statement."))
    if not amount:
        raise Unreadable("amount_missing", _("Write an amount."))
    if await db.value(int, "select 1 from merchants.merchants where merchant_id = :merchant", merchant=merchant_id) is None:
        raise NotFound
    line_id = uuid7()
    fresh = await db.run(
        """
        insert into settlement.corrections (merchant_id, line_id, request_key, amount, note, made_by, at)
        values (:merchant, :line, :key, :amount, :note, :by, :now) on conflict (merchant_id, request_key) do nothing
        """,
        merchant=merchant_id,
        line=line_id,
        key=key or str(line_id),
        amount=amount,
        note=note,
        by=by,
        now=clock.now(),
    )
    if not fresh:
        return await _corrected(db, merchant_id, key or "", amount, note)
    book = await open_book(db, merchant_id)
    entry = Entry("correction", Shared(Split(-amount, 0, 0, amount)), line_id=line_id, note=note)
    return await write(db, book, entry, [(Account(PLATFORM, "commission"), Account(merchant_id, "payable"), amount)])


async def _corrected(db: Db, merchant_id: UUID, key: str, amount: int, note: str) -> UUID:
    """The line that this key has written."""
    line_id = await db.value(
        UUID,
        """
        select line_id from settlement.corrections
        where merchant_id = :merchant and request_key = :key and amount = :amount and note = :note
        """,
        merchant=merchant_id,
        key=key,
        amount=amount,
        note=note,
    )
    if line_id is None:
        raise Refusal("sent_before", _("This form was sent before, with something else in it. Write it anew."))
    return line_id
