"""Types of the treasury's API."""

from typing import Annotated
from uuid import UUID

import msgspec

from shuke.agreements import Agreement, Party, PartyPerson, Terms, TermsLine
from shuke.kit.money import LARGEST
from shuke.treasury.deeds import Deed


class Correction(msgspec.Struct, frozen=True):
    """What the platform puts right on a merchant's statement: above zero it gives, below it takes (minor units)."""

    amount: Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
    note: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class Corrected(msgspec.Struct, frozen=True):
    """The line that was written."""

    line_id: UUID


class MerchantTerms(msgspec.Struct, frozen=True):
    """What holds for a merchant now, its own terms (the latest first), who earns on it, what it is owed, and who did what."""

    merchant_id: UUID
    now: Terms
    log: list[TermsLine]
    agreements: list[Agreement]
    currency: str
    balance: int
    deeds: list[Deed]


class PartyFile(msgspec.Struct, frozen=True):
    """A party with the people who see its earnings, its agreements, and who changed what."""

    party: Party
    people: list[PartyPerson]
    agreements: list[Agreement]
    deeds: list[Deed]


class Linked(msgspec.Struct, frozen=True):
    """Who was linked."""

    person_id: UUID
