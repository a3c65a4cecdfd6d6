"""Reads of the groupbuy room, and what must hold in it."""

import re
from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.groupbuy.types import Group, GroupShown, OpenGroup, Participant, Place
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.i18n import gettext as _

MOST = 20  # letters of a name
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
REACHES = re.compile(r"@|\d\D?\d\D?\d\D?\d")  # by what is in it somebody could be called or written to


class Seat(msgspec.Struct, frozen=True):
    """A place that is held or paid, with its holder's name."""

    person_id: UUID
    name: str
    paid: bool


class Headline(msgspec.Struct, frozen=True):
    """What a group is about."""

    title: str
    merchant_name: str
    price: int


def given_name(name: str) -> str:
    """What others see of a name: the first word, unless it is an address or a number; of a Chinese one its first letter alone, as
    the family name comes first."""
    first = name.split(maxsplit=1)[0] if name.split() else ""
    if HAN.match(first):
        return first[0] + "*"
    return first[:MOST] if first and not REACHES.search(first) else _("A guest")


def _participant(seat: Seat, lead_id: UUID | None, viewer: UUID | None) -> Participant:
    given = given_name(seat.name)
    return Participant(given, given != _("A guest"), seat.person_id == lead_id, seat.paid, seat.person_id == viewer)


async def group_row(db: Db, merchant_id: UUID, group_id: UUID) -> Group | None:
    """A group."""
    return await db.one(
        Group,
        """
        select merchant_id, group_id, deal_id, lead_id, needed, price, currency, status, why, taken, paid, deadline, created_at, ended_at
        from groupbuy.groups where merchant_id = :merchant and group_id = :group
        """,
        merchant=merchant_id,
        group=group_id,
    )


async def place_of(db: Db, merchant_id: UUID, group_id: UUID, person_id: UUID) -> Place | None:
    """A person's place, also one that she gave up."""
    return await db.one(
        Place,
        """
        select person_id, order_id, status, joined_at, paid_at from groupbuy.places
        where merchant_id = :merchant and group_id = :group and person_id = :person
        """,
        merchant=merchant_id,
        group=group_id,
        person=person_id,
    )


async def place_by_order(db: Db, merchant_id: UUID, group_id: UUID, order_id: UUID) -> Place | None:
    """The place that an order is for, unless its person has another order for it by now."""
    return await db.one(
        Place,
        """
        select person_id, order_id, status, joined_at, paid_at from groupbuy.places
        where merchant_id = :merchant and group_id = :group and order_id = :order
        """,
        merchant=merchant_id,
        group=group_id,
        order=order_id,
    )


async def group_of(db: Db, merchant_id: UUID, group_id: UUID, viewer: UUID | None) -> GroupShown | None:
    """A group as this viewer sees it: names as given names, and no more of anybody else."""
    group = await group_row(db, merchant_id, group_id)
    headline = await db.one(
        Headline,
        """
        select d.title, m.name as merchant_name, d.price
        from groupbuy.groups g
        join deals.deals d on d.merchant_id = g.merchant_id and d.deal_id = g.deal_id
        join merchants.merchants m on m.merchant_id = g.merchant_id
        where g.merchant_id = :merchant and g.group_id = :group
        """,
        merchant=merchant_id,
        group=group_id,
    )
    if group is None or headline is None:
        return None
    seats = await db.all(
        Seat,
        """
        select p.person_id, who.name, p.status = 'paid' as paid
        from groupbuy.places p join people.people who on who.person_id = p.person_id
        where p.merchant_id = :merchant and p.group_id = :group and p.status in ('held', 'paid')
        order by p.person_id <> :lead, p.paid_at nulls last, p.joined_at
        """,
        merchant=merchant_id,
        group=group_id,
        lead=group.lead_id,
    )
    return GroupShown(
        merchant_id,
        group_id,
        group.deal_id,
        headline.title,
        headline.merchant_name,
        group.needed,
        group.needed - group.paid,
        group.needed - group.taken,
        group.price,
        headline.price,
        group.currency,
        group.status,
        group.why,
        group.deadline,
        [_participant(seat, group.lead_id, viewer) for seat in seats],
        None if viewer is None else await place_of(db, merchant_id, group_id, viewer),
    )


