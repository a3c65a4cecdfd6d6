"""Reads of the gifts room."""

from uuid import UUID

import msgspec

from shuke.friends import hidden_from
from shuke.gifts.types import Gift
from shuke.kit import clock
from shuke.kit.cursor import Cursor
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound


class Held(msgspec.Struct, frozen=True):
    """One's own voucher as its form of giving needs it; `gift_id` while it is on its way."""

    merchant_id: UUID
    voucher_id: UUID
    code: str
    status: str
    title: str
    kind: str
    value: int
    currency: str
    merchant_name: str
    gift_id: UUID | None


async def givable(db: Db, person_id: UUID) -> list[Held]:
    """One's own vouchers that may be given on as they are, those that end first at the top."""
    return await db.all(
        Held,
        """
        select v.merchant_id, v.voucher_id, v.code, v.status, t.title, t.kind, t.value, m.currency, m.name as merchant_name,
          null::uuid as gift_id
        from vouchers.wallet_vouchers o
        join vouchers.vouchers v on v.merchant_id = o.merchant_id and v.voucher_id = o.voucher_id and v.person_id = o.person_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        join merchants.merchants m on m.merchant_id = v.merchant_id
        where o.person_id = :person and v.status = 'issued' and t.transferable and v.uses_left = t.uses and v.ends_at > :now
        order by v.ends_at, v.voucher_id limit 100
        """,
        person=person_id,
        now=clock.now(),
    )


async def gift_of(db: Db, merchant_id: UUID, gift_id: UUID, viewer_id: UUID | None) -> Gift:
    """A gift for its giver and the friend it is for; one to anybody for whoever knows its address, who reads
    neither its words nor who has it once it is over. Refusal: not_found, also where the giver and the viewer are hidden from each other."""
    gift = await db.one(
        Gift,
        """
        select g.merchant_id, g.gift_id, g.voucher_id, g.title, m.name as merchant_name, t.kind, t.value, m.currency, g.giver_id, g.to_id,
          case when g.note_hidden_at is null or g.giver_id = :viewer then g.note else '' end as note, g.at,
          g.until, v.ends_at, g.ended_at, g.outcome, g.taker_id
        from gifts.gifts g
        join merchants.merchants m on m.merchant_id = g.merchant_id
        join vouchers.vouchers v on v.merchant_id = g.merchant_id and v.voucher_id = g.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where g.merchant_id = :merchant and g.gift_id = :gift
          and (g.to_id is null or :viewer::uuid in (g.giver_id, g.to_id, g.taker_id))
        """,
        merchant=merchant_id,
        gift=gift_id,
        viewer=viewer_id,
    )
    if gift is None:
        raise NotFound
    if viewer_id is not None and viewer_id in (gift.giver_id, gift.taker_id):
        return gift
    if await hidden_from(db, viewer_id, [gift.giver_id]):
        raise NotFound
    over = gift.ended_at is not None and (viewer_id is None or viewer_id != gift.to_id)
    return msgspec.structs.replace(gift, note="", taker_id=None) if over else gift


async def gifts_of(db: Db, person_id: UUID, before: Cursor | None = None, most: int = 30) -> list[Gift]:
    """What somebody gave and was given, the newest first, without those of people hidden from her that she didn't take."""
    return await db.all(
        Gift,
        """
        select g.merchant_id, g.gift_id, g.voucher_id, g.title, m.name as merchant_name, t.kind, t.value, m.currency, g.giver_id, g.to_id,
          case when g.note_hidden_at is null or o.gave then g.note else '' end as note, g.at,
          g.until, v.ends_at, g.ended_at, g.outcome, g.taker_id
        from gifts.own o
        join gifts.gifts g on g.merchant_id = o.merchant_id and g.gift_id = o.gift_id
        join merchants.merchants m on m.merchant_id = g.merchant_id
        join vouchers.vouchers v on v.merchant_id = g.merchant_id and v.voucher_id = g.voucher_id
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        where o.person_id = :person and (:at::timestamptz is null or (o.at, o.gift_id) < (:at, :before::uuid))
          and (o.gave or g.taker_id = :person or not exists (
            select from friends.hidden h where h.person_id = :person and h.other_id = g.giver_id))
        order by o.at desc, o.gift_id desc limit :most
        """,
        person=person_id,
        at=before.at if before else None,
        before=before.row_id if before else None,
        most=most,
    )


async def waiting_for(db: Db, person_id: UUID) -> int:
    """How many gifts of friends she could take now."""
    found = await db.value(
        int,
        """
        select count(*) from gifts.own o join gifts.gifts g on g.merchant_id = o.merchant_id and g.gift_id = o.gift_id
        where o.person_id = :person and not o.gave and g.ended_at is null and g.to_id = :person
          and not exists (select from friends.hidden h where h.person_id = :person and h.other_id = g.giver_id)
        """,
        person=person_id,
    )
    return found or 0


async def on_their_way(db: Db, person_id: UUID) -> int:
    """How many gifts of hers nobody has taken yet."""
    found = await db.value(
        int,
        """
        select count(*) from gifts.own o join gifts.gifts g on g.merchant_id = o.merchant_id and g.gift_id = o.gift_id
        where o.person_id = :person and o.gave and g.ended_at is null
        """,
        person=person_id,
    )
    return found or 0


async def held(db: Db, person_id: UUID, code: str) -> Held:
    """One's own voucher by its plain code. Refusal: not_found."""
    found = await db.one(
        Held,
        """
        select v.merchant_id, v.voucher_id, v.code, v.status, t.title, t.kind, t.value, m.currency, m.name as merchant_name, g.gift_id
        from merchants.tags a
        join vouchers.vouchers v on v.merchant_id = a.merchant_id and v.code = :code and v.person_id = :person
        join vouchers.templates t on t.merchant_id = v.merchant_id and t.template_id = v.template_id
        join merchants.merchants m on m.merchant_id = v.merchant_id
        left join gifts.gifts g on g.merchant_id = v.merchant_id and g.voucher_id = v.voucher_id and g.ended_at is null
        where a.tag = :tag
        """,
        person=person_id,
        code=code,
        tag=code[:5],
    )
    if found is None:
        raise NotFound
    return found
