"""How an activity looks in a message."""

from uuid import UUID

import msgspec

from shuke.clubs.queries import activity_of
from shuke.kit.db import Db
from shuke.kit.forms import known_zone
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.shares import Preview, Thing, shareable
from shuke.shell import filters


class _Group(msgspec.Struct, frozen=True):
    group_id: UUID


@shareable("activity")
async def activity_preview(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """What, when and where; that it was called off."""
    group = await db.one(
        _Group,
        "select group_id from clubs.activities where merchant_id = :merchant and activity_id = :activity",
        merchant=thing.owner_id,
        activity=thing.thing_id,
    )
    if group is None:
        return None
    try:
        activity = await activity_of(db, thing.owner_id, group.group_id, thing.thing_id, viewer_id)
    except NotFound:
        return None
    zone = known_zone(activity.zone)
    when = filters.moment(activity.starts_at, zone, "day") if zone else ""
    off = _("Called off") if activity.cancelled_at is not None else ""
    text = " · ".join(part for part in (off, when, activity.where) if part)
    return Preview(activity.title, text, activity.path, None, activity.merchant_id, "calendar")
