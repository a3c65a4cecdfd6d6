"""JSON API: a merchant's payouts and the account they go to."""

from uuid import UUID

import msgspec
from litestar import Router, get, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotAllowed
from shuke.merchants import Acting, staff_with
from shuke.payouts.actions import save_account
from shuke.payouts.queries import account_of, changes_of, payouts_of, test_money
from shuke.payouts.types import AccountChange, AccountDraft, Payout, PayoutAccount

MONEY = [staff_with("money")]


class Payouts(msgspec.Struct, frozen=True):
    """The account (masked; null: nothing is paid out), who wrote it when, payouts with the latest first; `test_money`: none moves."""

    account: PayoutAccount | None
    changes: list[AccountChange]
    payouts: list[Payout]
    test_money: bool


def owner_only(acting: Acting) -> None:
    """Refusal: not_allowed, to all but the merchant's owner."""
    if acting.role != "owner":
        raise NotAllowed("not_allowed", _("Only the owner writes where the money goes."))


async def all_of(db: Db, acting: Acting, before: UUID | None) -> Payouts:
    """What a merchant sees of its payouts."""
    return Payouts(
        await account_of(db, acting.merchant_id),
        await changes_of(db, acting.merchant_id),
        await payouts_of(db, acting.merchant_id, before),
        await test_money(db, acting.currency),
    )


@get("/payouts", guards=MONEY, summary="Payouts of a merchant")
async def list_payouts(
    db: NamedDependency[Db], acting: NamedDependency[Acting], before: FromQuery[UUID | None] = None
) -> Payouts:
    """Thirty a page; `before` is the last payout's id. Refusals: not_found, not_allowed."""
    return await all_of(db, acting, before)


@put("/payout-account", guards=MONEY, summary="Write the payout account")
async def put_account(db: NamedDependency[Db], acting: NamedDependency[Acting], data: JSONBody[AccountDraft]) -> Payouts:
    """By the owner; what waited for it is paid out. Refusals: account_unreadable, not_found, not_allowed (also to other roles)."""
    owner_only(acting)
    await save_account(db, acting.person_id, acting.merchant_id, data)
    return await all_of(db, acting, None)


payout_routes = Router("/api/v1/merchants/{merchant_id:uuid}", route_handlers=[list_payouts, put_account], tags=["settlement"])
