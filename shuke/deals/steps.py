"""Steps: publishing, stopping, reopening, adding to the stock; each once, logged, and announced."""

from uuid import UUID

from shuke.deals.faults import sold_until
from shuke.deals.queries import deal_of
from shuke.deals.types import Deal, DealPublished, DealStopped, StockAdded
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.merchants import merchant_card
from shuke.terms import MOST_STOCK, Rules, storable
from shuke.vouchers import freeze, rules_of


async def publish(db: Db, merchant_id: UUID, deal_id: UUID, by: UUID) -> Deal:
    """Sell a draft from its first moment on. Refusals: not_found, wrong_step, not_approved, deal_over, template_limited,
    template_over, price_too_small, not_issuing."""
    deal = await _ready(db, merchant_id, deal_id)
    moved = await db.run(
        """
        update deals.deals set status = 'on', published_at = :now, starts_at = greatest(starts_at, :now)
        where merchant_id = :merchant and deal_id = :deal and status = 'draft' and ends_at > :now
        """,
        merchant=merchant_id,
        deal=deal_id,
        now=clock.now(),
    )
    if not moved:
        raise _wrong_step("published")
    await note_step(db, merchant_id, deal_id, "published", by)
    await record(db, DealPublished(merchant_id, deal_id))
    return await _after(db, deal)


async def stop(db: Db, merchant_id: UUID, deal_id: UUID, by: UUID, reason: str) -> Deal:
    """Sell no more of it; what is bought stays. Refusals: not_found, wrong_step, reason_needed."""
    said = reason.strip()
    if not 1 <= len(said) <= 500 or not storable(said):
        raise Unreadable("reason_needed", _("Say why, in 1 to 500 characters."))
    deal = await _found(db, merchant_id, deal_id)
    moved = await db.run(
        "update deals.deals set status = 'stopped' where merchant_id = :merchant and deal_id = :deal and status = 'on'",
        merchant=merchant_id,
        deal=deal_id,
    )
    if not moved:
        raise _wrong_step("stopped")
    await note_step(db, merchant_id, deal_id, "stopped", by, reason=said)
    await record(db, DealStopped(merchant_id, deal_id))
    return await _after(db, deal)


async def reopen(db: Db, merchant_id: UUID, deal_id: UUID, by: UUID) -> Deal:
    """Sell a stopped deal again. Refusals: those of publishing."""
    deal = await _ready(db, merchant_id, deal_id)
    moved = await db.run(
        """
        update deals.deals set status = 'on'
        where merchant_id = :merchant and deal_id = :deal and status = 'stopped' and ends_at > :now
        """,
        merchant=merchant_id,
        deal=deal_id,
        now=clock.now(),
    )
    if not moved:
        raise _wrong_step("reopened")
    await note_step(db, merchant_id, deal_id, "reopened", by)
    await record(db, DealPublished(merchant_id, deal_id))
    return await _after(db, deal)


async def add_stock(db: Db, merchant_id: UUID, deal_id: UUID, by: UUID, more: int) -> Deal:
    """More to sell. Refusals: not_found, no_stock (it has no limit), stock_unreadable."""
    if not 1 <= more <= MOST_STOCK:
        message = _("Write a whole number from %(least)s to %(most)s.") % {"least": 1, "most": MOST_STOCK}
        raise Unreadable("stock_unreadable", message)
    deal = await _found(db, merchant_id, deal_id)
    added = await db.run(
        """
        update deals.deals set stock = stock + :more
        where merchant_id = :merchant and deal_id = :deal and stock is not null and stock + :more <= :most
        """,
        merchant=merchant_id,
        deal=deal_id,
        more=more,
        most=MOST_STOCK,
    )
    if not added:
        raise Refusal("no_stock", _("This deal has no limited stock, or it would be too large."))
    await note_step(db, merchant_id, deal_id, "stock_added", by, amount=more)
    await record(db, StockAdded(merchant_id, deal_id, more))
    return await _after(db, deal)


async def note_step(
    db: Db, merchant_id: UUID, deal_id: UUID, step: str, by: UUID, amount: int | None = None, reason: str = ""
) -> None:
    """Keep who did what with a deal."""
    await db.run(
        """
        insert into deals.steps (merchant_id, deal_id, step, amount, reason, person_id, at)
        values (:merchant, :deal, :step, :amount, :reason, :by, :now)
        """,
        merchant=merchant_id,
        deal=deal_id,
        step=step,
        amount=amount,
        reason=reason,
        by=by,
        now=clock.now(),
    )


async def _found(db: Db, merchant_id: UUID, deal_id: UUID) -> Deal:
    deal = await deal_of(db, merchant_id, deal_id)
    if deal is None:
        raise NotFound
    return deal


async def _after(db: Db, deal: Deal) -> Deal:
    return await _found(db, deal.merchant_id, deal.deal_id)


def _wrong_step(step: str) -> Refusal:
    return Refusal("wrong_step", _("This deal is in another state by now."), step=step)


async def _ready(db: Db, merchant_id: UUID, deal_id: UUID) -> Deal:
    """The deal, if all that it needs to be sold is there; the rules of its voucher stand from now on."""
    deal = await _found(db, merchant_id, deal_id)
    await freeze(db, merchant_id, deal.template_id)
    card = await merchant_card(db, merchant_id)
    if card is None or card.status != "approved":
        raise Refusal("not_approved", _("Only an approved merchant can sell. Ask for approval first."))
    if deal.ends_at <= clock.now():
        raise Refusal("deal_over", _("The time of this deal is over. Make a copy with another one."))
    rules = await rules_of(db, merchant_id, deal.template_id)
    assert rules is not None
    refusal = unfit(rules, deal)
    if refusal is not None:
        raise refusal
    return deal


def unfit(rules: Rules, deal: Deal) -> Refusal | None:
    """Why vouchers of these rules can't be sold by a deal: each that is paid for must be given out."""
    if rules.status != "active":
        return Refusal("not_issuing", _("The voucher of this deal is not given out at the moment."))
    if rules.stock is not None or rules.per_person is not None or rules.per_natural_person is not None:
        return Refusal(
            "template_limited", _("This voucher has a stock or a limit of its own. Set them in the deal, with another voucher.")
        )
    if min(deal.price, deal.group_price or deal.price) < deal.vouchers_each * rules.uses:
        return Refusal("price_too_small", _("The price is less than the smallest coin for each use of what the buyer gets."))
    if rules.ends_at is not None and rules.ends_at < sold_until(deal.ends_at, deal.group_hours):
        message = _("The voucher must hold for at least a day after the last one can be sold.")
        return Refusal("template_over", message)
    return None
