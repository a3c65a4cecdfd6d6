"""Demo people: an operator of the platform, and staff at a few merchants."""

from collections.abc import Sequence
from uuid import UUID

from shuke.demo.chain import CHAIN, store_id
from shuke.demo.city import Brand
from shuke.demo.identity import stable_id
from shuke.demo.logins import AGENT, CASHIER, GUESTS, MARKETER, OPERATOR, OWNER, USUAL_STORE, login, person_of
from shuke.demo.settle import merchant_id
from shuke.demo.types import Category
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.merchants import employ
from shuke.people.load import LoadedPerson, load_people
from shuke.samples import let_money_flow, put_on_sale

TILLS_OF_2017 = stable_id("staff", "tills of 2017")
"""Nobody's login: who scanned the coupons of the source's year, at whichever store."""


PEOPLE = (OPERATOR, OWNER, CASHIER, MARKETER, *GUESTS, AGENT)


async def found_people(db: Db) -> None:
    """Everybody to sign in as, except the household that comes with the chain."""
    for role in PEOPLE:
        await person_of(db, role)
    await db.run(
        "insert into platform.operators (person_id, added_at) values (:person, :now) on conflict do nothing",
        person=await person_of(db, OPERATOR),
        now=clock.now(),
    )


async def staff_brands(db: Db, first: Sequence[Brand]) -> None:
    """Owner, cashier and marketer of the first slice's largest cafe."""
    for role in (OWNER, CASHIER, MARKETER):
        await _employ(db, merchant_id(staffed_cafe(first)), role)


def staffed_cafe(first: Sequence[Brand]) -> Brand:
    """The first slice's largest cafe."""
    return max((brand for brand in first if brand.category == Category.cafe), key=lambda brand: len(brand.places))


async def open_sale(db: Db, first: Sequence[Brand]) -> None:
    """Sample offers at one shop of each category, and at the cafe all that makes money flow. Also in a city from before there were any."""
    for role in PEOPLE:
        await person_of(db, role)
    cafe = merchant_id(staffed_cafe(first))
    shops = {brand.category.value: merchant_id(brand) for brand in reversed(first)} | {Category.cafe.value: cafe}
    operator = await person_of(db, OPERATOR)
    await put_on_sale(db, shops, operator)
    await let_money_flow(db, cafe, operator, await person_of(db, OWNER), login(AGENT).email)


async def staff_chain(db: Db) -> None:
    """The same three at the chain, and the tills of its year."""
    await load_people(db, [LoadedPerson(TILLS_OF_2017, "Tills of 2017 (imported)", clock.now())])
    await employ(db, CHAIN, TILLS_OF_2017, CASHIER, await person_of(db, OPERATOR))
    for role, store in ((OWNER, None), (CASHIER, store_id(USUAL_STORE)), (MARKETER, None)):
        await _employ(db, CHAIN, role, store)


async def _employ(db: Db, merchant: UUID, role: str, store: UUID | None = None) -> None:
    await employ(db, merchant, await person_of(db, role), role, await person_of(db, OPERATOR), store)