async def open_groups(db: Db, merchant_id: UUID, deal_id: UUID, viewer: UUID | None, most: int = 5) -> list[OpenGroup]:
    """Groups of a deal with a free place and somebody who has paid, the soonest to end first; not those the viewer is in."""
    return await db.all(
        OpenGroup,
        """
        select g.merchant_id, g.group_id, g.deal_id, g.needed, g.needed - g.paid as missing, g.deadline from groupbuy.groups g
        where g.merchant_id = :merchant and g.deal_id = :deal and g.status = 'open' and g.taken < g.needed and g.paid > 0 and g.deadline > :now
          and not exists (select from groupbuy.places p where p.merchant_id = g.merchant_id and p.group_id = g.group_id
            and p.person_id = :viewer and p.status in ('held', 'paid'))
        order by g.deadline, g.group_id limit :most
        """,
        merchant=merchant_id,
        deal=deal_id,
        viewer=viewer,
        now=clock.now(),
        most=most,
    )


async def other_group(db: Db, group: Group, person_id: UUID) -> UUID | None:
    """Another open group of the same deal."""
    found = await open_groups(db, group.merchant_id, group.deal_id, person_id, 2)
    return next((one.group_id for one in found if one.group_id != group.group_id), None)


async def invariants(db: Db) -> Sequence[str]:
    """What is wrong with groups, nothing if all is well: a line for each place, at most 50.

    Counters are the places; a full group has as many buyers as it needs, all of them people with an order of their own that was
    fulfilled; nobody's money is in a group that has ended without filling.
    """
    return await db.values(
        str,
        """
        (select format('group %s: %s taken and %s paid, places say %s and %s', g.group_id, g.taken, g.paid,
            count(p.person_id), count(p.person_id) filter (where p.status = 'paid'))
        from groupbuy.groups g
        left join groupbuy.places p on p.merchant_id = g.merchant_id and p.group_id = g.group_id and p.status in ('held', 'paid')
        where g.status in ('open', 'filled') group by g.merchant_id, g.group_id, g.taken, g.paid
        having count(p.person_id) <> g.taken or count(p.person_id) filter (where p.status = 'paid') <> g.paid limit 10)
        union all
        (select format('group %s has filled, but an order of it is %s', g.group_id, o.status)
        from groupbuy.groups g
        join groupbuy.places p on p.merchant_id = g.merchant_id and p.group_id = g.group_id and p.status = 'paid'
        join checkout.orders o on o.merchant_id = p.merchant_id and o.order_id = p.order_id
        where g.status = 'filled' and o.status not in ('fulfilled', 'refunded') limit 10)
        union all
        (select format('group %s is %s, but an order of it is %s', g.group_id, g.status, o.status)
        from groupbuy.groups g join checkout.orders o on o.merchant_id = g.merchant_id and o.group_id = g.group_id
        where (g.status in ('failed', 'closed') and o.status not in ('released', 'refunded')) limit 10)
        union all
        (select format('place of %s in group %s: not a person with an order of her own', p.person_id, p.group_id)
        from groupbuy.places p
        left join people.people who on who.person_id = p.person_id
        left join groupbuy.seats s on s.person_id = p.person_id and s.merchant_id = p.merchant_id and s.group_id = p.group_id
        left join checkout.orders o on o.merchant_id = p.merchant_id and o.order_id = p.order_id and o.person_id = p.person_id
          and o.group_id = p.group_id
        where who.person_id is null or s.person_id is null or o.order_id is null limit 10)
        union all
        (select format('order %s of group %s has no place', o.order_id, o.group_id)
        from checkout.orders o left join groupbuy.places p on p.merchant_id = o.merchant_id and p.order_id = o.order_id
        where o.group_id is not null and o.status in ('held', 'paid', 'fulfilled') and p.order_id is null limit 10)
        """,
    )
