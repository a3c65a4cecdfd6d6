"""Guards: who is asking, by cookie or bearer token, before a handler runs."""

from litestar.connection import Request
from litestar.handlers import BaseRouteHandler

from shuke.kit import clock
from shuke.kit.cache import Cache
from shuke.kit.db import Database
from shuke.kit.i18n import gettext as _
from shuke.kit.i18n import speak
from shuke.kit.refusals import NotAllowed, NotSignedIn
from shuke.kit.web import SESSION_COOKIE, AnyConnection, AnyRequest, header, resource
from shuke.people.queries import viewers_by_tokens
from shuke.people.tokens import Token, read_token
from shuke.people.types import Viewer

SAFE = ("GET", "HEAD", "OPTIONS")


class Sessions(Cache[Token, Viewer | None]):
    """The open sessions this process has seen lately."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, viewers_by_tokens, lambda token, _viewer: token.person_id)


async def anyone(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
    """Open to all; who is signed in is known nevertheless. A form on another site can't be sent here."""
    await _recognise(connection)
    foreign = header(connection.scope, b"sec-fetch-site") == "cross-site"
    if foreign and connection.scope.get("method") not in SAFE and not header(connection.scope, b"authorization"):
        raise NotAllowed("foreign_form", _("This form did not come from our own page. Please open it here and try again."))


async def signed_in(connection: AnyConnection, _handler: BaseRouteHandler) -> None:
    """Only people with a session; a form needs its token."""
    await recognised(connection)


async def recognised(connection: AnyConnection) -> Viewer:
    """The viewer, or a refusal; checks the form token where a cookie carries the session."""
    found, cookie = await _recognise(connection)
    if found is None:
        raise NotSignedIn(detail=_("Please sign in first."))
    if cookie is not None and connection.scope.get("method") not in SAFE:
        await _check_form_token(connection, cookie)
    return found


async def _recognise(connection: AnyConnection) -> tuple[Viewer | None, Token | None]:
    """Who this is, and the token where it came by cookie."""
    authorization = header(connection.scope, b"authorization")
    by_cookie = not authorization
    text = connection.cookies.get(SESSION_COOKIE, "") if by_cookie else authorization.removeprefix("Bearer ").strip()
    token = read_token(text)
    viewer = await resource(connection, Sessions).get(token) if token else None
    if viewer is not None and viewer.expires_at <= clock.now():
        viewer = None
    state = connection.scope["state"]
    state["viewer"] = viewer
    if viewer is not None and token is not None and by_cookie:
        state["csrf"] = token.csrf
        state["locale"] = viewer.locale  # a person reads her own language everywhere; a program asks by its header
        speak(viewer.locale)
    return viewer, token if by_cookie else None


async def _check_form_token(connection: AnyConnection, token: Token) -> None:
    given = header(connection.scope, b"x-csrf-token")
    if not given and isinstance(connection, Request) and "form" in header(connection.scope, b"content-type"):
        form = await connection.form()
        given = str(form.get("csrf", ""))
    if not token.wrote(given):
        raise NotAllowed("form_token_missing", _("This page has been open too long. Please load it again."))


def viewer_of(connection: AnyConnection) -> Viewer | None:
    """Who is signed in, after a guard has run."""
    viewer = connection.state.get("viewer")
    return viewer if isinstance(viewer, Viewer) else None


async def provide_viewer(request: AnyRequest) -> Viewer:
    """The signed-in person, for handlers behind a guard that lets nobody else in."""
    viewer = viewer_of(request)
    if viewer is None:
        raise NotSignedIn(detail=_("Please sign in first."))
    return viewer
