"""Limits: how many vouchers of a template one person, or one natural person, may be given."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal
from shuke.vouchers.types import IssueCall, Issued, VoucherRefused


class Issuing(msgspec.Struct, frozen=True):
    """What issuing needs of a template; its row is locked while it has a stock."""

    merchant_id: UUID
    template_id: UUID
    tag: str
    stock: int | None
    per_person: int | None
    per_natural_person: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    valid_days: int | None
    zone: str
    status: str

    def window(self, now: datetime) -> tuple[datetime, datetime]:
        """From when until when a voucher issued now holds."""
        starts = max(self.starts_at, now) if self.starts_at else now
        if self.valid_days is None:
            assert self.ends_at is not None
            return starts, self.ends_at
        ends = clock.end_of_day(clock.day_of(starts, self.zone) + timedelta(days=self.valid_days), self.zone)
        return starts, min(ends, self.ends_at) if self.ends_at else ends


class Holding(msgspec.Struct, frozen=True):
    """One counted voucher of a holder: a person, or a natural person by her verified phone number."""

    merchant_id: UUID
    template_id: UUID
    holder_id: UUID
    limit: int


class Counted(msgspec.Struct, frozen=True):
    """How many of those asked for are within the limit."""

    merchant_id: UUID
    template_id: UUID
    holder_id: UUID
    granted: int


class Phone(msgspec.Struct, frozen=True):
    """A person's verified number."""

    person_id: UUID
    value: str


async def count_limits(
    db: Db, calls: Sequence[tuple[int, IssueCall, Issuing]], outcomes: dict[int, Issued | Refusal]
) -> list[tuple[int, Holding]]:
    """Count each call against its template's limits; refusals go to `outcomes`. What was counted, also for calls refused later."""
    by_person = [
        (i, Holding(call.merchant_id, call.template_id, call.person_id, template.per_person))
        for i, call, template in calls
        if template.per_person
    ]
    counted = await _count(db, by_person, outcomes)
    natural = [
        (i, call, template.per_natural_person)
        for i, call, template in calls
        if template.per_natural_person and i not in outcomes
    ]
    if not natural:
        return counted
    phones = await _phones(db, [call.person_id for _i, call, _limit in natural])
    by_phone = []
    for i, call, limit in natural:
        phone = phones.get(call.person_id)
        if phone is None:
            outcomes[i] = VoucherRefused(
                "phone_needed", _("This offer is counted by phone number. Please add yours to your account.")
            )
        else:
            by_phone.append((i, Holding(call.merchant_id, call.template_id, uuid5(NAMESPACE_URL, f"tel:{phone}"), limit)))
    return counted + await _count(db, by_phone, outcomes)


async def _count(db: Db, wanted: list[tuple[int, Holding]], outcomes: dict[int, Issued | Refusal]) -> list[tuple[int, Holding]]:
    if not wanted:
        return []
    found = await db.all(
        Counted,
        """
        with wanted as (
          select merchant_id, template_id, holder_id, most, count(*)::int as n
          from unnest(:merchants::uuid[], :templates::uuid[], :holders::uuid[], :limits::int[]) as w(merchant_id, template_id, holder_id, most)
          group by merchant_id, template_id, holder_id, most order by merchant_id, template_id, holder_id
        )
        insert into vouchers.holdings as h (merchant_id, template_id, holder_id, issued)
        select merchant_id, template_id, holder_id, least(n, most) from wanted
        on conflict (merchant_id, template_id, holder_id) do update set issued = greatest(h.issued, (
          select least(h.issued + w.n, w.most) from wanted w
          where w.merchant_id = h.merchant_id and w.template_id = h.template_id and w.holder_id = h.holder_id))
        returning merchant_id, template_id, holder_id, new.issued - coalesce(old.issued, 0) as granted
        """,
        merchants=[holding.merchant_id for _i, holding in wanted],
        templates=[holding.template_id for _i, holding in wanted],
        holders=[holding.holder_id for _i, holding in wanted],
        limits=[holding.limit for _i, holding in wanted],
    )
    left = {(row.merchant_id, row.template_id, row.holder_id): row.granted for row in found}
    counted = []
    for i, holding in wanted:
        key = (holding.merchant_id, holding.template_id, holding.holder_id)
        if left[key] <= 0:
            outcomes[i] = VoucherRefused("limit_reached", _("You already have as many of these as one person may get."))
            continue
        left[key] -= 1
        counted.append((i, holding))
    return counted


async def _phones(db: Db, people: list[UUID]) -> dict[UUID, str]:
    rows = await db.all(
        Phone,
        "select distinct on (person_id) person_id, value from people.contacts "
        "where person_id = any(:people) and kind = 'phone' order by person_id, verified_at",
        people=people,
    )
    return {row.person_id: row.value for row in rows}


async def give_back(db: Db, holdings: list[Holding]) -> None:
    """Uncount vouchers that were counted but not made."""
    if holdings:
        await db.run(
            """
            update vouchers.holdings h set issued = h.issued - b.n
            from (select merchant_id, template_id, holder_id, count(*)::int as n
              from unnest(:merchants::uuid[], :templates::uuid[], :holders::uuid[]) as x(merchant_id, template_id, holder_id)
              group by merchant_id, template_id, holder_id) b
            where h.merchant_id = b.merchant_id and h.template_id = b.template_id and h.holder_id = b.holder_id
            """,
            merchants=[holding.merchant_id for holding in holdings],
            templates=[holding.template_id for holding in holdings],
            holders=[holding.holder_id for holding in holdings],
        )
