"""What the groupbuy room does when others announce something."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.checkout import OrderPaid, OrderReleased
from shuke.deals import DealStopped
from shuke.groupbuy.actions import leave
from shuke.groupbuy.ends import count_in, drop, stop_groups
from shuke.kit.db import Db
from shuke.kit.events import on, on_many
from shuke.people import PersonErased, exports


class Sitting(msgspec.Struct, frozen=True):
    """An open group that somebody is in."""

    merchant_id: UUID
    group_id: UUID


@on_many(OrderPaid)
async def count_paid(db: Db, events: Sequence[OrderPaid]) -> None:
    """Places of groups were paid."""
    for event in events:
        if event.group_id is not None:
            await count_in(db, event.merchant_id, event.group_id, event.order_id)


@on(OrderReleased)
async def free_place(db: Db, event: OrderReleased) -> None:
    """A place was not paid in time."""
    if event.group_id is not None:
        await drop(db, event.merchant_id, event.group_id, event.order_id)


@on(DealStopped)
async def end_groups(db: Db, event: DealStopped) -> None:
    """Groups of a deal that is sold no more give everything back."""
    await stop_groups(db, event.merchant_id, event.deal_id)


@on(PersonErased)
async def leave_groups(db: Db, event: PersonErased) -> None:
    """Who was erased is in no open group."""
    sitting = await db.all(
        Sitting,
        """
        select g.merchant_id, g.group_id from groupbuy.seats s
        join groupbuy.places p on p.merchant_id = s.merchant_id and p.group_id = s.group_id and p.person_id = s.person_id
        join groupbuy.groups g on g.merchant_id = p.merchant_id and g.group_id = p.group_id
        where s.person_id = :person and p.status in ('held', 'paid') and g.status = 'open' order by g.group_id
        """,
        person=event.person_id,
    )
    for group in sitting:
        await leave(db, group.merchant_id, group.group_id, event.person_id)


@exports("groupbuy.places")
async def _places(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        """
        select to_json(p)::text from groupbuy.seats s
        join groupbuy.places p on p.merchant_id = s.merchant_id and p.group_id = s.group_id and p.person_id = s.person_id
        where s.person_id = :person order by p.joined_at
        """,
        person=person_id,
    )


@exports("groupbuy.seats")
async def _seats(db: Db, person_id: UUID) -> list[str]:
    return await db.values(
        str,
        "select to_json(s)::text from groupbuy.seats s where person_id = :person order by at, group_id",
        person=person_id,
    )
