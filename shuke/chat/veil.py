"""Veil: what a message shows is left out for whoever does not see the person whose it is."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.chat.types import Message
from shuke.kit.db import Db


async def veiled(db: Db, viewer_id: UUID, messages: Sequence[Message]) -> list[Message]:
    """These messages as the viewer may see them; nothing is asked where none shows a thing."""
    about = {one for message in messages for one in (message.thing_owner, message.thing_id) if one is not None}
    if not about:
        return list(messages)
    hidden = await db.values(
        UUID,
        "select other_id from friends.hidden where person_id = :viewer and other_id = any(:about)",
        viewer=viewer_id,
        about=list(about),
    )
    bare = {"thing_kind": None, "thing_owner": None, "thing_id": None}
    return [msgspec.structs.replace(one, **bare) if {one.thing_owner, one.thing_id} & {*hidden} else one for one in messages]
