"""Reviews as things to pass on."""

from uuid import UUID

from shuke import album
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.opinions.queries import place_name
from shuke.reviews import review_of
from shuke.shares import Preview, Thing, shareable

SHORT = 120


@shareable("review")
async def review_preview(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """The place, the stars and how the text begins."""
    try:
        review = await review_of(db, viewer_id, thing.owner_id, thing.thing_id)
        place = await place_name(db, review.merchant_id, review.place_id)
    except NotFound:
        return None
    text = review.text if len(review.text) <= SHORT else f"{review.text[: SHORT - 1]}…"
    picture = album.address(thing.owner_id, review.photos[0]) if review.photos else None
    title = _("%(place)s: %(stars)s of 5 stars") % {"place": place.name, "stars": review.overall}
    return Preview(title, text, f"/reviews/{thing.owner_id}/{thing.thing_id}", picture, review.merchant_id, "star")
