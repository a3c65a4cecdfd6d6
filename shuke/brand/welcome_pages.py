"""What new members get: each voucher that is given out may be a welcome for all, a surprise while stock lasts, or a prize of a draw."""

from decimal import Decimal, InvalidOperation

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from shuke.brand.forms import Typed, typed_in
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, office_page, staff_with
from shuke.rewards import WelcomeDraft, set_welcomes, welcome_gifts
from shuke.shell import redirect
from shuke.vouchers import TemplateLine, template_lines

RULES = [staff_with("templates")]
MOST = 50
PART = Decimal(10_000)  # parts of a million in one percent


async def _page(request: AnyRequest, db: Db, acting: Acting, typed: Typed | None = None, error: str = "") -> Response[str]:
    lines = await template_lines(db, acting.merchant_id, "active", None, MOST)
    if typed is None:
        typed = {}
        for gift in await welcome_gifts(db, acting.merchant_id):
            typed[f"manner_{gift.template_id}"] = gift.manner
            if gift.manner == "draw":
                typed[f"chance_{gift.template_id}"] = f"{(Decimal(gift.weight) / PART).normalize():f}"
    return office_page(
        request,
        acting,
        "brand/welcomes.html",
        status=422 if error else 200,
        lines=lines,
        typed=typed,
        error=error,
        currency=acting.currency,
    )


@get("/programme/welcomes", guards=RULES)
async def welcomes_page(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """What new members get now, and the form."""
    return await _page(request, db, acting)


@post("/programme/welcomes", guards=RULES)
async def write_welcomes(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]
) -> Response[str] | Redirect:
    """Keep what was chosen, from the next member on."""
    typed = await typed_in(request)
    lines = await template_lines(db, acting.merchant_id, "active", None, MOST)
    drafts = [draft for line in lines if (draft := _draft(line, typed)) is not None]
    if any(draft.weight < 1 for draft in drafts):
        return await _page(request, db, acting, typed, _("A chance is a number of percent above 0 and up to 100."))
    try:
        await set_welcomes(db, acting.merchant_id, drafts)
    except Refusal as refusal:
        return await _page(request, db, acting, typed, _(refusal.detail))
    return redirect(f"/console/{acting.merchant_id}/programme/welcomes", flash=_("Saved. The next new member gets this."))


def _draft(line: TemplateLine, typed: Typed) -> WelcomeDraft | None:
    """What was chosen for one template; a weight of 0 where its chance can't be read."""
    manner = typed.get(f"manner_{line.template_id}", "")
    if manner == "welcome":
        return WelcomeDraft(line.template_id, "welcome")
    if manner == "surprise":
        return WelcomeDraft(line.template_id, "surprise")
    if manner == "draw":
        return WelcomeDraft(line.template_id, "draw", _weight(typed.get(f"chance_{line.template_id}", "")))
    return None


def _weight(text: str) -> int:
    try:
        percent = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return 0
    return int(percent * PART) if percent.is_finite() and 0 < percent <= 100 else 0


welcome_pages = Router("/console/{merchant_id:uuid}", route_handlers=[welcomes_page, write_welcomes], include_in_schema=False)
