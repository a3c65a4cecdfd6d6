"""Group buying: so many real people pay in time and all get it, or every payment goes back by itself."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from litestar.testing import RequestFactory

from shuke.checkout import Order, order_of
from shuke.deals import stop
from shuke.groupbuy import leave
from shuke.groupbuy.queries import given_name
from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.live import Live
from shuke.kit.refusals import Refusal, TooMany
from shuke.kit.web import client_network
from shuke.ledger import Account, held_money
from shuke.payments import Payment
from tests.checkout.sale_world import attempt, captured, paid
from tests.groupbuy.together import DAY, group, group_sale, joined, of_three, people, sound, started, statuses
from tests.platform.test_office import csrf
from tests.refunds.bought import quiet
from tests.world import Client, problem

pytestmark = pytest.mark.row("4.2")


async def test_a_group_of_three_fills(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    who = await people(database, 3)
    merchant = str(at.shop.merchant_id)
    call = {"merchant_id": merchant, "deal_id": str(at.deal_id)}
    first = await client.post("/api/v1/groups", json=call, headers={"idempotency-key": "mine", **who[0].headers})
    assert first.status_code == 201, first.text
    again = await client.post("/api/v1/groups", json=call, headers={"idempotency-key": "mine", **who[0].headers})
    assert again.json() == first.json(), "the same key starts one group"
    assert (first.json()["amount"], first.json()["status"]) == (3900, "held")
    address = f"/api/v1/groups/{merchant}/{first.json()['group_id']}"
    places = [await client.post(f"{address}/places", headers=one.headers) for one in who[1:]]
    assert [place.status_code for place in places] == [201, 201]
    twice = await client.post(f"{address}/places", headers=who[1].headers)
    assert problem(twice) == (409, "already_in_group")
    assert twice.json()["facts"]["order"] == places[0].json()["order_id"]
    async with database.read() as db:
        orders = [await order_of(db, at.shop.merchant_id, one.json()["order_id"]) for one in [first, *places]]
    for number, order in enumerate(orders):
        assert order is not None
        seen = (await client.get(address)).json()
        assert (seen["status"], seen["missing"]) == ("open", 3 - number)
        await paid(database, order)
    seen = (await client.get(address, headers=who[0].headers)).json()
    assert (seen["status"], seen["missing"], seen["mine"]["status"]) == ("filled", 0, "paid")
    assert [one["name"] for one in seen["people"]] == ["Mia", "李*", "Aino"]
    assert await statuses(database, at.shop.merchant_id) == {"fulfilled": 3}
    for one in who:
        wallet = await client.get("/api/v1/wallet", headers=one.headers)
        assert len(wallet.json()["vouchers"]) == 1
    await sound(database)


async def test_others_see_given_names_and_nothing_else(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    who, orders = await of_three(database, at, 1)
    seen = await client.get(f"/api/v1/groups/{at.shop.merchant_id}/{orders[0].group_id}")
    assert [(one["name"], one["lead"], one["paid"], one["mine"]) for one in seen.json()["people"]] == [
        ("Mia", True, True, False),
        ("李*", False, False, False),
        ("Aino", False, False, False),
    ]
    assert seen.json()["mine"] is None
    for one, order in zip(who, orders, strict=True):
        assert str(one.person_id) not in seen.text
        assert str(order.order_id) not in seen.text
    assert "Virtanen" not in seen.text
    page = await client.get(f"/groups/{at.shop.merchant_id}/{orders[0].group_id}")
    assert "Virtanen" not in page.text
    assert str(who[1].person_id) not in page.text
    assert 'property="og:title"' in page.text
    assert given_name("") == given_name("mia@example.org") == "A guest"
    assert given_name("13800138000") == given_name("Mia138-0013-8000") == "A guest"
    assert given_name("李小明138") == given_name("李·小明") == given_name("李小明.") == "李*"


async def test_a_group_that_does_not_fill_gives_everything_back(database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db, hold_seconds=7200)
    _who, orders = await of_three(database, at, 2)
    with clock.at(clock.now() + DAY):
        await sound(database)
        seen = await group(database, at.shop.merchant_id, orders[0].group_id)
        assert (seen.status, seen.why) == ("failed", "deadline")
        assert await statuses(database, at.shop.merchant_id) == {"refunded": 2, "released": 1}
        async with database.read() as db:
            for kind in ("received", "held", "refunding"):
                assert await held_money(db, at.shop.merchant_id, Account(at.shop.merchant_id, kind), "EUR") == 0
            back = await db.values(str, "select status || ' ' || why from refunds.refunds")
        assert back == ["succeeded group"] * 2


async def test_the_provider_is_away_at_the_deadline(database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    _who, _orders = await of_three(database, at, 2)
    later = clock.now() + DAY
    with clock.at(later):
        async with database.write() as db:
            await db.run("alter table testbank.refunds rename to away")  # whoever asks the bank gets no answer
        await quiet(database)
        async with database.read() as db:
            assert await db.values(str, "select status from refunds.refunds") == ["under_way"] * 2
        async with database.write() as db:
            await db.run("alter table testbank.away rename to refunds")
    for minutes in range(10, 60, 10):
        with clock.at(later + timedelta(minutes=minutes)):
            await quiet(database)
    async with database.read() as db:
        assert await db.values(str, "select status from refunds.refunds") == ["succeeded"] * 2
    with clock.at(later + timedelta(hours=1)):
        await sound(database)


async def test_what_is_paid_too_late_goes_back(database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db, hold_seconds=7200)
    _who, orders = await of_three(database, at, 2)
    async with database.write() as db:
        late = await attempt(db, orders[2])
    with clock.at(clock.now() + DAY):
        await sound(database)
        async with database.write() as db:
            await captured(db, late)
        await sound(database)
        assert await statuses(database, at.shop.merchant_id) == {"refunded": 2, "released": 1}
        async with database.read() as db:
            assert await db.value(int, "select count(*) from payments.refunds where status = 'succeeded'") == 3


async def test_paid_after_the_deadline_but_before_anybody_looked(database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db, hold_seconds=7200)
        await db.run("update deals.deals set group_hours = 1")
    who = await people(database, 3)
    orders = [await started(database, at, who[0])]
    orders += [await joined(database, orders[0], one) for one in who[1:]]
    for order in orders[:2]:
        await paid(database, order)
    async with database.write() as db:
        last = await attempt(db, orders[2])
    with clock.at(clock.now() + timedelta(hours=1, seconds=1)):
        async with database.write() as db:
            await captured(db, last)
        await drain(database)
        await sound(database)
        seen = await group(database, at.shop.merchant_id, orders[0].group_id)
        assert seen.status == "failed"
        assert await statuses(database, at.shop.merchant_id) == {"refunded": 3}


async def test_a_hold_that_lapses_frees_its_place(database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    who, orders = await of_three(database, at, 2)
    [other] = await people(database, 1)
    with pytest.raises(Refusal) as full:
        await joined(database, orders[0], other)
    assert full.value.name == "group_full"
    with clock.at(clock.now() + timedelta(minutes=20)):
        await quiet(database)
        seen = await group(database, at.shop.merchant_id, orders[0].group_id)
        assert (seen.free, seen.missing) == (1, 1)
        back = await joined(database, orders[0], who[2])
        assert back.order_id != orders[2].order_id, "whoever lost a place may take it again"
        await paid(database, back)
        seen = await group(database, at.shop.merchant_id, orders[0].group_id)
        assert seen.status == "filled"
        await sound(database)


async def test_leaving_passes_the_lead_and_the_last_one_closes(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    who, orders = await of_three(database, at, 0)
    await paid(database, orders[2])
    await paid(database, orders[0])
    address = f"/api/v1/groups/{at.shop.merchant_id}/{orders[0].group_id}/places"
    assert (await client.delete(address, headers=who[0].headers)).status_code == 204
    assert problem(await client.delete(address, headers=who[0].headers)) == (404, "not_in_group")
    seen = await group(database, at.shop.merchant_id, orders[0].group_id)
    assert [(one.name, one.lead, one.paid) for one in seen.people] == [("Aino", True, True), ("李*", False, False)]
    assert (seen.free, seen.missing) == (1, 2)
    assert (await client.delete(address, headers=who[1].headers)).status_code == 204
    assert (await client.delete(address, headers=who[2].headers)).status_code == 204
    seen = await group(database, at.shop.merchant_id, orders[0].group_id)
    assert (seen.status, seen.why, seen.people) == ("closed", "empty", [])
    await sound(database)
    assert await statuses(database, at.shop.merchant_id) == {"refunded": 2, "released": 1}
    [late] = await people(database, 1)
    refused = await client.post(address, headers=late.headers)
    assert problem(refused) == (409, "group_over")
    assert refused.json()["facts"]["deal"] == str(at.deal_id)


async def test_whoever_is_in_a_full_group_refunds_the_order_instead(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    who, orders = await of_three(database, at, 3)
    address = f"/api/v1/groups/{at.shop.merchant_id}/{orders[0].group_id}/places"
    assert problem(await client.delete(address, headers=who[0].headers)) == (409, "group_filled")
    own = f"/api/v1/orders/{at.shop.merchant_id}/{orders[0].order_id}/refunds"
    done = await client.post(own, json={}, headers=who[0].headers)
    assert (done.status_code, done.json()["amount"]) == (201, 3900)
    await sound(database)
    assert (await group(database, at.shop.merchant_id, orders[0].group_id)).status == "filled"
    assert await statuses(database, at.shop.merchant_id) == {"fulfilled": 2, "refunded": 1}


async def test_a_place_is_not_refunded_behind_the_groups_back(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    who, orders = await of_three(database, at, 1)
    refused = await client.post(
        f"/api/v1/orders/{at.shop.merchant_id}/{orders[0].order_id}/refunds", json={}, headers=who[0].headers
    )
    assert problem(refused) == (409, "other_way")
    assert "Leave it" in refused.json()["detail"]


async def test_a_stopped_deal_ends_its_groups(database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    _who, orders = await of_three(database, at, 2)
    async with database.write() as db:
        await stop(db, at.shop.merchant_id, at.deal_id, at.shop.owner_id, "the oven broke")
    await sound(database)
    seen = await group(database, at.shop.merchant_id, orders[0].group_id)
    assert (seen.status, seen.why) == ("failed", "stopped")
    assert await statuses(database, at.shop.merchant_id) == {"refunded": 2, "released": 1}


async def test_what_is_not_sold_to_groups_or_not_there(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db, group_size=None, group_price=None, group_hours=None)
    [who] = await people(database, 1)
    call = {"merchant_id": str(at.shop.merchant_id), "deal_id": str(at.deal_id)}
    assert problem(await client.post("/api/v1/groups", json=call, headers=who.headers)) == (409, "not_a_group_deal")
    assert problem(await client.post("/api/v1/groups", json=call)) == (401, "not_signed_in")
    unknown = call | {"deal_id": str(uuid4())}
    assert problem(await client.post("/api/v1/groups", json=unknown, headers=who.headers)) == (404, "not_found")
    address = f"/api/v1/groups/{at.shop.merchant_id}/{uuid4()}"
    assert problem(await client.get(address)) == (404, "not_found")
    assert problem(await client.post(f"{address}/places", headers=who.headers)) == (404, "not_found")
    assert problem(await client.delete(f"{address}/places", headers=who.headers)) == (404, "not_found")


@pytest.mark.race
@pytest.mark.row("3.4")
@pytest.mark.row("11.3")
async def test_64_on_the_last_place(database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    who = await people(database, 67)
    first = await paid(database, await started(database, at, who[0]))
    await paid(database, await joined(database, first, who[1]))
    other = await paid(database, await started(database, at, who[66]))

    async def want(number: int) -> str:
        try:
            await joined(database, first, who[number])
        except Refusal as refusal:
            led_on.add((refusal.facts["deal"], refusal.facts["group"]))
            return refusal.name
        return "in"

    led_on: set[tuple[object, object]] = set()
    said = await asyncio.gather(*(want(number) for number in range(2, 66)))
    assert led_on == {(str(at.deal_id), str(other.group_id))}, "everybody else is told of another open group"
    assert said.count("in") == 1
    assert said.count("group_full") == 63
    await sound(database)
    seen = await group(database, at.shop.merchant_id, first.group_id)
    assert (seen.free, seen.missing) == (0, 1)


@pytest.mark.race
async def test_one_person_has_one_place_however_often_she_asks(database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db, group_size=20)
    who = await people(database, 2)
    first = await started(database, at, who[0])

    async def want() -> str:
        try:
            await joined(database, first, who[1])
        except Refusal as refusal:
            return refusal.name
        return "in"

    said = await asyncio.gather(*(want() for _ in range(16)))
    assert sorted(set(said)) == ["already_in_group", "in"]
    assert said.count("in") == 1
    await sound(database)


@pytest.mark.race
async def test_paying_leaving_and_failing_at_the_same_moment(database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db, hold_seconds=7200)

    async def go(order: Order) -> None:
        assert order.group_id is not None
        with suppress(Refusal):
            async with database.write() as db:
                await leave(db, order.merchant_id, order.group_id, order.person_id)

    async def pay(payment: Payment) -> None:
        async with database.write() as db:
            await captured(db, payment)
        await drain(database)

    for _round in range(4):
        _who, orders = await of_three(database, at, 2)
        async with database.write() as db:
            last = await attempt(db, orders[2])
        await asyncio.gather(pay(last), go(orders[0]), go(orders[1]), drain(database), go(orders[2]))
        await sound(database)
        seen = await group(database, at.shop.merchant_id, orders[0].group_id)
        assert seen.status in ("filled", "closed", "open")
        assert (seen.status == "filled") == (len([one for one in seen.people if one.paid]) == 3)


@pytest.mark.race
async def test_nobody_leads_two_open_groups_of_a_deal(client: Client, database: Database) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    [mia, otto] = await people(database, 2)
    call = {"merchant_id": str(at.shop.merchant_id), "deal_id": str(at.deal_id)}
    asked = await asyncio.gather(*(client.post("/api/v1/groups", json=call, headers=mia.headers) for _ in range(8)))
    [made] = [one.json() for one in asked if one.status_code == 201]
    refused = [one for one in asked if one.status_code != 201]
    assert {problem(one) for one in refused} == {(409, "already_leading")}
    link = f"/groups/{at.shop.merchant_id}/{made['group_id']}"
    last = await client.post("/api/v1/groups", json=call, headers=mia.headers)
    assert (last.json()["facts"]["group"], last.json()["facts"]["link"]) == (made["group_id"], link)
    client.cookies.set("shuke_session", mia.token)
    deal = f"/deals/{at.shop.merchant_id}/{at.deal_id}"
    led = await client.post(f"{deal}/groups", data={"csrf": await csrf(client, deal)}, follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, link)
    client.cookies.clear()
    assert (await client.post(f"/api/v1{link}/places", headers=otto.headers)).status_code == 201
    assert (await client.delete(f"/api/v1{link}/places", headers=mia.headers)).status_code == 204
    again = await client.post("/api/v1/groups", json=call, headers=mia.headers)
    assert again.status_code == 201, "who has left hers may start another one"
    await sound(database)


async def test_strangers_take_no_room_from_who_is_signed_in(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as db:
        at = await group_sale(db)
    [mia] = await people(database, 1)
    told: list[dict[str, int]] = []

    def full(_live: Live, crowds: dict[str, int]) -> None:
        told.append(crowds)
        raise TooMany("too_many_open")

    monkeypatch.setattr(Live, "demand_room", full)
    stream = f"/groups/{at.shop.merchant_id}/{uuid4()}/live"
    for headers in ({}, mia.headers):
        assert (await client.get(stream, headers=headers)).status_code == 429
    strangers, known = told
    assert not set(strangers) & set(known)
    assert f"groups:person:{mia.person_id}" in known


def test_a_network_of_the_new_addresses_is_one_caller() -> None:
    def network(host: str) -> str:
        request = RequestFactory().get("/")
        request.scope["client"] = (host, 1)
        return client_network(request)

    assert network("192.0.2.7") == "192.0.2.7"
    assert network("2001:db8:0:1::7") == network("2001:db8:0:1:ffff::1%eth0") != network("2001:db8:0:2::7")
    assert network("unknown:") == "unknown:"


async def test_live_streams_of_a_group_are_limited() -> None:
    live, topic = Live(), "group:of three"
    crowds = {topic: 3, "groups:192.0.2.1": 2}
    open_ = [live.stream([topic], crowds=crowds) for _ in range(2)]
    for stream in open_:
        live.demand_room(crowds)
        assert b"open" in await anext(stream)
    with pytest.raises(TooMany, match="too_many_open"):
        live.demand_room(crowds)
    live.demand_room({topic: 3, "groups:192.0.2.2": 2})
    for stream in open_:
        await stream.aclose()
    live.demand_room(crowds)
