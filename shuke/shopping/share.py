"""How a deal looks where somebody passes it on."""

from uuid import UUID

from shuke.deals import shown_deal
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.shares import Preview, Thing, shareable
from shuke.shell.filters import money


@shareable("deal")
async def deal_preview(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """A deal as everybody may see it: what it costs, and at which shop."""
    del viewer_id
    try:
        deal = await shown_deal(db, thing.owner_id, thing.thing_id)
    except NotFound:
        return None
    href = f"/deals/{deal.merchant_id}/{deal.deal_id}"
    picture = f"/api/v1{href}/photos/{deal.photos[0]}" if deal.photos else None
    said = f"{money(deal.asked, short=True)} · {deal.merchant_name}"
    return Preview(deal.title, said, href, picture, deal.merchant_id, "shopping-bag")
