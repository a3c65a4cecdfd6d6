"""A small world for tests: one merchant with a store, a programme, a template, staff and guests, made through the actions."""

import secrets
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
from httpx import Response as HttpResponse
from litestar import Litestar
from litestar.testing import AsyncTestClient

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.merchants.actions import decide, employ, found, hang_scene, open_store
from shuke.people.actions import open_session, person_for
from shuke.people.contacts import Contact

Client = AsyncTestClient[Litestar]


class Shop(msgspec.Struct, frozen=True):
    """An approved merchant with one store, a programme and a scene."""

    merchant_id: UUID
    store_id: UUID
    scene: str
    owner_id: UUID
    tag: str


class Signed(msgspec.Struct, frozen=True):
    """A person with an open session."""

    person_id: UUID
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """For a program acting as this person."""
        return {"authorization": f"Bearer {self.token}"}


async def person(db: Db, name: str = "Mia") -> UUID:
    """A new person with a verified e-mail address."""
    person_id, _fresh = await person_for(db, Contact("email", f"{secrets.token_hex(8)}@example.org"), name)
    return person_id


async def signed_in(db: Db, name: str = "Mia") -> Signed:
    """A new person in a session."""
    person_id = await person(db, name)
    session = await open_session(db, person_id, "test", "127.0.0.1")
    return Signed(person_id, session.token)


async def session_of(db: Db, person_id: UUID) -> Signed:
    """A session of somebody who is there already."""
    return Signed(person_id, (await open_session(db, person_id, "test", "127.0.0.1")).token)


async def programme(db: Db, merchant_id: UUID, zone: str = "Europe/Helsinki") -> None:
    """A programme of one point for each whole unit, with two tiers."""
    await db.run(
        "insert into cards.programmes (merchant_id, name, zone, updated_at) values (:merchant, 'Regulars', :zone, :now)",
        merchant=merchant_id,
        zone=zone,
        now=clock.now(),
    )
    await db.run(
        """
        insert into cards.tiers (merchant_id, position, name, threshold, percent_off, points_factor)
        values (:merchant, 0, 'Guest', 0, 0, 1), (:merchant, 1, 'Regular', 20000, 5, 1.5)
        """,
        merchant=merchant_id,
    )


async def shop(db: Db, name: str = "Kaisla Bakery", *, zone: str = "Europe/Helsinki", currency: str = "EUR") -> Shop:
    """An approved merchant that is open for members."""
    owner = await person(db, "Owner")
    merchant_id = await found(db, name, currency, "bakery", owner)
    store_id = await open_store(db, merchant_id, f"{name} Center", zone)
    await programme(db, merchant_id, zone)
    for step in ("submitted", "approved"):
        await decide(db, merchant_id, step, "", owner)
    scene = await hang_scene(db, merchant_id, "checkout", "Counter", owner, store_id)
    tag = await db.value(str, "select tag from merchants.merchants where merchant_id = :merchant", merchant=merchant_id)
    return Shop(merchant_id, store_id, scene, owner, tag or "")


async def staff(db: Db, at: Shop, role: str = "cashier", store_id: UUID | None = None) -> Signed:
    """Somebody who works at the shop, signed in."""
    signed = await signed_in(db, role.title())
    await employ(db, at.merchant_id, signed.person_id, role, at.owner_id, store_id)
    return signed


async def template(db: Db, at: Shop, title: str = "5 € off", /, **columns: object) -> UUID:
    """A template of 5.00 off for 30 days; `columns` change it."""
    template_id = uuid4()
    values: dict[str, object] = {
        "kind": "money_off",
        "value": 500,
        "valid_days": 30,
        "zone": "Europe/Helsinki",
        "created_by": at.owner_id,
        "created_at": clock.now() - timedelta(minutes=1),
        **columns,
    }
    if "stock" in values:
        values.setdefault("stock_initial", values["stock"])
    names = ["merchant_id", "template_id", "title", *values]
    places = ", ".join(f"${i + 1}" for i in range(len(names)))
    await (await db.connection()).execute(
        f"insert into vouchers.templates ({', '.join(names)}) values ({places})",
        at.merchant_id,
        template_id,
        title,
        *values.values(),
    )
    return template_id


def problem(response: HttpResponse) -> tuple[int, str]:
    """Status and stable name of a refusal."""
    return response.status_code, response.json().get("name", "")
