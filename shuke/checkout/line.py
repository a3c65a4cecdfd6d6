"""The line before a flash sale's empty stock: where somebody stands, and what can honestly be said about her turn."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.checkout.types import Order
from shuke.kit.cache import Cache
from shuke.kit.db import Database, Db

Keys = tuple[UUID, UUID]

SECONDS = 2.0  # how old what is told about a line may be
LONGEST = 20_000  # places and holds that are looked at


class Line(msgspec.Struct, frozen=True):
    """A deal's line at a moment: the numbers of those who wait, when each unpaid hold ends, how holds went so far."""

    merchant_id: UUID
    deal_id: UUID
    initial: int
    free: int
    lapsed: int
    held: int
    numbers: list[int]
    ends: list[datetime]

    @property
    def sold(self) -> int:
        """Units that are paid."""
        return self.initial - self.free - self.held


class Place(msgspec.Struct, frozen=True):
    """Where somebody stands. `unpaid` units are held by others and not yet paid: they come back to the line when their time is over.
    `latest` is when the hold that this place waits for ends at the latest, None when there are fewer holds than places before it.
    `paid_percent` of the holds so far were paid, None as long as nobody knows."""

    place: int
    unpaid: int
    latest: datetime | None
    paid_percent: int | None


async def lines_of(db: Db, keys: Sequence[Keys]) -> list[Line | None]:
    """The lines of these deals, in order; None for one without a counted stock."""
    found = await db.all(
        Line,
        """
        select s.merchant_id, s.deal_id, s.initial, s.free, s.lapsed,
          (select coalesce(sum(o.quantity), 0) from checkout.orders o
            where o.merchant_id = s.merchant_id and o.deal_id = s.deal_id and o.status = 'held') as held,
          array(select o.number from checkout.orders o where o.merchant_id = s.merchant_id and o.deal_id = s.deal_id
            and o.status = 'waiting' order by o.number limit :longest) as numbers,
          array(select o.hold_until from checkout.orders o where o.merchant_id = s.merchant_id and o.deal_id = s.deal_id
            and o.status = 'held' order by o.hold_until limit :longest) as ends
        from unnest(:merchants::uuid[], :deals::uuid[]) as c(merchant_id, deal_id)
        join checkout.stocks s on s.merchant_id = c.merchant_id and s.deal_id = c.deal_id
        """,
        merchants=[merchant for merchant, _deal in keys],
        deals=[deal for _merchant, deal in keys],
        longest=LONGEST,
    )
    lines = {(line.merchant_id, line.deal_id): line for line in found}
    return [lines.get(key) for key in keys]


class Lines(Cache[Keys, Line | None]):
    """The lines of this process, asked for once every two seconds, however many stand in them."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, lines_of, lambda key, _line: key[0], seconds=SECONDS)


async def place_of(lines: Lines, order: Order) -> Place | None:
    """Where an order stands; None when it is not in a line."""
    if order.status != "waiting" or order.number is None:
        return None
    line = await lines.get((order.merchant_id, order.deal_id))
    if line is None:
        return None
    place = bisect_left(line.numbers, order.number) + 1
    went = line.sold + line.lapsed
    return Place(
        place=place,
        unpaid=line.held,
        latest=line.ends[place - 1] if place <= len(line.ends) else None,
        paid_percent=100 * line.sold // went if went else None,
    )
