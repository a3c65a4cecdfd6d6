"""Coupon booklets that were mailed, and coupons that were used: through the same code as every issue and every till."""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

import msgspec

from shuke.cards.load import place_in_tiers
from shuke.demo.chain import CHAIN, person_id, purchase_id, store_id, template_id
from shuke.demo.logins import OPERATOR, person_of
from shuke.demo.staffing import TILLS_OF_2017
from shuke.demo.types import Campaign, CouponUse, Mailing
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.refusals import Refusal
from shuke.vouchers import IssueCall, RedeemCall, Redemption, issue, redeem, step_template


class NotAccepted(Exception):
    """A coupon that was really used was refused: the import stops, since then a rule is wrong."""


class _Booklet(msgspec.Struct, frozen=True):
    template_id: UUID
    person_id: UUID
    code: str


async def mail(db: Db, campaign: Campaign, mailings: Sequence[Mailing]) -> None:
    """Issue a campaign's booklets to the households that got one, at the beginning of its first day."""
    calls = [
        IssueCall(CHAIN, template_id(mailing.campaign_id), person_id(mailing.household_id), "campaign") for mailing in mailings
    ]
    with clock.at(campaign.starts_at):
        outcomes = await issue(db, calls)
    for mailing, outcome in zip(mailings, outcomes, strict=True):
        if isinstance(outcome, Refusal):
            raise NotAccepted(f"{mailing}: {outcome.name}")


async def use(db: Db, uses: Sequence[CouponUse]) -> None:
    """Redeem coupons as the tills did, with the clock at each basket's moment."""
    codes = await codes_of(db, uses)
    for at, together in groupby(uses, key=lambda used: used.at):
        group = list(together)
        with clock.at(at):
            outcomes = await redeem(db, [redeem_call(used, codes) for used in group])
        for used, outcome in zip(group, outcomes, strict=True):
            if not isinstance(outcome, Redemption):
                raise NotAccepted(f"{used}: {outcome.name}")


async def end(db: Db, campaign: Campaign) -> None:
    """No more booklets of a campaign that is over are given out."""
    await step_template(db, CHAIN, template_id(campaign.campaign_id), await person_of(db, OPERATOR), "ended")


def redeem_call(used: CouponUse, codes: dict[tuple[int, int], str]) -> RedeemCall:
    """What the till sent: the booklet's code, the coupon that was scanned, whose card was shown."""
    return RedeemCall(
        merchant_id=CHAIN,
        store_id=store_id(used.store_id),
        staff_id=TILLS_OF_2017,
        code=codes[used.campaign_id, used.household_id],
        key=f"coupon {used.campaign_id} {used.household_id} {used.coupon_upc} {used.ordinal}",
        articles=(str(used.coupon_upc),),
        holder=person_id(used.household_id),
        purchase_id=purchase_id(used.basket_id, used.at),
    )


async def codes_of(db: Db, uses: Sequence[CouponUse]) -> dict[tuple[int, int], str]:
    """By campaign and household: the code of the booklet."""
    owners = {(template_id(u.campaign_id), person_id(u.household_id)): (u.campaign_id, u.household_id) for u in uses}
    found = await db.all(
        _Booklet,
        """
        select v.template_id, v.person_id, v.code
        from unnest(:templates::uuid[], :people::uuid[]) as o(template_id, person_id)
        join vouchers.vouchers v on v.merchant_id = :chain and v.person_id = o.person_id and v.template_id = o.template_id
        """,
        chain=CHAIN,
        templates=[template for template, _ in owners],
        people=[person for _, person in owners],
    )
    return {owners[booklet.template_id, booklet.person_id]: booklet.code for booklet in found}


async def finish(db: Db) -> None:
    """Households stand in the tier that their year has reached."""
    await place_in_tiers(db, CHAIN)
