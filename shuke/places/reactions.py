"""What the places room does when merchants' stores change; and jobs that mend the index and tidy it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import on_many
from shuke.kit.jobs import every_minute
from shuke.merchants import StoresChanged
from shuke.places import things
from shuke.places.actions import follow

REGISTERED = (things.Places,)  # importing this room's reactions lets decisions hide places
A_STEP = 50  # merchants that the walk looks at in one batch
MOST = 500  # places tidied in one batch


@on_many(StoresChanged)
async def follow_stores(db: Db, events: Sequence[StoresChanged]) -> None:
    """The index holds what they have now."""
    await follow(db, [event.merchant_id for event in events])


@every_minute
async def walk(db: Db) -> int:
    """Some merchants further on the way over all of them; the first round goes through at once, those after it a step a minute."""
    rounds = await db.value(int, "select rounds from places.walks for update")
    merchants = await db.values(
        UUID,
        """
        select merchant_id from merchants.merchants
        where merchant_id > coalesce((select merchant_id from places.walks), '00000000-0000-0000-0000-000000000000')
        order by merchant_id limit :most
        """,
        most=A_STEP,
    )
    await follow(db, merchants)
    await db.run(
        """
        insert into places.walks (merchant_id, rounds) values (coalesce(:last::uuid, '00000000-0000-0000-0000-000000000000'), :round)
        on conflict (only_row) do update set merchant_id = excluded.merchant_id, rounds = places.walks.rounds + excluded.rounds
        """,
        last=merchants[-1] if merchants else None,
        round=0 if merchants else 1,
    )
    return 0 if rounds else len(merchants)


@every_minute
async def tidy(db: Db) -> int:
    """Deals that are over and days that have gone leave the index; nothing that is asked changes by it."""
    return await db.run(
        """
        with over as (
          select cell, place_id from places.places where offers = 1 and offer_ends <= :now limit :most for update skip locked
        ), ended as (
          update places.places p set deals = array(select d.during from unnest(p.deals) with ordinality as d(during, n)
            where upper(d.during) > :now order by d.n)
          from over where p.cell = over.cell and p.place_id = over.place_id returning 1
        ), gone as (
          delete from places.special_days where (cell, place_id, day) in (
            select cell, place_id, day from places.special_days where day < :past limit :most for update skip locked) returning 1
        )
        select from ended union all select from gone
        """,
        now=clock.now(),
        past=clock.now().date() - timedelta(days=3),
        most=MOST,
    )
