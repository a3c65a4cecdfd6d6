"""Where the console is shown to those who work in one."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.merchants import RIGHTS, employments
from shuke.people import Shortcut, shows


@shows("console")
async def _my_shops(db: Db, person_id: UUID) -> list[Shortcut]:
    return [
        Shortcut("store", job.merchant_name, f"/console/{job.merchant_id}", "/console")
        for job in await employments(db, person_id)
        if RIGHTS[job.role] - {"till"}
    ][:20]
