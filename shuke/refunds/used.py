"""Used: refunded by agreement, once for each use, out of what the merchant is due."""

from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.ledger import RefundPolicy, reverse
from shuke.refunds.queries import SURE, use_of
from shuke.refunds.rules import AGREED, demand
from shuke.refunds.sending import Returning, reason_of, send
from shuke.refunds.types import Asker, Refund, Use, UseRefunded
from shuke.vouchers import WITHIN


class Policy(msgspec.Struct, frozen=True):
    """How the programme deals with points of what was refunded."""

    refund_policy: RefundPolicy


async def refund_use(db: Db, merchant_id: UUID, redemption_id: UUID, amount: int | None, asker: Asker) -> Refund:
    """Give back `amount` of a use's share, all of it where none is given. The voucher stays used.

    Refusals: not_found, reason_needed, undone, undo_first (within the hour), more_than_paid (most), already_refunded, used.
    """
    reason = reason_of(asker.reason)
    use = await use_of(db, merchant_id, redemption_id)
    if use is None:
        raise NotFound
    if use.undone_at is not None:
        raise Refusal("undone", _("This use was undone, so the voucher is unused again: refund its order."))
    demand("undoable" if use.at > clock.now() - WITHIN - SURE else "used", asker.actor, AGREED)
    wanted = use.share if amount is None else amount
    if not 1 <= wanted <= use.share:
        raise Refusal("more_than_paid", _("No more can be given back than was paid for this use."), most=use.share)
    back = Returning(
        merchant_id,
        use.order_id,
        use.person_id,
        use.payment_id,
        wanted,
        use.currency,
        (use.voucher_id,),
        redemption_id,
        "reclaim",
    )
    done = await send(db, msgspec.structs.replace(asker, why="agreed", reason=reason), back)
    await _take_points(db, use)
    await record(db, UseRefunded(merchant_id, redemption_id, use.voucher_id, use.order_id, use.person_id, wanted))
    return done


async def _take_points(db: Db, use: Use) -> None:
    """What the use earned goes, as far as the programme's policy says; nothing where it earned nothing."""
    policy = await db.one(
        Policy,
        """
        select p.refund_policy from cards.programmes p where p.merchant_id = :merchant and exists (
          select from ledger.lots l where l.merchant_id = p.merchant_id and l.person_id = :person and l.reference = :use)
        """,
        merchant=use.merchant_id,
        person=use.person_id,
        use=use.redemption_id,
    )
    if policy is not None:
        await reverse(db, use.merchant_id, use.person_id, use.redemption_id, policy.refund_policy)
