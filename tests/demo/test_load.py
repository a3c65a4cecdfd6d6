"""The import: merchants of the city, and a year's used coupons through the same code as every till."""

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise

import pytest

pytest.importorskip("osmium", reason="the demo's packages are not installed: pip install shuke[demo]")
pytest.importorskip("duckdb", reason="the demo's packages are not installed: pip install shuke[demo]")

import msgspec

from shuke.agreements import parties_of_person, terms_at
from shuke.deals import deal_of, deals_around, stop
from shuke.demo.chain import CHAIN, load_baskets, person_id, purchase_id
from shuke.demo.city import FIRST_SLICE, brands
from shuke.demo.coupons import codes_of, mail, redeem_call
from shuke.demo.coupons import use as use_coupons
from shuke.demo.helsinki import places
from shuke.demo.journey import Journey
from shuke.demo.load import PLAN, chain_steps, city_steps, run
from shuke.demo.logins import AGENT, CASHIER, LOGINS, MARKETER, OWNER, REAL_HOUSEHOLD, login, person_of
from shuke.demo.pages import TITLES
from shuke.demo.progress import StepProgress, plan, run_steps
from shuke.demo.punch import MINIMUM, NEEDED, SINCE
from shuke.demo.queries import beginnings
from shuke.demo.staffing import PEOPLE
from shuke.demo.types import Campaign, CouponUse
from shuke.kit import clock
from shuke.kit.db import Database, Db
from shuke.kit.refusals import Refusal
from shuke.samples import ALONE, FLASH, OFFERS, TOGETHER, follow_up, samples
from shuke.stamps import stamps_of
from shuke.storedvalue import terms_of
from shuke.vouchers import RedeemCall, redeem

EDGE = timedelta(microseconds=1)


def silent(_: StepProgress) -> None:
    """Nobody watches."""


async def outcomes(
    db: Db, uses: Sequence[CouponUse], moment: Callable[[CouponUse], datetime], call: Callable[[CouponUse], RedeemCall]
) -> Counter[str]:
    """What `redeem` says of `uses` with the clock at each one's `moment`: names of refusals, or redeemed."""
    said: Counter[str] = Counter()
    for at, together in groupby(sorted(uses, key=moment), key=moment):
        with clock.at(at):
            results = await redeem(db, [call(use) for use in together])
        said.update(result.name if isinstance(result, Refusal) else "redeemed" for result in results)
    return said


@pytest.mark.slow
async def test_used_coupons_are_accepted_in_their_place_and_nowhere_else(database: Database) -> None:
    with Journey() as journey:
        uses, campaigns = journey.coupon_uses(), {found.campaign_id: found for found in journey.campaigns()}
        mailings = journey.mailings()
        mailed = {(mailing.campaign_id, mailing.household_id) for mailing in mailings}
        strangers = _strangers(journey.households(), campaigns, mailed)
        steps = {step.name: step for step in chain_steps(journey)}
        await plan(database, PLAN, silent)
        await run_steps(database, [steps[name] for name in ("chain", "households", "booklets")], silent)

        async with database.write() as db:
            for campaign in campaigns.values():
                await mail(db, campaign, [found for found in mailings if found.campaign_id == campaign.campaign_id])
            codes = await codes_of(db, uses)
            assert set(codes) == {(use.campaign_id, use.household_id) for use in uses}

            def call(use: CouponUse) -> RedeemCall:
                return redeem_call(use, codes)

            def stranger(use: CouponUse) -> RedeemCall:
                return msgspec.structs.replace(call(use), holder=person_id(strangers[use.campaign_id]))

            def scanned_nothing(use: CouponUse) -> RedeemCall:
                return msgspec.structs.replace(call(use), articles=("4006381333931",))

            early = await outcomes(db, uses, lambda use: campaigns[use.campaign_id].starts_at - EDGE, call)
            late = await outcomes(db, uses, lambda use: campaigns[use.campaign_id].ends_at, call)
            foreign = await outcomes(db, uses, lambda use: campaigns[use.campaign_id].starts_at, stranger)
            other = await outcomes(db, uses, lambda use: campaigns[use.campaign_id].starts_at, scanned_nothing)
            assert early == {"not_yet_valid": 2102}
            assert late == {"expired": 2102}
            assert foreign == {"unknown": 2102}
            assert other == {"wrong_article": 2102}
            assert await db.value(int, "select count(*) from vouchers.redemptions") == 0

        async with database.write() as db:
            await use_coupons(db, uses)
            assert await db.value(int, "select count(*) from vouchers.redemptions") == 2102
            assert await db.value(int, "select sum(uses_made)::bigint from vouchers.vouchers") == 2102
            # the same keys again give the same uses, and no new one
            again = await outcomes(db, uses, lambda use: use.at, call)
            assert again == {"redeemed": 2102}
            assert await db.value(int, "select count(*) from vouchers.redemptions") == 2102


