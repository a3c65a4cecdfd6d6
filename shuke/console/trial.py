"""Trial: would a voucher of these rules be taken at a store, at a time, with a bill? Asked of issuing and redeeming themselves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.refusals import Refusal
from shuke.terms import Draft, check
from shuke.vouchers import IssueCall, RedeemCall, create_template, issue, redeem


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """At which store, when, with which bill (minor units) and articles on it."""

    store_id: UUID
    at: datetime
    bill: int | None = None
    articles: Sequence[str] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the till would take it; `name` and `detail` of the refusal if not. `discount` in minor units, where known."""

    accepted: bool
    name: str = ""
    detail: str = ""
    discount: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


async def try_out(db: Db, merchant_id: UUID, by: UUID, draft: Draft, asked: Asked) -> Answer:
    """Make the template, issue one voucher and redeem it, then undo all of it: nothing is left, nothing is told.

    A voucher for a later moment is issued now, one for an earlier moment at that moment.
    """
    check(draft)
    transaction = (await db.connection()).transaction()
    await transaction.start()
    try:
        unlimited = msgspec.structs.replace(draft, stock=None, per_person=None, per_natural_person=None)
        template_id = await create_template(db, merchant_id, by, unlimited)
        with clock.at(min(asked.at, clock.now())):
            [voucher] = await issue(db, [IssueCall(merchant_id, template_id, by, "staff")])
        if isinstance(voucher, Refusal):
            return Answer(accepted=False, name=voucher.name, detail=voucher.detail)
        call = RedeemCall(
            merchant_id, asked.store_id, by, voucher.code, f"trial-{uuid4()}", asked.bill, articles=tuple(asked.articles)
        )
        with clock.at(asked.at):
            [outcome] = await redeem(db, [call])
        starts, ends = voucher.starts_at, voucher.ends_at
        if isinstance(outcome, Refusal):
            return Answer(accepted=False, name=outcome.name, detail=outcome.detail, starts_at=starts, ends_at=ends)
        return Answer(accepted=True, discount=outcome.discount, starts_at=starts, ends_at=ends)
    finally:
        await transaction.rollback()
