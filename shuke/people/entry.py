"""Entry: from a proof of who somebody is to a session in her browser or program."""

from litestar.datastructures import Cookie

from shuke.kit import clock, limits
from shuke.kit.db import Db
from shuke.kit.refusals import Refusal
from shuke.kit.web import SESSION_COOKIE, AnyRequest, client_address, cookie_expiry, secure_cookies
from shuke.people.actions import open_session, person_for
from shuke.people.codes import check_code
from shuke.people.contacts import Contact
from shuke.people.types import Session

WRONG_CODES = 60  # an hour from one address


async def sign_in(db: Db, request: AnyRequest, contact: Contact, code: str, name: str = "") -> Session:
    """A session for whoever has the code; a new account where the contact is new. Refusals: those of check_code, too_many_requests."""
    subject = f"sign-in:{client_address(request)}"
    await limits.not_beyond(db, subject, WRONG_CODES)
    try:
        await check_code(db, contact, code)
    except Refusal as refusal:
        if refusal.keeps:  # a wrong code; right ones don't count: a whole shop may share one address
            await limits.count(db, subject, limits.HOUR)
        raise
    person_id, fresh = await person_for(db, contact, name)
    return await open_session(db, person_id, request.headers.get("user-agent", ""), client_address(request), new_person=fresh)


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


def no_session() -> Cookie:
    """Takes the session out of the browser."""
    return Cookie(key=SESSION_COOKIE, value="", path="/", max_age=0, httponly=True, samesite="lax", secure=secure_cookies())
