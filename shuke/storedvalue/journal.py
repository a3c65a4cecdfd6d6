"""The journal: what changed a balance, written beside the ledger's movements."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db


class Line(msgspec.Struct, frozen=True):
    """One change, above zero what came."""

    merchant_id: UUID
    person_id: UUID
    kind: str
    stored: int
    bonus: int
    reference: UUID
    store_id: UUID | None = None
    staff_id: UUID | None = None


async def note(db: Db, lines: Sequence[Line]) -> None:
    """Write them, all in one statement."""
    await db.run(
        """
        insert into storedvalue.moves (merchant_id, person_id, kind, stored, bonus, reference, store_id, staff_id, at)
        select m.*, :now from unnest(:merchants::uuid[], :people::uuid[], :kinds::text[], :stored::bigint[], :bonus::bigint[],
          :references::uuid[], :stores::uuid[], :staff::uuid[]) as m
        """,
        merchants=[line.merchant_id for line in lines],
        people=[line.person_id for line in lines],
        kinds=[line.kind for line in lines],
        stored=[line.stored for line in lines],
        bonus=[line.bonus for line in lines],
        references=[line.reference for line in lines],
        stores=[line.store_id for line in lines],
        staff=[line.staff_id for line in lines],
        now=clock.now(),
    )
