"""JSON API: what a shop gives for reviewing."""

from uuid import UUID

from litestar import Router, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from shuke.kit.db import Db
from shuke.merchants import Acting, staff_with
from shuke.people import anyone
from shuke.thanks.actions import set_thanks
from shuke.thanks.queries import thanks_of
from shuke.thanks.types import Thanks


@get("/thanks", guards=[anyone], summary="What a shop gives for a review")
async def get_thanks(db: NamedDependency[Db], merchant_id: FromPath[UUID]) -> Thanks:
    """Points for every review of a member, whatever it says; none where it gives nothing."""
    return await thanks_of(db, merchant_id)


@put("/thanks", guards=[staff_with("deals")], summary="Set what you give for a review")
async def put_thanks(db: NamedDependency[Db], acting: NamedDependency[Acting], data: JSONBody[Thanks]) -> Thanks:
    """From now on so many points for every review of a member; shown with the review. Refusals: not_found, not_allowed."""
    return await set_thanks(db, acting, data)


thanks_routes = Router("/api/v1/merchants/{merchant_id:uuid}", route_handlers=[get_thanks, put_thanks], tags=["reviews"])
