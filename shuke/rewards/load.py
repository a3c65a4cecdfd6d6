"""Welcomes of many merchants at once, from another system."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit.db import Db


async def load_welcomes(db: Db, templates: Sequence[tuple[UUID, UUID]]) -> None:
    """Give these templates, each with its merchant before it, to every new member."""
    await db.copy(
        "rewards",
        "welcomes",
        ("merchant_id", "template_id", "manner"),
        [(merchant_id, template_id, "welcome") for merchant_id, template_id in templates],
    )
