"""The proof can fail: each rule broken on purpose is named."""

from contextlib import suppress
from uuid import UUID

import msgspec
import pytest

from shuke.claims import ClaimCall, claim, open_claim
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.proof.books import BOOKS
from shuke.proof.invariants import COUNT, INVARIANTS, breaches
from shuke.purchases import PurchaseCall, record
from shuke.rooms import reactions
from shuke.stage import ground
from shuke.vouchers import RedeemCall, redeem, undo
from tests.proof.test_books import MONEY_BREAKS, Undone

BREAKS = {
    "uses_are_counted": """
        insert into vouchers.redemptions (merchant_id, voucher_id, use, store_id, staff_id, person_id, request_key, at)
        select merchant_id, voucher_id, use + 7, store_id, staff_id, person_id, 'again', at from vouchers.redemptions limit 1""",
    "uses_add_up": "delete from vouchers.undos",
    "stock_adds_up": "update vouchers.templates set stock = stock + 1 where stock is not null",
    "holdings_are_counted": "update vouchers.holdings set issued = issued - 1",
    "natural_holdings_are_counted": "update vouchers.holdings set issued = issued + 1",
    "wallets_show_vouchers": "delete from vouchers.wallet_vouchers",
    "gifts_are_on_their_way": "update vouchers.vouchers set status = 'gifting' where status = 'issued'",
    "wallets_show_cards": "delete from cards.wallet_cards",
    "one_welcome_each": "update vouchers.vouchers set template_id = (select min(template_id::text)::uuid from rewards.welcomes), source = 'welcome'",
    "claims_are_vouchers": "update vouchers.vouchers set source = 'api' where source = 'claim'",
    "points_of_purchases": "update purchases.purchases set points = points + 1",
    "purchases_hold_their_vouchers": "update purchases.purchases set discount = 0",
    "daily_caps_hold": "update cards.programmes set daily_cap = 1",
    "erased_hold_nothing": "update people.people set erased_at = now() - interval '1 hour'",
    "events_arrive": """
        insert into kit.events (lane, owner_id, name, body, at)
        select 0, person_id, 'people.PersonErased', '{}', now() - interval '1 hour' from people.people limit 1""",
    "no_dead_letters": """
        insert into kit.deliveries (event_id, reaction, owner_id, name, body, next_at, dead_at)
        select 0, 'wallet.dance', person_id, 'people.PersonErased', '{}', now(), now() from people.people limit 1""",
    "books_balance": "update ledger.accounts set balance = balance + 1",
    "stored_value_adds_up": """
        insert into storedvalue.moves (merchant_id, person_id, kind, stored, bonus, reference, at)
        select merchant_id, person_id, 'top_up', 1, 0, merchant_id, now() from cards.memberships limit 1""",
    "friends_on_both_sides": """
        insert into friends.friends (person_id, friend_id, since) select person_id, uuidv7(), now() from people.people limit 1""",
    "friends_hidden_on_both_sides": """
        insert into friends.hidden (person_id, other_id, mine, theirs, at)
        select person_id, uuidv7(), true, false, now() from people.people limit 1""",
    "friends_are_not_hidden": """
        with made as (
          insert into friends.friends (person_id, friend_id, since)
          select person_id, uuidv7(), now() from people.people limit 1 returning person_id, friend_id)
        insert into friends.hidden (person_id, other_id, mine, theirs, at)
        select person_id, friend_id, true, true, now() from made""",
    "friends_asked_on_both_sides": """
        insert into friends.requests (person_id, other_id, incoming, via, at)
        select person_id, uuidv7(), true, 'page', now() from people.people limit 1""",
    "meetup_seats_are_counted": """
        insert into meetups.meetups (host_id, kind, title, starts_at, ends_at, zone, capacity, audience, created_at)
        select person_id, 'meal', 'x', now() + interval '1 day', now() + interval '2 days', 'UTC', 4, 'everyone', now()
        from people.people limit 1""",
    "meetups_are_on_ones_own_list": """
        insert into meetups.mine (person_id, meetup_id, standing, starts_at, ends_at)
        select person_id, uuidv7(), 'in', now() + interval '1 day', now() + interval '2 days' from people.people limit 1""",
}


@pytest.mark.row("3.4")
@pytest.mark.row("11.2")
@pytest.mark.row("11.3")
async def test_a_broken_rule_is_named(database: Database) -> None:
    await _live_a_little(database)
    unnamed = []
    async with database.write() as db:
        assert await breaches(db, settled=0) == []
        for name, statement in BREAKS.items():
            with suppress(Undone):
                async with db.savepoint():
                    touched = await (await db.connection()).execute(statement)
                    assert not touched.endswith(" 0"), f"nothing was broken by {statement}"
                    found = {breach.name: breach.places for breach in await breaches(db, settled=0)}
                    if not found.get(name):
                        unnamed.append((name, found))
                    raise Undone
        assert await breaches(db, settled=0) == []
    assert unnamed == []


@pytest.mark.row("11.3")
def test_every_rule_is_broken_once() -> None:
    assert {rule.name for rule in INVARIANTS} | {"books_balance", "stored_value_adds_up"} == set(BREAKS)
    assert {book.name for book in BOOKS} - set(BREAKS) == {book for book, _place, _sql in MONEY_BREAKS}
    assert len(INVARIANTS) + len(BOOKS) == COUNT


async def _live_a_little(database: Database) -> None:
    """A shop with members, vouchers in every state, purchases and points."""
    assert reactions()
    async with database.write() as db:
        shop = await ground.shop(db, "Kaisla")
        await ground.welcome(db, shop, await ground.template(db, shop))
        people = await ground.members(db, shop, 3)
        [caller] = await ground.guests(db, 1, phones=True)
        await ground.give(db, shop, await ground.template(db, shop, per_natural_person=2), [caller.person_id])
        limited = await ground.template(db, shop, per_person=2, stock=9)
        vouchers = await ground.give(db, shop, limited, [guest.person_id for guest in people])
        many = await ground.give(db, shop, await ground.template(db, shop, uses=3), [people[0].person_id])
        link = await open_claim(db, shop.merchant_id, await ground.template(db, shop), shop.owner_id)
        await claim(db, [ClaimCall(link.merchant_id, link.claim_id, link.template_id, people[1].person_id)])
    await drain(database)
    async with database.write() as db:
        call = RedeemCall(shop.merchant_id, shop.stores[0], shop.owner_id, many[0].code, "a", 2000)
        [_first, use] = await redeem(db, [call, msgspec.structs.replace(call, key="b")])
        assert not isinstance(use, Exception)
        await undo(db, shop.merchant_id, shop.owner_id, use.redemption_id, "", "c")
        await record(
            db, [_purchase(shop, people[1].person_id, "d", ()), _purchase(shop, people[2].person_id, "e", (vouchers[2].code,))]
        )
    await drain(database)


def _purchase(shop: ground.Shop, holder: UUID, key: str, codes: tuple[str, ...]) -> PurchaseCall:
    return PurchaseCall(shop.merchant_id, shop.stores[0], shop.owner_id, holder, 5000, key, key.encode(), vouchers=codes)
