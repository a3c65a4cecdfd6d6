"""Notices: what providers tell us by themselves. Verified, then counted once, however often they are sent."""

from collections.abc import Mapping
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.payments.actions import learn
from shuke.payments.provider import Found, Notice, Provider, RefundFound, RefundState, State
from shuke.payments.refunding import learn_refund

OF_PAYMENTS: dict[str, State] = {"pending": "pending", "captured": "captured", "ended": "ended"}
OF_REFUNDS: dict[str, RefundState] = {"pending": "pending", "succeeded": "succeeded", "failed": "failed"}


async def take_notice(db: Db, provider: Provider, headers: Mapping[str, str], body: bytes) -> None:
    """Keep what a provider tells. The same notice again changes nothing, nor does one about nothing of ours.

    Refusals: forged_notice, notice_unknown.
    """
    notice = await provider.read_notice(headers, body)
    if notice.payment_id is None and notice.refund_id is None:  # the account is used for other things too
        return
    payment_id = await _payment_of(db, provider.name, notice)
    fresh = await db.run(
        """
        insert into payments.notices (merchant_id, provider, notice_id, payment_id, refund_id, state, at)
        values (:merchant, :provider, :notice, :payment, :refund, :state, :now) on conflict do nothing
        """,
        merchant=notice.merchant_id,
        provider=provider.name,
        notice=notice.notice_id,
        payment=payment_id,
        refund=notice.refund_id,
        state=notice.state,
        now=clock.now(),
    )
    if not fresh or notice.merchant_id is None:
        return
    if notice.refund_id is not None and notice.state in OF_REFUNDS:
        found = RefundFound(OF_REFUNDS[notice.state], notice.provider_ref)
        await learn_refund(db, notice.merchant_id, notice.refund_id, found)
    elif notice.refund_id is None and notice.state in OF_PAYMENTS:
        told = Found(OF_PAYMENTS[notice.state], notice.provider_ref, notice.amount, notice.currency)
        await learn(db, notice.merchant_id, payment_id, told, "failed")


async def _payment_of(db: Db, provider: str, notice: Notice) -> UUID:
    """The payment that a notice is about, among those of this provider. Refusal: notice_unknown."""
    payment_id = await db.value(
        UUID,
        """
        select p.payment_id from payments.payments p
        where p.merchant_id = :merchant and p.provider = :provider and p.payment_id = case when :refund::uuid is null then :payment
          else (select r.payment_id from payments.refunds r where r.merchant_id = :merchant and r.refund_id = :refund) end
        """,
        merchant=notice.merchant_id,
        payment=notice.payment_id,
        refund=notice.refund_id,
        provider=provider,
    )
    if payment_id is None:
        raise NotFound("notice_unknown")
    return payment_id
