"""Stored value by the API: topping up, paying, giving back, the rest to where it came from."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.ledger import Account, held_money
from shuke.ledger import invariants as books
from shuke.ledger.money import MoneyKind
from shuke.payments import payment_of, refunds_of
from shuke.payments.counting import end
from shuke.payments.provider import RefundFound
from shuke.payments.refunding import learn_refund
from shuke.people.erase import erase
from shuke.storedvalue.give_back import parts
from shuke.storedvalue.invariants import invariants
from shuke.storedvalue.queries import topup_of
from tests import world
from tests.counter.counter_world import Counter, identify, look, member, press_plainly
from tests.storedvalue.stored_world import (
    asked,
    forget_codes,
    give_back,
    ground,
    has,
    paid,
    pay,
    pay_fresh,
    refund_rest,
    stored,
)
from tests.world import Client, problem

pytestmark = pytest.mark.row("2.4")


async def sound(database: Database) -> None:
    """Nothing is wrong in this room nor in the books."""
    await drain(database)
    async with database.read() as db:
        assert await invariants(db) == []
        assert await books(db) == []


async def account(database: Database, at: Counter, kind: MoneyKind) -> int:
    """A balance of the merchant."""
    async with database.read() as db:
        return await held_money(db, at.shop.merchant_id, Account(at.shop.merchant_id, kind), "EUR")


async def test_a_top_up_is_stored_when_it_is_paid(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
    address = f"/api/v1/stored-value/{at.shop.merchant_id}"
    shown = (await client.get(address, headers=at.guest.headers)).json()
    [offer] = shown["offers"]
    call = {"provider": "bank", "offer_id": offer["offer_id"]}
    headers = {**at.guest.headers, "idempotency-key": "one"}
    first, again = [await client.post(f"{address}/top-ups", json=call, headers=headers) for _ in range(2)]
    assert first.status_code == 201, first.text
    assert again.json() == first.json()
    assert (first.json()["pay"], first.json()["bonus"], first.json()["status"]) == (10_000, 1_000, "asked")
    assert await has(database, at) == (0, 0)
    async with database.read() as db:
        topup = await topup_of(db, at.shop.merchant_id, at.guest.person_id, UUID(first.json()["topup_id"]))
    assert topup is not None
    await paid(database, topup)
    await paid(database, topup)
    await drain(database)
    assert await has(database, at) == (10_000, 1_000)
    assert await account(database, at, "received") == 0
    assert await account(database, at, "bonus_given") == -1_000
    [purse] = (await client.get("/api/v1/stored-value", headers=at.guest.headers)).json()
    assert (purse["stored"], purse["bonus"], purse["coming"]) == (10_000, 1_000, 0)
    found = await client.get(f"{address}/top-ups/{topup.topup_id}", headers=at.guest.headers)
    assert found.json()["status"] == "stored"
    stranger = await client.get(f"{address}/top-ups/{topup.topup_id}", headers=at.cashier.headers)
    assert problem(stranger) == (404, "not_found")
    await sound(database)


async def test_top_ups_are_refused_by_name(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db, most=60_000)
        stranger, bare = await world.signed_in(db), await world.shop(db, "Bare")
    address = f"/api/v1/stored-value/{at.shop.merchant_id}/top-ups"

    async def ask(**call: object) -> tuple[int, str]:
        return problem(await client.post(address, json={"provider": "bank", **call}, headers=at.guest.headers))

    assert problem(await client.post(address, json={"provider": "bank", "amount": 1000}, headers=stranger.headers)) == (
        404,
        "not_a_member",
    )
    assert await ask() == (409, "amount_missing")
    assert await ask(amount=499) == (409, "amount_out_of_range")
    assert await ask(amount=50_001) == (409, "amount_out_of_range")
    assert await ask(amount=0) == (422, "unreadable")
    assert await ask(offer_id=str(uuid4())) == (409, "offer_ended")
    assert await ask(amount=1000, provider="wechat") == (409, "provider_off")
    assert await ask(amount=50_000) == (201, "")
    assert await ask(amount=10_000) == (409, "balance_too_large"), "what is asked counts, the bonus too"
    assert await ask(amount=9_000) == (201, "")
    other = f"/api/v1/stored-value/{bare.merchant_id}"
    assert problem(await client.get(other, headers=at.guest.headers)) == (404, "not_found")
    async with database.write() as db:
        await db.run("update storedvalue.rules set open = false")
    assert await ask(amount=1000) == (409, "no_top_ups")


async def test_a_top_up_that_is_not_paid_or_paid_late_or_twice(database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
        late, twice = await asked(db, at, 2_000), await asked(db, at, 3_000)
        await end(db, at.shop.merchant_id, late.payment_id, "timed_out")
    await drain(database)
    async with database.read() as db:
        over = await topup_of(db, at.shop.merchant_id, at.guest.person_id, late.topup_id)
    assert over is not None
    assert (over.status, over.why) == ("ended", "timed_out")
    await paid(database, late)
    await paid(database, twice, "first")
    await paid(database, twice, "second")
    await drain(database)
    assert await has(database, at) == (3_000, 0)
    assert await account(database, at, "received") == 0
    assert await account(database, at, "refunding") == 5_000
    await sound(database)


async def test_own_money_is_spent_before_the_bonus(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 10_000)
    card = at.card()
    first = await pay(client, at, 9_500, key="k", code=card)
    assert first.status_code == 201, first.text
    done = first.json()
    assert (done["stored"], done["bonus"], done["left"], done["stored_left"], done["bonus_left"]) == (9_500, 0, 0, 500, 1_000)
    assert (await pay(client, at, 9_500, key="k")).json() == done
    assert problem(await pay(client, at, 9_000, key="k")) == (409, "idempotency_key_reused")
    assert problem(await pay(client, at, 100, code=card)) == (409, "code_used")
    second = (await pay_fresh(client, database, at, 1_200)).json()
    assert (second["stored"], second["bonus"], second["stored_left"], second["bonus_left"]) == (500, 700, 0, 300)
    assert await account(database, at, "payable") == 10_000
    assert await account(database, at, "bonus_used") == 700
    await sound(database)


async def test_paying_in_part_and_not_enough(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 2_000)
    refused = await pay(client, at, 2_500)
    assert problem(refused) == (409, "not_enough_money")
    assert refused.json()["facts"] == {"there": 2_000}
    part = await pay(client, at, 2_500, partial=True)
    assert part.status_code == 201, "a code that got nothing can still pay"
    assert (part.json()["stored"], part.json()["left"]) == (2_000, 500)
    assert problem(await pay_fresh(client, database, at, 500, partial=True)) == (409, "not_enough_money")
    await sound(database)


async def test_only_a_fresh_code_pays(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
        phone = "+358401234567"
        other = await ground(db)
    await stored(database, at, 5_000)
    assert problem(await pay(client, at, 100, code=phone)) == (422, "code_needed")
    assert problem(await pay(client, at, 100, code=at.number)) == (422, "code_needed")
    assert problem(await pay(client, at, 100, code=other.card())) == (422, "code_needed")
    assert problem(await pay(client, at, 100, code=at.card(ago=120))) == (409, "card_code_stale")
    typed = at.card().split("-")
    assert (await pay(client, at, 100, code=f"{typed[2]} {typed[3]}")).status_code == 201
    support = {**at.place, "code": at.card(), "amount": 100}
    async with database.write() as db:
        clerk = await world.staff(db, at.shop, "support")
    assert problem(await client.post("/api/v1/stored-payments", json=support, headers=clerk.headers)) == (403, "not_staff")
    elsewhere = {**other.place, "code": at.card(), "amount": 100}
    assert problem(await client.post("/api/v1/stored-payments", json=elsewhere, headers=at.cashier.headers)) == (
        404,
        "not_staff",
    )


async def test_wrong_digits_are_counted_as_guesses(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
    right = at.card()
    wrong = f"{right[:-6]}{(int(right[-6:]) + 1) % 1_000_000:06d}"
    told = [problem(await pay(client, at, 100, code=wrong)) for _ in range(22)]
    assert told[0] == (409, "card_code_stale")
    assert told[-1] == (429, "staff_locked")


async def test_an_identification_by_code_pays_one_bill_later(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
        colleague = await world.staff(db, at.shop)
    await stored(database, at, 5_000)
    card = at.card()
    found = (await identify(client, at, card)).json()
    code = found["paying"]
    assert code
    assert (found["member"]["stored"], found["member"]["bonus"]) == (5_000, 0)
    stolen = {**at.place, "code": code, "amount": 100}
    told = await client.post("/api/v1/stored-payments", json=stolen, headers=colleague.headers)
    assert problem(told) == (409, "card_code_stale"), "it is this cashier's alone"
    assert problem(await pay(client, at, 100, code=code[:-1] + ("0" if code[-1] != "0" else "1"))) == (409, "card_code_stale")
    assert (await pay(client, at, 700, code=code)).status_code == 201
    assert problem(await pay(client, at, 700, code=code)) == (409, "code_used")
    assert problem(await pay(client, at, 700, code=card)) == (409, "code_used"), (
        "it stood for the card's code of that half minute"
    )
    await forget_codes(database, at)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert problem(await pay(client, at, 700, code=code)) == (409, "card_code_stale")


async def test_a_payment_comes_back_in_its_parts(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 10_000)
    spend = (await pay(client, at, 11_000)).json()["spend_id"]
    first = await give_back(client, at, spend, 1_001, key="r")
    assert first.status_code == 201, first.text
    assert (first.json()["stored"], first.json()["bonus"]) == (910, 91)
    assert (await give_back(client, at, spend, 1_001, key="r")).json() == first.json()
    assert problem(await give_back(client, at, spend, 1, key="r")) == (409, "idempotency_key_reused")
    assert problem(await give_back(client, at, spend, 10_000)) == (409, "more_than_paid")
    rest = (await give_back(client, at, spend, None)).json()
    assert (rest["stored"], rest["bonus"]) == (9_090, 909)
    assert problem(await give_back(client, at, spend, None)) == (409, "nothing_left")
    assert problem(await give_back(client, at, str(uuid4()), None)) == (404, "not_found")
    assert await has(database, at) == (10_000, 1_000)
    assert await account(database, at, "payable") == 0
    later = (await pay_fresh(client, database, at, 100)).json()["spend_id"]
    with clock.at(clock.now() + timedelta(days=1)):
        assert problem(await give_back(client, at, later, None)) == (409, "too_late")
    await sound(database)


@pytest.mark.parametrize(("own", "bonus"), [(1, 0), (0, 7), (9_999, 1), (1, 9_999), (333, 667), (10_000, 1_000)])
def test_parts_add_up_however_they_are_cut(own: int, bonus: int) -> None:
    returned, got = 0, [0, 0]
    for step in (1, 2, 3, 97, 1_001, 10**6):
        amount = min(step, own + bonus - returned)
        of_own, of_bonus = parts(own, bonus, returned, amount)
        assert of_own >= 0 <= of_bonus
        assert of_own + of_bonus == amount
        returned, got = returned + amount, [got[0] + of_own, got[1] + of_bonus]
        assert got[0] <= own
        assert got[1] <= bonus
    assert got == [own, bonus]


async def test_a_purchase_is_paid_from_the_card_and_comes_back_with_it(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 5_000)
    sale = {**at.place, "total": 3_000, "holder": str(at.guest.person_id)}
    bought = (await client.post("/api/v1/purchases", json=sale, headers=at.cashier.headers)).json()
    assert bought["points"] == 30, "a purchase earns, however it is paid; the top-up did not"
    purchase = bought["purchase_id"]
    assert problem(await pay(client, at, 3_001, purchase_id=purchase)) == (409, "purchase_paid")
    assert problem(await pay(client, at, 100, purchase_id=str(uuid4()))) == (409, "purchase_not_open")
    assert (await pay(client, at, 2_000, purchase_id=purchase)).status_code == 201
    assert problem(await pay_fresh(client, database, at, 1_001, purchase_id=purchase)) == (409, "purchase_paid")
    back = f"/api/v1/purchases/{purchase}/reversal"
    assert (await client.post(back, json={**at.place, "reason": "typed wrong"}, headers=at.cashier.headers)).status_code == 201
    await drain(database)
    assert await has(database, at) == (5_000, 0)
    assert problem(await pay_fresh(client, database, at, 100, purchase_id=purchase)) == (409, "purchase_not_open")
    await sound(database)


async def test_the_rest_goes_back_by_the_latest_top_ups(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
    older, newer = await stored(database, at, 10_000), await stored(database, at, 3_000)
    assert (await pay(client, at, 6_000)).status_code == 201
    back = await refund_rest(client, at, key="r")
    assert back.status_code == 201, back.text
    assert (back.json()["amount"], back.json()["lapsed"], back.json()["kept"]) == (7_000, 1_000, 0)
    assert (await refund_rest(client, at, key="r")).json() == back.json()
    assert problem(await refund_rest(client, at)) == (409, "nothing_left")
    assert await has(database, at) == (0, 0)
    async with database.read() as db:
        sent = [await refunds_of(db, at.shop.merchant_id, topup.payment_id) for topup in (newer, older)]
    assert [[one.amount for one in refunds] for refunds in sent] == [[3_000], [4_000]]
    await sound(database)
    async with database.write() as db:
        await learn_refund(db, at.shop.merchant_id, sent[0][0].refund_id, RefundFound("succeeded", "x"))
        await learn_refund(db, at.shop.merchant_id, sent[1][0].refund_id, RefundFound("failed", "x"))
    await sound(database)
    async with database.read() as db:
        parts_now = await db.values(str, "select status from storedvalue.refund_parts order by amount")
    assert parts_now == ["succeeded", "failed"]
    assert await account(database, at, "bonus_lapsed") == 1_000


async def test_what_was_given_back_can_be_refunded(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 2_000)
    spend = (await pay(client, at, 2_000)).json()["spend_id"]
    assert problem(await refund_rest(client, at)) == (409, "nothing_left")
    await give_back(client, at, spend, 500)
    assert (await refund_rest(client, at)).json()["amount"] == 500
    await sound(database)


async def test_an_erased_person_gets_her_money_back(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
        waiting = await asked(db, at, 700)
    topup = await stored(database, at, 10_000)
    held = (await client.get("/api/v1/me/export", headers=at.guest.headers)).json()["held"]
    assert len(held["storedvalue.topups"]) == 2
    assert [one["stored"] for one in held["storedvalue.moves"]] == [10_000]
    async with database.write() as db:
        await erase(db, at.guest.person_id)
    await drain(database)
    assert await has(database, at) == (0, 0)
    async with database.read() as db:
        [back] = await refunds_of(db, at.shop.merchant_id, topup.payment_id)
        called_off = await payment_of(db, at.shop.merchant_id, waiting.payment_id)
    assert back.amount == 10_000
    assert called_off is not None
    assert called_off.why == "cancelled"
    await paid(database, waiting)  # the bank was faster
    await drain(database)
    assert await has(database, at) == (0, 0)
    assert await account(database, at, "refunding") == 10_700
    await sound(database)


async def test_money_keeps_a_card(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 1_000)
    address = f"/api/v1/memberships/{at.shop.merchant_id}"
    assert problem(await client.delete(address, headers=at.guest.headers)) == (409, "money_left")
    await refund_rest(client, at)
    assert (await client.delete(address, headers=at.guest.headers)).status_code == 204


async def test_the_merchant_sets_rules_and_sees_what_is_owed(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
        owner = await world.session_of(db, at.shop.owner_id)
        marketer = await world.staff(db, at.shop, "marketer")
    address = f"/api/v1/merchants/{at.shop.merchant_id}/stored-value"
    assert problem(await client.get(address, headers=marketer.headers)) == (403, "not_allowed")
    rules = {"open": True, "free_amounts": False, "smallest": 1_000, "largest": 900, "most": 20_000}
    assert problem(await client.put(f"{address}/rules", json=rules, headers=owner.headers)) == (422, "limits_unreadable")
    changed = await client.put(f"{address}/rules", json={**rules, "largest": 20_000}, headers=owner.headers)
    assert changed.json()["currency"] == "EUR"
    for offer, name in ((1_000, "offer_exists"), (19_000, "offer_too_large")):
        sent = {"pay": 10_000 if offer == 1_000 else 19_000, "bonus": 2_000}
        assert problem(await client.post(f"{address}/offers", json=sent, headers=owner.headers)) == (409, name)
    await stored(database, at, 10_000)
    assert (await pay(client, at, 2_500)).status_code == 201
    shown = (await client.get(address, headers=owner.headers)).json()
    assert shown["owed"] == {"stored": 7_500, "bonus": 1_000, "guests": 1}
    [offer_id] = [offer["offer_id"] for offer in shown["offers"]]
    assert (await client.delete(f"{address}/offers/{offer_id}", headers=owner.headers)).status_code == 204
    moves = (await client.get(f"{address}/moves", headers=owner.headers)).json()["moves"]
    assert [(one["kind"], one["stored"], one["bonus"]) for one in moves] == [("payment", -2_500, 0), ("top_up", 10_000, 1_000)]
    [day] = (await client.get(f"{address}/days", headers=owner.headers)).json()
    assert (day["topped_up"], day["bonus_given"], day["paid"], day["refunded"]) == (10_000, 1_000, 2_500, 0)
    file = await client.get(f"{address}/moves.csv", headers=owner.headers)
    assert file.text.splitlines()[1].split(",")[1:5] == ["top_up", "100.00", "10.00", "EUR"]
    assert len(file.text.splitlines()) == 3
    wrong = await client.get(f"{address}/days?first=2026-01-02&last=2026-01-01", headers=owner.headers)
    assert problem(wrong) == (422, "span_unreadable")


async def test_the_pages_open(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
        owner = await world.session_of(db, at.shop.owner_id)
    page = f"/cards/{at.shop.merchant_id}/money"
    assert (await look(client, at.guest, page)).status_code == 200
    await stored(database, at, 10_000)
    assert (await pay(client, at, 2_500)).status_code == 201
    assert "Paid €25.00 from this card" in (await look(client, at.guest, f"{page}/slot")).text
    assert (await refund_rest(client, at)).status_code == 201
    shown = (await look(client, at.guest, page)).text
    assert "on the way back" in shown
    assert "€75.00" in shown
    both = {"choice": str(uuid4()), "amount": "5", "provider": "bank"}
    assert "Clear the amount" in (await press_plainly(client, at.guest, page, **both)).text
    assert "There is no money of yours left" in (await press_plainly(client, at.guest, f"{page}/refund")).text
    for name in ("stored-value", "stored-value/rules"):
        assert (await look(client, owner, f"/console/{at.shop.merchant_id}/{name}")).status_code == 200
    assert "of it €25.00 from cards" in (await look(client, at.cashier, f"{at.path}/today")).text


async def test_a_key_pays_for_one_guest(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
        other = await member(db, at.shop, "Otto")
        number = await db.value(str, "select number from cards.memberships where person_id = :p", p=other.person_id)
        secret = await db.value(bytes, "select secret from cards.memberships where person_id = :p", p=other.person_id)
    await stored(database, at, 1_000)
    first = await pay(client, at, 500, "k")
    assert (await pay(client, at, 500, "k")).json() == first.json()
    ottos = msgspec.structs.replace(at, guest=other, number=number, secret=secret)
    assert problem(await pay(client, ottos, 500, "k")) == (409, "idempotency_key_reused")


async def test_what_comes_back_to_somebody_who_was_erased_goes_on_to_her(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await ground(db)
    await stored(database, at, 1_000)
    spend = (await pay(client, at, 400)).json()["spend_id"]
    assert (await refund_rest(client, at)).status_code == 201
    async with database.write() as db:
        await erase(db, at.guest.person_id)
    await drain(database)
    assert (await give_back(client, at, spend, 400)).status_code == 201
    await drain(database)
    assert await has(database, at) == (0, 0)
    async with database.read() as db:
        assert await db.values(int, "select amount::int from storedvalue.refunds order by at") == [600, 400]
