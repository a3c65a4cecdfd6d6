"""Reads of the wallet that join rooms."""

from uuid import UUID

from shuke.cards import membership_of, programme_of
from shuke.kit import ids
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound
from shuke.merchants import scene_by_code
from shuke.wallet.types import SceneShown


async def scene_shown(db: Db, text: str, person_id: UUID | None) -> SceneShown:
    """What a code in any writing stands for, for this viewer. Refusal: unknown_scene."""
    code = ids.read_code(text)
    scene = await scene_by_code(db, code) if code else None
    if scene is None or scene.merchant_status != "approved":
        raise NotFound("unknown_scene", _("This code is not one of ours, or it no longer hangs."))
    programme = await programme_of(db, scene.merchant_id)
    member = person_id is not None and await membership_of(db, person_id, scene.merchant_id) is not None
    return SceneShown(
        scene.merchant_id,
        scene.merchant_name,
        scene.kind,
        scene.label,
        scene.store_id,
        programme.name if programme else None,
        programme.colour if programme else None,
        member,
    )
