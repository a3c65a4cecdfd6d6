"""Letters: what an author is told about a decision."""

import os
from uuid import UUID

from shuke.kit import letters
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import use_locale
from shuke.kit.web import development
from shuke.moderation.types import Decision
from shuke.moderation.words import kind_words, rule_words
from shuke.people import Contact, contacts_of


async def tell_author(db: Db, decision: Decision) -> None:
    """Post a letter in the author's language to a contact that can be written to, an e-mail address first; her page says the same."""
    locale = await db.value(
        str,
        "select locale from people.people where person_id = :person and erased_at is null for share",
        person=decision.author_id,
    )
    contact = next((one for one in await contacts_of(db, decision.author_id) if _reachable(one)), None)
    if locale is None or contact is None:
        return
    with use_locale(locale):
        subject, body = _text(decision)
    await letters.post(db, contact.channel, contact.value, subject, body)


def _reachable(contact: Contact) -> bool:
    return development() or letters.sender_of(contact.channel) is not None


def _text(decision: Decision) -> tuple[str, str]:
    what = kind_words().get(decision.kind, decision.kind)
    page = os.environ.get("SHUKE_URL", "http://localhost:8000").rstrip("/") + f"/appeals/{decision.decision_id}"
    if decision.appeal_outcome == "overturned":
        subject = _("Shown again after your appeal: %(what)s") % {"what": what}
        return subject, f"{decision.appeal_reason}\n\n{page}"
    if decision.appeal_outcome == "upheld":
        subject = _("It stays hidden after your appeal: %(what)s") % {"what": what}
        return subject, f"{decision.appeal_reason}\n\n{page}"
    if decision.outcome == "hide":
        subject = _("Hidden: %(what)s") % {"what": what}
        rule = _("Rule: %(rule)s.") % {"rule": rule_words().get(decision.rule, decision.rule)}
        return subject, f"{rule} {decision.reason}\n\n{_('You can ask for a second look once:')} {page}"
    return _("Looked at and kept: %(what)s") % {"what": what}, page


def appeal_href(kind: str, owner_id: UUID, thing_id: UUID) -> str:
    """The page on which the author of a hidden thing reads why, and appeals."""
    return f"/appeals/{kind}/{owner_id}/{thing_id}"
