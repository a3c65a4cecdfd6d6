"""One member as the merchant sees her: card, source, vouchers, uses, points."""

from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit.cursor import Cursor
from shuke.kit.db import Db


class MemberSheet(msgspec.Struct, frozen=True):
    """A member's card with its source; amounts in minor units. Also of one who has left."""

    person_id: UUID
    number: str
    name: str
    tier: str
    percent_off: int
    tier_until: datetime | None
    joined_at: datetime
    left_at: datetime | None
    scene_id: UUID | None
    scene: str
    scene_kind: str
    scene_store: str
    visits: int
    spent: int
    visited_at: datetime | None
    points: int
    points_pending: int
    tags: list[str]
    note: str


class HeldVoucher(msgspec.Struct, frozen=True):
    """A voucher that a member got; `tail` are the last characters of its code."""

    voucher_id: UUID
    tail: str
    template_id: UUID
    title: str
    status: str
    uses_left: int
    source: str
    issued_at: datetime
    ends_at: datetime


class PointsLine(msgspec.Struct, frozen=True):
    """A line of a member's points: what came (+) or went (-), and the kinds it moved between."""

    transfer_id: UUID
    at: datetime
    amount: int
    from_kind: str
    to_kind: str
    reason: str
    reference: UUID | None


async def member_sheet(db: Db, merchant_id: UUID, person_id: UUID) -> MemberSheet | None:
    """A member of this merchant, also when she has left."""
    return await db.one(
        MemberSheet,
        """
        select m.person_id, m.number, h.name, coalesce(t.name, '') as tier, coalesce(t.percent_off, 0) as percent_off, m.tier_until,
          m.joined_at, m.left_at, m.scene_id, coalesce(s.label, '') as scene, coalesce(s.kind, '') as scene_kind,
          coalesce(o.name, '') as scene_store, m.visits, m.spent, m.visited_at, coalesce(a.balance, 0) as points,
          coalesce(w.balance, 0) as points_pending, m.tags, m.note
        from cards.memberships m
        join people.people h on h.person_id = m.person_id
        left join cards.tiers t on t.merchant_id = m.merchant_id and t.position = m.tier
        left join merchants.scenes s on s.merchant_id = m.merchant_id and s.scene_id = m.scene_id
        left join merchants.stores o on o.merchant_id = s.merchant_id and o.store_id = s.store_id
        left join ledger.accounts a
          on a.merchant_id = m.merchant_id and a.holder_id = m.person_id and a.kind = 'active' and a.unit = 'points'
        left join ledger.accounts w
          on w.merchant_id = m.merchant_id and w.holder_id = m.person_id and w.kind = 'pending' and w.unit = 'points'
        where m.merchant_id = :merchant and m.person_id = :person
        """,
        merchant=merchant_id,
        person=person_id,
    )


async def vouchers_held(db: Db, merchant_id: UUID, person_id: UUID, before: Cursor | None, most: int) -> list[HeldVoucher]:
    """All vouchers of a member, the last issued first."""
    return await db.all(
        HeldVoucher,
        """
        select v.voucher_id, right(v.code, 4) as tail, v.template_id, t.title,
          case when v.status = 'issued' and v.ends_at <= now() then 'expired' else v.status end as status,
          v.uses_left, v.source, v.issued_at, v.ends_at
        from vouchers.vouchers v
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where v.merchant_id = :merchant and v.person_id = :person and (:last::uuid is null or (v.issued_at, v.voucher_id) < (:at, :last))
        order by v.issued_at desc, v.voucher_id desc limit :most
        """,
        merchant=merchant_id,
        person=person_id,
        at=before.at if before else None,
        last=before.row_id if before else None,
        most=most,
    )


async def points_of(db: Db, merchant_id: UUID, person_id: UUID, before: Cursor | None, most: int) -> list[PointsLine]:
    """A member's points line by line, the last first."""
    return await db.all(
        PointsLine,
        """
        with lines as (
          (select transfer_id, at, from_kind, to_kind, reason, reference, amount, from_holder, to_holder from ledger.transfers
            where merchant_id = :merchant and to_holder = :person and unit = 'points' and (:last::uuid is null or transfer_id < :last)
            order by transfer_id desc limit :most)
          union
          (select transfer_id, at, from_kind, to_kind, reason, reference, amount, from_holder, to_holder from ledger.transfers
            where merchant_id = :merchant and from_holder = :person and unit = 'points' and (:last::uuid is null or transfer_id < :last)
            order by transfer_id desc limit :most)
        )
        select transfer_id, at, case when to_holder = :person then amount else -amount end as amount, from_kind, to_kind, reason, reference
        from lines order by transfer_id desc limit :most
        """,
        merchant=merchant_id,
        person=person_id,
        last=before.row_id if before else None,
        most=most,
    )