def _strangers(households: Sequence[int], campaigns: dict[int, Campaign], mailed: set[tuple[int, int]]) -> dict[int, int]:
    """By campaign: a household that did not get the booklet."""
    return {
        campaign: next(household for household in households if (campaign, household) not in mailed) for campaign in campaigns
    }


class Known(msgspec.Struct, frozen=True):
    """Numbers of the city after the import."""

    merchants: int
    stores: int
    scenes: int
    hours: int
    templates: int
    without_source: int


async def test_helsinki_becomes_approved_merchants(database: Database) -> None:
    steps = city_steps(brands(places()))
    await plan(database, PLAN, silent)
    await run_steps(database, steps[:4], silent)
    async with database.read() as db:
        first = await db.value(int, "select count(*) from merchants.merchants where status = 'approved'")
        assert first == FIRST_SLICE
    await run_steps(database, steps, silent)
    async with database.read() as db:
        known = await db.one(
            Known,
            """
            select (select count(*) from merchants.merchants where status = 'approved' and tag in (select tag from merchants.tags)),
              (select count(*) from merchants.stores where zone = 'Europe/Helsinki' and longitude between 24.9 and 25),
              (select count(*) from merchants.scenes where kind = 'store'), (select count(*) from merchants.opening_hours),
              (select count(*) from rewards.welcomes w join vouchers.templates t using (merchant_id, template_id)),
              (select count(*) from merchants.stores where source not like 'demo: OpenStreetMap %/%')
            """,
        )
        assert known == Known(933, 1003, 1003, 3033, 933, 0)
        shops = await beginnings(db)
        assert len(shops) == len({shop.name for shop in shops}) >= 6
        assert [shop.staffed for shop in shops] == [True] + [False] * (len(shops) - 1)
        assert all(shop.welcome.startswith("€") for shop in shops)
        phones = await db.values(str, "select phone from merchants.stores where phone <> ''")
        assert len(phones) == 312  # one of 313 is an address of a page
        assert all(phone.startswith("+358") for phone in phones)
        assert await db.value(int, "select count(*) from merchants.vetting where step = 'approved'") == 933
        roles = await db.values(str, "select role from merchants.staff order by role")
        assert roles == [CASHIER, MARKETER, OWNER]
        emails = await db.values(str, "select value from people.contacts order by value")
        assert emails == sorted(login(role).email for role in PEOPLE)


async def test_sample_offers_are_on_sale_unsold_and_follow_one_another(database: Database) -> None:
    steps = city_steps(brands(places()))
    await plan(database, PLAN, silent)
    await run_steps(database, steps[:4], silent)
    async with database.write() as db:
        shown = await deals_around(db)
        assert len(shown) == len(OFFERS) == len(await samples(db))
        assert all("sample offer" in deal.about for deal in shown)
        at = {sample.offer: sample for sample in await samples(db)}
        flash = await deal_of(db, at[FLASH].merchant_id, at[FLASH].deal_id)
        group = await deal_of(db, at[TOGETHER].merchant_id, at[TOGETHER].deal_id)
        assert flash is not None
        assert group is not None
        assert (flash.flash, flash.stock, flash.hold_seconds, group.group_size) == (True, 6, 120, 3)
        rules = await terms_of(db, flash.merchant_id)
        assert [(offer.pay, offer.bonus) for offer in rules.offers] == [(20_00, 1_00), (50_00, 5_00)]
        terms = await terms_at(db, flash.merchant_id, clock.now())
        assert (terms.basis_points, terms.stored_basis_points, terms.agent_points) == (500, 100, 150)
        [party] = await parties_of_person(db, await person_of(db, AGENT))
        assert party.party_id == terms.agent_id
        # nobody bought, topped up or earned anything
        counts = """
            select (select count(*) from checkout.orders) + (select count(*) from payments.payments)
              + (select count(*) from storedvalue.topups) + (select count(*) from ledger.transfers)
            """
        assert await db.value(int, counts) == 0
        assert await follow_up(db) == 0
    with clock.at(clock.now() + timedelta(days=30)):
        async with database.write() as db:
            assert await follow_up(db) == 1
            assert await follow_up(db) == 0
            again = {sample.offer: sample for sample in await samples(db)}[FLASH]
            assert again.deal_id != at[FLASH].deal_id
            assert len(await deals_around(db)) == len(OFFERS)
            await stop(db, again.merchant_id, again.deal_id, await person_of(db, OWNER), "enough for now")
    with clock.at(clock.now() + timedelta(days=400)):
        async with database.write() as db:
            assert await follow_up(db) == len(OFFERS) - 1  # what a shop stopped stays so
            assert {sample.offer for sample in await samples(db)} >= {ALONE, FLASH, TOGETHER}


