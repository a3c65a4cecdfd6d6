"""People: one account each for guest, staff and operator; sign-in by code or passkey; sessions that can be listed and ended.

A session's token is never stored, only its hash. Erasing a person keeps the id, so that every ledger stays balanced.
"""

from shuke.people.actions import person_for
from shuke.people.contacts import Contact, read_contact
from shuke.people.export import exports
from shuke.people.guards import anyone, recognised, signed_in, viewer_of
from shuke.people.queries import contacts_of, person_by_contact, verified_phone
from shuke.people.types import PersonErased, Viewer

__all__ = [
    "Contact",
    "PersonErased",
    "Viewer",
    "anyone",
    "contacts_of",
    "exports",
    "person_by_contact",
    "person_for",
    "read_contact",
    "recognised",
    "signed_in",
    "verified_phone",
    "viewer_of",
]
