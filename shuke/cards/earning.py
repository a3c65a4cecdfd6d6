"""Earning: how many points a purchase brings, by the programme's rules. Nothing here asks the database."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from shuke.kit import clock, money


class Earner(msgspec.Struct, frozen=True):
    """A member at the till with all that earning depends on, as her locked row says it.

    `earned_today` are the points of `earned_on`, a day in the programme's `zone`; factors come from her tier and birthday.
    """

    merchant_id: UUID
    person_id: UUID
    zone: str
    earn_points: int
    earn_per: int
    visit_points: int
    birthday_factor: Decimal
    daily_cap: int | None
    pending_days: int
    expiry_days: int | None
    percent_off: int
    points_factor: Decimal
    birthday: date | None
    earned_on: date | None
    earned_today: int


def points_for(earner: Earner, day: date, paid: int, article_points: int) -> int:
    """The points that paying `paid` minor units on `day` brings.

    Amount: floor(paid / earn_per) x earn_points x the tier's factor x the birthday factor on the birthday, rounded down.
    Visit: visit_points with the first purchase of a day. Articles: `article_points` as they stand on the bill, without factors.
    All of it together stays within what is left of the day's cap.
    """
    factor = earner.points_factor * (earner.birthday_factor if is_birthday(earner.birthday, day) else 1)
    amount = int(paid // earner.earn_per * earner.earn_points * factor)
    first = earner.earned_on != day
    total = min(amount + (earner.visit_points if first else 0) + article_points, money.LARGEST)
    if earner.daily_cap is None:
        return total
    return max(0, min(total, earner.daily_cap - (0 if first else earner.earned_today)))


def is_birthday(birthday: date | None, day: date) -> bool:
    """Whether `day` is the birthday; who was born on 29 February has it on the 28th in other years."""
    if birthday is None:
        return False
    born = (birthday.month, birthday.day)
    leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    return (day.month, day.day) == ((2, 28) if born == (2, 29) and not leap else born)


def after(earner: Earner, day: date, points: int) -> Earner:
    """The earner once these points are hers: for her next purchase in the same batch."""
    before = earner.earned_today if earner.earned_on == day else 0
    return msgspec.structs.replace(earner, earned_on=day, earned_today=before + points)


def lifetime(earner: Earner, day: date) -> tuple[datetime | None, datetime | None]:
    """Until when points of `day` are pending, and when they expire: both at the end of a day in the programme's zone.

    The days to expiry are counted from the day on which the points become active.
    """
    active = day + timedelta(days=earner.pending_days)
    pending = clock.end_of_day(active, earner.zone) if earner.pending_days else None
    if earner.expiry_days is None:
        return pending, None
    return pending, clock.end_of_day(active + timedelta(days=earner.expiry_days), earner.zone)
