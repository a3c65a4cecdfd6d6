"""Payouts: once a closed day, only with an account, marked paid or sent back; agents and operators once a night."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from shuke.kit import clock
from shuke.kit.db import Database
from shuke.kit.deliver import drain
from shuke.kit.refusals import NotFound, Refusal
from shuke.payouts import (
    AccountDraft,
    Decided,
    MinimumDraft,
    account_of,
    bundles,
    bundles_csv,
    decide,
    party_payouts,
    pay_merchant,
    pay_party,
    payouts_of,
    save_account,
    set_minimum,
)
from shuke.payouts.accounts import masked, read_account
from shuke.payouts.pay import pay_nightly
from shuke.settlement import balance_of
from shuke.settlement.write import refund_use
from tests import world
from tests.settlement.settle_world import Market, agents, bought, market, money, run, soon, sound, used
from tests.world import Client, problem

pytestmark = pytest.mark.row("4.6")
IBAN = "FI21 1234 5600 0007 85"
DRAFT = AccountDraft("Kaisla Oy", IBAN)


async def earned(database: Database, at: Market, days: int = 1) -> None:
    """A use settled, its day closed."""
    [voucher] = await bought(database, at)
    await used(database, at, voucher)
    await run(database, soon())
    await run(database, soon(60 * 24 * days + 120))


def test_accounts_are_read_and_masked() -> None:
    assert read_account(" fi21 1234 5600 0007 85 ") == "FI2112345600000785"
    assert masked("FI2112345600000785") == "FI •••• 0785"
    assert [masked(account) for account in ("1234", "12345", "12 34 56")] == ["•••• 34", "•••• 45", "•••• 4 56"]
    assert read_account("6222 0000 1111 2222  ICBC Beijing") == "6222 0000 1111 2222 ICBC Beijing"
    for text in ("FI22 1234 5600 0007 85", "my bank", "12\x0034 5"):
        with pytest.raises(Refusal, match="account_unreadable"):
            read_account(text)


async def test_nothing_is_paid_without_an_account(database: Database) -> None:
    at = await market(database)
    await earned(database, at)
    async with database.read() as db:
        assert await payouts_of(db, at.merchant_id) == []
    async with database.write() as db:
        await save_account(db, at.owner.person_id, at.merchant_id, DRAFT)
    async with database.read() as db:
        [payout] = await payouts_of(db, at.merchant_id)
        assert (payout.amount, payout.status, payout.account) == (5900, "open", "FI •••• 0785")
        assert await balance_of(db, at.merchant_id) == 0
    assert await money(database, at, "paid_out") == 5900
    await sound(database)


@pytest.mark.race
async def test_a_day_is_paid_once(database: Database) -> None:
    at = await market(database)
    await earned(database, at)
    async with database.write() as db:
        await db.run(
            "insert into payouts.accounts values (:m, 'Kaisla', 'FI2112345600000785', :m, :now, null)",
            m=at.merchant_id,
            now=clock.now(),
        )

    async def pay() -> int:
        async with database.write() as db:
            return await pay_merchant(db, at.merchant_id)

    assert sorted(await asyncio.gather(*(pay() for _ in range(8)))) == [0] * 7 + [5900]
    await sound(database)


async def test_paid_and_sent_back(database: Database) -> None:
    at = await market(database)
    async with database.write() as db:
        await save_account(db, at.owner.person_id, at.merchant_id, DRAFT)
    await earned(database, at)
    by = at.owner.person_id
    async with database.write() as db:
        [bundle] = await bundles(db, "open")
        assert bundle.account == "FI2112345600000785"
        assert "5900" not in bundles_csv([bundle])
        assert ",EUR,59.00," in bundles_csv([bundle])
        with pytest.raises(Refusal, match="reference_missing"):
            await decide(db, by, bundle.bundle_id, Decided("paid"))
        with pytest.raises(NotFound):
            await decide(db, by, uuid4(), Decided("paid", "x"))
        await decide(db, by, bundle.bundle_id, Decided("paid", "RF-1"))
        with pytest.raises(Refusal, match="already_decided"):
            await decide(db, by, bundle.bundle_id, Decided("paid", "RF-1"))
        await decide(db, by, bundle.bundle_id, Decided("returned", "account closed"))
        with pytest.raises(Refusal, match="already_decided"):
            await decide(db, by, bundle.bundle_id, Decided("returned"))
        assert await balance_of(db, at.merchant_id) == 5900
        account = await account_of(db, at.merchant_id)
        assert account is not None
        assert account.refused_at is not None
        assert await pay_merchant(db, at.merchant_id) == 0, "the account waits to be written again"
        await save_account(db, by, at.merchant_id, DRAFT)
        assert await balance_of(db, at.merchant_id) == 0, "paid again"
    await sound(database)


async def test_an_account_written_while_a_transfer_is_under_way(database: Database) -> None:
    at = await market(database)
    by = at.owner.person_id
    async with database.write() as db:
        await save_account(db, by, at.merchant_id, DRAFT)
    await earned(database, at)
    async with database.write() as db:
        [bundle] = await bundles(db, "open")
        await save_account(db, by, at.merchant_id, AccountDraft("Kaisla Oy", "6222 0000 1111 9999 ICBC"))
        await decide(db, by, bundle.bundle_id, Decided("returned", "account closed"))
        account = await account_of(db, at.merchant_id)
        assert account is not None
        assert account.refused_at is None, "nobody refused the new one"
        [again] = await bundles(db, "open")
        assert (again.amount, again.account) == (5900, "6222 0000 1111 9999 ICBC")
        await decide(db, by, again.bundle_id, Decided("returned", "no such account"))
        account = await account_of(db, at.merchant_id)
        assert account is not None
        assert account.refused_at is not None
        assert await balance_of(db, at.merchant_id) == 5900
    await sound(database)


async def test_the_minimum_and_what_is_owed_back_wait(database: Database) -> None:
    at = await market(database)
    async with database.write() as db:
        await set_minimum(db, at.owner.person_id, MinimumDraft("EUR", 10_000))
        await save_account(db, at.owner.person_id, at.merchant_id, DRAFT)
    [voucher] = await bought(database, at)
    use = await used(database, at, voucher)
    await run(database, soon())
    await run(database, soon(60 * 26))
    async with database.write() as db:
        assert await payouts_of(db, at.merchant_id) == []
        await set_minimum(db, at.owner.person_id, MinimumDraft("EUR", 1))
        await refund_use(db, at.merchant_id, use.redemption_id, 5000)
        assert await pay_merchant(db, at.merchant_id) == 900, "no more than is still owed"
    assert await money(database, at, "payable") == 0


@pytest.mark.row("1.6")
async def test_agents_are_paid_at_night(database: Database) -> None:
    at = await market(database)
    async with database.write() as db:
        agent, operator = await agents(db, at)
    await earned(database, at)
    night = (clock.now() + timedelta(days=2)).replace(hour=4)
    with clock.at(night):
        for _twice in range(2):
            async with database.write() as db:
                await pay_nightly(db)
    async with database.write() as db:
        [bundle] = await party_payouts(db, agent)
        assert (bundle.amount, bundle.status, bundle.account) == (59, "open", "FI •••• 0785")
        assert await party_payouts(db, operator) == [], "it has no account"
        assert await pay_party(db, agent) == 0
        await decide(db, at.owner.person_id, bundle.bundle_id, Decided("returned", "closed"))
    assert await money(database, at, "commission", agent) == 59
    async with database.write() as db:
        assert await pay_party(db, agent) == 59
    assert await money(database, at, "paid_out", agent) == 59
    await sound(database)


async def test_only_the_owner_writes_the_account(client: Client, database: Database) -> None:
    at = await market(database)
    sent = {"account_holder": "Kaisla Oy", "account": IBAN}
    async with database.write() as db:
        from_manager = await world.staff(db, at.sale.shop, "manager")
    for headers, answer in (
        (from_manager.headers, (403, "not_allowed")),
        (at.cashier.headers, (403, "not_allowed")),
        (at.guest.headers, (404, "not_found")),
        ({}, (401, "not_signed_in")),
    ):
        assert problem(await client.put(f"{at.api}/payout-account", json=sent, headers=headers)) == answer
    wrong = await client.put(f"{at.api}/payout-account", json=sent | {"account": "nothing"}, headers=at.owner.headers)
    assert problem(wrong) == (422, "account_unreadable")
    done = await client.put(f"{at.api}/payout-account", json=sent, headers=at.owner.headers)
    assert done.status_code == 200, done.text
    shown = (await client.get(f"{at.api}/payouts", headers=from_manager.headers)).json()
    assert shown["account"]["account"] == "FI •••• 0785"
    assert shown["test_money"] is True
    assert len(shown["changes"]) == 1
    await drain(database)