async def test_a_city_from_before_the_offers_gets_them(database: Database) -> None:
    steps = city_steps(brands(places()))
    before = {name: total for name, total in PLAN.items() if name != "offers"}
    await plan(database, before, silent)
    await run_steps(database, [step for step in steps[:4] if step.name != "offers"], silent)
    await plan(database, PLAN, silent)
    await run_steps(database, steps[:4], silent)
    async with database.read() as db:
        assert await db.values(str, "select step from demo.steps order by position") == list(PLAN)
        assert len(await deals_around(db)) == len(OFFERS)


class Books(msgspec.Struct, frozen=True):
    """What purchases, their lines, members and ledger say of the same things."""

    purchases: int
    lines: int
    total: int
    of_lines: int
    paid: int
    spent: int
    visits: int
    days: int
    points: int
    issued: int
    balances: int
    lots: int
    off: int


async def books(db: Db) -> Books:
    """All sums in one look; `off` counts purchases and members that don't add up."""
    found = await db.one(
        Books,
        """
        select (select count(*) from purchases.purchases), (select count(*) from purchases.lines),
          (select coalesce(sum(total), 0)::bigint from purchases.purchases),
          (select coalesce(sum(amount), 0)::bigint from purchases.lines),
          (select coalesce(sum(total - discount), 0)::bigint from purchases.purchases),
          (select sum(spent)::bigint from cards.memberships), (select sum(visits)::bigint from cards.memberships),
          (select count(distinct (person_id, (at at time zone 'America/New_York')::date)) from purchases.purchases),
          (select coalesce(sum(points), 0)::bigint from purchases.purchases),
          (select coalesce(sum(amount), 0)::bigint from ledger.transfers where from_holder = :chain and from_kind = 'issued'),
          (select coalesce(sum(balance), 0)::bigint from ledger.accounts),
          (select coalesce(sum(remaining), 0)::bigint from ledger.lots where state = 'active'),
          (select count(*) from purchases.purchases p where total <>
            (select sum(amount) from purchases.lines l where l.merchant_id = p.merchant_id and l.purchase_id = p.purchase_id))
          + (select count(*) from ledger.accounts a where balance <>
            (select sum(amount) from ledger.transfers t where t.merchant_id = a.merchant_id and t.to_holder = a.holder_id))
        """,
        chain=CHAIN,
    )
    assert found is not None
    assert found.off == 0
    assert found.total == found.of_lines
    assert (found.paid, found.days) == (found.spent, found.visits)
    assert found.points == found.issued == found.balances == found.lots
    return found


def test_every_step_has_a_title() -> None:
    assert list(TITLES) == list(PLAN)


class Stopped(Exception):
    """Somebody has pulled the plug."""


@pytest.mark.slow
async def test_a_campaign_is_mailed_used_and_ended_at_once(database: Database) -> None:
    def stop(row: StepProgress) -> None:
        if row.step == "mailings":
            raise Stopped

    with Journey() as journey:
        steps = {step.name: step for step in chain_steps(journey)}
        await plan(database, PLAN, silent)
        with pytest.raises(Stopped):
            await run_steps(database, [steps[name] for name in ("chain", "households", "booklets", "mailings")], stop)
        mailed = sum(mailing.campaign_id == 1 for mailing in journey.mailings())
        used = sum(use.campaign_id == 1 for use in journey.coupon_uses())
    async with database.read() as db:
        assert await db.value(int, "select count(*) from vouchers.vouchers") == mailed
        assert await db.value(int, "select count(*) from vouchers.redemptions") == used
        assert await db.values(str, "select title from vouchers.templates where status = 'ended'") == ["Coupon booklet 1"]


