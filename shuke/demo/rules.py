"""Many templates at once, from another system, with the articles they are good for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db


class LoadedTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """The rules that another system's coupon, voucher or booklet comes with."""

    merchant_id: UUID
    template_id: UUID
    kind: str
    title: str
    zone: str
    terms: str = ""
    value: int = 0
    gives: str = ""
    uses: int = 1
    per_person: int | None = None
    minimum_spend: int = 0
    stacking: str = "alone"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    valid_days: int | None = None
    created_at: datetime | None = None
    """When the other system made it; now, where it doesn't say."""
    articles: tuple[str, ...] = ()


_COLUMNS = (
    *("merchant_id", "template_id", "kind", "title", "zone", "terms", "value", "gives", "uses", "per_person"),
    *("minimum_spend", "stacking", "starts_at", "ends_at", "valid_days", "created_by", "created_at"),
)


async def load_templates(db: Db, templates: Sequence[LoadedTemplate], by: UUID) -> None:
    """Copy templates in."""
    now = clock.now()
    await db.copy(
        "vouchers",
        "templates",
        _COLUMNS,
        [
            (
                *(t.merchant_id, t.template_id, t.kind, t.title[:120], t.zone, t.terms, t.value, t.gives, t.uses, t.per_person),
                *(t.minimum_spend, t.stacking, t.starts_at, t.ends_at, t.valid_days, by, t.created_at or now),
            )
            for t in templates
        ],
    )
    await db.copy(
        "vouchers",
        "template_articles",
        ("merchant_id", "template_id", "code"),
        [(template.merchant_id, template.template_id, code) for template in templates for code in template.articles],
    )
    await db.copy(
        "vouchers",
        "template_steps",
        ("merchant_id", "template_id", "step", "person_id", "at"),
        [(template.merchant_id, template.template_id, "created", by, now) for template in templates],
    )
