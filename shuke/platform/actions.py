"""Writes of the platform's office: vetting, dead letters, operators. What an operator does is kept with who and when."""

from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.dead import drop_dead, drop_letter, retry_all_dead, retry_dead, retry_letter
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal, Unreadable
from shuke.merchants import decide, report_visit
from shuke.people import contact_from, person_by_contact
from shuke.platform.types import Step


async def judge(db: Db, by: UUID, merchant_id: UUID, step: Step, reason: str) -> None:
    """Approve, refuse, suspend or reinstate a merchant. Refusals: not_found, wrong_step, reason_missing."""
    if step in ("refused", "suspended") and not reason.strip():
        raise Unreadable("reason_missing", _("Say why: the merchant reads it, and it stays in the log."))
    await _known(db, merchant_id)
    await decide(db, merchant_id, step, reason.strip(), by)


async def file_visit(db: Db, by: UUID, merchant_id: UUID, text: str) -> None:
    """Keep what somebody saw at the place. Refusals: not_found, reason_missing."""
    if not text.strip():
        raise Unreadable("reason_missing", _("Write what was seen at the place."))
    await _known(db, merchant_id)
    await report_visit(db, merchant_id, text.strip(), by)


async def _known(db: Db, merchant_id: UUID) -> None:
    if await db.value(int, "select 1 from merchants.merchants where merchant_id = :merchant", merchant=merchant_id) is None:
        raise NotFound


async def note(db: Db, by: UUID, act: str, subject: str) -> None:
    """Keep what an operator did."""
    await db.run(
        "insert into platform.acts (person_id, act, subject, at) values (:by, :act, :subject, :now)",
        by=by,
        act=act,
        subject=subject[:300],
        now=clock.now(),
    )


async def retry_delivery(db: Db, by: UUID, event_id: int, reaction: str) -> None:
    """Let a dead reaction be tried again. Refusal: not_found."""
    await retry_dead(db, event_id, reaction)
    await note(db, by, "retried", f"{reaction} {event_id}")


async def retry_everything(db: Db, by: UUID) -> int:
    """Let all dead reactions be tried again; how many."""
    count = await retry_all_dead(db)
    if count:
        await note(db, by, "retried", f"{count} x")
    return count


async def drop_delivery(db: Db, by: UUID, event_id: int, reaction: str) -> None:
    """Give a dead reaction up. Refusal: not_found."""
    await drop_dead(db, event_id, reaction)
    await note(db, by, "dropped", f"{reaction} {event_id}")


async def resend_letter(db: Db, by: UUID, letter_id: UUID) -> None:
    """Send a failed letter again. Refusal: not_found."""
    await retry_letter(db, letter_id)
    await note(db, by, "retried", f"letter {letter_id}")


async def discard_letter(db: Db, by: UUID, letter_id: UUID) -> None:
    """Never send a failed letter. Refusal: not_found."""
    await drop_letter(db, letter_id)
    await note(db, by, "dropped", f"letter {letter_id}")


async def add_operator(db: Db, by: UUID, contact: str) -> UUID:
    """Let somebody who has an account operate the installation. Refusals: contact_unreadable, no_account."""
    person_id = await person_by_contact(db, contact_from(contact))
    if person_id is None:
        raise Refusal("no_account", _("Nobody here has this contact. Let them sign in once, then add them."))
    added = await db.run(
        """
        insert into platform.operators (person_id, added_by, added_at) values (:person, :by, :now) on conflict do nothing
        """,
        person=person_id,
        by=by,
        now=clock.now(),
    )
    if added:
        await note(db, by, "operator_added", str(person_id))
    return person_id


async def remove_operator(db: Db, by: UUID, person_id: UUID) -> None:
    """Take the office away, never from the last one. Refusals: not_found, last_operator."""
    held = await db.values(UUID, "select person_id from platform.operators order by person_id for update")
    if person_id not in held:
        raise NotFound
    if len(held) == 1:
        raise Refusal("last_operator", _("This is the only operator: add another one first."))
    await db.run("delete from platform.operators where person_id = :person", person=person_id)
    await note(db, by, "operator_removed", str(person_id))
