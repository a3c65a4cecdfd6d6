"""Pages for agents and operating firms: what they earned by merchant and day, the lines behind it, what they were paid."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from shuke.agreements import parties_of_person
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.money import Money
from shuke.kit.refusals import NotFound
from shuke.kit.web import AnyRequest
from shuke.payouts import paid_sums, party_payouts, test_money
from shuke.people import Shortcut, Viewer, shows, signed_in
from shuke.settlement import earned_sums, earning_lines, earnings_of, statement_of
from shuke.shell import render
from shuke.statements.routes import own_party
from shuke.statements.words import kind_words, role_words


class Sum(msgspec.Struct, frozen=True):
    """All that a party earned in one currency, of it still provisional, and what was paid."""

    earned: Money
    provisional: Money
    paid: Money
    owed: Money


async def sums_of(db: Db, party_id: UUID) -> list[Sum]:
    """By currency; of all days and payouts, not only those that are listed."""
    paid = await paid_sums(db, party_id)
    found = []
    for one in await earned_sums(db, party_id):
        gone = paid.get(one.currency, 0)
        amounts = (one.earned, one.provisional, gone, one.earned - gone)
        found.append(Sum(*(Money(amount, one.currency) for amount in amounts)))
    return found


@get("/earnings", guards=[signed_in])
async def earnings_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    party: FromQuery[UUID | None] = None,
) -> Response[str]:
    """One party's earnings; the first where there are several."""
    parties = await parties_of_person(db, viewer.person_id)
    if not parties:
        raise NotFound
    chosen = await own_party(db, viewer, party or parties[0].party_id)
    days = await earnings_of(db, chosen.party_id)
    payouts = await party_payouts(db, chosen.party_id)
    return render(
        request,
        "statements/earnings.html",
        parties=parties,
        chosen=chosen,
        days=days,
        sums=await sums_of(db, chosen.party_id),
        payouts=payouts,
        roles=role_words(),
        money_of=Money,
        test=bool(days) and await test_money(db, days[0].currency),
    )


@get("/earnings/{party_id:uuid}/{merchant_id:uuid}/{day:date}", guards=[signed_in])
async def earning_lines_page(
    request: AnyRequest,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    party_id: FromPath[UUID],
    merchant_id: FromPath[UUID],
    day: FromPath[date],
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    """The lines behind a day's earnings."""
    party = await own_party(db, viewer, party_id)
    page = await earning_lines(db, party_id, merchant_id, day, after)
    statement = await statement_of(db, merchant_id, day) if page.lines else None
    if statement is None:
        raise NotFound
    mine = [found for found in await earnings_of(db, party_id, day, day) if found.merchant_id == merchant_id]
    return render(
        request,
        "statements/earning_lines.html",
        party=party,
        day=day,
        mine=mine,
        page=page,
        after=after,
        at=ZoneInfo(statement.zone),
        currency=statement.currency,
        words=kind_words(),
        roles=role_words(),
        money_of=Money,
    )


@shows("earnings")
async def _earnings(db: Db, person_id: UUID) -> list[Shortcut]:
    return [Shortcut("banknote", _("Earnings"), "/earnings")] if await parties_of_person(db, person_id) else []


earning_pages = Router("/", route_handlers=[earnings_page, earning_lines_page], include_in_schema=False)
