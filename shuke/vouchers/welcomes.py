"""Welcomes: what a merchant gives to new members; replaced as a whole."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.kit.i18n import _
from shuke.kit.refusals import NotFound, Refusal
from shuke.vouchers.shown import WelcomeGift, welcome_gifts

MILLION = 1_000_000


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
    await db.run("delete from vouchers.welcomes where merchant_id = :merchant", merchant=merchant_id)
    written = await db.run(
        """
        insert into vouchers.welcomes (merchant_id, template_id, manner, weight)
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
