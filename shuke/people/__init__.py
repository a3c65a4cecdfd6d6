"""People: one account each for guest, staff and operator; sign-in by code or passkey; sessions that can be listed and ended.

A session's token is never stored, only its hash. Erasing a person keeps the id, so that every ledger stays balanced.
"""

from shuke.people.actions import open_session, person_for
from shuke.people.contacts import Contact, contact_from, read_contact, region
from shuke.people.entry import session_cookie, sign_in
from shuke.people.erase import before_erasing
from shuke.people.export import exports
from shuke.people.guards import anyone, recognised, signed_in, viewer_of
from shuke.people.pages import UNDER_WAY, CodeGiven, ContactGiven, ask_for_code, code_page, under_way
from shuke.people.queries import contacts_of, person_by_contact, verified_phone
from shuke.people.shortcuts import Shortcut, shortcuts_of, shows
from shuke.people.types import PersonErased, Session, Viewer

__all__ = [
    "UNDER_WAY",
    "CodeGiven",
    "Contact",
    "ContactGiven",
    "PersonErased",
    "Session",
    "Shortcut",
    "Viewer",
    "anyone",
    "ask_for_code",
    "before_erasing",
    "code_page",
    "contact_from",
    "contacts_of",
    "exports",
    "open_session",
    "person_by_contact",
    "person_for",
    "read_contact",
    "recognised",
    "region",
    "session_cookie",
    "shortcuts_of",
    "shows",
    "sign_in",
    "signed_in",
    "under_way",
    "verified_phone",
    "viewer_of",
]
