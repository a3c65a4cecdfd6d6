"""Joining: a person with two phones, or a finger that trembles, has one card and one welcome."""

from uuid import UUID

from shuke.stage import ground
from shuke.stage.crew import Call, Errand
from shuke.stage.stage import Stage, tally


async def two_phones(at: Stage) -> None:
    """Many people, each on two phones that join at once through both web workers: one membership, one number, one welcome each."""
    pairs = at.size(96, 48)
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, "Two phones")
        await ground.welcome(db, shop, await ground.template(db, shop, stock=100_000, per_person=1))
        await ground.welcome(db, shop, await ground.template(db, shop))
        people = await ground.guests(db, pairs)
        phones = people + [await ground.sign_in_again(db, guest) for guest in people]
    calls = [Call("POST", "/api/v1/memberships", phone.token, {"scene": shop.scene}) for phone in phones]
    crew = at.size(32, 16)
    # the first half of the crew carries the first phones, the second half the second ones, in the same order
    errands = [
        *(Errand(tuple(calls[:pairs][n :: crew // 2])) for n in range(crew // 2)),
        *(Errand(tuple(calls[pairs:][n :: crew // 2])) for n in range(crew // 2)),
    ]
    answers = at.count(at.crew.send(errands))
    at.claim(tally(answers) == {"201": 2 * pairs}, f"joining: {dict(tally(answers))}")
    numbers = {str(answer.body.get("number")) for answer in answers}
    at.claim(len(numbers) == pairs, f"{pairs} people on two phones have {len(numbers)} numbers")
    await at.quiet()
    await count_welcomes(at, shop.merchant_id, pairs, 2)


async def count_welcomes(at: Stage, merchant_id: UUID, people: int, each: int) -> None:
    """So many members, so many welcome vouchers each."""
    async with at.database() as database, database.read() as db:
        joined = await db.value(
            int, "select count(*) from cards.memberships where merchant_id = :merchant", merchant=merchant_id
        )
        welcomes = await db.value(
            int,
            "select count(*) from vouchers.vouchers where merchant_id = :merchant and source = 'welcome'",
            merchant=merchant_id,
        )
    at.claim(
        (joined, welcomes) == (people, people * each),
        f"{people} people joined: {joined} memberships, {welcomes} welcome vouchers",
    )
