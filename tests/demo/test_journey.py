"""The supermarket chain's year: exact counts and sums, money in cents, time in its zone."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

pytest.importorskip("duckdb", reason="the demo's packages are not installed: pip install shuke[demo]")

from shuke.demo.journey import ZONE, Journey, day_end, day_start


@pytest.fixture(scope="module")
def journey() -> Iterator[Journey]:
    with Journey() as opened:
        yield opened


def test_households_stores_products(journey: Journey) -> None:
    assert len(journey.households()) == 2469
    assert len(journey.stores()) == 457
    products = journey.products()
    assert len(products) == len({product.product_id for product in products}) == 92331
    assert {product.brand for product in products} == {"National", "Private"}


def test_baskets_and_lines_add_up_to_the_cent(journey: Journey) -> None:
    assert journey.count() == (155_848, 1_469_307)
    baskets = lines = total = discount = 0
    for run, goods in journey.runs(limit=20_000):
        sums: Counter[int] = Counter()
        for basket_id, _, _, amount in goods:
            sums[basket_id] += amount
        assert all(sums[basket.basket_id] == basket.total for basket in run)
        assert all(0 <= basket.discount <= basket.total for basket in run)
        baskets += len(run)
        lines += len(goods)
        total += sum(basket.total for basket in run)
        discount += sum(basket.discount for basket in run)
    assert (baskets, lines) == (155_848, 1_469_307)
    assert total == 459_603_958  # 4,596,039.58 dollars
    assert discount == 2_633_332


def test_reading_goes_on_where_it_stopped(journey: Journey) -> None:
    first = journey.baskets(limit=100)
    again = journey.baskets(after=first[49].basket_id, limit=50)
    assert again == first[50:]
    assert journey.lines(first[0].basket_id, first[0].basket_id)[0].basket_id == first[0].basket_id
    last = journey.baskets(after=41_481_282_914)
    assert len(last) == 1
    assert journey.baskets(after=last[0].basket_id) == []
    assert list(journey.runs(after=last[0].basket_id)) == []


def test_times_are_instants_of_the_chains_year(journey: Journey) -> None:
    times = [basket.at for run, _ in journey.runs(limit=50_000) for basket in run]
    assert min(times) == datetime(2017, 1, 1, 11, 53, 26, tzinfo=UTC)
    assert {time.astimezone(ZONE).year for time in times} == {2017}
    # read as UTC, no basket falls into the hour that daylight saving left out there, and nights are quiet
    by_hour = Counter(time.astimezone(ZONE).hour for time in times)
    assert by_hour[17] > 15_000
    assert by_hour[3] < 500


def test_days_at_the_edges_of_daylight_saving() -> None:
    short, long = date(2017, 3, 12), date(2017, 11, 5)
    assert (day_end(short) - day_start(short)).total_seconds() == 23 * 3600
    assert (day_end(long) - day_start(long)).total_seconds() == 25 * 3600


def test_booklets(journey: Journey) -> None:
    campaigns = journey.campaigns()
    assert [campaign.campaign_id for campaign in campaigns] == list(range(1, 28))
    assert Counter(campaign.kind for campaign in campaigns) == {"Type A": 4, "Type B": 17, "Type C": 6}
    first = campaigns[0]
    assert first.starts_at == datetime(2017, 3, 3, 5, tzinfo=UTC)
    assert first.ends_at == datetime(2017, 4, 10, 4, tzinfo=UTC)  # after its last day, in summer time
    assert (first.coupons, first.uses) == (11, 22)
    assert sum(campaign.coupons for campaign in campaigns) == 1197


def test_mailings(journey: Journey) -> None:
    mailings = journey.mailings()
    assert len(mailings) == len(set(mailings)) == 6589
    assert {mailing.household_id for mailing in mailings} <= set(journey.households())


def test_coupons_products(journey: Journey) -> None:
    pairs = journey.coupon_products()
    assert len(pairs) == len(set(pairs)) == 111_332  # the source has 116,204 rows: 4,872 say the same again
    assert len({pair.coupon_upc for pair in pairs}) == 981
    assert not {pair.coupon_upc for pair in pairs} & {pair.product_id for pair in pairs}


def test_used_coupons_were_mailed_in_time_and_met_a_basket(journey: Journey) -> None:
    uses = journey.coupon_uses()
    assert len(uses) == 2102
    assert Counter(use.ordinal for use in uses) == {1: 2075, 2: 27}
    mailed = {(mailing.campaign_id, mailing.household_id) for mailing in journey.mailings()}
    printed = {(pair.campaign_id, pair.coupon_upc) for pair in journey.coupon_products()}
    campaigns = {campaign.campaign_id: campaign for campaign in journey.campaigns()}
    for use in uses:
        campaign = campaigns[use.campaign_id]
        assert campaign.starts_at <= use.at < campaign.ends_at
        assert use.at.astimezone(ZONE).date() == use.day
        assert (use.campaign_id, use.household_id) in mailed
        assert (use.campaign_id, use.coupon_upc) in printed
    made = Counter((use.campaign_id, use.household_id) for use in uses)
    assert all(count <= campaigns[campaign].uses for (campaign, _), count in made.items())
    assert uses == sorted(uses, key=lambda use: use.at)


def test_a_used_coupon_lies_at_a_basket_of_its_household(journey: Journey) -> None:
    for use in journey.coupon_uses()[::100]:
        [basket] = journey.baskets(after=use.basket_id - 1, limit=1)
        assert (basket.household_id, basket.store_id, basket.at) == (use.household_id, use.store_id, use.at)


def test_several_baskets_of_a_day_are_one_visit(journey: Journey) -> None:
    baskets = [basket for run, _ in journey.runs(limit=50_000) for basket in run]
    days = {(basket.household_id, basket.at.astimezone(ZONE).date()) for basket in baskets}
    visits = [(basket.household_id, basket.at.astimezone(ZONE).date()) for basket in baskets if basket.visit]
    assert len(visits) == len(set(visits)) == len(days) == 127_431
