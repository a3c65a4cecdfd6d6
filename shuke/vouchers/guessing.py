"""Guessing: codes at a till that don't exist are counted, and who tries too many is kept from it for a while."""

from datetime import timedelta

from shuke.kit import clock, limits
from shuke.kit.db import Db
from shuke.kit.refusals import Refusal
from shuke.merchants import Till, lock_staff

GUESSES = 20  # unknown codes in `WINDOW`, whichever way they are tried
WINDOW = timedelta(minutes=10)
LOCK = timedelta(minutes=15)


async def unknown_code(db: Db, till: Till, detail: str) -> Refusal:
    """A refusal `unknown` for a code that does not exist, counted against the till's staff also when all else is rolled back."""
    if await limits.count(db, f"guess:{till.merchant_id}:{till.staff_id}", WINDOW) >= GUESSES:
        await lock_staff(db, till.merchant_id, till.staff_id, clock.now() + LOCK)
    return Refusal("unknown", detail).keep()
