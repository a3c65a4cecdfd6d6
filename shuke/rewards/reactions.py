"""What the rewards room does when others announce something."""

import secrets
from uuid import UUID

import msgspec

from shuke.cards import MemberJoined
from shuke.kit.db import Db
from shuke.kit.events import on
from shuke.vouchers import IssueCall, Issued, issue


class Welcome(msgspec.Struct, frozen=True):
    """One thing a new member may get. `weight`: parts of a million in a draw."""

    template_id: UUID
    manner: str
    weight: int


@on(MemberJoined)
async def welcome(db: Db, event: MemberJoined) -> None:
    """Give what the programme promises to a new member: welcome vouchers, the first surprise that has stock left, one draw."""
    offers = await db.all(
        Welcome,
        "select template_id, manner, weight from rewards.welcomes where merchant_id = :merchant order by manner, template_id",
        merchant=event.merchant_id,
    )
    chosen = [offer.template_id for offer in offers if offer.manner == "welcome"]
    drawn = secrets.randbelow(1_000_000)
    for offer in offers:
        if offer.manner == "draw":
            if drawn < offer.weight:
                chosen.append(offer.template_id)
                break
            drawn -= offer.weight
    gifts = [IssueCall(event.merchant_id, template, event.person_id, "welcome", event.scene_id) for template in chosen]
    await issue(db, gifts)
    for offer in offers:
        if offer.manner == "surprise":
            call = IssueCall(event.merchant_id, offer.template_id, event.person_id, "welcome", event.scene_id)
            if isinstance((await issue(db, [call]))[0], Issued):
                break
