"""Reads of the payments room."""

from uuid import UUID

from shuke.kit.db import Database, Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.payments.provider import ADAPTERS, in_use
from shuke.payments.types import Capture, Payment, ProviderChoice, Purpose, RefundRow


def usable(name: str, currency: str) -> bool:
    """Whether a provider can be used now for payments in this currency."""
    adapter = ADAPTERS.get(name)
    if adapter is None or not (adapter.is_set_up() if adapter.books else name in in_use()):
        return False
    return adapter.currencies is None or currency in adapter.currencies


async def providers(_db: Db, currency: str) -> list[ProviderChoice]:
    """The ways to pay in this currency, at this moment; one that lives here comes last."""
    here = [name for name, adapter in ADAPTERS.items() if adapter.books]
    return [ProviderChoice(name, provider_title(name)) for name in (*in_use(), *here) if usable(name, currency)]


def provider_title(name: str) -> str:
    """A provider's name for people."""
    titles = {"bank": _("Test bank"), "wechat": _("WeChat Pay"), "alipay": _("Alipay"), "stripe": _("Card (Stripe)")}
    return titles.get(name, name)


async def payment_of(db: Db, merchant_id: UUID, payment_id: UUID) -> Payment | None:
    """One payment, whoever pays it."""
    return await db.one(
        Payment,
        """
        select merchant_id, payment_id, person_id, purpose, reference, title, amount, currency, provider, status, why, unknown, until,
          provider_ref, url, qr, captured, refunded, return_to, phone, created_at
        from payments.payments where merchant_id = :merchant and payment_id = :payment
        """,
        merchant=merchant_id,
        payment=payment_id,
    )


async def own_payment(db: Db, person_id: UUID, merchant_id: UUID, payment_id: UUID) -> Payment | None:
    """A payment of this person."""
    found = await payment_of(db, merchant_id, payment_id)
    return found if found is not None and found.person_id == person_id else None


async def my_payment(database: Database, person_id: UUID, merchant_id: UUID, payment_id: UUID) -> Payment:
    """A payment of this person, read by a connection that is given back at once. Refusal: not_found."""
    async with database.read() as db:
        found = await own_payment(db, person_id, merchant_id, payment_id)
    if found is None:
        raise NotFound
    return found


async def payments_for(db: Db, merchant_id: UUID, purpose: Purpose, reference: UUID) -> list[Payment]:
    """Every attempt to pay an order or top-up, the newest first."""
    return await db.all(
        Payment,
        """
        select merchant_id, payment_id, person_id, purpose, reference, title, amount, currency, provider, status, why, unknown, until,
          provider_ref, url, qr, captured, refunded, return_to, phone, created_at
        from payments.payments where merchant_id = :merchant and purpose = :purpose and reference = :reference
        order by payment_id desc
        """,
        merchant=merchant_id,
        purpose=purpose,
        reference=reference,
    )


async def captures_of(db: Db, merchant_id: UUID, payment_id: UUID) -> list[Capture]:
    """What was captured of a payment, in order."""
    return await db.all(
        Capture,
        """
        select capture_id, amount, currency, surplus, at from payments.captures
        where merchant_id = :merchant and payment_id = :payment order by capture_id
        """,
        merchant=merchant_id,
        payment=payment_id,
    )


async def refunds_of(db: Db, merchant_id: UUID, payment_id: UUID) -> list[RefundRow]:
    """What goes or went back of a payment, in order."""
    return await db.all(
        RefundRow,
        """
        select r.merchant_id, r.refund_id, r.payment_id, r.amount, coalesce(r.currency, p.currency) as currency, r.reason, r.reference,
          r.status, r.unknown, r.provider_ref, r.tries, r.at
        from payments.refunds r join payments.payments p on p.merchant_id = r.merchant_id and p.payment_id = r.payment_id
        where r.merchant_id = :merchant and r.payment_id = :payment order by r.refund_id
        """,
        merchant=merchant_id,
        payment=payment_id,
    )


async def refund_of(db: Db, merchant_id: UUID, refund_id: UUID) -> RefundRow | None:
    """One refund."""
    return await db.one(
        RefundRow,
        """
        select r.merchant_id, r.refund_id, r.payment_id, r.amount, coalesce(r.currency, p.currency) as currency, r.reason, r.reference,
          r.status, r.unknown, r.provider_ref, r.tries, r.at
        from payments.refunds r join payments.payments p on p.merchant_id = r.merchant_id and p.payment_id = r.payment_id
        where r.merchant_id = :merchant and r.refund_id = :refund
        """,
        merchant=merchant_id,
        refund=refund_id,
    )
