"""What tests of payments begin with: a guest who owes something to a shop."""

from datetime import timedelta
from uuid import uuid4

import msgspec

from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.payments import Payment, Wish, payment_of, request
from tests import world
from tests.world import Shop, Signed


class Ground(msgspec.Struct, frozen=True):
    """A shop, a guest, and what she is to pay."""

    shop: Shop
    guest: Signed
    payment: Payment

    @property
    def address(self) -> str:
        """Of the payment, below whatever."""
        return f"{self.shop.merchant_id}/{self.payment.payment_id}"


def wish(shop: Shop, guest: Signed, **changes: object) -> Wish:
    """An order of 25.00."""
    standard = Wish(
        shop.merchant_id,
        guest.person_id,
        "order",
        uuid4(),
        "Lunch for two",
        2500,
        "EUR",
        "bank",
        clock.now() + timedelta(minutes=15),
        "/wallet",
    )
    return msgspec.structs.replace(standard, **changes)


async def ground(db: Db, **changes: object) -> Ground:
    """Made through the actions."""
    shop, guest = await world.shop(db), await world.signed_in(db)
    return Ground(shop, guest, await request(db, wish(shop, guest, **changes)))


async def kept(database: Database, at: Ground) -> Payment:
    """The payment as it stands."""
    async with database.read() as db:
        found = await payment_of(db, at.shop.merchant_id, at.payment.payment_id)
    assert found is not None
    return found
