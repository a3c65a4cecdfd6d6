"""Templates: making and changing the rules of vouchers. Once one was issued, the rules stand as they were shown."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.terms import MOST_STOCK, Draft, check

Step = Literal["paused", "resumed", "ended"]

BEFORE: dict[Step, list[str]] = {"paused": ["active"], "resumed": ["paused"], "ended": ["active", "paused"]}
AFTER: dict[Step, str] = {"paused": "paused", "resumed": "active", "ended": "ended"}


async def create_template(db: Db, merchant_id: UUID, by: UUID, draft: Draft) -> UUID:
    """A new template. Refusals: template_unreadable; not_found for a store of somebody else."""
    check(draft)
    template_id = await keep(db, merchant_id, by, draft)
    await note_step(db, merchant_id, template_id, "created", by)
    return template_id


async def keep(db: Db, merchant_id: UUID, by: UUID, draft: Draft) -> UUID:
    """Write the rows of a checked draft."""
    template_id = await db.value(
        UUID,
        """
        insert into vouchers.templates (merchant_id, kind, title, terms, value, max_off, gives, uses, stock, stock_initial, per_person,
          per_natural_person, minimum_spend, stacking, stacking_class, transferable, weekdays, window1_from, window1_to, window2_from,
          window2_to, starts_at, ends_at, valid_days, zone, created_by, created_at)
        values (:merchant, :kind, :title, :terms, :value, :max_off, :gives, :uses, :stock, :stock, :per_person,
          :per_natural_person, :minimum_spend, :stacking, :stacking_class, :transferable, :weekdays, :window1_from, :window1_to,
          :window2_from, :window2_to, :starts_at, :ends_at, :valid_days, :zone, :by, :now)
        returning template_id
        """,
        merchant=merchant_id,
        by=by,
        now=clock.now(),
        **_columns(draft),
    )
    assert template_id is not None
    await _keep_reach(db, merchant_id, template_id, draft)
    return template_id


def _columns(draft: Draft) -> dict[str, object]:
    rules: dict[str, object] = {name: getattr(draft, name) for name in draft.__struct_fields__}
    for name in ("stores", "required", "excluded"):
        del rules[name]
    for name in ("title", "gives", "stacking_class"):
        rules[name] = str(rules[name]).strip()
    return rules


async def _keep_reach(db: Db, merchant_id: UUID, template_id: UUID, draft: Draft) -> None:
    """Where the voucher holds and for what; a store of somebody else is not found."""
    stores = sorted(set(draft.stores))
    if stores:
        kept = await db.run(
            """
            insert into vouchers.template_stores (merchant_id, template_id, store_id)
            select merchant_id, :template, store_id from merchants.stores where merchant_id = :merchant and store_id = any(:stores)
            """,
            merchant=merchant_id,
            template=template_id,
            stores=stores,
        )
        if kept != len(stores):
            raise NotFound("not_found", _("One of these stores is not yours."))
    codes = [(code, False) for code in draft.required] + [(code, True) for code in draft.excluded]
    if codes:
        await db.run(
            """
            insert into vouchers.template_articles (merchant_id, template_id, code, excluded)
            select :merchant, :template, code, excluded from unnest(:codes::text[], :excluded::boolean[]) as a(code, excluded)
            on conflict do nothing
            """,
            merchant=merchant_id,
            template=template_id,
            codes=[code for code, _excluded in codes],
            excluded=[excluded for _code, excluded in codes],
        )


async def change_template(db: Db, merchant_id: UUID, template_id: UUID, by: UUID, draft: Draft) -> None:
    """Other rules for a template from which nothing was issued yet. Refusals: not_found, template_frozen, template_unreadable.

    The row is locked against the key share that issuing takes, so that no voucher is made by the old rules meanwhile.
    """
    check(draft)
    await _still_open(db, merchant_id, template_id)
    await db.run(
        """
        with cleared as (delete from vouchers.template_stores where merchant_id = :merchant and template_id = :template)
        delete from vouchers.template_articles where merchant_id = :merchant and template_id = :template
        """,
        merchant=merchant_id,
        template=template_id,
    )
    await db.run(
        """
        update vouchers.templates set kind = :kind, title = :title, terms = :terms, value = :value, max_off = :max_off, gives = :gives,
          uses = :uses, stock = :stock, stock_initial = :stock, per_person = :per_person, per_natural_person = :per_natural_person,
          minimum_spend = :minimum_spend, stacking = :stacking, stacking_class = :stacking_class, transferable = :transferable,
          weekdays = :weekdays, window1_from = :window1_from, window1_to = :window1_to, window2_from = :window2_from,
          window2_to = :window2_to, starts_at = :starts_at, ends_at = :ends_at, valid_days = :valid_days, zone = :zone
        where merchant_id = :merchant and template_id = :template
        """,
        merchant=merchant_id,
        template=template_id,
        **_columns(draft),
    )
    await _keep_reach(db, merchant_id, template_id, draft)
    await note_step(db, merchant_id, template_id, "changed", by)


async def _still_open(db: Db, merchant_id: UUID, template_id: UUID) -> None:
    frozen = await db.value(
        bool,
        "select frozen_at is not null from vouchers.templates where merchant_id = :merchant and template_id = :template for update",
        merchant=merchant_id,
        template=template_id,
    )
    if frozen is None:
        raise NotFound
    issued = await db.value(
        UUID,
        "select voucher_id from vouchers.vouchers where merchant_id = :merchant and template_id = :template limit 1",
        merchant=merchant_id,
        template=template_id,
    )
    if frozen or issued is not None:
        raise Refusal(
            "template_frozen",
            _("Vouchers were given out by these rules, so they stand. Make a copy for other rules."),
        )


async def freeze(db: Db, merchant_id: UUID, template_id: UUID) -> None:
    """Let the rules stand from now on, also while nothing was given out by them: people can see them and pay."""
    await db.run(
        """
        update vouchers.templates set frozen_at = coalesce(frozen_at, :now) where merchant_id = :merchant and template_id = :template
        """,
        merchant=merchant_id,
        template=template_id,
        now=clock.now(),
    )


async def step_template(db: Db, merchant_id: UUID, template_id: UUID, by: UUID, step: Step) -> None:
    """Pause, resume or end giving out. What is given out stays usable. Refusals: not_found, wrong_step."""
    moved = await db.run(
        """
        update vouchers.templates set status = :after
        where merchant_id = :merchant and template_id = :template and status = any(:before)
        """,
        merchant=merchant_id,
        template=template_id,
        before=BEFORE[step],
        after=AFTER[step],
    )
    if not moved:
        raise await _missing_or(
            db, merchant_id, template_id, Refusal("wrong_step", _("This voucher is in another state by now."), step=step)
        )
    await note_step(db, merchant_id, template_id, step, by)


async def add_stock(db: Db, merchant_id: UUID, template_id: UUID, by: UUID, more: int) -> None:
    """More to give out. Refusals: not_found, no_stock (it has no limit), stock_unreadable."""
    if not 1 <= more <= MOST_STOCK:
        raise Unreadable(
            "stock_unreadable", _("Write a whole number from %(least)s to %(most)s.") % {"least": 1, "most": MOST_STOCK}
        )
    added = await db.run(
        """
        update vouchers.templates set stock = stock + :more, stock_initial = stock_initial + :more
        where merchant_id = :merchant and template_id = :template and stock is not null and status <> 'ended'
        """,
        merchant=merchant_id,
        template=template_id,
        more=more,
    )
    if not added:
        refusal = Refusal("no_stock", _("This voucher has no limited stock, or it has ended."))
        raise await _missing_or(db, merchant_id, template_id, refusal)
    await note_step(db, merchant_id, template_id, "stock_added", by, more)


async def note_step(db: Db, merchant_id: UUID, template_id: UUID, step: str, by: UUID, amount: int | None = None) -> None:
    """Keep who did what with a template."""
    await db.run(
        """
        insert into vouchers.template_steps (merchant_id, template_id, step, amount, person_id, at)
        values (:merchant, :template, :step, :amount, :by, :now)
        """,
        merchant=merchant_id,
        template=template_id,
        step=step,
        amount=amount,
        by=by,
        now=clock.now(),
    )


async def _missing_or(db: Db, merchant_id: UUID, template_id: UUID, refusal: Refusal) -> Refusal:
    there: Sequence[UUID] = await db.values(
        UUID,
        "select template_id from vouchers.templates where merchant_id = :merchant and template_id = :template",
        merchant=merchant_id,
        template=template_id,
    )
    return refusal if there else NotFound()
