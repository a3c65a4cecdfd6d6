"""Keys: the same idempotency key ten times at once has one effect and ten equal answers; with another body it is refused."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import msgspec

from shuke.kit.answers import once
from shuke.kit.db import Database
from shuke.kit.refusals import Refusal
from shuke.proof.points import buy
from shuke.proof.tills import redeem
from shuke.stage import ground
from shuke.stage.crew import Answer, Call, Errand
from shuke.stage.stage import Stage, tally
from shuke.vouchers import IssueCall, issue

TIMES = 10


class Made(msgspec.Struct, frozen=True):
    """What issuing answers."""

    code: str


async def same_key(at: Stage) -> None:
    """Redemptions, purchases with and without a voucher, undos: ten at once with one key, then once with another body."""
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, "Keys")
        people = await ground.members(db, shop, 4)
        template = await ground.template(db, shop)
        vouchers = await ground.give(db, shop, template, [guest.person_id for guest in people])
        [many] = await ground.give(db, shop, await ground.template(db, shop, uses=20), [people[0].person_id])
    one, two, three, _four = (voucher.code for voucher in vouchers)
    _ten(at, "redemption", lambda n: redeem(shop, 0, one, "key 1"), redeem(shop, 0, one, "key 1", 9000))
    used = _ten(
        at, "redemption of many uses", lambda n: redeem(shop, 0, many.code, "key 2"), redeem(shop, 1, many.code, "key 2")
    )
    _ten(at, "purchase", lambda n: buy(shop, 0, people[1], "key 3"), buy(shop, 0, people[1], "key 3", 9000))
    _ten(
        at,
        "purchase with vouchers",
        lambda n: buy(shop, 0, people[2], "key 4", 5000, (three,)),
        buy(shop, 0, people[2], "key 4", 5000),
    )
    _ten(
        at,
        "purchase with a voucher of many uses",
        lambda n: buy(shop, 0, people[0], "key 5", 5000, (many.code,)),
        buy(shop, 0, people[0], "key 5", 6000, (many.code,)),
    )
    other = at.count(at.crew.send([Errand((redeem(shop, 1, two, "key 6"),))]))[0]
    _ten(at, "undo", lambda n: undo(shop, 0, used, "key 7"), undo(shop, 0, other, "key 7"))
    async with at.database() as database, database.read() as db:
        left = await db.value(
            int, "select uses_left from vouchers.vouchers where voucher_id = :voucher", voucher=many.voucher_id
        )
    at.claim(left == 19, f"a voucher of 20 uses, used twice and undone once, has {left} left")


async def same_key_by_actions(at: Stage) -> None:
    """Issuing under one key by ten processes: one voucher, ten equal answers; another body is refused."""
    async with at.database() as database, database.write() as db:
        shop = await ground.shop(db, "Key of an issue")
        template = await ground.template(db, shop)
        [guest] = await ground.guests(db, 1)
    told = at.crew.act([partial(_issue_once, shop, template, guest.person_id, b"one")] * TIMES)
    at.claim(len(set(told)) == 1, f"ten issues with one key: {set(told)}")
    other = at.crew.act([partial(_issue_once, shop, template, guest.person_id, b"two")])
    at.calls += TIMES + 1
    at.claim(other == ["idempotency_key_reused"], f"the key of an issue with another body: {other}")
    async with at.database() as database, database.read() as db:
        made = await db.value(int, "select count(*) from vouchers.vouchers where template_id = :template", template=template)
    at.claim(made == 1, f"ten issues with one key made {made} vouchers")


def undo(shop: ground.Shop, till: int, redemption: Answer, key: str) -> Call:
    """Taking a redemption back."""
    path = f"/api/v1/redemptions/{redemption.body.get('redemption_id')}/undo"
    return Call("POST", path, shop.cashier(till), {**shop.place(till), "reason": "proof"}, key)


def _ten(at: Stage, what: str, call: Callable[[int], Call], other: Call) -> Answer:
    """The one answer."""
    answers = at.count(at.crew.send([Errand((call(n),)) for n in range(TIMES)]))
    equal = all(answer.body == answers[0].body for answer in answers)
    at.claim(tally(answers) == {"201": TIMES} and equal, f"{what}, ten times one key: {dict(tally(answers))}, equal: {equal}")
    [reused] = at.count(at.crew.send([Errand((other,))]))
    at.claim(reused.name == "idempotency_key_reused", f"{what}, its key with another body: {reused.status} {reused.name}")
    return answers[0]


async def _issue_once(shop: ground.Shop, template: UUID, person_id: UUID, request: bytes, database: Database) -> str:
    async with database.write() as db:

        async def work() -> Made:
            [made] = await issue(db, [IssueCall(shop.merchant_id, template, person_id, "api")])
            if isinstance(made, Refusal):
                raise made
            return Made(made.code)

        return (await once(db, shop.owner_id, "issue", request, Made, work)).code
