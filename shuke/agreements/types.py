"""Types of the agreements room. Basis points are hundredths of a percent."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

Role = Literal["agent", "operator"]
MOST_TERMS, MOST_AGREED = 5000, 2500  # so that all together never take more than there is

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
TermsPoints = Annotated[int, msgspec.Meta(ge=0, le=MOST_TERMS)]


class Terms(msgspec.Struct, frozen=True):
    """What holds for a merchant at a moment: the platform's part of uses, and of payments with stored value; who else earns."""

    basis_points: int = 0
    stored_basis_points: int = 0
    agent_id: UUID | None = None
    agent_points: int = 0
    operator_id: UUID | None = None
    operator_points: int = 0


class TermsDraft(msgspec.Struct, frozen=True):
    """The platform's part from a moment on; without a moment from now on."""

    basis_points: TermsPoints
    stored_basis_points: TermsPoints = 0
    starts_at: Moment | None = None


class TermsLine(msgspec.Struct, frozen=True):
    """Terms as somebody set them; without a merchant: for all that have none of their own."""

    merchant_id: UUID | None
    starts_at: datetime
    basis_points: int
    stored_basis_points: int
    set_by: UUID
    at: datetime


class PartyDraft(msgspec.Struct, frozen=True):
    """An agent or an operator firm; `territory` are the cities an agent works in, none means everywhere."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    territory: Annotated[list[Annotated[str, msgspec.Meta(min_length=1, max_length=100)]], msgspec.Meta(max_length=200)] = (
        msgspec.field(default_factory=list)
    )
    account_holder: Annotated[str, msgspec.Meta(max_length=120)] = ""
    account: Annotated[str, msgspec.Meta(max_length=60)] = ""


class Party(msgspec.Struct, frozen=True):
    """An agent or operator firm, and where its money goes."""

    party_id: UUID
    name: str
    territory: list[str]
    account_holder: str
    account: str
    created_at: datetime


class NewContact(msgspec.Struct, frozen=True):
    """`contact` of a person who has an account, in any writing."""

    contact: str


class PartyPerson(msgspec.Struct, frozen=True):
    """Somebody who sees what a party earns."""

    person_id: UUID
    name: str
    contact: str
    added_at: datetime


class AgreementDraft(msgspec.Struct, frozen=True):
    """Which part of a merchant's uses a party earns, from a moment (now) until another (for good)."""

    merchant_id: UUID
    party_id: UUID
    role: Role
    basis_points: Annotated[int, msgspec.Meta(ge=1, le=MOST_AGREED)]
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class Agreement(msgspec.Struct, frozen=True):
    """An agreement; without an end it holds until it is ended."""

    merchant_id: UUID
    agreement_id: UUID
    party_id: UUID
    role: Role
    basis_points: int
    starts_at: datetime
    ends_at: datetime | None
    merchant_name: str
    party_name: str
