"""JSON API of the people room."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Response

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotSignedIn, Refusal
from shuke.kit.web import AnyRequest, client_address
from shuke.people.actions import add_contact, change_profile, end_session, remove_contact
from shuke.people.codes import check_code, send_code
from shuke.people.contacts import Contact, contact_from, read_contact
from shuke.people.entry import no_session, session_cookie, sign_in
from shuke.people.erase import erase
from shuke.people.export import Export, export
from shuke.people.guards import anyone, signed_in
from shuke.people.queries import contacts_of, held_contacts, open_sessions, profile_of
from shuke.people.types import (
    Erasure,
    HeldContact,
    Locale,
    NewContact,
    NewSession,
    NewSignInCode,
    OpenSession,
    Profile,
    Session,
    SignInCodeSent,
    Viewer,
)


class ProfileChange(msgspec.Struct, frozen=True):
    """What a person may set herself."""

    name: Annotated[str, msgspec.Meta(max_length=80)]
    locale: Locale
    birthday: date | None = None


@post("/sign-in-codes", guards=[anyone], summary="Send a sign-in code")
async def create_sign_in_code(request: AnyRequest, db: NamedDependency[Db], data: JSONBody[NewSignInCode]) -> SignInCodeSent:
    """By phone or e-mail; refusals: contact_unreadable, channel_unavailable, too_many_requests."""
    return await send_code(db, contact_from(data.contact), client_address(request))


@post("/sessions", guards=[anyone], summary="Sign in with a code")
async def create_session(request: AnyRequest, db: NamedDependency[Db], data: JSONBody[NewSession]) -> Response[Session]:
    """Refusals: contact_unreadable, code_wrong, code_expired, code_tries_used, too_many_requests. Sets the session cookie too."""
    session = await sign_in(db, request, contact_from(data.contact), data.code, data.name)
    return Response(session, status_code=201, cookies=[session_cookie(session)])


@get("/sessions", guards=[signed_in], summary="Where I am signed in")
async def list_sessions(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[OpenSession]:
    """The newest first."""
    return await open_sessions(db, viewer.person_id)


@delete("/sessions/{session_id:uuid}", guards=[signed_in], summary="End one of my sessions")
async def delete_session(db: NamedDependency[Db], viewer: NamedDependency[Viewer], session_id: FromPath[UUID]) -> None:
    """Refusals: not_found."""
    await end_session(db, viewer.person_id, session_id)


@delete("/sessions", guards=[signed_in], summary="Sign out")
async def delete_this_session(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[None]:
    """Ends the session that asks."""
    await end_session(db, viewer.person_id, viewer.session_id)
    return Response(None, status_code=204, cookies=[no_session()])


@get("/me", guards=[signed_in], summary="My profile")
async def get_me(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Profile:
    """What the person may see of herself."""
    profile = await profile_of(db, viewer.person_id)
    if profile is None:
        raise NotSignedIn
    return profile


@put("/me", guards=[signed_in], summary="Change my profile")
async def put_me(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[ProfileChange]) -> Profile:
    """Refusals: birthday_impossible."""
    await change_profile(db, viewer.person_id, name=data.name, locale=data.locale, birthday=data.birthday)
    profile = await profile_of(db, viewer.person_id)
    assert profile is not None
    return profile


@get("/me/contacts", guards=[signed_in], summary="My contacts")
async def list_contacts(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[HeldContact]:
    """The ways to reach me that are proved, the oldest first."""
    return await held_contacts(db, viewer.person_id)


@post("/me/contact-codes", guards=[signed_in], summary="Send a code to a contact I want to add")
async def create_contact_code(request: AnyRequest, db: NamedDependency[Db], data: JSONBody[NewSignInCode]) -> SignInCodeSent:
    """Refusals: contact_unreadable, channel_unavailable, too_many_requests."""
    return await send_code(db, contact_from(data.contact), client_address(request), "add")


@post("/me/contacts", guards=[signed_in], summary="Add a contact by its code")
async def create_contact(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[NewContact]
) -> list[HeldContact]:
    """Answers with all of them. Refusals: contact_unreadable, contact_taken, code_wrong, code_expired, code_tries_used."""
    contact = contact_from(data.contact)
    await check_code(db, contact, data.code, "add")
    await add_contact(db, viewer.person_id, contact)
    return await held_contacts(db, viewer.person_id)


@delete("/me/contacts/{kind:str}/{value:str}", guards=[signed_in], summary="Remove one of my contacts")
async def delete_contact(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    kind: FromPath[Literal["phone", "email"]],
    value: FromPath[str],
) -> None:
    """Refusals: not_found, last_contact."""
    await remove_contact(db, viewer.person_id, Contact(kind, value))


@get("/me/export", guards=[signed_in], summary="Everything that is held about me")
async def get_export(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[Export]:
    """One JSON file over all rooms."""
    name = f"shuke-{viewer.person_id}.json"
    return Response(
        await export(db, viewer.person_id),
        headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
    )


@post("/me/erasure-codes", guards=[signed_in], summary="Send a code for erasing my account")
async def create_erasure_code(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[NewSignInCode]
) -> SignInCodeSent:
    """To one of my own contacts. Refusals: not_my_contact, channel_unavailable, too_many_requests."""
    return await send_code(db, await own_contact(db, viewer, data.contact), client_address(request), "erase")


@delete("/me", guards=[signed_in], summary="Erase my account")
async def delete_me(db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[Erasure]) -> Response[None]:
    """Needs a fresh code (erasure-codes). Refusals: not_my_contact, code_wrong, code_expired, code_tries_used, only_owner."""
    await check_code(db, await own_contact(db, viewer, data.contact), data.code, "erase")
    await erase(db, viewer.person_id)
    return Response(None, status_code=204, cookies=[no_session()])


async def own_contact(db: Db, viewer: Viewer, text: str) -> Contact:
    """One of the viewer's contacts in any writing."""
    contact = read_contact(text)
    if contact is None or contact not in await contacts_of(db, viewer.person_id):
        raise Refusal("not_my_contact", _("This is not one of your contacts."))
    return contact


routes = Router(
    "/api/v1",
    route_handlers=[
        create_sign_in_code,
        create_session,
        list_sessions,
        delete_session,
        delete_this_session,
        get_me,
        put_me,
        delete_me,
        list_contacts,
        create_contact_code,
        create_contact,
        delete_contact,
        get_export,
        create_erasure_code,
    ],
    tags=["people"],
)
