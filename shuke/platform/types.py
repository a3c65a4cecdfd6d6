"""Types of the platform's office."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from shuke.kit.dead import DeadDelivery, FailedLetter
from shuke.merchants import Store

Step = Literal["approved", "refused", "suspended", "reinstated"]
Status = Literal["draft", "submitted", "approved", "refused", "suspended"]

STEPS: dict[str, tuple[Step, ...]] = {
    "draft": (),
    "submitted": ("approved", "refused"),
    "approved": ("suspended",),
    "refused": (),
    "suspended": ("reinstated",),
}
"""What an operator can decide about a merchant, by its status."""

Words = Annotated[str, msgspec.Meta(max_length=2000)]


class MerchantLine(msgspec.Struct, frozen=True):
    """A merchant in a list; `since` is when its last step was taken."""

    merchant_id: UUID
    name: str
    category: str
    status: str
    stores: int
    since: datetime


class MerchantPage(msgspec.Struct, frozen=True):
    """A page of merchants; `next` is the `after` of the next page, if there is one."""

    merchants: list[MerchantLine]
    next: UUID | None


class MerchantRecord(msgspec.Struct, frozen=True):
    """What a merchant has told."""

    merchant_id: UUID
    tag: str
    name: str
    about: str
    category: str
    currency: str
    status: str
    licence: str
    created_at: datetime
    source: str


class VettingEntry(msgspec.Struct, frozen=True):
    """One line of the log: who, when, why."""

    vetting_id: UUID
    step: str
    reason: str
    person_id: UUID
    person_name: str
    at: datetime


class Owner(msgspec.Struct, frozen=True):
    """Who answers for a merchant; one line for each way to reach them."""

    person_id: UUID
    name: str
    role: str
    contact: str


class Grounds(msgspec.Struct, frozen=True):
    """A photo or licence to look at."""

    photo_id: UUID
    purpose: str
    width: int
    height: int
    at: datetime


class MerchantFile(msgspec.Struct, frozen=True):
    """All that a decision stands on, and the decisions so far, the newest first."""

    merchant: MerchantRecord
    stores: list[Store]
    owners: list[Owner]
    grounds: list[Grounds]
    log: list[VettingEntry]


class Decision(msgspec.Struct, frozen=True):
    """`reason` is needed for refusing and suspending; the merchant reads it."""

    step: Step
    reason: Words = ""


class VisitReport(msgspec.Struct, frozen=True):
    """What somebody saw at the place."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Operator(msgspec.Struct, frozen=True):
    """Somebody who operates this installation."""

    person_id: UUID
    name: str
    contact: str
    added_by: str
    added_at: datetime


class NewOperator(msgspec.Struct, frozen=True):
    """`contact` of a person who has an account, in any writing."""

    contact: str


class DeadLetters(msgspec.Struct, frozen=True):
    """Reactions and letters that were given up; `next` is the `before` of the next page of reactions."""

    deliveries: list[DeadDelivery]
    letters: list[FailedLetter]
    next: int | None


class Act(msgspec.Struct, frozen=True):
    """Something an operator did."""

    act: str
    subject: str
    person_name: str
    at: datetime


class Backlog(msgspec.Struct, frozen=True):
    """What waits. `oldest` is the age of the oldest waiting event in seconds; `leading` whether a worker runs reactions."""

    database: str
    size: int
    migrations: int
    events: int
    oldest: float
    retrying: int
    dead: int
    letters: int
    failed: int
    web: int
    leading: bool


class HealthReport(msgspec.Struct, frozen=True):
    """How the installation is. Sizes in bytes."""

    version: str
    backlog: Backlog
    disk_free: int
    disk_total: int
    problems: list[str]


class SetUp(msgspec.Struct, frozen=True):
    """`token` is what the server printed when it started; `contact` is how the first operator signs in later."""

    token: str
    contact: str
    name: Annotated[str, msgspec.Meta(max_length=80)] = ""
