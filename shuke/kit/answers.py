"""Idempotency keys: the first answer to a key is kept, the same call again gets it, another call is refused."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal

Answer = TypeVar("Answer", bound=msgspec.Struct)


class KeptAnswer(msgspec.Struct, frozen=True):
    """What was asked under a key, and what was answered."""

    fingerprint: bytes
    answer: bytes | None


async def once(
    db: Db, person_id: UUID, key: str | None, request: bytes, kind: type[Answer], work: Callable[[], Awaitable[Answer]]
) -> Answer:
    """Do `work` once for this person's key. Two calls at the same moment: the second waits for the first's commit."""
    if not key:
        return await work()
    fingerprint = hashlib.sha256(kind.__name__.encode() + b"\0" + request).digest()
    mine = await db.run(
        """
        insert into kit.answers (person_id, key, fingerprint, at) values (:person, :key, :fingerprint, :now)
        on conflict do nothing
        """,
        person=person_id,
        key=key,
        fingerprint=fingerprint,
        now=clock.now(),
    )
    if mine:
        answer = await work()
        await db.run(
            "update kit.answers set answer = :answer where person_id = :person and key = :key",
            answer=msgspec.json.encode(answer),
            person=person_id,
            key=key,
        )
        return answer
    kept = await db.one(
        KeptAnswer,
        "select fingerprint, answer from kit.answers where person_id = :person and key = :key",
        person=person_id,
        key=key,
    )
    if kept is None or kept.answer is None or kept.fingerprint != fingerprint:
        raise Refusal("idempotency_key_reused", _("This key was used before for another request."))
    return msgspec.json.decode(kept.answer, type=kind)


async def forget(db: Db, person_id: UUID) -> None:
    """Drop what was kept for somebody who is to be forgotten."""
    await db.run("delete from kit.answers where person_id = :person", person=person_id)
