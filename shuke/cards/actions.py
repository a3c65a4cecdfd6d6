"""Writes of the cards room: joining, and what a visit changes on a card."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from shuke.cards.codes import SECRET_BYTES
from shuke.cards.types import CardLeft, JoinCall, Joined
from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import NotFound, Refusal


async def join(db: Db, calls: Sequence[JoinCall]) -> list[Joined | Refusal]:
    """Memberships for many at once, announced as MemberJoined. A member gets the card she has; who left comes back to hers, unannounced."""
    unique = sorted(
        {(call.merchant_id, call.person_id): call for call in calls}.values(), key=lambda c: (c.merchant_id, c.person_id)
    )
    found = await db.all(
        Joined,
        """
        with call as (
          select * from unnest(:merchants::uuid[], :people::uuid[], :scenes::uuid[], :numbers::text[], :secrets::bytea[])
            as c(merchant_id, person_id, scene_id, number, secret)
        ), fresh as (
          insert into cards.memberships as m (merchant_id, person_id, number, secret, scene_id, joined_at)
          select c.merchant_id, c.person_id, c.number, c.secret, c.scene_id, :now from call c
          join cards.programmes p on p.merchant_id = c.merchant_id and p.open
          join merchants.merchants b on b.merchant_id = c.merchant_id and b.status = 'approved'
          on conflict (merchant_id, person_id) do update set left_at = null where m.left_at is not null
          returning new.merchant_id, new.person_id, new.number, new.joined_at, old.person_id is null as fresh
        ), carded as (
          insert into cards.wallet_cards (person_id, merchant_id, joined_at) select person_id, merchant_id, :now from fresh
          on conflict (person_id, merchant_id) do update set joined_at = excluded.joined_at
        ), announced as (
          insert into kit.events (lane, owner_id, name, body, at)
          select ('x' || right(f.merchant_id::text, 1))::bit(4)::int, f.merchant_id, 'cards.MemberJoined',
            jsonb_build_object('merchant_id', f.merchant_id, 'person_id', f.person_id, 'scene_id', c.scene_id), :now
          from fresh f join call c on c.merchant_id = f.merchant_id and c.person_id = f.person_id
          where f.fresh
        )
        select merchant_id, person_id, number, joined_at, fresh from fresh
        union all
        select m.merchant_id, m.person_id, m.number, m.joined_at, false from call c
        join cards.memberships m on m.merchant_id = c.merchant_id and m.person_id = c.person_id and m.left_at is null
        """,
        merchants=[call.merchant_id for call in unique],
        people=[call.person_id for call in unique],
        scenes=[call.scene_id for call in unique],
        numbers=[ids.new_number() for _call in unique],
        secrets=[secrets.token_bytes(SECRET_BYTES) for _call in unique],
        now=clock.now(),
    )
    by_owner = {(joined.merchant_id, joined.person_id): joined for joined in found}
    missing = [call for call in unique if (call.merchant_id, call.person_id) not in by_owner]
    if missing:  # no such programme, or another process joined them at this very moment: its rows show in a new statement
        by_owner |= {(joined.merchant_id, joined.person_id): joined for joined in await _joined_before(db, missing)}
    db.announced = db.announced or any(joined.fresh for joined in found)
    return [by_owner.get((call.merchant_id, call.person_id)) or _no_programme() for call in calls]


async def _joined_before(db: Db, calls: Sequence[JoinCall]) -> list[Joined]:
    return await db.all(
        Joined,
        """
        select m.merchant_id, m.person_id, m.number, m.joined_at, false as fresh
        from unnest(:merchants::uuid[], :people::uuid[]) as c(merchant_id, person_id)
        join cards.memberships m on m.merchant_id = c.merchant_id and m.person_id = c.person_id and m.left_at is null
        """,
        merchants=[call.merchant_id for call in calls],
        people=[call.person_id for call in calls],
    )


def _no_programme() -> Refusal:
    return NotFound("no_programme", _("This shop does not offer a card at the moment."))


async def leave(db: Db, merchant_id: UUID, person_id: UUID) -> None:
    """Give a card back. Its points stay with it, and it comes back as it was when she joins again. Refusal: not_found."""
    left = await db.run(
        """
        update cards.memberships set left_at = :now
        where merchant_id = :merchant and person_id = :person and left_at is null
        """,
        now=clock.now(),
        merchant=merchant_id,
        person=person_id,
    )
    if not left:
        raise NotFound
    await record(db, CardLeft(merchant_id, person_id))
