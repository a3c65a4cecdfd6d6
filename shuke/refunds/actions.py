"""Writes: what is unused of an order goes back, whole or in part, asked for or by itself."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.checkout import Order, RefundShare, mark_refunded, order_of, take_back
from shuke.kit.db import Db
from shuke.kit.events import record_all
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.refunds.queries import parts_of
from shuke.refunds.rules import GIVE_BACK, UNUSED, demand, rule_for
from shuke.refunds.sending import Returning, reason_of, send
from shuke.refunds.types import Asker, OrderRefunded, Refund
from shuke.vouchers import ended_of, void_unused

BY_ITSELF = Asker("system", None, "ended")


async def refund_order(
    db: Db, merchant_id: UUID, order_id: UUID, asker: Asker, vouchers: Sequence[UUID] | None = None
) -> Refund:
    """Give back what is unused of an order: these vouchers, or all. A person's own order only.

    Refusals: not_found, reason_needed (staff say why), and those of the rules: not_paid, in_group, other_way, used, given_away,
    on_its_way.
    """
    order = await order_of(db, merchant_id, order_id)
    if order is None or (asker.actor == "person" and order.person_id != asker.by_id):
        raise NotFound
    if asker.actor in ("merchant", "platform"):
        asker = msgspec.structs.replace(asker, reason=reason_of(asker.reason))
    if order.status == "fulfilled":
        return await refund_unused(db, order, asker, vouchers)
    if order.status == "released":
        raise Refusal("not_paid", _("This order was dropped before anything was paid for it. Start a new one."))
    if order.status == "refunded":
        raise Refusal("already_refunded", _("This was refunded before. The order shows where the money is."))
    if order.status == "paid":
        demand("in_group" if order.group_id else "paid", asker.actor, GIVE_BACK)
    else:
        demand(order.status, asker.actor, GIVE_BACK)
    done = await give_back(db, merchant_id, [order_id], asker)
    if not done:  # its vouchers were faster
        raise Refusal("changed_meanwhile", _("The order has changed at this very moment. Look at it again."))
    return done[0]


async def give_back(db: Db, merchant_id: UUID, orders: Sequence[UUID], asker: Asker) -> list[Refund]:
    """Take back orders that were paid and brought no vouchers yet, with all of their money; those that were not so are left out."""
    taken = await take_back(db, merchant_id, sorted(orders))
    done = []
    for order in taken:
        assert order.payment_id is not None, "a paid order has its payment"
        back = Returning(merchant_id, order.order_id, order.person_id, order.payment_id, order.amount, order.currency)
        done.append(await send(db, asker, back))
    await record_all(db, [_told(order, order.amount) for order in taken])
    return done


async def refund_unused(db: Db, order: Order, asker: Asker, vouchers: Sequence[UUID] | None) -> Refund:
    """Void what is unused of these vouchers (or of all), then give back their shares. What a till used meanwhile stays paid."""
    parts = await parts_of(db, order)
    chosen = [part for part in parts if vouchers is None or part.voucher_id in vouchers]
    if vouchers is None:
        chosen = [part for part in chosen if rule_for(part.thing, asker.actor).act is UNUSED] or chosen[:1]
    elif {part.voucher_id for part in chosen} != set(vouchers):
        raise NotFound
    if not chosen:
        raise NotFound
    for part in chosen:
        demand(part.thing, asker.actor, UNUSED)
    assert asker.by_id is not None, "somebody asks"
    ours = sorted(part.voucher_id for part in chosen)
    await void_unused(db, order.merchant_id, ours, asker.by_id, asker.reason or "refunded")
    done = await _pay_back(db, order.merchant_id, ours, asker)
    if not done:
        await _say_why(db, order, ours, asker)
    return done[0]


async def refund_ended(db: Db, merchant_id: UUID, vouchers: Sequence[UUID], asker: Asker = BY_ITSELF) -> list[Refund]:
    """Give back what was left unused of vouchers that have ended; those that were given back before are left out."""
    return await _pay_back(db, merchant_id, sorted(vouchers), asker)


async def _pay_back(db: Db, merchant_id: UUID, vouchers: Sequence[UUID], asker: Asker) -> list[Refund]:
    shares = await mark_refunded(db, merchant_id, await ended_of(db, merchant_id, vouchers))
    by_order: dict[UUID, list[RefundShare]] = {}
    for share in shares:
        by_order.setdefault(share.order_id, []).append(share)
    done, events = [], []
    for order_id, mine in sorted(by_order.items()):
        order = await order_of(db, merchant_id, order_id)
        amount = sum(share.amount for share in mine)
        if order is None or not amount:  # a share of less than the smallest coin
            continue
        first = mine[0]
        back = Returning(
            merchant_id,
            order_id,
            first.person_id,
            first.payment_id,
            amount,
            order.currency,
            tuple(share.voucher_id for share in mine),
        )
        done.append(await send(db, asker, back))
        events.append(_told(order, amount))
    await record_all(db, events)
    return done


async def _say_why(db: Db, order: Order, vouchers: Sequence[UUID], asker: Asker) -> None:
    """Nothing came back although it looked so before: a till or another refund was faster."""
    for part in await parts_of(db, order):
        if part.voucher_id in vouchers:
            demand(part.thing, asker.actor, UNUSED)
    raise Refusal("changed_meanwhile", _("The order has changed at this very moment. Look at it again."))


def _told(order: Order, amount: int) -> OrderRefunded:
    return OrderRefunded(order.merchant_id, order.order_id, order.person_id, order.group_id, amount)
