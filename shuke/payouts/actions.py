"""Writes of the payouts room: accounts, and what became of a transfer."""

from datetime import date
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.payouts.accounts import masked, read_account
from shuke.payouts.pay import move_party, pay_merchant
from shuke.payouts.types import AccountDraft, Decided, MinimumDraft, PayoutReturned
from shuke.settlement import take_payout_back


class Row(msgspec.Struct, frozen=True):
    """A payout as its decision needs it."""

    merchant_id: UUID
    payout_id: UUID
    day: date
    party_id: UUID | None
    currency: str
    amount: int
    account: str


async def save_account(db: Db, by: UUID, merchant_id: UUID, draft: AccountDraft) -> None:
    """Where a merchant's money goes from now on; what waited for it is paid out. Refusal: account_unreadable."""
    account = read_account(draft.account)
    holder = " ".join(draft.account_holder.split())
    if not holder:
        raise Unreadable("account_unreadable", _("Write whose account it is."))
    await db.run(
        """
        with logged as (
          insert into payouts.account_changes (merchant_id, account_holder, account, changed_by, at)
          values (:merchant, :holder, :masked, :by, :now)
        )
        insert into payouts.accounts (merchant_id, account_holder, account, changed_by, changed_at)
        values (:merchant, :holder, :account, :by, :now)
        on conflict (merchant_id) do update set account_holder = excluded.account_holder, account = excluded.account,
          changed_by = excluded.changed_by, changed_at = excluded.changed_at, refused_at = null
        """,
        merchant=merchant_id,
        holder=holder,
        account=account,
        masked=masked(account),
        by=by,
        now=clock.now(),
    )
    await pay_merchant(db, merchant_id)


async def set_minimum(db: Db, by: UUID, draft: MinimumDraft) -> None:
    """From which amount on it is paid out, from the next closing on."""
    await db.run(
        """
        insert into payouts.minimums (currency, minimum, set_by, at) values (:currency, :minimum, :by, :now)
        on conflict (currency) do update set minimum = excluded.minimum, set_by = excluded.set_by, at = excluded.at
        """,
        currency=draft.currency,
        minimum=draft.minimum,
        by=by,
        now=clock.now(),
    )


async def decide(db: Db, by: UUID, bundle_id: UUID, decided: Decided) -> None:
    """A transfer was made, or the bank sent it back: then it is owed again, and the account it went to waits to be written anew.
    Refusals: not_found, reference_missing, already_decided."""
    if decided.outcome == "paid" and not decided.bank_reference.strip():
        raise Unreadable("reference_missing", _("Write the bank's reference, so that the payee can find the transfer."))
    rows = await db.all(
        Row,
        """
        update payouts.payouts set status = :outcome, decided_by = :by, decided_at = :now,
          bank_reference = case when :reference = '' then bank_reference else :reference end
        where bundle_id = :bundle and (status = 'open' or (status = 'paid' and :outcome = 'returned'))
        returning merchant_id, payout_id, day, party_id, currency, amount, account
        """,
        outcome=decided.outcome,
        by=by,
        now=clock.now(),
        reference=decided.bank_reference.strip(),
        bundle=bundle_id,
    )
    if not rows:
        known = await db.value(int, "select 1 from payouts.payouts where bundle_id = :bundle limit 1", bundle=bundle_id)
        if known is None:
            raise NotFound
        raise Refusal("already_decided", _("This payout was marked before."))
    if decided.outcome == "returned":
        await _take_back(db, bundle_id, rows)


async def _take_back(db: Db, bundle_id: UUID, rows: list[Row]) -> None:
    party_id = rows[0].party_id
    if party_id is not None:
        await move_party(db, party_id, bundle_id, [(row.merchant_id, row.currency, row.amount) for row in rows], back=True)
        return
    for row in rows:
        await take_payout_back(db, row.merchant_id, row.payout_id, row.amount)
        refused = await db.run(
            "update payouts.accounts set refused_at = :now where merchant_id = :merchant and account = :account",
            now=clock.now(),
            merchant=row.merchant_id,
            account=row.account,
        )
        await record(db, PayoutReturned(row.merchant_id, row.payout_id, row.day, row.amount, bool(refused)))
        if not refused:  # another account was written while this transfer was under way
            await pay_merchant(db, row.merchant_id)
