"""A till with a guest before it: what the tests of the counter stand on."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
from httpx import Response

from shuke.cards import JoinCall, join
from shuke.cards.codes import rotating_code
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.web import SESSION_COOKIE
from shuke.people.tokens import read_token
from shuke.vouchers import IssueCall, Issued, issue
from tests import world
from tests.world import Client, Shop, Signed


class Counter(msgspec.Struct, frozen=True):
    """A shop, who stands at its till, and a guest with a card."""

    shop: Shop
    cashier: Signed
    guest: Signed
    number: str
    secret: bytes

    @property
    def place(self) -> dict[str, str]:
        """Where, as the API wants it."""
        return {"merchant_id": str(self.shop.merchant_id), "store_id": str(self.shop.store_id)}

    @property
    def path(self) -> str:
        """The till's page."""
        return f"/till/{self.shop.merchant_id}/{self.shop.store_id}"

    def card(self, ago: int = 0) -> str:
        """What the guest's card shows, or showed some seconds ago."""
        return rotating_code(self.shop.tag, self.number, self.secret, clock.now() - timedelta(seconds=ago))


async def member(db: Db, shop: Shop, name: str = "Mia") -> Signed:
    """A guest with a card."""
    guest = await world.signed_in(db, name)
    await join(db, [JoinCall(shop.merchant_id, guest.person_id, None)])
    return guest


async def counter(db: Db, name: str = "Kaisla Bakery", role: str = "cashier") -> Counter:
    """A whole counter."""
    shop = await world.shop(db, name)
    guest = await member(db, shop)
    number = await db.value(str, "select number from cards.memberships where person_id = :person", person=guest.person_id)
    secret = await db.value(bytes, "select secret from cards.memberships where person_id = :person", person=guest.person_id)
    return Counter(shop, await world.staff(db, shop, role), guest, number or "", secret or b"")


async def voucher(db: Db, at: Counter, /, title: str = "5 € off", **columns: object) -> str:
    """A voucher for the guest; `columns` are its template's."""
    template = await world.template(db, at.shop, title, **columns)
    return await voucher_of(db, at, template)


async def voucher_of(db: Db, at: Counter, template: UUID) -> str:
    """A voucher of this template for the guest."""
    [made] = await issue(db, [IssueCall(at.shop.merchant_id, template, at.guest.person_id, "staff")])
    assert isinstance(made, Issued)
    return made.code


async def identify(client: Client, at: Counter, text: str, signed: Signed | None = None) -> Response:
    """By the API."""
    headers = (signed or at.cashier).headers
    return await client.post("/api/v1/identifications", json={**at.place, "text": text}, headers=headers)


async def redeem(client: Client, at: Counter, code: str, /, key: str = "", **more: object) -> Response:
    """By the API."""
    headers = {**at.cashier.headers, "idempotency-key": key or str(uuid4())}
    return await client.post("/api/v1/redemptions", json={**at.place, "code": code, **more}, headers=headers)


async def press(client: Client, signed: Signed, path: str, /, **fields: str) -> Response:
    """A form of the till's page, as htmx sends it: a part comes back."""
    return await _sent(client, signed, path, fields, {"hx-request": "true"})


async def press_plainly(client: Client, signed: Signed, path: str, /, **fields: str) -> Response:
    """A form of the till's page, as a browser without script sends it: a page comes back."""
    return await _sent(client, signed, path, fields, {})


async def _sent(client: Client, signed: Signed, path: str, fields: dict[str, str], headers: dict[str, str]) -> Response:
    token = read_token(signed.token)
    assert token is not None
    client.cookies.set(SESSION_COOKIE, signed.token)
    answer = await client.post(path, data={"csrf": token.csrf, **fields}, headers=headers)
    client.cookies.clear()
    return answer


async def look(client: Client, signed: Signed, path: str) -> Response:
    """A page, as a browser asks for it."""
    client.cookies.set(SESSION_COOKIE, signed.token)
    answer = await client.get(path, headers={"accept": "text/html"}, follow_redirects=False)
    client.cookies.clear()
    return answer


async def redemptions(database: Database, at: Counter) -> int:
    """How many rows of use there are at this merchant."""
    async with database.read() as db:
        return (
            await db.value(
                int, "select count(*) from vouchers.redemptions where merchant_id = :merchant", merchant=at.shop.merchant_id
            )
            or 0
        )
