"""Places as moderation sees them: what a decision hides leaves the index, and comes back as it was."""

from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record
from shuke.moderation import Shown, moderated
from shuke.places.actions import follow, lock_merchants
from shuke.places.imports import IMPORTED
from shuke.places.types import PlacesChanged


class _Said(msgspec.Struct, frozen=True):
    owner_id: UUID | None
    merchant_id: UUID | None
    text: str
    photo_id: UUID | None


@moderated("place")
class Places:
    """Owner and thing are the place; its author is the oldest owner of its shop, of one that nobody runs here who brought it in."""

    @staticmethod
    async def shown(db: Db, owner_id: UUID, thing_id: UUID) -> Shown | None:
        """What its page says of it."""
        if owner_id != thing_id:
            return None
        said = await _said(db, thing_id)
        if said is None:
            return None
        photos = [f"/api/v1/photos/{said.merchant_id}/{said.photo_id}"] if said.photo_id else []
        return Shown(said.owner_id or IMPORTED, said.text, f"/places/{thing_id}", photos)

    @staticmethod
    async def hide(db: Db, owner_id: UUID, thing_id: UUID, *, hidden: bool) -> None:
        """No list, map or search has it any more, or has it again."""
        said = await _said(db, thing_id)
        if said is None or owner_id != thing_id:
            return
        await lock_merchants(db, [said.merchant_id] if said.merchant_id else [])
        if hidden:
            await _take_out(db, thing_id)
        else:
            await _put_back(db, thing_id)
            if said.merchant_id is not None:
                await follow(db, [said.merchant_id])
        await record(db, PlacesChanged(said.merchant_id or IMPORTED, [thing_id]))


async def _said(db: Db, place_id: UUID) -> _Said | None:
    return await db.one(
        _Said,
        """
        select (select s.person_id from merchants.staff s where s.merchant_id = p.merchant_id and s.role = 'owner' and s.ended_at is null
            order by s.added_at, s.person_id limit 1) as owner_id, p.merchant_id,
          concat_ws(E'\n', p.name, nullif(p.kind, ''), nullif(concat_ws(', ', nullif(p.street, ''), nullif(p.city, '')), ''),
            nullif(p.phone, ''), nullif(p.website, ''), nullif(p.hours_text, '')) as text, p.photo_id
        from (
          select merchant_id, name, kind, street, city, phone, website, hours_text, photo_id from places.places where place_id = :place
          union all
          select k.merchant_id, k.name, k.kind, k.street, k.city, k.phone, k.website, k.hours_text, k.photo_id
          from places.hidden h cross join jsonb_populate_record(null::places.places, h.kept->'place') k where h.place_id = :place
        ) p limit 1
        """,
        place=place_id,
    )


async def _take_out(db: Db, place_id: UUID) -> None:
    await db.run(
        """
        with days as materialized (
          select jsonb_agg(to_jsonb(s)) as days from places.special_days s where s.place_id = :place
        ), gone as (
          delete from places.places p where p.place_id = :place returning to_jsonb(p) as place, p.place_id
        )
        insert into places.hidden (place_id, kept, hidden_at)
        select gone.place_id, jsonb_build_object('place', gone.place, 'days', coalesce(days.days, '[]')), :now from gone, days
        on conflict (place_id) do update set kept = excluded.kept, hidden_at = excluded.hidden_at
        """,
        place=place_id,
        now=clock.now(),
    )


async def _put_back(db: Db, place_id: UUID) -> None:
    """As it was when it was taken out; a shop's place is followed anew after it."""
    kept = await db.value(
        str,
        """
        with back as (delete from places.hidden where place_id = :place returning kept)
        insert into places.places (cell, place_id, merchant_id, name, names, category, kind, street, city, zone, longitude, latitude, spot,
          phone, website, hours, hours_text, photo_id, price, score, reviews, deals, source, source_id)
        select p.cell, p.place_id, p.merchant_id, p.name, p.names, p.category, p.kind, p.street, p.city, p.zone, p.longitude, p.latitude,
          p.spot, p.phone, p.website, p.hours, p.hours_text, p.photo_id, p.price, p.score, p.reviews, p.deals, p.source, p.source_id
        from back cross join jsonb_populate_record(null::places.places, back.kept->'place') p
        on conflict do nothing
        returning (select kept::text from back)
        """,
        place=place_id,
    )
    await db.run(
        """
        insert into places.special_days (cell, place_id, day, hours)
        select d.cell, d.place_id, d.day, d.hours from jsonb_populate_recordset(null::places.special_days, :kept::text::jsonb->'days') d
        on conflict do nothing
        """,
        kept=kept or "{}",
    )
