"""Welcomes: what a merchant gives to new members; replaced as a whole."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import _
from shuke.kit.refusals import NotFound, Refusal

MILLION = 1_000_000


class WelcomeGift(msgspec.Struct, frozen=True):
    """Something a new member may get: `welcome` for all, `surprise` while stock lasts, `draw` with `weight` parts of a million."""

    template_id: UUID
    manner: str
    weight: int
    kind: str
    title: str
    value: int
    gives: str
    stock: int | None
    stock_initial: int | None


class WelcomeDraft(msgspec.Struct, frozen=True):
    """One voucher for new members. In a draw `weight` is its chance in parts of a million; what is left draws nothing."""

    template_id: UUID
    manner: Literal["welcome", "surprise", "draw"]
    weight: Annotated[int, msgspec.Meta(ge=1, le=MILLION)] = 1


async def set_welcomes(db: Db, merchant_id: UUID, wanted: Sequence[WelcomeDraft]) -> list[WelcomeGift]:
    """What new members get from now on. Refusals: odds_above_certain, welcome_twice, not_found (a template of somebody else)."""
    if sum(draft.weight for draft in wanted if draft.manner == "draw") > MILLION:
        raise Refusal("odds_above_certain", _("The chances of the draw add up to more than 100 percent."))
    if len({draft.template_id for draft in wanted}) < len(wanted):
        raise Refusal("welcome_twice", _("Every voucher can be given to new members in one way only."))
    await db.run("delete from rewards.welcomes where merchant_id = :merchant", merchant=merchant_id)
    written = await db.run(
        """
        insert into rewards.welcomes (merchant_id, template_id, manner, weight)
        select t.merchant_id, t.template_id, w.manner, w.weight
        from unnest(:templates::uuid[], :manners::text[], :weights::int[]) as w(template_id, manner, weight)
        join vouchers.templates t on t.merchant_id = :merchant and t.template_id = w.template_id
        """,
        templates=[draft.template_id for draft in wanted],
        manners=[draft.manner for draft in wanted],
        weights=[draft.weight for draft in wanted],
        merchant=merchant_id,
    )
    if written < len(wanted):
        raise NotFound
    return await welcome_gifts(db, merchant_id)


async def welcome_gifts(db: Db, merchant_id: UUID) -> list[WelcomeGift]:
    """What a new member gets or may get now: only what is given out at this moment."""
    return await db.all(
        WelcomeGift,
        """
        select w.template_id, w.manner, w.weight, t.kind, t.title, t.value, t.gives, t.stock, t.stock_initial
        from rewards.welcomes w
        join vouchers.templates t on t.merchant_id = w.merchant_id and t.template_id = w.template_id
        where w.merchant_id = :merchant and t.status = 'active' and (t.ends_at is null or t.ends_at > :now)
          and t.stock is distinct from 0
        order by case w.manner when 'welcome' then 1 when 'surprise' then 2 else 3 end, w.template_id
        """,
        merchant=merchant_id,
        now=clock.now(),
    )
