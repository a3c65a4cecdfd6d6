"""Reads of the demo's page."""

import msgspec

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
