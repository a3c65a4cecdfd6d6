"""JSON API: the punch card, a stamp by hand, the last one taken back."""

from uuid import UUID

from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.kit.answers import once
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.merchants import Acting, staff_with
from shuke.stamps.actions import set_card, stamp, undo_last
from shuke.stamps.queries import card_of
from shuke.stamps.types import NewStamp, StampCard, StampCardDraft, Stamps

TILL = [staff_with("till")]
RULES = [staff_with("templates")]


@get("/stamp-card", guards=RULES, summary="The punch card")
async def get_stamp_card(db: NamedDependency[Db], acting: NamedDependency[Acting]) -> StampCard:
    """How many stamps give which reward. Refusals: no_stamp_card, not_found, not_allowed."""
    card = await card_of(db, acting.merchant_id)
    if card is None:
        raise NotFound("no_stamp_card", _("There is no punch card here at the moment."))
    return card


@put("/stamp-card", guards=RULES, summary="Set the punch card")
async def put_stamp_card(db: NamedDependency[Db], acting: NamedDependency[Acting], data: JSONBody[StampCardDraft]) -> StampCard:
    """Replaces its rules; stamps that members have stay. Refusals: not_found (also the template), not_allowed, unreadable."""
    return await set_card(db, acting.merchant_id, data)


@post("/stamps", guards=TILL, summary="Give a stamp by hand")
async def create_stamp(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    data: JSONBody[NewStamp],
) -> Stamps:
    """The last one needed brings the reward with it. Refusals: no_stamp_card, not_a_member, not_found, not_allowed,
    idempotency_key_reused."""

    async def give() -> Stamps:
        return await stamp(db, acting.merchant_id, data.holder, acting.person_id)

    return await once(db, acting.person_id, key, acting.merchant_id.bytes + raw, Stamps, give)


@post("/stamps/{person_id:uuid}/undo", guards=TILL, summary="Take back the last stamp")
async def create_stamp_undo(
    db: NamedDependency[Db],
    acting: NamedDependency[Acting],
    key: NamedDependency[str | None],
    raw: NamedDependency[bytes],
    person_id: FromPath[UUID],
) -> Stamps:
    """If it filled the card, its unused reward is void. Refusals: no_stamp, reward_used, no_stamp_card, not_found, not_allowed,
    idempotency_key_reused."""

    async def take() -> Stamps:
        return await undo_last(db, acting.merchant_id, person_id, acting.person_id)

    asked = b"undo" + acting.merchant_id.bytes + person_id.bytes + raw
    return await once(db, acting.person_id, key, asked, Stamps, take)


routes = Router(
    "/api/v1/merchants/{merchant_id:uuid}",
    route_handlers=[get_stamp_card, put_stamp_card, create_stamp, create_stamp_undo],
    tags=["stamps"],
)