@pytest.mark.slow
async def test_purchases_balance_also_when_the_import_is_cut_off(database: Database) -> None:
    def stop_at(done: int) -> Callable[[StepProgress], None]:
        def watch(row: StepProgress) -> None:
            if row.done >= done:
                raise Stopped

        return watch

    with Journey() as journey:
        steps = {step.name: step for step in chain_steps(journey)}
        await plan(database, PLAN, silent)
        await run_steps(database, [steps["chain"], steps["households"]], silent)
        for done in (2_500, 7_500):
            with pytest.raises(Stopped):
                await run_steps(database, [steps["purchases"]], stop_at(done))
            async with database.read() as db:
                assert (await books(db)).purchases == done
        expected = journey.baskets(limit=7_500)
        lines = journey.lines(expected[0].basket_id, expected[-1].basket_id)
    async with database.read() as db:
        found = await books(db)
        assert found.total == sum(basket.total for basket in expected)
        assert found.lines == len(lines)
        assert found.points == sum((basket.total - basket.discount) // 100 for basket in expected)


@pytest.mark.slow
async def test_the_punch_card_holds_real_purchases_and_gives_nothing_yet(database: Database) -> None:
    with Journey() as journey:
        steps = {step.name: step for step in chain_steps(journey)}
        last = journey.baskets(after=journey.baskets(limit=150_000)[-1].basket_id, limit=10_000)
        await plan(database, PLAN, silent)
        await run_steps(database, [steps["chain"], steps["households"]], silent)
        async with database.write() as db:
            await load_baskets(db, last, [])
        await run_steps(database, [steps["punch_card"]], silent)
    expected = [basket for basket in last if basket.at >= SINCE and basket.total - basket.discount >= MINIMUM]
    async with database.read() as db:
        found = await db.values(str, "select purchase_id::text from stamps.stamps")
        assert sorted(found) == sorted(str(purchase_id(basket.basket_id, basket.at)) for basket in expected)
        assert len(found) == 2_988 == await db.value(int, "select done::int from demo.steps where step = 'punch_card'")
        assert await db.value(int, "select count(*) from vouchers.vouchers") == 0
        fullest = max(Counter(basket.household_id for basket in expected).values())
        assert 0 < fullest < NEEDED
        shown = await stamps_of(db, CHAIN, person_id(REAL_HOUSEHOLD))
        assert shown is not None
        assert shown.done == 2


async def killed_in_the_middle(url: str, database: Database) -> None:
    """Another process imports; it is killed -9 as soon as it has brought some purchases."""
    environment = {**os.environ, "SHUKE_DATABASE_URL": url}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "shuke", "demo", env=environment)
    try:
        async with asyncio.timeout(180):
            done = 0
            while not done:
                await asyncio.sleep(0.05)
                assert process.returncode is None
                async with database.read() as db:
                    done = await db.value(int, "select done from demo.steps where step = 'purchases'") or 0
    finally:
        process.kill()
        await process.wait()
    async with database.read() as db:
        assert 0 < (await books(db)).purchases < 155_848


@pytest.mark.proof
async def test_the_whole_city_after_a_kill(database: Database, own_db_url: str) -> None:
    await killed_in_the_middle(own_db_url, database)
    await run(database, silent)
    async with database.read() as db:
        found = await books(db)
        assert (found.purchases, found.lines, found.total) == (155_848, 1_469_307, 459_603_958)
        assert await db.value(int, "select count(*) from vouchers.redemptions") == 2_102
        assert await db.value(int, "select count(*) from vouchers.vouchers") == 6_589
        assert await db.value(int, "select count(*) from vouchers.templates where status = 'ended'") == 27
        assert await db.values(int, "select count(*) from cards.memberships group by tier order by tier") == [1095, 745, 629]
        matched = await db.value(
            int,
            """
            select count(*) from vouchers.redemptions r join purchases.purchases p using (merchant_id, purchase_id)
            where p.person_id = r.person_id and p.at = r.at and p.store_id = r.store_id
            """,
        )
        assert matched == 2_102
        assert await db.values(str, "select step from demo.steps order by position") == list(PLAN)
        assert await db.values(str, "select step from demo.steps where finished_at is null or done <> total") == []
        emails = await db.values(str, "select value from people.contacts order by value")
        assert emails == sorted(person.email for person in LOGINS)


@pytest.mark.proof
async def test_purchases_come_in_fast(database: Database) -> None:
    moments: list[float] = []

    def watch(row: StepProgress) -> None:
        moments.append(time.perf_counter())
        if row.done >= 50_000:
            raise Stopped

    with Journey() as journey:
        steps = {step.name: step for step in chain_steps(journey)}
        await plan(database, PLAN, silent)
        await run_steps(database, [steps["chain"], steps["households"]], silent)
        with pytest.raises(Stopped):
            await run_steps(database, [steps["purchases"]], watch)
    async with database.read() as db:
        lines_a_turn = (await books(db)).lines / len(moments)
    # the quickest of twenty turns, since other work on the machine only ever makes it slower: 20,000 where nothing else runs
    assert lines_a_turn / min(later - earlier for earlier, later in pairwise(moments)) > 2_000
