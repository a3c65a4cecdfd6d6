"""Merchants: brand, stores with hours and positions, staff with roles, vetting, scene codes, articles.

Only approved merchants are public. A merchant that is not the viewer's does not exist for her: 404, never 403.
"""

from shuke.merchants.actions import employ, lock_staff
from shuke.merchants.guards import Staffing, acting, at_till, staff_of, staff_with
from shuke.merchants.queries import merchant_card, scene_by_code, staff_member, store_of
from shuke.merchants.types import Acting, MerchantCard, Right, Scene, Store, Till

__all__ = [
    "Acting",
    "MerchantCard",
    "Right",
    "Scene",
    "Staffing",
    "Store",
    "Till",
    "acting",
    "at_till",
    "employ",
    "lock_staff",
    "merchant_card",
    "scene_by_code",
    "staff_member",
    "staff_of",
    "staff_with",
    "store_of",
]
