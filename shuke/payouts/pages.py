"""Pages of payouts in a merchant's back office: the account, and what was paid."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.kit.refusals import Refusal
from shuke.kit.web import AnyRequest
from shuke.merchants import Acting, office_page, staff_with
from shuke.payouts.actions import save_account
from shuke.payouts.routes import all_of, owner_only
from shuke.payouts.types import AccountDraft
from shuke.shell import redirect

MONEY = [staff_with("money")]
PAGE = 30


async def _page(
    request: AnyRequest, db: Db, acting: Acting, before: UUID | None = None, refusal: Refusal | None = None
) -> Response[str]:
    shown = await all_of(db, acting, before)
    return office_page(
        request,
        acting,
        "payouts/payouts.html",
        status=refusal.status if refusal else 200,
        shown=shown,
        refusal=refusal,
        owner=acting.role == "owner",
        before=before,
        next=shown.payouts[-1].payout_id if len(shown.payouts) == PAGE else None,
        money_of=Money,
    )


@get("/payouts", guards=MONEY)
async def payouts_page(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], before: FromQuery[UUID | None] = None
) -> Response[str]:
    """The account and the payouts."""
    return await _page(request, db, acting, before)


@post("/payout-account", guards=MONEY)
async def write_account(
    request: AnyRequest, db: NamedDependency[Db], acting: NamedDependency[Acting], data: URLEncodedBody[dict[str, str]]
) -> Response[str] | Redirect:
    """Keep the account; what waited for it is paid out."""
    holder, account = data.get("account_holder", "")[:120], data.get("account", "")[:60]
    try:
        owner_only(acting)
        await save_account(db, acting.person_id, acting.merchant_id, AccountDraft(holder, account))
    except Refusal as refusal:
        return await _page(request, db, acting, None, refusal)
    return redirect(f"/console/{acting.merchant_id}/payouts", flash=_("Saved. The change is in the log."))


payout_pages = Router("/console/{merchant_id:uuid}", route_handlers=[payouts_page, write_account], include_in_schema=False)
