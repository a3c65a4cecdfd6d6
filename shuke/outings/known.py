"""How a meetup looks when it is passed on."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.forms import known_zone
from shuke.meetups import meetup_of
from shuke.places import place_of
from shuke.shares import Preview, Thing, shareable
from shuke.shell import filters

ICONS = {"meal": "utensils", "film": "clapperboard", "outing": "mountain", "other": "party-popper"}


@shareable("meetup")
async def meetup_preview(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """When and where; for whom it is for."""
    meetup = await meetup_of(db, thing.thing_id, viewer_id)
    if meetup is None or thing.owner_id != thing.thing_id or meetup.hidden_at is not None:
        return None
    place = await place_of(db, meetup.place_id) if meetup.place_id is not None else None
    zone = known_zone(meetup.zone)
    when = filters.moment(meetup.starts_at, zone, "day") if zone else ""
    where = place.name if place else meetup.spot_text or meetup.city
    merchant_id = place.merchant_id if place else None
    text = " · ".join(part for part in (when, where) if part)
    return Preview(
        meetup.title,
        text,
        f"/meetups/{meetup.meetup_id}",
        place.photo or None if place else None,
        merchant_id,
        ICONS[meetup.kind],
    )
