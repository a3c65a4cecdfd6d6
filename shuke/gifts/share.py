"""How a gift looks in a message."""

from uuid import UUID

from shuke.friends import faces
from shuke.gifts.queries import gift_of
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.shares import Preview, Thing, shareable
from shuke.terms import face_of


@shareable("voucher")
async def gift_preview(db: Db, thing: Thing, viewer_id: UUID | None) -> Preview | None:
    """A gift for those who may see it: what it is and how it stands."""
    try:
        gift = await gift_of(db, thing.owner_id, thing.thing_id, viewer_id)
    except NotFound:
        return None
    giver = (await faces(db, viewer_id, [gift.giver_id]))[gift.giver_id]
    face = face_of(gift.kind, gift.value, gift.currency)
    said = {
        None: _("A gift from %(name)s") % {"name": giver.name},
        "taken": _("Taken"),
        "taken_back": _("Taken back"),
        "declined": _("Declined"),
        "timed_out": _("Nobody took it in time"),
        "void": _("No longer valid"),
    }[gift.outcome]
    title = f"{face.big} {face.small}".strip()
    return Preview(
        f"{title} · {gift.title}" if title not in gift.title else gift.title,
        f"{gift.merchant_name} · {said}",
        gift.path,
        None,
        gift.merchant_id,
        "gift",
    )
