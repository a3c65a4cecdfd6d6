"""JSON API of passkeys: what the browser's script asks for, and what a person can list and remove."""

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Response

from shuke.kit import limits
from shuke.kit.db import Db
from shuke.kit.devices import device_name
from shuke.kit.refusals import NotSignedIn
from shuke.kit.web import AnyRequest, address, client_address
from shuke.people.actions import open_session
from shuke.people.entry import session_cookie
from shuke.people.guards import anyone, signed_in
from shuke.people.passkeys import (
    add_passkey,
    person_by_passkey,
    registration_options,
    remove_passkey,
    sign_in_options,
)
from shuke.people.queries import contacts_of, passkeys_of, profile_of
from shuke.people.types import Passkey, PasskeyAnswer, PasskeyOptions, Session, Viewer


@get("/passkeys", guards=[signed_in], summary="My passkeys")
async def list_passkeys(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[Passkey]:
    """The oldest first."""
    return await passkeys_of(db, viewer.person_id)


@post("/passkeys/registration-options", guards=[signed_in], summary="Begin to add a passkey")
async def create_registration_options(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer]
) -> PasskeyOptions:
    """For navigator.credentials.create(). Refusals: too_many_passkeys."""
    person = await profile_of(db, viewer.person_id)
    if person is None:
        raise NotSignedIn
    contacts = await contacts_of(db, viewer.person_id)
    return await registration_options(db, address(request), person, contacts[0].value if contacts else "Shuke")


@post("/passkeys", guards=[signed_in], summary="Add a passkey")
async def create_passkey(
    request: AnyRequest, db: NamedDependency[Db], viewer: NamedDependency[Viewer], data: JSONBody[PasskeyAnswer]
) -> Passkey:
    """With the answer of navigator.credentials.create(). Refusals: challenge_expired, passkey_refused, passkey_known."""
    name = device_name(request.headers.get("user-agent", "").replace("\0", ""))
    return await add_passkey(db, address(request), viewer.person_id, data, name)


@delete("/passkeys/{credential_id:str}", guards=[signed_in], summary="Remove one of my passkeys")
async def delete_passkey(db: NamedDependency[Db], viewer: NamedDependency[Viewer], credential_id: FromPath[str]) -> None:
    """Refusals: not_found."""
    await remove_passkey(db, viewer.person_id, credential_id)


@post("/passkeys/sign-in-options", guards=[anyone], summary="Begin to sign in with a passkey")
async def create_sign_in_options(request: AnyRequest, db: NamedDependency[Db]) -> PasskeyOptions:
    """For navigator.credentials.get(). Refusals: too_many_requests."""
    await limits.at_most(db, f"passkey:{client_address(request)}", 120, limits.HOUR)
    return await sign_in_options(db, address(request))


@post("/passkeys/sessions", guards=[anyone], summary="Sign in with a passkey")
async def create_passkey_session(
    request: AnyRequest, db: NamedDependency[Db], data: JSONBody[PasskeyAnswer]
) -> Response[Session]:
    """With the answer of navigator.credentials.get(). Refusals: challenge_expired, passkey_unknown, passkey_refused.
    Sets the session cookie too."""
    person_id = await person_by_passkey(db, address(request), data)
    session = await open_session(db, person_id, request.headers.get("user-agent", ""), client_address(request))
    return Response(session, status_code=201, cookies=[session_cookie(session)])


passkey_routes = Router(
    "/api/v1",
    route_handlers=[
        *(list_passkeys, create_registration_options, create_passkey, delete_passkey),
        *(create_sign_in_options, create_passkey_session),
    ],
    tags=["people"],
)
