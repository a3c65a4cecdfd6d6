"""Where those who are asked to work somewhere find it."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.i18n import ngettext
from shuke.merchants import invitations_for
from shuke.people import Shortcut, shows


@shows("brand")
async def _asked(db: Db, person_id: UUID) -> list[Shortcut]:
    asked = len(await invitations_for(db, person_id))
    text = ngettext("%(num)s invitation to work", "%(num)s invitations to work", asked) % {"num": asked}
    return [Shortcut("mail", text, "/invitations")] if asked else []
