"""What came and went as a file."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from shuke.kit.db import Db
from shuke.kit.lists import written
from shuke.kit.money import digits
from shuke.merchants import Acting
from shuke.purses.queries import zone_of

HEAD = ("at", "kind", "money", "bonus", "currency", "person", "store", "staff", "reference")
MOST = 100_000  # lines of one file


class FileLine(msgspec.Struct, frozen=True):
    """One change, minor units."""

    at: datetime
    kind: str
    stored: int
    bonus: int
    person_id: UUID
    store: str
    staff_name: str
    reference: UUID


async def moves_file(db: Db, acting: Acting, first: date, last: date) -> str:
    """The changes of some days in the programme's zone, the oldest first."""
    zone = ZoneInfo(await zone_of(db, acting.merchant_id))
    lines = await db.all(
        FileLine,
        """
        select v.at, v.kind, v.stored, v.bonus, v.person_id, coalesce(s.name, '') as store,
          coalesce(nullif(w.name, ''), f.name, '') as staff_name, v.reference
        from storedvalue.moves v
        left join merchants.stores s on s.merchant_id = v.merchant_id and s.store_id = v.store_id
        left join merchants.staff w on w.merchant_id = v.merchant_id and w.person_id = v.staff_id
        left join people.people f on f.person_id = v.staff_id
        where v.merchant_id = :merchant and v.at >= :since and v.at < :until order by v.at, v.move_id limit :most
        """,
        merchant=acting.merchant_id,
        since=datetime.combine(first, time(), zone),
        until=datetime.combine(last + timedelta(days=1), time(), zone),
        most=MOST,
    )
    places = digits(acting.currency)
    rows = [
        (
            line.at.astimezone(zone).isoformat(timespec="seconds"),
            line.kind,
            f"{line.stored / 10**places:.{places}f}",
            f"{line.bonus / 10**places:.{places}f}",
            acting.currency,
            str(line.person_id),
            line.store,
            line.staff_name,
            str(line.reference),
        )
        for line in lines
    ]
    return written([HEAD, *rows])
