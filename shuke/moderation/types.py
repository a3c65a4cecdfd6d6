"""Types of the moderation room."""

from datetime import datetime
from typing import Annotated, Literal, Protocol
from uuid import UUID

import msgspec

from shuke.kit.db import Db

Kind = Literal[
    "post",
    "comment",
    "review",
    "reply",
    "message",
    "topic",
    "topic_reply",
    "meetup",
    "face",
    "tribe",
    "photo",
    "place",
    "activity",
    "member_group",
    "gift_note",
]
Reason = Literal["spam", "untrue", "insult", "hate", "sexual", "violence", "privacy", "illegal", "fraud", "copyright", "other"]
Cause = Literal["reports", "filter", "unread"]
Outcome = Literal["keep", "hide"]
AppealOutcome = Literal["upheld", "overturned"]
Verdict = Literal["pass", "refuse", "unsure", "unanswered"]

SERIOUS: frozenset[Reason] = frozenset({"hate", "sexual", "violence", "privacy", "illegal", "fraud"})
"""Reasons that hide a thing until it is decided, once enough people give one."""


class Shown(msgspec.Struct, frozen=True):
    """A thing as an operator sees it: who made it, what it says, where it stands, addresses of its pictures."""

    author_id: UUID
    text: str
    href: str
    photos: list[str] = []


class Moderated(Protocol):
    """What a room tells and does about its things of one kind."""

    async def shown(self, db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """The thing, also when it is hidden; None when it is not there."""

    async def hide(self, db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """Show it to its author alone, or to everybody again."""


class Thing(msgspec.Struct, frozen=True):
    """Which one: what kind of thing, whose, which."""

    kind: str
    owner_id: UUID
    thing_id: UUID


class NewReport(msgspec.Struct, frozen=True):
    """`text` may say more about the reason."""

    kind: Kind
    owner_id: UUID
    thing_id: UUID
    reason: Reason
    text: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Report(msgspec.Struct, frozen=True):
    """A report as its writer sees it; `outcome` once it is decided."""

    report_id: UUID
    kind: str
    owner_id: UUID
    thing_id: UUID
    reason: str
    text: str
    at: datetime
    outcome: str | None


class Case(msgspec.Struct, frozen=True):
    """A thing that waits for a decision; `hidden_at` where several serious reports have hidden it until then."""

    case_id: UUID
    kind: str
    owner_id: UUID
    thing_id: UUID | None
    author_id: UUID
    cause: str
    text: str
    status: str
    opened_at: datetime
    hidden_at: datetime | None
    reports: int

    @property
    def thing(self) -> Thing | None:
        """Which one it is about."""
        return Thing(self.kind, self.owner_id, self.thing_id) if self.thing_id is not None else None


class CaseReport(msgspec.Struct, frozen=True):
    """One of a case's reports, as the operator sees it: not who wrote it."""

    reason: str
    text: str
    at: datetime


class Decision(msgspec.Struct, frozen=True):
    """What was decided, and what became of the appeal if there is one."""

    decision_id: UUID
    case_id: UUID
    kind: str
    owner_id: UUID
    thing_id: UUID | None
    author_id: UUID
    cause: str
    outcome: str
    rule: str
    reason: str
    decided_by: UUID
    at: datetime
    appeal: str | None
    appealed_at: datetime | None
    appeal_outcome: str | None
    appeal_reason: str | None
    appeal_decided_at: datetime | None

    @property
    def thing(self) -> Thing | None:
        """Which one it is about."""
        return Thing(self.kind, self.owner_id, self.thing_id) if self.thing_id is not None else None

    @property
    def hides(self) -> bool:
        """Whether the thing is hidden by it now."""
        return self.outcome == "hide" and self.appeal_outcome != "overturned"


class OwnDecision(msgspec.Struct, frozen=True):
    """A decision as the thing's author sees it: not who decided."""

    decision_id: UUID
    kind: str
    owner_id: UUID
    thing_id: UUID | None
    outcome: str
    rule: str
    reason: str
    at: datetime
    appealed_at: datetime | None
    appeal_outcome: str | None
    appeal_reason: str | None

    @classmethod
    def of(cls, decision: Decision) -> "OwnDecision":
        """The author's part of it."""
        return cls(**{name: getattr(decision, name) for name in cls.__struct_fields__})


class NewDecision(msgspec.Struct, frozen=True):
    """`rule` is a reason's name and is needed for hiding; `reason` is read by the author."""

    outcome: Outcome
    rule: Reason | Literal[""] = ""
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class NewAppeal(msgspec.Struct, frozen=True):
    """Why the decision is wrong."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class NewSecondLook(msgspec.Struct, frozen=True):
    """What becomes of an appeal; `reason` is read by the author."""

    outcome: AppealOutcome
    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class LogLine(msgspec.Struct, frozen=True):
    """A decision as everybody sees it: no names, no texts."""

    decision_id: UUID
    kind: str
    cause: str
    outcome: str
    rule: str
    at: datetime
    appealed: bool
    appeal_outcome: str | None


class Log(msgspec.Struct, frozen=True):
    """A page of the public log, the newest first; `next` is the cursor of the next one."""

    decisions: list[LogLine]
    next: str | None


class Word(msgspec.Struct, frozen=True):
    """A word that is refused, made plain; `whole`: only as a word of its own."""

    word: str
    whole: bool
    added_at: datetime
