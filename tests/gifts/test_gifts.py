"""Vouchers as gifts: on their way, taken once under a new code, or back; tills, limits, blocks and erasure beside them."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from shuke.friends import actions as friends
from shuke.gifts import Gift, NewGift, give
from shuke.gifts.actions import return_some, take
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.deliver import drain
from shuke.kit.refusals import Refusal
from shuke.people.erase import erase
from shuke.proof.invariants import breaches
from shuke.shares import branch_of, grow
from shuke.vouchers import IssueCall, Issued, RedeemCall, Redemption, expire_some, issue, redeem, void
from tests import world
from tests.refunds.bought import bought, codes
from tests.world import Client, Signed, problem

pytestmark = pytest.mark.row("3.2")


class Start(msgspec.Struct, frozen=True):
    """A shop, two friends, and the voucher that one of them has."""

    shop: world.Shop
    giver: Signed
    friend: Signed
    voucher: Issued

    def asked(self, to: UUID | None = None, note: str = "") -> dict[str, str | None]:
        """The body of a new gift."""
        return {
            "merchant_id": str(self.shop.merchant_id),
            "voucher_id": str(self.voucher.voucher_id),
            "to": str(to) if to else None,
            "note": note,
        }


async def befriend(db: Db, one: UUID, other: UUID) -> None:
    """Both ask, so they are."""
    await friends.ask(db, one, other)
    await friends.ask(db, other, one)


async def issued(db: Db, shop: world.Shop, template_id: UUID, person_id: UUID) -> Issued:
    """A voucher of hers."""
    [voucher] = await issue(db, [IssueCall(shop.merchant_id, template_id, person_id, "staff")])
    assert isinstance(voucher, Issued), voucher
    return voucher


async def start(database: Database, **columns: object) -> Start:
    """As said above."""
    async with database.write() as db:
        shop, giver, friend = await world.shop(db), await world.signed_in(db, "Mia"), await world.signed_in(db, "Jo")
        await befriend(db, giver.person_id, friend.person_id)
        template = await world.template(db, shop, **{"transferable": True, **columns})
        return Start(shop, giver, friend, await issued(db, shop, template, giver.person_id))


async def used(database: Database, at: Start, code: str) -> Redemption | Refusal:
    """At the till."""
    async with database.write() as db:
        call = RedeemCall(at.shop.merchant_id, at.shop.store_id, at.shop.owner_id, code, uuid4().hex)
        return (await redeem(db, [call]))[0]


async def sound(database: Database) -> None:
    """Nothing is wrong anywhere."""
    await drain(database)
    async with database.read() as db:
        assert await breaches(db) == []


async def test_a_gift_goes_to_a_friend_under_a_new_code(client: Client, database: Database) -> None:
    at = await start(database)
    key = {"idempotency-key": "once", **at.giver.headers}
    given = await client.post("/api/v1/gifts", json=at.asked(at.friend.person_id, "For your birthday"), headers=key)
    assert given.status_code == 201, given.text
    assert (
        await client.post("/api/v1/gifts", json=at.asked(at.friend.person_id, "For your birthday"), headers=key)
    ).json() == given.json()
    path = f"/api/v1/gifts/{at.shop.merchant_id}/{given.json()['gift_id']}"
    refused = await used(database, at, at.voucher.code)
    assert isinstance(refused, Refusal)
    assert refused.name == "gifting"
    await sound(database)
    seen = await client.get(path, headers=at.friend.headers)
    assert (seen.json()["note"], seen.json()["outcome"]) == ("For your birthday", None)
    taken = await client.post(f"{path}/taking", headers=at.friend.headers)
    assert taken.status_code == 200, taken.text
    assert (await client.post(f"{path}/taking", headers=at.friend.headers)).json() == taken.json()
    assert taken.json()["code"] != at.voucher.code
    wallets = [(await client.get("/api/v1/wallet", headers=who.headers)).json()["vouchers"] for who in (at.giver, at.friend)]
    assert [[one["code"] for one in held] for held in wallets] == [[], [taken.json()["code"]]]
    old = await used(database, at, at.voucher.code)
    assert isinstance(old, Refusal)
    assert old.name == "unknown"
    use = await used(database, at, taken.json()["code"])
    assert isinstance(use, Redemption)
    assert use.person_id == at.friend.person_id
    await sound(database)
    lists = [(await client.get("/api/v1/gifts", headers=who.headers)).json()["items"] for who in (at.giver, at.friend)]
    assert [[one["outcome"] for one in items] for items in lists] == [["taken"], ["taken"]]


async def test_who_may_not(client: Client, database: Database) -> None:
    at = await start(database)
    async with database.write() as db:
        stranger, blocked = await world.signed_in(db), await world.signed_in(db)
        await befriend(db, at.giver.person_id, blocked.person_id)
        await friends.block(db, blocked.person_id, at.giver.person_id)
        fixed = await issued(db, at.shop, await world.template(db, at.shop), at.giver.person_id)
        twice = await issued(db, at.shop, await world.template(db, at.shop, uses=2, transferable=True), at.giver.person_id)
    assert isinstance(await used(database, at, twice.code), Redemption)

    async def refused(to: UUID | None, voucher: Issued = at.voucher, who: Signed = at.giver) -> tuple[int, str]:
        body = {**at.asked(to), "voucher_id": str(voucher.voucher_id)}
        return problem(await client.post("/api/v1/gifts", json=body, headers=who.headers))

    assert await refused(stranger.person_id) == (409, "not_friends")
    assert await refused(blocked.person_id) == (404, "not_found")
    assert await refused(at.giver.person_id) == (409, "own_gift")
    assert await refused(None, fixed) == (409, "not_transferable")
    assert await refused(None, twice) == (409, "partly_used")
    assert await refused(None, who=at.friend) == (404, "not_found")
    given = await client.post("/api/v1/gifts", json=at.asked(at.friend.person_id), headers=at.giver.headers)
    path = f"/api/v1/gifts/{at.shop.merchant_id}/{given.json()['gift_id']}"
    assert await refused(None) == (409, "gifting")
    assert problem(await client.get(path, headers=stranger.headers)) == (404, "not_found")
    assert problem(await client.post(f"{path}/taking", headers=stranger.headers)) == (404, "not_found")
    assert problem(await client.post(f"{path}/taking", headers=at.giver.headers)) == (409, "own_gift")
    assert problem(await client.post(f"{path}/return", headers=stranger.headers)) == (404, "not_found")
    await sound(database)


async def test_taken_back_declined_or_timed_out_it_is_the_givers_again(client: Client, database: Database) -> None:
    at = await start(database)
    for who, outcome in ((at.giver, "taken_back"), (at.friend, "declined")):
        given = await client.post("/api/v1/gifts", json=at.asked(at.friend.person_id), headers=at.giver.headers)
        path = f"/api/v1/gifts/{at.shop.merchant_id}/{given.json()['gift_id']}"
        back = await client.post(f"{path}/return", headers=who.headers)
        assert (back.status_code, back.json()["outcome"]) == (200, outcome)
        assert problem(await client.post(f"{path}/taking", headers=at.friend.headers)) == (409, "gift_over")
        assert problem(await client.post(f"{path}/return", headers=who.headers)) == (409, "gift_over")
    await client.post("/api/v1/gifts", json=at.asked(), headers=at.giver.headers)
    async with database.write() as db:
        assert await return_some(db) == 0
        with clock.at(clock.now() + timedelta(days=3, minutes=1)):
            assert await return_some(db) == 1
            assert await db.values(str, "select outcome from gifts.gifts order by at") == [
                "taken_back",
                "declined",
                "timed_out",
            ]
    assert isinstance(await used(database, at, at.voucher.code), Redemption)
    await sound(database)


async def test_a_gift_ends_no_later_than_its_voucher(database: Database) -> None:
    at = await start(database)
    async with database.write() as db:
        await db.run("update vouchers.vouchers set ends_at = :soon", soon=clock.now() + timedelta(hours=1))
        gift = await give(db, at.giver.person_id, NewGift(at.shop.merchant_id, at.voucher.voucher_id))
        assert gift.until == gift.ends_at
        with clock.at(gift.until + timedelta(seconds=1)):
            assert (await return_some(db), await expire_some(db)) == (1, 1)
    await sound(database)


async def test_a_voucher_that_is_withdrawn_on_its_way_is_gone(client: Client, database: Database) -> None:
    at = await start(database)
    given = await client.post("/api/v1/gifts", json=at.asked(), headers=at.giver.headers)
    async with database.write() as db:
        await void(db, at.shop.merchant_id, at.shop.owner_id, at.voucher.voucher_id, "test")
    await sound(database)
    path = f"/api/v1/gifts/{at.shop.merchant_id}/{given.json()['gift_id']}"
    assert problem(await client.post(f"{path}/taking", headers=at.friend.headers)) == (409, "gift_over")
    back = await client.post(f"{path}/return", headers=at.giver.headers)
    assert back.json()["outcome"] == "void"
    await sound(database)


async def test_the_new_holder_is_counted_by_its_limits(client: Client, database: Database) -> None:
    at = await start(database, per_person=1)
    async with database.write() as db:
        template = at.voucher.template_id
        hers = await issued(db, at.shop, template, at.friend.person_id)
        third = await world.signed_in(db)
    given = await client.post("/api/v1/gifts", json=at.asked(), headers=at.giver.headers)
    path = f"/api/v1/gifts/{at.shop.merchant_id}/{given.json()['gift_id']}"
    assert problem(await client.post(f"{path}/taking", headers=at.friend.headers)) == (409, "limit_reached")
    taken = await client.post(f"{path}/taking", headers=third.headers)
    assert taken.status_code == 200
    async with database.write() as db:
        [again] = await issue(db, [IssueCall(at.shop.merchant_id, template, at.giver.person_id, "staff")])
    assert isinstance(again, Refusal)  # who gives hers on doesn't get another
    assert again.name == "limit_reached"
    back = await client.post("/api/v1/gifts", json=at.asked(), headers=third.headers)
    again_hers = await client.post(
        f"/api/v1/gifts/{at.shop.merchant_id}/{back.json()['gift_id']}/taking", headers=at.giver.headers
    )
    assert again_hers.status_code == 200  # the very same one comes home
    assert hers.code
    await sound(database)


async def test_counted_by_phone_the_taker_needs_one(client: Client, database: Database) -> None:
    async with database.write() as db:
        shop, giver, friend = await world.shop(db), await world.signed_in(db), await world.signed_in(db)
        template = await world.template(db, shop, transferable=True, per_natural_person=1)
        await db.run(
            "insert into people.contacts (kind, value, person_id, verified_at) values ('phone', '+358401234567', :person, :now)",
            person=giver.person_id,
            now=clock.now(),
        )
        at = Start(shop, giver, friend, await issued(db, shop, template, giver.person_id))
    given = await client.post("/api/v1/gifts", json=at.asked(), headers=giver.headers)
    path = f"/api/v1/gifts/{shop.merchant_id}/{given.json()['gift_id']}"
    assert problem(await client.post(f"{path}/taking", headers=friend.headers)) == (409, "phone_needed")
    await sound(database)


async def test_who_blocks_or_goes_has_nothing_on_its_way(client: Client, database: Database) -> None:
    at = await start(database)
    given = await client.post("/api/v1/gifts", json=at.asked(at.friend.person_id), headers=at.giver.headers)
    path = f"/api/v1/gifts/{at.shop.merchant_id}/{given.json()['gift_id']}"
    async with database.write() as db:
        await friends.block(db, at.friend.person_id, at.giver.person_id)
    assert problem(await client.get(path, headers=at.friend.headers)) == (404, "not_found")
    await sound(database)
    assert (await client.get(path, headers=at.giver.headers)).json()["outcome"] == "declined"
    async with database.write() as db:
        await friends.unblock(db, at.friend.person_id, at.giver.person_id)
        await befriend(db, at.giver.person_id, at.friend.person_id)
        await give(db, at.giver.person_id, NewGift(at.shop.merchant_id, at.voucher.voucher_id, at.friend.person_id, "words"))
        await erase(db, at.friend.person_id)
    await sound(database)
    async with database.write() as db:
        await give(db, at.giver.person_id, NewGift(at.shop.merchant_id, at.voucher.voucher_id, None, "words"))
        await erase(db, at.giver.person_id)
    await sound(database)
    async with database.read() as db:
        assert await db.values(str, "select outcome from gifts.gifts order by at") == ["declined", "declined", "void"]
        assert await db.values(str, "select distinct note from gifts.gifts") == [""]
        assert await db.value(int, "select count(*) from gifts.own") == 0


@pytest.mark.row("2.6")
async def test_who_takes_a_gift_and_joins_was_brought_by_its_giver(client: Client, database: Database) -> None:
    at = await start(database)
    given = await client.post("/api/v1/gifts", json=at.asked(), headers=at.giver.headers)
    await client.post(f"/api/v1/gifts/{at.shop.merchant_id}/{given.json()['gift_id']}/taking", headers=at.friend.headers)
    async with database.write() as db:
        await grow(db, at.shop.merchant_id, at.friend.person_id, clock.now())
        branch = await branch_of(db, at.shop.merchant_id, at.friend.person_id)
    assert branch is not None
    assert (branch.giver_id, branch.channel) == (at.giver.person_id, "gift")


@pytest.mark.row("4.5")
async def test_a_bought_voucher_given_on_is_refunded_as_the_rules_say(client: Client, database: Database) -> None:
    by = await bought(database)
    [(voucher_id, code)] = await codes(database, by.order)
    async with database.write() as db:
        await db.run("update vouchers.templates set transferable = true where merchant_id = :merchant", merchant=by.merchant_id)
        friend = await world.signed_in(db)
        gift = await give(db, by.guest.person_id, NewGift(by.merchant_id, voucher_id))
    assert problem(await client.post(by.own, json={}, headers=by.guest.headers)) == (409, "given_away")
    async with database.write() as db:
        taken = await take(db, friend.person_id, by.merchant_id, gift.gift_id)
    assert taken.code != code
    order = f"/api/v1/orders/{by.merchant_id}/{by.order.order_id}"
    shown = await client.get(order, headers=by.guest.headers)
    assert taken.code not in shown.text
    page = await client.get(f"/orders/{by.merchant_id}/{by.order.order_id}", headers=by.guest.headers)
    assert taken.code not in page.text
    assert problem(await client.post(by.own, json={}, headers=by.guest.headers)) == (409, "given_away")
    done = await client.post(by.office, json={"reason": "closed"}, headers=by.manager.headers)
    assert done.status_code == 201, done.text
    wallet = await client.get("/api/v1/wallet", headers=friend.headers)
    assert wallet.json()["vouchers"] == []


@pytest.mark.race
async def test_of_many_takers_one_has_it(database: Database) -> None:
    at = await start(database)
    async with database.write() as db:
        gift = await give(db, at.giver.person_id, NewGift(at.shop.merchant_id, at.voucher.voucher_id))
        people = [await world.person(db) for _ in range(32)]

    async def one(person_id: UUID) -> str:
        try:
            async with database.write() as db:
                return (await take(db, person_id, at.shop.merchant_id, gift.gift_id)).code
        except Refusal as refusal:
            return refusal.name

    told = await asyncio.gather(*[one(person_id) for person_id in people])
    assert sorted(told)[1:] == ["gift_over"] * 31 or sorted(told)[:-1] == ["gift_over"] * 31
    await sound(database)


@pytest.mark.race
async def test_taken_and_taken_back_at_once_is_one_of_both(database: Database) -> None:
    at = await start(database)
    for _round in range(6):
        async with database.write() as db:
            shop, template = at.shop, at.voucher.template_id
            voucher = await issued(db, shop, template, at.giver.person_id)
            gift: Gift = await give(db, at.giver.person_id, NewGift(shop.merchant_id, voucher.voucher_id))

        async def taken(gift: Gift = gift) -> str:
            async with database.write() as db:
                return (await take(db, at.friend.person_id, at.shop.merchant_id, gift.gift_id)).code

        async def timed_out(gift: Gift = gift) -> int:
            with clock.at(gift.until):
                async with database.write() as db:
                    return await return_some(db)

        told = await asyncio.gather(taken(), timed_out(), used(database, at, voucher.code), return_exceptions=True)
        assert isinstance(told[0], Refusal) == (told[1] == 1), told
        await sound(database)


async def test_the_pages(client: Client, database: Database) -> None:
    at = await start(database)
    mine = at.giver.headers
    page = await client.get(f"/vouchers/{at.voucher.code}", headers=mine)
    assert f"/gifts/new/{at.voucher.code}" in page.text
    form = await client.get(f"/gifts/new/{at.voucher.code}", headers=mine)
    assert str(at.friend.person_id) in form.text
    async with database.write() as db:
        gift = await give(db, at.giver.person_id, NewGift(at.shop.merchant_id, at.voucher.voucher_id, at.friend.person_id))
    own = await client.get(gift.path, headers=mine)
    assert "/return" in own.text
    line = await client.get("/gifts/waiting", headers=at.friend.headers)
    assert "1 gift waits for you." in line.text
    assert "1 voucher is on its way as a gift." in (await client.get("/gifts/waiting", headers=mine)).text
    listed = await client.get("/gifts", headers=at.friend.headers)
    assert gift.path in listed.text
    assert (await client.get(gift.path, headers=at.friend.headers)).text.count("/taking") == 1
    assert (await client.get(gift.path)).status_code == 404
    async with database.write() as db:
        other = await issued(db, at.shop, at.voucher.template_id, at.giver.person_id)
        link = await give(db, at.giver.person_id, NewGift(at.shop.merchant_id, other.voucher_id))
    public = await client.get(link.path)
    assert f"/sign-in?next={link.path}" in public.text


async def test_who_was_too_late_reads_neither_the_words_nor_who_has_it(client: Client, database: Database) -> None:
    at = await start(database)
    given = (await client.post("/api/v1/gifts", json=at.asked(note="For you"), headers=at.giver.headers)).json()
    address = f"/gifts/{at.shop.merchant_id}/{given['gift_id']}"
    async with database.write() as db:
        late = await world.signed_in(db, "Late")
    assert (await client.get(f"/api/v1{address}", headers=late.headers)).json()["note"] == "For you"
    assert (await client.post(f"/api/v1{address}/taking", headers=at.friend.headers)).status_code == 200
    seen = (await client.get(f"/api/v1{address}", headers=late.headers)).json()
    assert (seen["outcome"], seen["note"], seen["taker_id"]) == ("taken", "", None)
    for headers in (late.headers, {}):
        page = await client.get(address, headers=headers)
        assert page.status_code == 200
        assert "This gift is gone" in page.text
        assert "Jo has taken it" not in page.text
        assert "For you<" not in page.text
    assert "Jo has taken it" in (await client.get(address, headers=at.giver.headers)).text
    assert (await client.get(f"/api/v1{address}", headers=at.friend.headers)).json()["note"] == "For you"


@pytest.mark.race
async def test_given_and_used_at_once_is_one_of_both(database: Database) -> None:
    at = await start(database)

    async def given() -> Gift | Refusal:
        try:
            async with database.write() as db:
                new = NewGift(at.shop.merchant_id, at.voucher.voucher_id, at.friend.person_id)
                return await give(db, at.giver.person_id, new)
        except Refusal as refusal:
            return refusal

    outcomes = await asyncio.gather(
        *[given() for _one in range(4)], *[used(database, at, at.voucher.code) for _one in range(4)]
    )
    done = [one for one in outcomes if not isinstance(one, Refusal)]
    assert len(done) == 1, outcomes
    await sound(database)


async def test_chosen_in_the_chat_of_the_two(client: Client, database: Database) -> None:
    begun = await start(database)
    page = await client.get(f"/gifts/for/{begun.friend.person_id}", headers=begun.giver.headers)
    assert f"/gifts/new/{begun.voucher.code}?to={begun.friend.person_id}" in page.text
    back = await client.get(f"/gifts/for/{begun.giver.person_id}", headers=begun.friend.headers)
    assert "/gifts/new/" not in back.text, "she has nothing to give"
    async with database.write() as db:
        stranger = await world.signed_in(db)
    assert (await client.get(f"/gifts/for/{stranger.person_id}", headers=begun.giver.headers)).status_code == 404
    given = await client.post("/api/v1/gifts", json=begun.asked(begun.friend.person_id), headers=begun.giver.headers)
    assert given.status_code == 201
    await drain(database)
    chat = await client.get(f"/chats/with/{begun.giver.person_id}", headers=begun.friend.headers)
    assert "/gifts/" in chat.text, "a message with a button to take it"
