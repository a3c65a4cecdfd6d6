"""Types of the terms room."""

from datetime import datetime, time
from typing import Literal
from uuid import UUID

import msgspec

Kind = Literal["money_off", "percent_off", "gift", "trial", "cash", "deal", "reward", "pass"]


class Rules(msgspec.Struct, frozen=True):
    """A template: what is shown and what is enforced, from one row. Amounts in minor units; times in the store's zone."""

    merchant_id: UUID
    template_id: UUID
    kind: str
    title: str
    terms: str
    value: int
    max_off: int | None
    gives: str
    uses: int
    stock: int | None
    stock_initial: int | None
    per_person: int | None
    per_natural_person: int | None
    minimum_spend: int
    stacking: str
    stacking_class: str
    transferable: bool
    weekdays: int
    window1_from: time | None
    window1_to: time | None
    window2_from: time | None
    window2_to: time | None
    starts_at: datetime | None
    ends_at: datetime | None
    valid_days: int | None
    zone: str
    status: str
