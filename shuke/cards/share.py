"""How a shop's card looks where somebody recommends it."""

from uuid import UUID

from shuke.cards.queries import programme_of
from shuke.cards.words import benefits
from shuke.kit.db import Db
from shuke.merchants import merchant_card, photos_of
from shuke.shares import Preview, Thing, shareable


@shareable("card")
async def card_preview(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """The card of an approved shop with an open programme, for everybody; it leads to where it is taken, a member to hers."""
    del viewer_id
    merchant, programme = await merchant_card(db, thing.owner_id), await programme_of(db, thing.owner_id)
    if merchant is None or merchant.status != "approved" or programme is None or not programme.open:
        return None
    said = [programme.name, *benefits(programme, merchant.currency)]
    logo = next((photo for photo in await photos_of(db, merchant.merchant_id) if photo.purpose == "logo"), None)
    return Preview(
        merchant.name,
        " · ".join(said[:2]),
        f"/take/{merchant.merchant_id}",
        f"/api/v1/photos/{merchant.merchant_id}/{logo.photo_id}" if logo else None,
        merchant.merchant_id,
        "wallet-cards",
    )
