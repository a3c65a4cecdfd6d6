"""Ground: shops, guests and vouchers for the cases, made through the rooms' own actions."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec

from shuke.cards import JoinCall, Joined, join
from shuke.cards.load import LoadedProgramme, LoadedTier, load_programmes
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.merchants import employ, scene_by_code
from shuke.merchants.actions import decide, found, hang_scene, open_store
from shuke.people.actions import open_session
from shuke.people.contacts import Contact
from shuke.people.load import LoadedPerson, load_people
from shuke.people.tokens import new_token
from shuke.terms import Draft
from shuke.vouchers import IssueCall, Issued, create_template, issue

ZONE = "Europe/Helsinki"


class Shop(msgspec.Struct, frozen=True):
    """An approved merchant with two stores, a programme of a point for each whole unit, a scene, and a cashier at each store."""

    merchant_id: UUID
    owner_id: UUID
    stores: tuple[UUID, UUID]
    cashiers: tuple[str, str]
    scene: str
    scene_id: UUID

    def place(self, number: int = 0) -> dict[str, object]:
        """One of the stores, as calls name it."""
        return {"merchant_id": str(self.merchant_id), "store_id": str(self.stores[number % 2])}

    def cashier(self, number: int = 0) -> str:
        """The token of the cashier who stands there."""
        return self.cashiers[number % 2]


class Guest(msgspec.Struct, frozen=True):
    """A person with an open session."""

    person_id: UUID
    token: str


async def shop(db: Db, name: str) -> Shop:
    """A new one."""
    owner, *cashiers = await guests(db, 3)
    merchant_id = await found(db, name, "EUR", "bakery", owner.person_id)
    stores = (
        await open_store(db, merchant_id, f"{name} North", ZONE),
        await open_store(db, merchant_id, f"{name} South", ZONE),
    )
    tiers = (LoadedTier("Guest", 0), LoadedTier("Regular", 2_000_000))
    await load_programmes(
        db,
        [LoadedProgramme(merchant_id=merchant_id, name="Regulars", colour="#b3261e", zone=ZONE, earn_per=100, tiers=tiers)],
    )
    for step in ("submitted", "approved"):
        await decide(db, merchant_id, step, "", owner.person_id)
    for cashier, store_id in zip(cashiers, stores, strict=True):
        await employ(db, merchant_id, cashier.person_id, "cashier", owner.person_id, store_id)
    code = await hang_scene(db, merchant_id, "checkout", "Counter", owner.person_id, stores[0])
    scene = await scene_by_code(db, code)
    assert scene is not None
    return Shop(merchant_id, owner.person_id, stores, (cashiers[0].token, cashiers[1].token), code, scene.scene_id)


async def guests(db: Db, count: int, *, phones: bool = False) -> list[Guest]:
    """New people in sessions, with a phone number each where asked."""
    now = clock.now()
    tokens = [new_token(uuid4()) for _number in range(count)]
    await load_people(
        db,
        [
            LoadedPerson(token.person_id, "Guest", now, Contact("phone", f"+35840{token.person_id.int % 10**8:08d}") if phones else None)
            for token in tokens
        ],
    )  # fmt: skip
    await db.run(
        """
        insert into people.sessions (person_id, token_hash, created_at, seen_at, expires_at)
        select p, h, :now, :now, :ends from unnest(:people::uuid[], :hashes::bytea[]) as s(p, h)
        """,
        now=now,
        ends=now + timedelta(days=1),
        people=[token.person_id for token in tokens],
        hashes=[token.hashed for token in tokens],
    )
    return [Guest(token.person_id, token.text) for token in tokens]


async def sign_in_again(db: Db, guest: Guest) -> Guest:
    """The same person on a second phone."""
    return Guest(guest.person_id, (await open_session(db, guest.person_id, "proof", "127.0.0.1")).token)


async def members(db: Db, at: Shop, count: int) -> list[Guest]:
    """Guests who have joined."""
    people = await guests(db, count)
    joined = await join(db, [JoinCall(at.merchant_id, guest.person_id, at.scene_id) for guest in people])
    assert all(isinstance(one, Joined) for one in joined)
    return people


async def template(db: Db, at: Shop, *, uses: int = 1, stock: int | None = None, per_person: int | None = None,
                   per_natural_person: int | None = None) -> UUID:  # fmt: skip
    """5.00 off for 30 days."""
    draft = Draft(
        kind="money_off", title="5 off", value=500, valid_days=30, zone=ZONE, stacking="free",
        uses=uses, stock=stock, per_person=per_person, per_natural_person=per_natural_person,
    )  # fmt: skip
    return await create_template(db, at.merchant_id, at.owner_id, draft)


async def welcome(db: Db, at: Shop, template_id: UUID) -> None:
    """Give the template to everybody who joins."""
    await db.run(
        "insert into rewards.welcomes (merchant_id, template_id, manner) values (:merchant, :template, 'welcome')",
        merchant=at.merchant_id,
        template=template_id,
    )


async def give(db: Db, at: Shop, template_id: UUID, people: Sequence[UUID]) -> list[Issued]:
    """A voucher for each."""
    made = await issue(db, [IssueCall(at.merchant_id, template_id, person, "api") for person in people])
    return [one for one in made if isinstance(one, Issued)]
