"""Making links, noting who came by them, and growing the tree."""

from datetime import datetime
from uuid import UUID, uuid4

from shuke.kit import clock, ids
from shuke.kit.db import Db
from shuke.kit.refusals import NotFound
from shuke.people import PersonErased
from shuke.shares.queries import branch_of
from shuke.shares.things import preview
from shuke.shares.types import REMEMBERED, Branch, Share, Thing

DEEPEST = 10_000  # steps towards the root that are looked at before somebody is hung on


async def link(db: Db, giver_id: UUID, thing: Thing, channel: str, scene: str = "") -> Share:
    """The giver's link to a thing in a channel, made when there is none yet; `scene`: where it was shared. Refusal: not_found for
    what the giver may not see."""
    shown = await preview(db, thing, giver_id)
    if shown is None:
        raise NotFound
    parent = await branch_of(db, shown.merchant_id, giver_id) if shown.merchant_id else None
    made = await db.one(
        Share,
        """
        with made as (
          insert into shares.shares as s (person_id, code, kind, owner_id, thing_id, merchant_id, channel, scene, parent_id, at)
          values (:giver, :code, :kind, :owner, :thing, :merchant, :channel, :scene, :parent, :now)
          on conflict (person_id, kind, owner_id, thing_id, channel) do update set channel = s.channel
          returning person_id, share_id, s.code, s.kind, s.owner_id, s.thing_id, s.merchant_id, s.channel, s.scene, s.at
        ), coded as (
          insert into shares.codes (code, person_id, share_id) select code, person_id, share_id from made
          on conflict (code) do nothing
        )
        select person_id, share_id, code, kind, owner_id, thing_id, merchant_id, channel, scene, at from made
        """,
        giver=giver_id,
        code=ids.new_code(""),
        kind=thing.kind,
        owner=thing.owner_id,
        thing=thing.thing_id,
        merchant=shown.merchant_id,
        channel=channel,
        scene=scene,
        parent=parent.share_id if parent else None,
        now=clock.now(),
    )
    assert made is not None
    return made


async def arrive(db: Db, share: Share, taker_id: UUID | None, mark: UUID | None = None) -> UUID | None:
    """Somebody opened a link: once for each person, and for each stranger's browser, which brings its `mark` back; the mark to give it.
    The giver himself doesn't count (None)."""
    if taker_id == share.person_id:
        return None
    mark = mark or uuid4()
    await db.run(
        """
        with stranger as (
          delete from shares.arrivals
          where person_id = :giver and share_id = :share and arrival_id = :mark and taker_id is null and :taker::uuid is not null
          returning at
        ), came as (
          insert into shares.arrivals (person_id, share_id, arrival_id, taker_id, merchant_id, at)
          values (:giver, :share, :arrival, :taker, :merchant, coalesce((select at from stranger), :now))
          on conflict do nothing
        )
        insert into shares.ways (person_id, merchant_id, giver_id, share_id, at)
        select :taker::uuid, :merchant::uuid, :giver, :share, coalesce((select at from stranger), :now)
        where :taker is not null and :merchant is not null
        on conflict (person_id, merchant_id, giver_id, share_id) do nothing
        """,
        giver=share.person_id,
        share=share.share_id,
        mark=mark,
        arrival=mark if taker_id is None else uuid4(),
        taker=taker_id,
        merchant=share.merchant_id,
        now=clock.now(),
    )
    return mark


async def grow(db: Db, merchant_id: UUID, taker_id: UUID, joined_at: datetime) -> Branch | None:
    """Hang a new member on the tree: under the giver of the first link by which she came in the 30 days before she joined. Once for each
    merchant, never under somebody who stands below her. A merchant's tree grows one by one, so that many at once make no ring."""
    await db.run("select pg_advisory_xact_lock(hashtextextended('branches:' || :merchant::uuid, 0))", merchant=merchant_id)
    await db.run(
        """
        with recursive way as (
          select w.giver_id, w.share_id, w.at from shares.ways w
          where w.person_id = :taker and w.merchant_id = :merchant and w.at > :since and w.at <= :joined and w.giver_id <> :taker
        ), above as (
          select w.giver_id as from_id, w.giver_id as person_id, 0 as steps from (select distinct giver_id from way) w
          union all
          select a.from_id, b.giver_id, a.steps + 1 from above a
          join shares.branches b on b.merchant_id = :merchant and b.person_id = a.person_id
          where a.steps < :deepest and a.person_id <> :taker
        )
        insert into shares.branches (merchant_id, person_id, giver_id, share_id, channel, scene, depth, at)
        select :merchant, :taker, w.giver_id, w.share_id, coalesce(s.channel, 'link'), coalesce(s.scene, ''),
          1 + (select max(a.steps) from above a where a.from_id = w.giver_id), :now
        from way w left join shares.shares s on s.person_id = w.giver_id and s.share_id = w.share_id
        where not exists (select from above a where a.from_id = w.giver_id and a.person_id = :taker)
        order by w.at, w.share_id limit 1
        on conflict (merchant_id, person_id) do nothing
        """,
        taker=taker_id,
        merchant=merchant_id,
        since=joined_at - REMEMBERED,
        joined=joined_at,
        deepest=DEEPEST,
        now=clock.now(),
    )
    return await branch_of(db, merchant_id, taker_id)


async def forget(db: Db, event: PersonErased) -> None:
    """The links of who is erased lead nowhere, and nobody is told where she came from. Her place in a merchant's tree and what was
    counted of her links there stay, without a name."""
    await db.run("delete from shares.codes where person_id = :person", person=event.person_id)
    await db.run("delete from shares.arrivals where person_id = :person and merchant_id is null", person=event.person_id)
    await db.run("delete from shares.shares where person_id = :person and merchant_id is null", person=event.person_id)
    await db.run(
        """
        update shares.arrivals a set taker_id = null from shares.ways w
        where w.person_id = :person and a.person_id = w.giver_id and a.share_id = w.share_id and a.taker_id = :person
        """,
        person=event.person_id,
    )
    await db.run("delete from shares.ways where person_id = :person", person=event.person_id)
