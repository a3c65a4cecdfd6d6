"""Money in the ledger: balanced by shape, never changed, never below zero on a card."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from shuke.ledger import PROVIDERS, Account, Move, Stored, Take, Taken, held_money, invariants, move, stored_of, take_stored

SHOP = uuid4()


def moved(source: Account, target: Account, amount: int) -> Move:
    return Move(SHOP, source, target, "EUR", amount, "test", None)


async def store(database: Database, person: UUID, stored: int, bonus: int = 0) -> None:
    """A top-up as it arrives: captured, then on the card with its bonus."""
    moves = [
        moved(Account(PROVIDERS["bank"], "clearing"), Account(SHOP, "received"), stored),
        moved(Account(SHOP, "received"), Account(person, "stored"), stored),
    ]
    if bonus:
        moves.append(moved(Account(SHOP, "bonus_given"), Account(person, "bonus"), bonus))
    async with database.write() as db:
        await move(db, moves)


@pytest.mark.row("4.6")
async def test_books_stay_at_zero(database: Database) -> None:
    mia = uuid4()
    await store(database, mia, 10_000, 1_000)
    async with database.read() as db:
        assert await stored_of(db, SHOP, mia, "EUR") == Stored(10_000, 1_000)
        assert await held_money(db, SHOP, Account(PROVIDERS["bank"], "clearing"), "EUR") == -10_000
        assert await held_money(db, SHOP, Account(SHOP, "received"), "EUR") == 0
        assert await invariants(db) == []


@pytest.mark.row("11.2")
@pytest.mark.parametrize("wrong", ["update ledger.transfers set amount = 1", "delete from ledger.transfers"])
async def test_movements_are_never_changed(database: Database, wrong: str) -> None:
    await store(database, uuid4(), 100)
    with pytest.raises(asyncpg.RestrictViolationError):
        async with database.write() as db:
            await (await db.connection()).execute(wrong)


@pytest.mark.row("2.4")
async def test_a_card_pays_money_before_bonus_and_never_more_than_it_has(database: Database) -> None:
    mia, leo = uuid4(), uuid4()
    await store(database, mia, 1_000, 200)
    async with database.write() as db:
        takes = [Take(SHOP, mia, "EUR", 1_100, False, "till", uuid4()), Take(SHOP, leo, "EUR", 1, False, "till", uuid4())]
        assert await take_stored(db, takes) == [Taken(1_000, 100), Taken(0, 0)]
    async with database.write() as db:
        assert await take_stored(db, [Take(SHOP, mia, "EUR", 500, False, "till", uuid4())]) == [Taken(0, 0)]
        assert await take_stored(db, [Take(SHOP, mia, "EUR", 500, True, "till", uuid4())]) == [Taken(0, 100)]
        assert await stored_of(db, SHOP, mia, "EUR") == Stored(0, 0)
        assert await held_money(db, SHOP, Account(SHOP, "payable"), "EUR") == 1_000
        assert await invariants(db) == []


@pytest.mark.row("2.4")
async def test_moving_more_than_a_card_has_is_refused_as_a_whole(database: Database) -> None:
    mia = uuid4()
    await store(database, mia, 100)
    back = moved(Account(mia, "stored"), Account(SHOP, "refunding"), 101)
    with pytest.raises(Refusal, match="not_enough_money"):
        async with database.write() as db:
            await move(db, [moved(Account(SHOP, "bonus_given"), Account(mia, "bonus"), 5), back])
    async with database.read() as db:
        assert await stored_of(db, SHOP, mia, "EUR") == Stored(100, 0)
        assert await invariants(db) == []


@pytest.mark.row("2.4")
@pytest.mark.race
async def test_tills_at_once_spend_a_balance_once(database: Database) -> None:
    mia = uuid4()
    await store(database, mia, 500, 100)

    async def pay(amount: int) -> Taken:
        async with database.write() as db:
            return (await take_stored(db, [Take(SHOP, mia, "EUR", amount, False, "till", uuid4())]))[0]

    taken = await asyncio.gather(*(pay(100) for _ in range(64)))
    assert sorted(one.stored + one.bonus for one in taken)[-7:] == [0] + [100] * 6
    async with database.read() as db:
        assert await stored_of(db, SHOP, mia, "EUR") == Stored(0, 0)
        assert await invariants(db) == []
