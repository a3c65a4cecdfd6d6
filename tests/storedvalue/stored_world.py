"""A counter whose shop takes top-ups, and a guest who may have paid one."""

from uuid import UUID, uuid4

from httpx import Response

from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.ledger import Stored, stored_of
from shuke.merchants import Acting
from shuke.payments.counting import capture
from shuke.payments.provider import Found
from shuke.storedvalue.rules import add_offer, set_rules
from shuke.storedvalue.topups import top_up
from shuke.storedvalue.types import NewTopUp, OfferDraft, RulesDraft, TopUp
from tests import world
from tests.counter.counter_world import Counter, counter
from tests.world import Client, Shop, Signed


def owner(shop: Shop) -> Acting:
    """The owner, acting."""
    return Acting(shop.owner_id, shop.merchant_id, shop.tag, "Kaisla Bakery", "EUR", "owner", None)


async def ground(db: Db, *, most: int = 100_000) -> Counter:
    """Top-ups from 5.00 to 500.00; pay 100.00, get 10.00 more."""
    at = await counter(db)
    await set_rules(db, owner(at.shop), RulesDraft(True, True, 500, 50_000, most))
    await add_offer(db, owner(at.shop), OfferDraft(10_000, 1_000))
    return at


async def asked(db: Db, at: Counter, amount: int, guest: Signed | None = None) -> TopUp:
    """A top-up that is not paid yet."""
    who = guest or at.guest
    return await top_up(db, at.shop.merchant_id, who.person_id, NewTopUp("bank", amount=amount), "/wallet")


async def paid(database: Database, topup: TopUp, ref: str = "") -> None:
    """The bank says that it has the money."""
    async with database.write() as db:
        found = Found("captured", ref or topup.payment_id.hex, topup.pay, "EUR")
        await capture(db, topup.merchant_id, topup.payment_id, found)


async def stored(database: Database, at: Counter, amount: int, guest: Signed | None = None) -> TopUp:
    """A top-up that is paid and stored."""
    async with database.write() as db:
        topup = await asked(db, at, amount, guest)
    await paid(database, topup)
    await drain(database)
    return topup


async def has(database: Database, at: Counter, person_id: UUID | None = None) -> tuple[int, int]:
    """Own money and bonus of the guest."""
    async with database.read() as db:
        found: Stored = await stored_of(db, at.shop.merchant_id, person_id or at.guest.person_id, "EUR")
        return found.stored, found.bonus


async def pay(client: Client, at: Counter, amount: int, /, key: str = "", **more: object) -> Response:
    """By the API, with the card's code of this moment unless another is given."""
    headers = {**at.cashier.headers, "idempotency-key": key or str(uuid4())}
    sent = {**at.place, "code": at.card(), "amount": amount, **more}
    return await client.post("/api/v1/stored-payments", json=sent, headers=headers)


async def pay_fresh(client: Client, database: Database, at: Counter, amount: int, /, **more: object) -> Response:
    """As `pay`, after the half minute of the last payment: the codes that have paid are moved into the past."""
    await forget_codes(database, at)
    return await pay(client, at, amount, "", **more)


async def forget_codes(database: Database, at: Counter) -> None:
    """Let this half minute's code pay once more, as if time had passed."""
    async with database.write() as db:
        await db.run(
            "update storedvalue.spends set step = step - 1000 where merchant_id = :merchant", merchant=at.shop.merchant_id
        )


async def give_back(client: Client, at: Counter, spend: str, amount: int | None, key: str = "") -> Response:
    """By the API."""
    headers = {**at.cashier.headers, "idempotency-key": key or str(uuid4())}
    sent = {**at.place, "amount": amount, "reason": "wrong"}
    return await client.post(f"/api/v1/stored-payments/{spend}/returns", json=sent, headers=headers)


async def refund_rest(client: Client, at: Counter, guest: Signed | None = None, key: str = "") -> Response:
    """The guest asks for the rest."""
    headers = {**(guest or at.guest).headers, "idempotency-key": key or str(uuid4())}
    return await client.post(f"/api/v1/stored-value/{at.shop.merchant_id}/refunds", headers=headers)


async def guests(db: Db, at: Counter, count: int) -> list[Signed]:
    """More people, signed in."""
    return [await world.signed_in(db, f"Guest {number}") for number in range(count)]
