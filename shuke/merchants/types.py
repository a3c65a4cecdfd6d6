"""Types of the merchants room."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from shuke.kit.events import Event

Role = Literal["owner", "manager", "cashier", "support", "marketer"]
Right = Literal["till", "members", "templates", "issue", "staff", "stores", "scenes", "reports", "deals", "money"]
MerchantStatus = Literal["draft", "submitted", "approved", "refused", "suspended"]
SceneKind = Literal["store", "table", "poster", "checkout", "staff", "product", "exhibit"]

RIGHTS: dict[str, frozenset[Right]] = {
    "owner": frozenset({"till", "members", "templates", "issue", "staff", "stores", "scenes", "reports", "deals", "money"}),
    "manager": frozenset({"till", "members", "templates", "issue", "staff", "stores", "scenes", "reports", "deals", "money"}),
    "cashier": frozenset({"till"}),
    "support": frozenset({"members"}),
    "marketer": frozenset({"members", "templates", "issue", "scenes", "reports", "deals"}),
}


class Employment(msgspec.Struct, frozen=True):
    """One job of a person, as every guarded request needs it."""

    merchant_id: UUID
    tag: str
    merchant_name: str
    currency: str
    status: str
    role: str
    store_id: UUID | None
    locked_until: datetime | None


class Acting(msgspec.Struct, frozen=True):
    """A person acting for a merchant, with the role that lets her."""

    person_id: UUID
    merchant_id: UUID
    tag: str
    merchant_name: str
    currency: str
    role: str
    store_id: UUID | None

    def may(self, right: Right) -> bool:
        """Whether the role holds this right."""
        return right in RIGHTS[self.role]


class Till(msgspec.Struct, frozen=True):
    """A member of staff at one store's till."""

    merchant_id: UUID
    tag: str
    currency: str
    store_id: UUID
    staff_id: UUID
    role: str


class MerchantCard(msgspec.Struct, frozen=True):
    """A merchant as the public sees it."""

    merchant_id: UUID
    tag: str
    name: str
    about: str
    category: str
    currency: str
    status: str


class Store(msgspec.Struct, frozen=True):
    """A place of a merchant. Position in degrees of WGS 84."""

    merchant_id: UUID
    store_id: UUID
    name: str
    zone: str
    phone: str
    street: str
    postcode: str
    city: str
    longitude: float | None
    latitude: float | None
    category: str
    website: str
    hours_text: str
    source: str
    closed_at: datetime | None


class Scene(msgspec.Struct, frozen=True):
    """Where a code hangs, or hung until `ended_at`."""

    merchant_id: UUID
    scene_id: UUID
    code: str
    kind: str
    store_id: UUID | None
    label: str
    merchant_name: str
    merchant_status: str
    ended_at: datetime | None


class JobEnded(Event, frozen=True):
    """Somebody works at a merchant no longer."""

    merchant_id: UUID
    person_id: UUID


class StoresChanged(Event, frozen=True):
    """Something of a merchant's stores is other than before: opened, described, hours, pictures, closed, vetted."""

    merchant_id: UUID
