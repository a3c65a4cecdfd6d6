"""Notices: what providers tell us by themselves. Verified, then counted once, however often they are sent; those of one moment together."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.batch import Batcher
from shuke.kit.db import Database, Db
from shuke.kit.i18n import _
from shuke.kit.money import LARGEST
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.payments.counting import Word, learn
from shuke.payments.provider import Found, Notice, RefundFound, RefundState, State
from shuke.payments.refunding import learn_refund

OF_PAYMENTS: dict[str, State] = {"pending": "pending", "captured": "captured", "ended": "ended"}
OF_REFUNDS: dict[str, RefundState] = {"pending": "pending", "succeeded": "succeeded", "failed": "failed"}
LONGEST = 200  # characters of a notice's id that are kept as they are; of a longer one its digest


class Told(msgspec.Struct, frozen=True):
    """A notice whose signature is right, and the provider it is from."""

    provider: str
    notice: Notice


class _Known(msgspec.Struct, frozen=True):
    """A notice of the list by its number: the payment it is about, and whether it is heard for the first time."""

    number: int
    payment_id: UUID
    fresh: bool


class Ear(Batcher[Told, None]):
    """The one place where this process's notices meet and are counted together."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, take_notices)


async def take_notices(db: Db, told: Sequence[Told]) -> list[Refusal | None]:
    """Keep what providers tell. The same notice again changes nothing, nor does one about nothing of ours.

    Refusals: notice_unknown, notice_unreadable.
    """
    outcomes: list[Refusal | None] = [None] * len(told)
    ours = []
    for number, notice in enumerate(one.notice for one in told):
        if notice.payment_id is None and notice.refund_id is None:  # the account is used for other things too
            continue
        if not _readable(notice):
            outcomes[number] = Unreadable("notice_unreadable", _("This notice can't be read."))
            continue
        ours.append(number)
        outcomes[number] = NotFound("notice_unknown")
    known = await _know(db, [told[number] for number in ours]) if ours else []
    words, met = [], set()
    for one in known:
        number = ours[one.number]
        notice = told[number].notice
        outcomes[number] = None
        name = (notice.merchant_id, told[number].provider, notice.notice_id)
        if not one.fresh or name in met or notice.merchant_id is None:
            continue
        met.add(name)
        if notice.refund_id is not None and notice.state in OF_REFUNDS:
            found = RefundFound(OF_REFUNDS[notice.state], notice.provider_ref)
            await learn_refund(db, notice.merchant_id, notice.refund_id, found)
        elif notice.refund_id is None and notice.state in OF_PAYMENTS:
            said = Found(OF_PAYMENTS[notice.state], notice.provider_ref, notice.amount, notice.currency)
            words.append(Word(notice.merchant_id, one.payment_id, said, "failed"))
    await learn(db, words)
    return outcomes


def _readable(notice: Notice) -> bool:
    """Whether what it says can be kept at all."""
    texts = notice.notice_id + notice.provider_ref + notice.currency
    amount = notice.state != "captured" or 0 < notice.amount <= LARGEST
    return amount and bool(notice.notice_id) and "\0" not in texts and len(notice.provider_ref) <= 1000


def _name(notice_id: str) -> str:
    """Its id as it is kept."""
    return notice_id if len(notice_id) <= LONGEST else hashlib.sha256(notice_id.encode()).hexdigest()


async def _know(db: Db, told: Sequence[Told]) -> list[_Known]:
    """Those that are about a payment of their provider, kept if they were not before, in the order they came."""
    return await db.all(
        _Known,
        """
        with told as (
          select merchant_id, provider, notice_id, refund_id, state, number, case when refund_id is null then payment_id else
            (select r.payment_id from payments.refunds r where r.merchant_id = t.merchant_id and r.refund_id = t.refund_id) end as payment_id
          from unnest(:merchants::uuid[], :providers::text[], :names::text[], :payments::uuid[], :refunds::uuid[], :states::text[])
            with ordinality as t(merchant_id, provider, notice_id, payment_id, refund_id, state, number)
        ), known as materialized (
          select t.merchant_id, t.provider, t.notice_id, t.payment_id, t.refund_id, t.state, t.number
          from told t join payments.payments p
            on p.merchant_id = t.merchant_id and p.payment_id = t.payment_id and p.provider = t.provider
        ), fresh as (
          insert into payments.notices (merchant_id, provider, notice_id, payment_id, refund_id, state, at)
          select merchant_id, provider, notice_id, payment_id, refund_id, state, :now from known order by merchant_id, provider, notice_id
          on conflict do nothing returning merchant_id, provider, notice_id
        )
        select (k.number - 1)::int as number, k.payment_id, f.notice_id is not null as fresh
        from known k left join fresh f on f.merchant_id = k.merchant_id and f.provider = k.provider and f.notice_id = k.notice_id
        order by k.number
        """,
        merchants=[one.notice.merchant_id for one in told],
        providers=[one.provider for one in told],
        names=[_name(one.notice.notice_id) for one in told],
        payments=[one.notice.payment_id for one in told],
        refunds=[one.notice.refund_id for one in told],
        states=[one.notice.state for one in told],
        now=clock.now(),
    )
