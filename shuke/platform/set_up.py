"""Set-up: the first operator of an empty installation, by a token that only the server's console shows."""

import hashlib
import hmac
import secrets
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db, connect
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotAllowed, NotFound
from shuke.platform.actions import note
from shuke.platform.queries import has_operators

SETTING = "set_up_token"


async def new_token(url: str) -> str:
    """A fresh token for an installation without operators, an older one is void; empty where there are some."""
    database = await connect(url, size=1)
    try:
        async with database.write() as db:
            return "" if await has_operators(db) else await _issue(db)
    finally:
        await database.close()


async def _issue(db: Db) -> str:
    token = secrets.token_urlsafe(18)
    await db.run(
        """
        insert into platform.settings (name, value, updated_at) values (:name, :value, :now)
        on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at
        """,
        name=SETTING,
        value=_hashed(token),
        now=clock.now(),
    )
    return token


def _hashed(token: str) -> str:
    return hashlib.sha256(token.strip().encode()).hexdigest()


async def demand_open(db: Db) -> None:
    """Refuse once there is an operator. Refusal: not_found."""
    if await has_operators(db):
        raise NotFound


async def check_token(db: Db, token: str) -> None:
    """Whether this is the token of the console, which is then used up. Refusals: not_found, set_up_token_wrong.

    Two at once: the second waits for the first's row and then finds the installation set up.
    """
    kept = await db.value(str, "select value from platform.settings where name = :name for update", name=SETTING)
    await demand_open(db)
    if kept is None or not hmac.compare_digest(kept, _hashed(token)):
        raise NotAllowed("set_up_token_wrong", _("This is not the token that the server printed when it started."))
    await db.run("delete from platform.settings where name = :name", name=SETTING)


async def make_first_operator(db: Db, person_id: UUID) -> None:
    """The first operator, added by nobody."""
    await db.run(
        "insert into platform.operators (person_id, added_at) values (:person, :now) on conflict do nothing",
        person=person_id,
        now=clock.now(),
    )
    await note(db, person_id, "set_up", str(person_id))
