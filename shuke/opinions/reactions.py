"""What opinions puts on others' pages."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.opinions import things
from shuke.people import Shortcut, shows
from shuke.reviews import PROVED_FOR, reviewable, reviews_by

__all__ = ["things"]


@shows("reviews")
async def _own(db: Db, person_id: UUID) -> list[Shortcut]:
    wrote = await reviews_by(db, person_id, person_id)
    can = await reviewable(db, person_id, clock.now() - PROVED_FOR)
    return [Shortcut("star", _("Your reviews"), "/reviews")] if wrote or can else []
