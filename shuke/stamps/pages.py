"""The punch card in the office: how many stamps, which reward, from which bill."""

from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import digits, parse
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, office_page, staff_with
from shuke.shell import redirect
from shuke.stamps.actions import set_card
from shuke.stamps.queries import card_of
from shuke.stamps.types import FEWEST, MOST, StampCard, StampCardDraft
from shuke.vouchers import template_lines

RULES = [staff_with("templates")]
LINES = 200
Typed = dict[str, str]


async def _page(request: AnyRequest, db: Db, acting: Acting, typed: Typed, errors: Typed | None = None) -> Response[str]:
    card = await card_of(db, acting.merchant_id)
    rewards = {
        str(line.template_id): line.title for line in await template_lines(db, acting.merchant_id, "active", None, LINES)
    }
    if card is not None:
        rewards.setdefault(str(card.template_id), card.title)
    return office_page(
        request,
        acting,
        "stamps/stamp-card.html",
        status=422 if errors else 200,
        rewards=list(rewards.items()),
        typed=typed or _typed(card, acting.currency),
        errors=errors or {},
        currency=acting.currency,
    )


def _typed(card: StampCard | None, currency: str) -> Typed:
    """A card as its form shows it."""
    if card is None:
        return {"needed": "10", "minimum": "0", "open": "yes"}
    places = digits(currency)
    return {
        "template_id": str(card.template_id),
        "needed": str(card.needed),
        "minimum": f"{card.minimum / 10**places:.{places}f}",
        "open": "yes" if card.open else "",
    }


@get("/stamp-card", guards=RULES)
async def stamp_card_page(request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]) -> Response[str]:
    """The punch card as it is, and the form."""
    return await _page(request, db, acting, {})


@post("/stamp-card", guards=RULES)
async def write_stamp_card(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting]
) -> Response[str] | Redirect:
    """Keep what was typed, from the next stamp on."""
    form = await request.form()
    typed = {name: str(form.get(name, "")) for name in ("template_id", "needed", "minimum", "open")}
    draft, errors = _read(typed, acting.currency)
    if draft is None:
        return await _page(request, db, acting, typed, errors)
    try:
        await set_card(db, acting.merchant_id, draft)
    except Refusal:
        return await _page(request, db, acting, typed, {"template_id": _("Choose the reward.")})
    return redirect(f"/console/{acting.merchant_id}/stamp-card", flash=_("Saved. It counts from the next stamp."))


def _read(typed: Typed, currency: str) -> tuple[StampCardDraft | None, Typed]:
    """A card as typed, or what is wrong in which field."""
    errors: Typed = {}
    minimum = parse(typed["minimum"] or "0", currency)
    if minimum is None:
        errors["minimum"] = _("Write an amount.")
    needed = int(typed["needed"]) if typed["needed"].isdecimal() and len(typed["needed"]) < 4 else 0
    if not FEWEST <= needed <= MOST:
        errors["needed"] = _("Write a number from 2 to 50.")
    try:
        template_id = msgspec.convert(typed["template_id"], UUID, strict=False)
    except msgspec.ValidationError:
        template_id = None
        errors["template_id"] = _("Choose the reward.")
    if minimum is None or template_id is None or errors:
        return None, errors
    return StampCardDraft(template_id, needed, minimum, typed["open"] == "yes"), errors


stamp_pages = Router("/console/{merchant_id:uuid}", route_handlers=[stamp_card_page, write_stamp_card], include_in_schema=False)
