"""Pages on the way in: contact, code, and the language switch of every page."""

from urllib.parse import quote, unquote

import msgspec
from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Response

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import LOCALES, speak
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import LOCALE_COOKIE, AnyRequest, client_address, secure_cookies
from shuke.people.actions import choose_language
from shuke.people.codes import CODE_SECONDS, Purpose, send_code
from shuke.people.contacts import Contact, contact_from, read_contact
from shuke.people.entry import session_cookie, sign_in
from shuke.people.guards import anyone, viewer_of
from shuke.shell import redirect, render
from shuke.shell.pages import YEAR, local

UNDER_WAY = "shuke_code"
RESEND_SECONDS = 30
START = "/start"


class UnderWay(msgspec.Struct, frozen=True):
    """A code this browser has asked for; kept in a cookie of its own, the code itself proves everything."""

    contact: str
    purpose: Purpose
    next: str
    at: int
    """Seconds since 1970."""

    @property
    def wait(self) -> int:
        """Seconds until a new code may be asked for."""
        return max(0, self.at + RESEND_SECONDS - int(clock.now().timestamp()))


def under_way(request: AnyRequest, purpose: Purpose) -> tuple[UnderWay, Contact] | None:
    """The code asked for with this purpose, and where it went."""
    try:
        asked = msgspec.json.decode(unquote(request.cookies.get(UNDER_WAY, "")), type=UnderWay)
    except (msgspec.MsgspecError, UnicodeError):
        return None
    contact = read_contact(asked.contact)
    return (asked, contact) if contact is not None and asked.purpose == purpose else None


async def ask_for_code(db: Db, request: AnyRequest, contact: Contact, purpose: Purpose, after: str) -> Cookie:
    """Send a code unless one has just left, and remember in the browser where it went."""
    before = under_way(request, purpose)
    if before is None or before[1] != contact or not before[0].wait:
        await send_code(db, contact, client_address(request), purpose)
        asked = UnderWay(contact.value, purpose, after, int(clock.now().timestamp()))
    else:
        asked = before[0]
    return Cookie(
        key=UNDER_WAY,
        value=quote(msgspec.json.encode(asked)),
        path="/",
        max_age=CODE_SECONDS * 2,
        httponly=True,
        samesite="lax",
        secure=secure_cookies(),
    )


def code_page(
    request: AnyRequest, asked: UnderWay, contact: Contact, form: dict[str, str], refusal: Refusal | None = None
) -> Response[str]:
    """The page that asks for the code. `form`: its words and addresses, see code.html."""
    dead = refusal is not None and refusal.name in ("code_expired", "code_tries_used")
    error = refusal.detail if refusal else ""
    if refusal is not None and "tries_left" in refusal.facts:
        error = f"{error} " + _("Tries left: %(count)s.") % {"count": refusal.facts["tries_left"]}
    status = refusal.status if refusal else 200
    return render(
        request,
        "people/code.html",
        status=status,
        asked=asked,
        contact=contact,
        form=form,
        error=error,
        dead=dead,
        minutes=CODE_SECONDS // 60,
    )


class ContactGiven(msgspec.Struct, frozen=True):
    """The form that asks for a code."""

    contact: str = ""
    next: str = ""


class CodeGiven(msgspec.Struct, frozen=True):
    """The form that gives it back."""

    code: str = ""


def _after(address: str) -> str:
    return local(address) if address else START


@get("/sign-in", guards=[anyone], include_in_schema=False)
async def show_sign_in(request: AnyRequest) -> Response[str] | Redirect:
    """Who is signed in already goes on."""
    wish = request.query_params.get("next", "")
    if viewer_of(request) is not None:
        return redirect(_after(wish))
    return render(request, "people/sign_in.html", after=_after(wish), contact="", refusal=None)


@post("/sign-in", guards=[anyone], include_in_schema=False)
async def ask_sign_in_code(
    request: AnyRequest, db: NamedDependency[Db], data: URLEncodedBody[ContactGiven]
) -> Response[str] | Redirect:
    """Send a code and ask for it, or say what is wrong with the contact."""
    try:
        contact = contact_from(data.contact)
        cookie = await ask_for_code(db, request, contact, "sign_in", _after(data.next))
    except Refusal as refusal:
        return render(
            request,
            "people/sign_in.html",
            status=refusal.status,
            after=_after(data.next),
            contact=data.contact[:254],
            refusal=refusal,
        )
    answer = redirect("/sign-in/code")
    answer.set_cookie(cookie)
    return answer


def _sign_in_form(asked: UnderWay) -> dict[str, str]:
    return {
        "title": _("Sign in"),
        "action": "/sign-in/code",
        "again": "/sign-in",
        "back": f"/sign-in?next={quote(asked.next)}",
        "button": _("Sign in"),
    }


@get("/sign-in/code", guards=[anyone], include_in_schema=False)
async def show_sign_in_code(request: AnyRequest) -> Response[str] | Redirect:
    """Ask for the code that was sent."""
    found = under_way(request, "sign_in")
    if found is None:
        return redirect("/sign-in")
    return code_page(request, *found, _sign_in_form(found[0]))


@post("/sign-in/code", guards=[anyone], include_in_schema=False)
async def give_sign_in_code(
    request: AnyRequest, db: NamedDependency[Db], data: URLEncodedBody[CodeGiven]
) -> Response[str] | Redirect:
    """In, or what is wrong with the code and what to do."""
    found = under_way(request, "sign_in")
    if found is None:
        return redirect("/sign-in", flash=_("That took too long. Please ask for a new code."), kind="warn")
    asked, contact = found
    try:
        session = await sign_in(db, request, contact, data.code)
    except Refusal as refusal:
        return code_page(request, asked, contact, _sign_in_form(asked), refusal)
    answer = redirect(_after(asked.next))
    answer.set_cookie(session_cookie(session))
    answer.delete_cookie(UNDER_WAY)
    return answer


class LanguageWish(msgspec.Struct, frozen=True):
    """The form of the language switch."""

    locale: str = ""
    next: str = "/"


@post("/language", guards=[anyone], include_in_schema=False)
async def set_language(request: AnyRequest, db: NamedDependency[Db], data: URLEncodedBody[LanguageWish]) -> Redirect:
    """Keep the chosen language on this browser, and with the person who is signed in; back to the page."""
    answer = redirect(local(data.next))
    if data.locale in LOCALES:
        speak(data.locale)
        viewer = viewer_of(request)
        if viewer is not None:
            await choose_language(db, viewer.person_id, data.locale)
        answer.set_cookie(Cookie(key=LOCALE_COOKIE, value=data.locale, path="/", max_age=YEAR, samesite="lax"))
    return answer


pages = Router(
    "/",
    route_handlers=[show_sign_in, ask_sign_in_code, show_sign_in_code, give_sign_in_code, set_language],
    include_in_schema=False,
)
