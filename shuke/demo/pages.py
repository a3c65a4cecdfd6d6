"""The demo's page: how far the import is, whom to sign in as, where the data comes from."""

from litestar import Response, Router, get
from litestar.di import NamedDependency

from shuke.demo.logins import LOGINS
from shuke.demo.progress import StepProgress, progress
from shuke.demo.queries import beginnings, spot_of_staff
from shuke.demo.tries import with_friends, with_money
from shuke.kit.db import Db
from shuke.kit.i18n import _
from shuke.kit.web import AnyRequest
from shuke.people import anyone
from shuke.samples import samples
from shuke.shell import render

TITLES = {
    "people": _("People to sign in as"),
    "first_places": _("The first places of Helsinki"),
    "staff": _("Their staff"),
    "offers": _("Sample offers"),
    "places": _("All other places of Helsinki"),
    "chain": _("Stores of the supermarket chain"),
    "households": _("Its households as members"),
    "booklets": _("Coupon booklets"),
    "mailings": _("Booklets mailed, and coupons used"),
    "articles": _("Articles"),
    "purchases": _("Purchases"),
    "punch_card": _("Stamps on punch cards"),
    "tiers": _("Members in their tiers"),
    "statistics": _("Tidying up"),
}
"""What the page calls the steps."""

ROLES = {
    "operator": _("runs the platform: vetting, health"),
    "owner": _("owns a cafe and the supermarket chain"),
    "cashier": _("stands at their tills"),
    "marketer": _("makes their vouchers"),
    "guest1": _("a guest without anything yet"),
    "guest2": _("another guest, for groups and queues"),
    "guest3": _("one more"),
    "agent": _("earns a part of what is used at the cafe"),
    "household": _("a member with a year of purchases"),
}


@get("/demo", guards=[anyone], include_in_schema=False)
async def demo_page(request: AnyRequest, db: NamedDependency[Db]) -> Response[str]:
    """Show the demo to a newcomer; an installation without it says so."""
    rows = await progress(db)
    offers = await samples(db)
    return render(
        request,
        "demo/demo.html",
        titles=TITLES,
        rows=rows,
        running=_running(rows),
        logins=LOGINS,
        roles=ROLES,
        tries=with_money(offers),
        friends=with_friends(await spot_of_staff(db)),
        others=[offer for offer in offers if not offer.staffed],
        shops=await beginnings(db) if rows else [],
    )


@get("/demo/progress", guards=[anyone], include_in_schema=False)
async def demo_progress(request: AnyRequest, db: NamedDependency[Db]) -> Response[str]:
    """Only how far it is: the page asks for it again while the import runs."""
    rows = await progress(db)
    return render(request, "demo/progress.html", titles=TITLES, rows=rows, running=_running(rows))


def _running(rows: list[StepProgress]) -> bool:
    return any(row.finished_at is None for row in rows)


pages = Router("/", route_handlers=[demo_page, demo_progress])
