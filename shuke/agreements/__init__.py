"""Agreements: who gets which part of a use: the platform by its terms, an agent and an operator by agreement, the merchant the rest.

Terms and agreements hold from a moment on and are never changed backwards; a use is split by those of its own moment.
"""

from shuke.agreements.actions import agree, change_party, create_party, end_agreement, link_person, set_terms, unlink_person
from shuke.agreements.queries import (
    agreements_of_merchant,
    agreements_of_party,
    parties,
    parties_of_person,
    party_of,
    people_of_party,
    terms_at,
    terms_at_each,
    terms_log,
)
from shuke.agreements.split import Split, split, take_back
from shuke.agreements.types import (
    Agreement,
    AgreementDraft,
    NewContact,
    Party,
    PartyDraft,
    PartyPerson,
    Role,
    Terms,
    TermsDraft,
    TermsLine,
)

__all__ = [
    "Agreement",
    "AgreementDraft",
    "NewContact",
    "Party",
    "PartyDraft",
    "PartyPerson",
    "Role",
    "Split",
    "Terms",
    "TermsDraft",
    "TermsLine",
    "agree",
    "agreements_of_merchant",
    "agreements_of_party",
    "change_party",
    "create_party",
    "end_agreement",
    "link_person",
    "parties",
    "parties_of_person",
    "party_of",
    "people_of_party",
    "set_terms",
    "split",
    "take_back",
    "terms_at",
    "terms_at_each",
    "terms_log",
    "unlink_person",
]
