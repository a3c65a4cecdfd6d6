"""The people of the demo who can sign in: their codes are among the letters that the installation keeps."""

from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.people import Contact, person_for

OPERATOR, OWNER, CASHIER, MARKETER, HOUSEHOLD, AGENT = "operator", "owner", "cashier", "marketer", "household", "agent"
GUESTS = ("guest1", "guest2", "guest3")
"""Their names are numbers: others in a group see the first word of a name."""
REAL_HOUSEHOLD = 2489
"""The household behind a login: 86 baskets, 14 booklets, 27 used coupons."""


USUAL_STORE = 362
"""Where that household shops most, and where the chain's demo cashier stands."""


class Login(msgspec.Struct, frozen=True):
    """Somebody to sign in as."""

    role: str
    email: str
    name: str


LOGINS = (
    Login(OPERATOR, "operator@example.org", "Demo operator"),
    Login(OWNER, "owner@example.org", "Demo owner"),
    Login(CASHIER, "cashier@example.org", "Demo cashier"),
    Login(MARKETER, "marketer@example.org", "Demo marketer"),
    *(Login(guest, f"{guest}@example.org", name) for guest, name in zip(GUESTS, ("One", "Two", "Three"), strict=True)),
    Login(AGENT, "agent@example.org", "Demo city agent"),
    Login(HOUSEHOLD, "household@example.org", f"Household {REAL_HOUSEHOLD}"),
)


def login(role: str) -> Login:
    """The one with this role."""
    return next(login for login in LOGINS if login.role == role)


async def person_of(db: Db, role: str) -> UUID:
    """Who has this login's address: found, or made."""
    wanted = login(role)
    person, _ = await person_for(db, Contact("email", wanted.email), wanted.name)
    return person
