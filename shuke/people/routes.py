"""JSON API of the people room."""

from datetime import date
from uuid import UUID

import msgspec
from litestar import Router, delete, get, post, put
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Response

from shuke.kit import clock, limits
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotSignedIn, Unreadable
from shuke.kit.web import SESSION_COOKIE, AnyRequest, client_address, cookie_expiry, secure_cookies
from shuke.people.actions import change_profile, check_code, end_session, open_session, person_for, send_code
from shuke.people.contacts import Contact, read_contact
from shuke.people.guards import anyone, signed_in
from shuke.people.queries import open_sessions, profile_of
from shuke.people.types import Locale, NewSession, NewSignInCode, OpenSession, Profile, Session, SignInCodeSent, Viewer


class ProfileChange(msgspec.Struct, frozen=True):
    """What a person may set herself."""

    name: str
    locale: Locale
    birthday: date | None = None


def contact_from(text: str) -> Contact:
    """The contact, or a refusal that says how to write one."""
    contact = read_contact(text)
    if contact is None:
        raise Unreadable(
            "contact_unreadable",
            _("This is neither a phone number nor an e-mail address. Write +358 40 123 4567 or name@example.org."),
        )
    return contact


def session_cookie(session: Session) -> Cookie:
    """Carries the session in a browser: not readable by scripts, not sent along from other sites."""
    return Cookie(
        key=SESSION_COOKIE,
        value=session.token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=secure_cookies(),
        max_age=cookie_expiry(session.expires_at, clock.now()),
    )


@post("/sign-in-codes", guards=[anyone], summary="Send a sign-in code")
async def create_sign_in_code(request: AnyRequest, db: NamedDependency[Db], data: JSONBody[NewSignInCode]) -> SignInCodeSent:
    """By phone or e-mail; refusals: contact_unreadable, too_many_requests."""
    return await send_code(db, contact_from(data.contact), client_address(request))


@post("/sessions", guards=[anyone], summary="Sign in with a code")
async def create_session(request: AnyRequest, db: NamedDependency[Db], data: JSONBody[NewSession]) -> Response[Session]:
    """Refusals: code_wrong, code_expired, too_many_requests. Sets the session cookie too."""
    contact = contact_from(data.contact)
    await limits.at_most(db, f"sign-in:{client_address(request)}", 60, limits.HOUR)
    await check_code(db, contact, data.code)
    person_id, fresh = await person_for(db, contact, data.name)
    session = await open_session(
        db, person_id, request.headers.get("user-agent", ""), client_address(request), new_person=fresh
    )
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
    return Response(None, status_code=204, cookies=[Cookie(key=SESSION_COOKIE, value="", path="/", max_age=0)])


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


routes = Router(
    "/api/v1",
    route_handlers=[create_sign_in_code, create_session, list_sessions, delete_session, delete_this_session, get_me, put_me],
    tags=["people"],
)
