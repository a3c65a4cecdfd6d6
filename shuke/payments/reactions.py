"""What the payments room does when money came or went, and what it holds about a person."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.events import on, on_many
from shuke.kit.live import announce_all
from shuke.payments.actions import cancel_all
from shuke.payments.types import PaymentCaptured, PaymentEnded, RefundEnded
from shuke.people import PersonErased, exports


@on_many(PaymentCaptured)
async def show_captured(db: Db, events: Sequence[PaymentCaptured]) -> None:
    """Open pages of hers look again."""
    await announce_all(db, [f"person:{event.person_id}" for event in events], "payment")


@on_many(PaymentEnded)
async def show_ended(db: Db, events: Sequence[PaymentEnded]) -> None:
    """Open pages of hers look again."""
    await announce_all(db, [f"person:{event.person_id}" for event in events], "payment")


@on_many(RefundEnded)
async def show_refunded(db: Db, events: Sequence[RefundEnded]) -> None:
    """Open pages of hers look again."""
    await announce_all(db, [f"person:{event.person_id}" for event in events], "payment")


@on(PersonErased)
async def forget_person(db: Db, event: PersonErased) -> None:
    """Her payments stay in the books; where she was does not, and what is still open is cancelled."""
    await db.run("update payments.payments set phone = '' where person_id = :person and phone <> ''", person=event.person_id)
    await cancel_all(db, event.person_id)


@exports("payments.payments")
async def _payments(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select (to_jsonb(p) - 'url' - 'qr')::text from payments.payments p where person_id = :person order by payment_id",
        person=person_id,
    )


@exports("payments.captures")
async def _captures(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select to_json(c)::text from payments.captures c join payments.payments p using (merchant_id, payment_id)
        where p.person_id = :person order by c.capture_id
        """,
        person=person_id,
    )


@exports("payments.refunds")
async def _refunds(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select to_json(r)::text from payments.refunds r join payments.payments p using (merchant_id, payment_id)
        where p.person_id = :person order by r.refund_id
        """,
        person=person_id,
    )
