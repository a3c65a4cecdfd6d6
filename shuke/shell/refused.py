"""Refusals on the way out: problem+json for programs, a page with a next step for people."""

from http import HTTPStatus
from urllib.parse import quote, urlsplit

import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.status_codes import HTTP_422_UNPROCESSABLE_ENTITY

from shuke.kit.i18n import _, gettext
from shuke.kit.refusals import NotSignedIn, Refusal, Unreadable
from shuke.kit.web import UNSTORABLE, AnyRequest, Unavailable, away, problem, unstorable, wants_json
from shuke.shell.render import redirect, render

log = structlog.get_logger()

HEADINGS = {
    401: _("Please sign in"),
    403: _("This is not yours to do"),
    404: _("Nothing here"),
    429: _("One moment, please"),
    500: _("Something broke"),
    503: _("One moment, please"),
}
DETAILS = {
    404: _("The address may be mistyped, or what was here is gone."),
    405: _("This page can't do that."),
    413: _("That was too large to send."),
    422: _("We could not read what was sent. Please check it and try again."),
}


class Broken(Refusal):
    """500: our fault, not the caller's."""

    status = 500


def refused(request: AnyRequest, refusal: Refusal) -> Response[bytes] | Response[str] | Response[object]:
    """A room's refusal, for whoever asked."""
    if wants_json(request):
        return problem(refusal)
    return _page(request, refusal.status, refusal)


def framework_refused(request: AnyRequest, error: HTTPException) -> Response[bytes] | Response[str] | Response[object]:
    """Unknown paths, wrong methods, bodies that can't be read."""
    status = (
        HTTP_422_UNPROCESSABLE_ENTITY
        if isinstance(error, ValidationException) or error.status_code == 400
        else error.status_code
    )
    name = HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")
    name = "unreadable" if status == 422 else name
    if wants_json(request):
        return problem(_named(status, name, gettext(str(error.detail))))
    return _page(request, status, _named(status, name, gettext(DETAILS.get(status, ""))))


def broken(request: AnyRequest, error: Exception) -> Response[bytes] | Response[str] | Response[object]:
    """What nobody expected: logged with its trace, told without it. Input that can't be stored as it is gets its own word."""
    if unstorable(error):
        log.warning("input refused by the database", path=request.url.path, method=request.method, error=repr(error)[:500])
        detail = gettext(UNSTORABLE)
        unreadable = Unreadable("unreadable", detail)
        return problem(unreadable) if wants_json(request) else _page(request, unreadable.status, unreadable)
    if away(error):
        log.warning("database away", path=request.url.path, method=request.method, error=repr(error)[:200])
        return problem(Unavailable()) if wants_json(request) else _page(request, Unavailable.status, Unavailable())
    log.error("unexpected error", path=request.url.path, method=request.method, exc_info=error)
    refusal = Broken("internal_error", gettext("Something broke on our side. Please try again."))
    return problem(refusal) if wants_json(request) else _page(request, 500, refusal)


def _named(status: int, name: str, detail: str) -> Refusal:
    kind = type("Framework", (Refusal,), {"status": status})
    refusal = kind(name, detail)
    assert isinstance(refusal, Refusal)
    return refusal


def _page(request: AnyRequest, status: int, refusal: Refusal) -> Response[str] | Response[object]:
    part = request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"
    if isinstance(refusal, NotSignedIn) and (part or request.method == "GET"):
        return _to_sign_in(request, part=part)
    heading = gettext(HEADINGS.get(status, _("That did not work")))
    step = (gettext("Sign in"), "/sign-in") if status == 401 else (gettext("To the start"), "/")
    name = "shell/refused.html" if part else "shell/refusal.html"
    return render(request, name, status=status, heading=heading, detail=gettext(refusal.detail), next=step)


def _to_sign_in(request: AnyRequest, *, part: bool) -> Response[object]:
    """Back to where the person was afterwards; the whole page goes, also when only a part was asked for."""
    try:
        seen = urlsplit(request.headers.get("hx-current-url", "") if part else str(request.url))
    except ValueError:  # no address at all
        seen = urlsplit("/")
    address = f"/sign-in?next={quote(seen.path + (f'?{seen.query}' if seen.query else ''))}"
    if part:
        return Response(None, status_code=401, headers={"hx-redirect": address})
    answer: Response[object] = redirect(address)
    return answer
