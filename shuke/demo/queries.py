"""Reads of the demo's page."""

import msgspec

from shuke.demo.logins import login
from shuke.demo.tries import Spot
from shuke.demo.types import Category
from shuke.kit.db import Db

SHOWN = (
    Category.cafe,
    Category.restaurant,
    Category.fast_food,
    Category.bar,
    Category.hotel,
    Category.fashion,
    Category.hairdresser,
    Category.grocery,
    Category.culture,
)


class Beginning(msgspec.Struct, frozen=True):
    """A shop to begin with: its scene's code, what a new member gets, and whether the demo's staff work there."""

    name: str
    code: str
    welcome: str
    staffed: bool


async def beginnings(db: Db) -> list[Beginning]:
    """One shop of each category among those that came first; where the demo's staff work is the first."""
    return await db.all(
        Beginning,
        """
        select name, code, welcome, staffed from (
          select distinct on (m.category) m.name, s.code, t.title as welcome,
            exists (select from merchants.staff e where e.merchant_id = m.merchant_id and e.ended_at is null) as staffed
          from merchants.merchants m
          join merchants.scenes s on s.merchant_id = m.merchant_id and s.ended_at is null
          join rewards.welcomes w on w.merchant_id = m.merchant_id
          join vouchers.templates t on t.merchant_id = w.merchant_id and t.template_id = w.template_id and t.status = 'active'
          where m.source like 'demo: OpenStreetMap%' and m.status = 'approved' and m.category = any(:categories)
            and m.created_at = (select min(created_at) from merchants.merchants where source like 'demo: OpenStreetMap%')
          order by m.category, staffed desc, m.name, s.code) first
        order by staffed desc, name
        """,
        categories=[category.value for category in SHOWN],
    )


async def spot_of_staff(db: Db) -> Spot | None:
    """One place of the cafe where the demo's cashier works, once it is on the map."""
    return await db.one(
        Spot,
        """
        select p.merchant_id, p.place_id, p.longitude, p.latitude
        from people.contacts c
        join merchants.jobs j on j.person_id = c.person_id
        join merchants.merchants m on m.merchant_id = j.merchant_id and m.category = 'cafe'
        join merchants.stores s on s.merchant_id = m.merchant_id
        join places.places p on p.place_id = s.store_id
        where c.kind = 'email' and c.value = :email order by p.place_id limit 1
        """,
        email=login("cashier").email,
    )
