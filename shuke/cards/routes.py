"""JSON API of cards for the merchant: the programme."""

from litestar import Router, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from shuke.cards.programme import ProgrammeDraft, ProgrammeRules, rules_of_card, set_programme
from shuke.kit.db import Db
from shuke.merchants import Acting, staff_with

MAY = [staff_with("templates")]


@get("/programme", guards=MAY, summary="The rules of a merchant's card")
async def get_programme(db: NamedDependency[Db], acting: NamedDependency[Acting]) -> ProgrammeRules:
    """Refusals: no_programme, not_found, not_allowed."""
    return await rules_of_card(db, acting.merchant_id)


@put("/programme", guards=MAY, summary="Set the rules of a merchant's card")
async def put_programme(
    db: NamedDependency[Db], acting: NamedDependency[Acting], data: JSONBody[ProgrammeDraft]
) -> ProgrammeRules:
    """Programme, tiers and articles are replaced as a whole; points and tiers that members have stay.

    Refusals: programme_unreadable (facts name the fields), unreadable, not_found, not_allowed."""
    return await set_programme(db, acting.merchant_id, data)


routes = Router("/api/v1/merchants/{merchant_id:uuid}", route_handlers=[get_programme, put_programme], tags=["programme"])
