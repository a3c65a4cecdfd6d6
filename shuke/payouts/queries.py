"""Reads of the payouts room."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from shuke.kit.db import Db
from shuke.kit.lists import written
from shuke.kit.money import digits
from shuke.payments import providers
from shuke.payouts.accounts import masked
from shuke.payouts.types import AccountChange, Bundle, MinimumDraft, Payout, PayoutAccount, Status


async def test_money(db: Db, currency: str) -> bool:
    """Whether nobody can pay real money here: then none moves when it is paid out either."""
    return all(choice.name == "bank" for choice in await providers(db, currency))


async def account_of(db: Db, merchant_id: UUID) -> PayoutAccount | None:
    """A merchant's account, masked."""
    found = await db.one(
        PayoutAccount,
        "select account_holder, account, changed_at, refused_at from payouts.accounts where merchant_id = :merchant",
        merchant=merchant_id,
    )
    return None if found is None else replace(found, account=masked(found.account))


async def changes_of(db: Db, merchant_id: UUID) -> list[AccountChange]:
    """Who wrote the account, the latest first."""
    return await db.all(
        AccountChange,
        """
        select c.account_holder, c.account, coalesce(nullif(s.name, ''), p.name) as person_name, c.at
        from payouts.account_changes c join people.people p on p.person_id = c.changed_by
        left join merchants.staff s on s.merchant_id = c.merchant_id and s.person_id = c.changed_by
        where c.merchant_id = :merchant order by c.change_id desc limit 20
        """,
        merchant=merchant_id,
    )


async def payouts_of(db: Db, merchant_id: UUID, before: UUID | None = None, most: int = 30) -> list[Payout]:
    """Payouts to a merchant, the latest first; accounts masked."""
    found = await db.all(
        Payout,
        """
        select merchant_id, payout_id, bundle_id, day, currency, amount, account_holder, account, status, bank_reference, at, decided_at
        from payouts.payouts where merchant_id = :merchant and party_id is null and (:before::uuid is null or payout_id < :before)
        order by payout_id desc limit :most
        """,
        merchant=merchant_id,
        before=before,
        most=most,
    )
    return [replace(payout, account=masked(payout.account)) for payout in found]


async def bundles(db: Db, status: Status, before: datetime | None = None, most: int = 50) -> list[Bundle]:
    """Transfers by what became of them, the latest first."""
    return await db.all(
        Bundle,
        """
        select b.bundle_id, coalesce(p.name, m.name) as payee, b.party_id is not null as is_party, b.currency, b.amount, b.rows,
          b.account_holder, b.account, b.status, b.bank_reference, b.at, b.decided_at
        from (
          select bundle_id, min(merchant_id::text)::uuid as merchant_id, min(party_id::text)::uuid as party_id, min(currency) as currency,
            sum(amount)::bigint as amount, count(*) as rows, min(account_holder) as account_holder, min(account) as account,
            min(status) as status, min(bank_reference) as bank_reference, min(at) as at, min(decided_at) as decided_at
          from payouts.payouts where status = :status and (:before::timestamptz is null or at < :before)
          group by bundle_id order by min(at) desc, bundle_id desc limit :most) b
        join merchants.merchants m on m.merchant_id = b.merchant_id
        left join agreements.parties p on p.party_id = b.party_id
        order by b.at desc, b.bundle_id desc
        """,
        status=status,
        before=before,
        most=most,
    )


async def party_payouts(db: Db, party_id: UUID) -> list[Bundle]:
    """Transfers to a party, the latest first; accounts masked."""
    found = await db.all(
        Bundle,
        """
        select b.bundle_id, p.name as payee, true as is_party, min(b.currency) as currency, sum(b.amount)::bigint as amount, count(*) as rows,
          min(b.account_holder) as account_holder, min(b.account) as account, min(b.status) as status,
          min(b.bank_reference) as bank_reference, min(b.at) as at, min(b.decided_at) as decided_at
        from payouts.payouts b join agreements.parties p on p.party_id = b.party_id
        where b.party_id = :party group by b.bundle_id, p.name order by min(b.at) desc limit 50
        """,
        party=party_id,
    )
    return [replace(bundle, account=masked(bundle.account)) for bundle in found]


class Paid(msgspec.Struct, frozen=True):
    """All that was paid to a party in a currency, or is under way."""

    currency: str
    amount: int


async def paid_sums(db: Db, party_id: UUID) -> dict[str, int]:
    """What was ever paid to a party by currency, what is under way with it."""
    found = await db.all(
        Paid,
        """
        select currency, sum(amount)::bigint as amount from payouts.payouts where party_id = :party and status <> 'returned'
        group by currency
        """,
        party=party_id,
    )
    return {one.currency: one.amount for one in found}


async def minimums(db: Db) -> list[MinimumDraft]:
    """From which amounts on it is paid out."""
    return await db.all(MinimumDraft, "select currency, minimum from payouts.minimums order by currency")


def bundles_csv(listed: list[Bundle]) -> str:
    """Transfers for a bank: one a line, amounts in whole units; the reference is what the payee reads."""
    rows = [
        [
            bundle.account_holder,
            bundle.account,
            bundle.currency,
            f"{bundle.amount / 10 ** digits(bundle.currency):.{digits(bundle.currency)}f}",
            bundle.bundle_id.hex,
            bundle.payee,
            bundle.at.date().isoformat(),
        ]
        for bundle in listed
    ]
    return written([["account_holder", "account", "currency", "amount", "reference", "payee", "made"], *rows])
