"""Moderation: reports, the operators' queue, decisions, appeals and their public log; filters of words and pictures; paces.

A room above registers what it has (`moderated`) and hides it when told. A thing has one open case at most, a case one decision, a
decision one appeal. A filter that doesn't answer holds nothing up: the thing is published and waits in the queue as unread.
"""

from shuke.moderation.appeals import look_again
from shuke.moderation.cases import decide, open_case
from shuke.moderation.filters import (
    PICTURE_FILTERS,
    WORD_FILTERS,
    PictureFilter,
    WordFilter,
    add_word,
    check_picture,
    check_words,
    read_words,
    remove_word,
    words,
)
from shuke.moderation.letters import appeal_href
from shuke.moderation.paces import Pacer, pace
from shuke.moderation.queries import case_of, decision_of, decisions_about, open_appeals, queue, reports_of_case
from shuke.moderation.registry import MODERATED, moderated
from shuke.moderation.types import Case, CaseReport, Cause, Decision, Moderated, NewDecision, NewSecondLook, Shown, Thing, Word
from shuke.moderation.words import cause_words, kind_words, outcome_words, rule_words

__all__ = [
    "MODERATED",
    "PICTURE_FILTERS",
    "WORD_FILTERS",
    "Case",
    "CaseReport",
    "Cause",
    "Decision",
    "Moderated",
    "NewDecision",
    "NewSecondLook",
    "Pacer",
    "PictureFilter",
    "Shown",
    "Thing",
    "Word",
    "WordFilter",
    "add_word",
    "appeal_href",
    "case_of",
    "cause_words",
    "check_picture",
    "check_words",
    "decide",
    "decision_of",
    "decisions_about",
    "kind_words",
    "look_again",
    "moderated",
    "open_appeals",
    "open_case",
    "outcome_words",
    "pace",
    "queue",
    "read_words",
    "remove_word",
    "reports_of_case",
    "rule_words",
    "words",
]
