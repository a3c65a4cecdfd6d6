"""Stocks and limits: never more than there are, never more to one person, whoever comes at the same moment."""

from functools import partial
from uuid import UUID

from shuke.claims import open_claim
from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from shuke.people.actions import add_contact, person_for
from shuke.people.contacts import Contact
from shuke.stage import ground
from shuke.stage.crew import Call, Errand
from shuke.stage.stage import Stage, tally
from shuke.vouchers import IssueCall, issue

BUYERS = 64
PROCESSES = 32  # with a connection to the database each


async def one_stock(at: Stage) -> None:
    """A stock that 64 buyers take from, a voucher each time, until nothing is left; then the last ten of another."""
    stock = at.size(1000, 300)
    for size, each in ((stock, stock * 5 // 4 // BUYERS), (10, 1)):
        async with at.database() as database, database.write() as db:
            shop = await ground.shop(db, "Stock")
            link = await open_claim(db, shop.merchant_id, await ground.template(db, shop, stock=size), shop.owner_id)
            people = await ground.guests(db, each * BUYERS)
        errands = [
            Errand(tuple(Call("POST", "/api/v1/claims", guest.token, {"code": link.code}) for guest in people[n::BUYERS]))
            for n in range(BUYERS)
        ]
        found = tally(at.count(at.crew.send(errands)))
        at.claim(found == {"201": size, "out_of_stock": len(people) - size}, f"stock of {size}: {dict(found)}")


async def one_stock_by_actions(at: Stage) -> None:
    """The same by the action itself, each process on its own connection, several in one call."""
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, "Stock by actions")
        template = await ground.template(db, shop, stock=100)
        people = await ground.guests(db, PROCESSES)
    deeds = [partial(_take, shop.merchant_id, template, [guest.person_id] * 5) for guest in people]
    at.calls += len(deeds)
    taken = sum(int(told) for told in at.crew.act(deeds))
    at.claim(taken == 100, f"stock of 100 by {PROCESSES} processes of 5: {taken} taken")


async def limits(at: Stage) -> None:
    """Two for each person: eight processes for each of four people get two each. One link, many phones: one voucher."""
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, "Limits")
        template = await ground.template(db, shop, per_person=2, stock=500)
        people = await ground.guests(db, 4)
        link = await open_claim(db, shop.merchant_id, await ground.template(db, shop), shop.owner_id)
    deeds = [partial(_take, shop.merchant_id, template, [guest.person_id]) for guest in people for _phone in range(8)]
    at.calls += len(deeds)
    taken = sum(int(told) for told in at.crew.act(deeds))
    at.claim(taken == 8, f"two each for four people: {taken} taken")
    errands = [Errand((Call("POST", "/api/v1/claims", people[n % 4].token, {"code": link.code}),)) for n in range(TAKERS)]
    answers = at.count(at.crew.send(errands))
    vouchers = [answer.body.get("voucher") for answer in answers]
    codes = {str(voucher.get("code")) for voucher in vouchers if isinstance(voucher, dict)}
    at.claim(tally(answers) == {"201": TAKERS} and len(codes) == 4, f"one link, four people: {dict(tally(answers))}, {codes}")


TAKERS = 32


async def natural_limits(at: Stage) -> None:
    """One for each phone number, whoever carries it: two accounts can't have one number, and a number that moves is still counted."""
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, "Phones")
        template = await ground.template(db, shop, per_natural_person=1)
        [first, second] = await ground.guests(db, 2)
    contact = Contact("phone", f"+35850{first.person_id.int % 10**8:08d}")
    told = at.crew.act([partial(_prove, contact, guest.person_id) for guest in (first, second) for _phone in range(6)])
    at.claim(set(told) == {"done", "contact_taken"}, f"one number by two accounts: {told}")
    signing_up = Contact("phone", f"+35850{second.person_id.int % 10**8:08d}")
    people = at.crew.act([partial(_sign_up, signing_up)] * 12)
    at.claim(len(set(people)) == 1, f"twelve sign-ups with one number made {len(set(people))} accounts")
    async with at.database() as database, database.read() as db:
        owner = await db.value(UUID, "select person_id from people.contacts where value = :value", value=contact.value)
    assert owner is not None
    taken = at.crew.act([partial(_take, shop.merchant_id, template, [owner])] * 12)
    at.claim(sum(map(int, taken)) == 1, f"one for each number: {taken}")
    async with at.database() as database, database.write() as db:
        other = second.person_id if owner == first.person_id else first.person_id
        await db.run("update people.contacts set person_id = :other where value = :value", other=other, value=contact.value)
    taken = at.crew.act([partial(_take, shop.merchant_id, template, [other])] * 6)
    at.calls += 42
    at.claim(sum(map(int, taken)) == 0, f"the same number with another account: {taken}")


async def _take(merchant_id: UUID, template_id: UUID, people: list[UUID], database: Database) -> str:
    """How many of these were issued."""
    async with database.write() as db:
        outcomes = await issue(db, [IssueCall(merchant_id, template_id, person, "api") for person in people])
    return str(sum(not isinstance(outcome, Refusal) for outcome in outcomes))


async def _prove(contact: Contact, person_id: UUID, database: Database) -> str:
    async with database.write() as db:
        await add_contact(db, person_id, contact)
    return "done"


async def _sign_up(contact: Contact, database: Database) -> str:
    async with database.write() as db:
        person_id, _fresh = await person_for(db, contact)
    return str(person_id)
