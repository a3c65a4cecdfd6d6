"""Writes of the visits room: what proves a visit comes and goes with what happens at the till."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.events import record_all
from shuke.visits.types import ONE_VISIT, Audience, VisitKind, VisitUndone


class Seen(msgspec.Struct, frozen=True):
    """Somebody was seen at a store: what proves it, and when."""

    merchant_id: UUID
    place_id: UUID
    person_id: UUID
    reference: UUID
    at: datetime


class _Changed(msgspec.Struct, frozen=True):
    person_id: UUID
    visit_id: UUID
    place_id: UUID
    undone: bool


async def set_audience(db: Db, person_id: UUID, audience: Audience) -> None:
    """Who may see where she was lately: the item "recent places" of her profile card, written by the room profiles."""
    await db.run(
        """
        insert into visits.settings (person_id, audience, changed_at) values (:person, :audience, :now)
        on conflict (person_id) do update set audience = excluded.audience, changed_at = excluded.changed_at
        """,
        person=person_id,
        audience=audience,
        now=clock.now(),
    )


async def note(db: Db, kind: VisitKind, seen: Sequence[Seen]) -> None:
    """Keep what proves visits: to the visit within two hours at the same store, else to a new one; what is known already stays."""
    if not seen:
        return
    await db.run(
        """
        with seen as (
          select distinct on (s.person_id, s.reference) s.*
          from unnest(:merchants::uuid[], :places::uuid[], :people::uuid[], :references::uuid[], :times::timestamptz[])
            as s(merchant_id, place_id, person_id, reference, at)
          where not exists (
            select from visits.proofs p where p.person_id = s.person_id and p.kind = :kind and p.reference = s.reference)
        ), near as (
          select s.*, (
            select v.visit_id from visits.visits v
            where v.person_id = s.person_id and v.place_id = s.place_id and v.undone_at is null
              and v.at between s.at - :span::interval and s.at + :span::interval
            order by abs(extract(epoch from v.at - s.at)), v.visit_id limit 1) as visit_id
          from seen s
        ), gaps as (
          select n.*, coalesce(n.at - lag(n.at) over (partition by n.person_id, n.place_id order by n.at) > :span, true) as begins
          from near n where n.visit_id is null
        ), spells as (
          select g.*, count(*) filter (where g.begins) over (partition by g.person_id, g.place_id order by g.at, g.reference) as spell
          from gaps g
        ), fresh as (
          select s.person_id, s.place_id, s.spell, (array_agg(s.merchant_id))[1] as merchant_id,
            (array_agg(s.reference order by s.at, s.reference))[1] as reference, min(s.at) as at, uuidv7() as visit_id
          from spells s group by s.person_id, s.place_id, s.spell
        ), made as (
          insert into visits.visits (person_id, visit_id, merchant_id, place_id, kind, reference, at)
          select person_id, visit_id, merchant_id, place_id, :kind, reference, at from fresh
        )
        insert into visits.proofs (person_id, kind, reference, visit_id, at)
        select person_id, :kind, reference, visit_id, at from near where visit_id is not null
        union all
        select s.person_id, :kind, s.reference, f.visit_id, s.at from spells s join fresh f using (person_id, place_id, spell)
        on conflict do nothing
        """,
        kind=kind,
        span=ONE_VISIT,
        merchants=[one.merchant_id for one in seen],
        places=[one.place_id for one in seen],
        people=[one.person_id for one in seen],
        references=[one.reference for one in seen],
        times=[one.at for one in seen],
    )


async def take_back(db: Db, kind: VisitKind, people: Sequence[UUID], references: Sequence[UUID]) -> None:
    """What proved visits was undone: each goes on to its next proof, or is undone with the last."""
    visits = await db.values(
        UUID,
        """
        update visits.proofs p set undone_at = :now
        from unnest(:people::uuid[], :references::uuid[]) as g(person_id, reference)
        where p.person_id = g.person_id and p.kind = :kind and p.reference = g.reference and p.undone_at is null
        returning p.visit_id
        """,
        now=clock.now(),
        kind=kind,
        people=list(people),
        references=list(references),
    )
    if not visits:
        return
    changed = await db.all(
        _Changed,
        """
        update visits.visits v set kind = coalesce(n.kind, v.kind), reference = coalesce(n.reference, v.reference),
          undone_at = case when n.kind is null then :now::timestamptz end
        from visits.visits o left join lateral (
          select p.kind, p.reference from visits.proofs p
          where p.person_id = o.person_id and p.visit_id = o.visit_id and p.undone_at is null
          order by p.at, p.reference limit 1) n on true
        where o.person_id = any(:people) and o.visit_id = any(:visits) and v.person_id = o.person_id and v.visit_id = o.visit_id
        returning v.person_id, v.visit_id, v.place_id, v.undone_at is not null as undone
        """,
        now=clock.now(),
        people=list(people),
        visits=visits,
    )
    await record_all(db, [VisitUndone(one.person_id, one.visit_id, one.place_id) for one in changed if one.undone])
