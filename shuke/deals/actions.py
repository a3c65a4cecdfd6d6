"""Writes of the deals room: making and changing a draft. Once a deal was published it stands as it was shown."""

from uuid import UUID

from shuke.cards import programme_of
from shuke.deals.faults import check, hold_seconds, rules_for
from shuke.deals.queries import deal_of
from shuke.deals.steps import note_step
from shuke.deals.types import Deal, DealDraft
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal
from shuke.merchants import stores_of
from shuke.vouchers import change_template, create_template, rules_of, step_template


async def create_deal(db: Db, merchant_id: UUID, by: UUID, draft: DealDraft) -> UUID:
    """A new deal as a draft, with its voucher. Refusals: deal_unreadable; not_found for a store or template of somebody else."""
    check(draft)
    template_id = draft.template_id
    if template_id is None:
        template_id = await create_template(db, merchant_id, by, rules_for(draft, await zone_of(db, merchant_id)))
    elif await rules_of(db, merchant_id, template_id) is None:
        raise NotFound
    deal_id = await db.value(
        UUID,
        """
        insert into deals.deals (merchant_id, template_id, own_template, vouchers_each, title, about, terms, price, value, stock,
          starts_at, ends_at, per_person, flash, hold_seconds, group_size, group_price, group_hours, created_at)
        values (:merchant, :template, :own, :vouchers_each, :title, :about, :terms, :price, :value, :stock,
          :starts_at, :ends_at, :per_person, :flash, :hold_seconds, :group_size, :group_price, :group_hours, :now)
        returning deal_id
        """,
        merchant=merchant_id,
        template=template_id,
        own=draft.template_id is None,
        now=clock.now(),
        **_columns(draft),
    )
    assert deal_id is not None
    await note_step(db, merchant_id, deal_id, "created", by)
    return deal_id


async def change_deal(db: Db, merchant_id: UUID, deal_id: UUID, by: UUID, draft: DealDraft) -> None:
    """Another draft in its place. Refusals: not_found, deal_frozen (it was published: make a copy), deal_unreadable."""
    check(draft)
    held = await db.value(
        UUID,
        """
        select deal_id from deals.deals where merchant_id = :merchant and deal_id = :deal and status = 'draft' for update
        """,
        merchant=merchant_id,
        deal=deal_id,
    )
    before = await deal_of(db, merchant_id, deal_id)
    if before is None:
        raise NotFound
    if held is None:
        raise Refusal("deal_frozen", _("This deal was published, so it stands as people saw it. Make a copy for another one."))
    template_id = await _other_template(db, before, by, draft)
    await db.run(
        """
        update deals.deals set template_id = :template, own_template = :own, vouchers_each = :vouchers_each, title = :title,
          about = :about, terms = :terms, price = :price, value = :value, stock = :stock, starts_at = :starts_at, ends_at = :ends_at,
          per_person = :per_person, flash = :flash, hold_seconds = :hold_seconds, group_size = :group_size,
          group_price = :group_price, group_hours = :group_hours
        where merchant_id = :merchant and deal_id = :deal
        """,
        merchant=merchant_id,
        deal=deal_id,
        template=template_id,
        own=draft.template_id is None,
        **_columns(draft),
    )
    await note_step(db, merchant_id, deal_id, "changed", by)


async def discard_deal(db: Db, merchant_id: UUID, deal_id: UUID, by: UUID) -> None:
    """Take a draft away with its photos and log; the voucher it made is ended. Refusals: not_found, deal_frozen."""
    deal = await deal_of(db, merchant_id, deal_id)
    if deal is None:
        raise NotFound
    gone = await db.run(
        """
        with held as (
          select merchant_id, deal_id from deals.deals
          where merchant_id = :merchant and deal_id = :deal and status = 'draft' for update
        ), photos as (
          delete from deals.photos p using held where p.merchant_id = held.merchant_id and p.deal_id = held.deal_id
        )
        delete from deals.steps s using held where s.merchant_id = held.merchant_id and s.deal_id = held.deal_id
        """,
        merchant=merchant_id,
        deal=deal_id,
    )
    if not gone:
        raise Refusal("deal_frozen", _("A deal that was published stays. Stop it instead."))
    await db.run(
        "delete from deals.deals where merchant_id = :merchant and deal_id = :deal", merchant=merchant_id, deal=deal_id
    )
    rules = await rules_of(db, merchant_id, deal.template_id)
    if deal.own_template and rules is not None and rules.status != "ended":
        await step_template(db, merchant_id, deal.template_id, by, "ended")


def _columns(draft: DealDraft) -> dict[str, object]:
    columns: dict[str, object] = {name: getattr(draft, name) for name in draft.__struct_fields__}
    del columns["template_id"], columns["voucher"]
    columns["title"] = draft.title.strip()
    columns["hold_seconds"] = hold_seconds(draft)
    columns["starts_at"] = draft.starts_at or min(clock.now(), draft.ends_at)
    return columns


async def _other_template(db: Db, before: Deal, by: UUID, draft: DealDraft) -> UUID:
    """What the changed deal gives: its own voucher is changed with it, or ended when another one takes its place."""
    if draft.template_id is None:
        rules = rules_for(draft, await zone_of(db, before.merchant_id))
        if not before.own_template:
            return await create_template(db, before.merchant_id, by, rules)
        await change_template(db, before.merchant_id, before.template_id, by, rules)
        return before.template_id
    if await rules_of(db, before.merchant_id, draft.template_id) is None:
        raise NotFound
    if before.own_template and before.template_id != draft.template_id:
        await step_template(db, before.merchant_id, before.template_id, by, "ended")
    return draft.template_id


async def zone_of(db: Db, merchant_id: UUID) -> str:
    """Where the merchant's days begin."""
    programme = await programme_of(db, merchant_id)
    if programme is not None:
        return programme.zone
    stores = await stores_of(db, merchant_id)
    return stores[0].zone if stores else "UTC"
