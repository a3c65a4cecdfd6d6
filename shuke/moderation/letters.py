"""Letters: what an author is told about a decision."""

from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.letterbox import Words, write
from shuke.moderation.types import Decision
from shuke.moderation.words import kind_words, rule_words


async def tell_author(db: Db, decision: Decision) -> None:
    """Post a letter to the author, if she can be written to; her page says the same."""
    await write(db, [decision.author_id], lambda: _text(decision))


def _text(decision: Decision) -> Words:
    what = kind_words().get(decision.kind, decision.kind)
    page = f"/appeals/{decision.decision_id}"
    if decision.appeal_outcome == "overturned":
        return Words(_("Shown again after your appeal: %(what)s") % {"what": what}, [decision.appeal_reason or ""], page)
    if decision.appeal_outcome == "upheld":
        return Words(_("It stays hidden after your appeal: %(what)s") % {"what": what}, [decision.appeal_reason or ""], page)
    if decision.outcome == "hide":
        rule = _("Rule: %(rule)s.") % {"rule": rule_words().get(decision.rule, decision.rule)}
        lines = [f"{rule} {decision.reason}", _("You can ask for a second look once:")]
        return Words(_("Hidden: %(what)s") % {"what": what}, lines, page)
    return Words(_("Looked at and kept: %(what)s") % {"what": what}, [], page)


def appeal_href(kind: str, owner_id: UUID, thing_id: UUID) -> str:
    """The page on which the author of a hidden thing reads why, and appeals."""
    return f"/appeals/{kind}/{owner_id}/{thing_id}"
