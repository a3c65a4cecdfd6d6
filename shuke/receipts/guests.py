"""Letters to guests: an order and its vouchers, a top-up, money that goes back."""

from uuid import UUID

import msgspec

from shuke.checkout import OrderFulfilled
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.letterbox import Words
from shuke.payments import RefundEnded, reason_word
from shuke.receipts.posting import write
from shuke.shell.filters import money
from shuke.storedvalue import TopUpStored


class Bought(msgspec.Struct, frozen=True):
    """An order as its receipt needs it."""

    title: str
    shop: str
    quantity: int
    amount: int
    currency: str
    provider: str


class Back(msgspec.Struct, frozen=True):
    """Money that goes back: for what, why, and in whose words."""

    title: str
    shop: str
    amount: int
    currency: str
    provider: str
    purpose: str
    reference: UUID
    reason: str
    actor: str
    said: str


async def order_receipt(db: Db, event: OrderFulfilled) -> None:
    """What was bought, what it cost, where it is, and how it can be given back."""
    order = await db.one(
        Bought,
        """
        select d.title, m.name as shop, o.quantity, o.amount, o.currency, p.provider
        from checkout.orders o
        join deals.deals d on d.merchant_id = o.merchant_id and d.deal_id = o.deal_id
        join merchants.merchants m on m.merchant_id = o.merchant_id
        join payments.payments p on p.merchant_id = o.merchant_id and p.payment_id = o.payment_id
        where o.merchant_id = :merchant and o.order_id = :order
        """,
        merchant=event.merchant_id,
        order=event.order_id,
    )
    if order is None:
        return

    def words() -> Words:
        facts = {"shop": order.shop, "title": order.title, "count": order.quantity, "amount": _amount(order)}
        filled = [_("Your group is full: everybody has their vouchers.")] if event.group_id else []
        lines = [
            _("Thank you. You bought %(count)s × %(title)s at %(shop)s for %(amount)s. It is in your wallet.") % facts,
            *filled,
            _(
                "What is unused can be given back on the order's page, or comes back when it expires; the money goes back the way you paid."
            ),
            *_bank(order.provider),
        ]
        return Words(_("Receipt: %(title)s at %(shop)s") % facts, lines, f"/orders/{event.merchant_id}/{event.order_id}")

    await write(db, event.person_id, f"order {event.order_id}", words)


async def topup_receipt(db: Db, event: TopUpStored) -> None:
    """What was paid, what it brought, and how the rest can be sent back."""
    topup = await db.one(
        Bought,
        """
        select p.title, m.name as shop, 1 as quantity, p.amount, p.currency, p.provider
        from storedvalue.topups t
        join payments.payments p on p.merchant_id = t.merchant_id and p.payment_id = t.payment_id
        join merchants.merchants m on m.merchant_id = t.merchant_id
        where t.merchant_id = :merchant and t.topup_id = :topup
        """,
        merchant=event.merchant_id,
        topup=event.topup_id,
    )
    if topup is None:
        return

    def words() -> Words:
        facts = {"shop": topup.shop, "amount": _amount(topup), "bonus": money(Money(event.bonus, topup.currency))}
        lines = [
            _("Thank you. You paid %(amount)s onto your card at %(shop)s.") % facts,
            *([_("The shop added %(bonus)s.") % facts] if event.bonus else []),
            _("What is left can be sent back to where it came from on the card's page; what the shop added lapses then."),
            *_bank(topup.provider),
        ]
        return Words(_("Receipt: %(amount)s on your card at %(shop)s") % facts, lines, f"/cards/{event.merchant_id}/money")

    await write(db, event.person_id, f"top-up {event.topup_id}", words)


async def refund_letter(db: Db, event: RefundEnded) -> None:
    """Money is on its way back, or the provider refused to send it; why it goes back."""
    back = await db.one(
        Back,
        """
        select p.title, m.name as shop, r.amount, coalesce(r.currency, p.currency) as currency, p.provider, p.purpose, p.reference, r.reason,
          coalesce(f.actor, 'system') as actor, coalesce(f.reason, '') as said
        from payments.refunds r
        join payments.payments p on p.merchant_id = r.merchant_id and p.payment_id = r.payment_id
        join merchants.merchants m on m.merchant_id = r.merchant_id
        left join refunds.refunds f on f.merchant_id = r.merchant_id and f.returned_id = r.refund_id
        where r.merchant_id = :merchant and r.refund_id = :refund
        """,
        merchant=event.merchant_id,
        refund=event.refund_id,
    )
    if back is None:
        return

    def words() -> Words:
        facts = {"shop": back.shop, "title": back.title, "amount": _amount(back), "why": _why(back), "said": back.said}
        if event.status == "failed":
            subject = _("Your money from %(shop)s is delayed: %(amount)s") % facts
            first = _(
                "%(amount)s for %(title)s could not be sent back yet. You need not do anything: the platform looks into it."
            )
            more = _("You hear from us once it is on its way.")
        else:
            subject = _("Money back from %(shop)s: %(amount)s") % facts
            first = _("%(amount)s for %(title)s is on its way back, the way you paid.")
            more = _("It arrives within minutes or a few working days, depending on how you paid.")
        said = [_("The words to it: %(said)s") % facts] if back.said and back.actor in ("merchant", "platform") else []
        orders = f"/orders/{event.merchant_id}/{back.reference}"
        page = orders if back.purpose == "order" else f"/cards/{event.merchant_id}/money"
        return Words(subject, [first % facts, _("Why: %(why)s.") % facts, *said, more, *_bank(back.provider)], page)

    await write(db, event.person_id, f"refund {event.refund_id} {event.status}", words)


def _why(back: Back) -> str:
    if back.reason == "group" and back.actor == "person":
        return _("You left the group")
    return reason_word(back.reason)


def _amount(of: Bought | Back) -> str:
    return money(Money(of.amount, of.currency))


def _bank(provider: str) -> list[str]:
    return [_("This was paid with the test bank: no money moved.")] if provider == "bank" else []
