"""Merchants: brand, stores with hours and positions, staff with roles, vetting, scene codes, articles.

Only approved merchants are public. A merchant that is not the viewer's does not exist for her: 404, never 403.
"""

from shuke.merchants.actions import decide, employ, lock_staff, note_scan, report_visit
from shuke.merchants.guards import Staffing, acting, at_till, staff_of, staff_with
from shuke.merchants.hours import SpecialSpell, Spell, WeekLine, days_of, hours_of, open_at, span, special_hours_of, week
from shuke.merchants.office import office_page
from shuke.merchants.queries import (
    employments,
    merchant_card,
    scene_by_code,
    scenes_by_codes,
    staff_member,
    store_of,
    stores_of,
)
from shuke.merchants.scenes import HungScene, Scan, end_scene, hang_scenes, scans_of, scene_of, scenes_of
from shuke.merchants.types import RIGHTS, Acting, MerchantCard, Right, Scene, SceneKind, Store, Till

__all__ = [
    "RIGHTS",
    "Acting",
    "HungScene",
    "MerchantCard",
    "Right",
    "Scan",
    "Scene",
    "SceneKind",
    "SpecialSpell",
    "Spell",
    "Staffing",
    "Store",
    "Till",
    "WeekLine",
    "acting",
    "at_till",
    "days_of",
    "decide",
    "employ",
    "employments",
    "end_scene",
    "hang_scenes",
    "hours_of",
    "lock_staff",
    "merchant_card",
    "note_scan",
    "office_page",
    "open_at",
    "report_visit",
    "scans_of",
    "scene_by_code",
    "scene_of",
    "scenes_by_codes",
    "scenes_of",
    "span",
    "special_hours_of",
    "staff_member",
    "staff_of",
    "staff_with",
    "store_of",
    "stores_of",
    "week",
]
