"""Writes between two people. Each locks the pair's row first, then changes both sides."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from shuke.friends.queries import relation
from shuke.friends.types import FriendsEnded, FriendsMade, PersonBlocked, PersonUnblocked, Relation, Via
from shuke.kit import clock, limits
from shuke.kit.db import Db
from shuke.kit.events import record, record_all
from shuke.kit.i18n import gettext as _
from shuke.kit.jobs import every_minute
from shuke.kit.live import announce
from shuke.kit.refusals import NotFound, Refusal

MOST_OPEN = 50  # requests of one person that nobody has answered
MOST_A_DAY = 60
DAY = timedelta(days=1)
QUIET = timedelta(days=30)  # after a refusal the same person's asking is not shown for so long


class Between(msgspec.Struct, frozen=True):
    """How two people stand once their row is locked; `i` is who acts, `she` the other."""

    here: bool
    i_block: bool
    she_blocks: bool
    friends: bool
    i_asked: bool  # so that she is told: not by phone number
    she_asked: bool
    open: int


async def ask(db: Db, person_id: UUID, other_id: UUID, via: Via = "page") -> Relation:
    """Ask somebody to be friends; who was asked by her already is her friend at once. Asking twice is one request, and after a
    refusal it is not shown again for a while, which nobody is told. Refusals: yourself, not_found, you_block_her,
    too_many_requests."""
    if person_id == other_id:
        raise Refusal("yourself", _("This is you."))
    between = await _hold(db, person_id, other_id)
    if between.i_block:
        raise Refusal("you_block_her", _("You have blocked this person. Unblock her first."))
    _demand_seen(between)
    if between.friends:
        return await relation(db, person_id, other_id)
    if between.she_asked:
        return await _befriend(db, person_id, other_id)
    if not between.i_asked and via != "phone":  # numbers are counted where they are asked, known ones like others
        if between.open >= MOST_OPEN:
            raise Refusal("too_many_open", _("Many of your requests wait for an answer. Take some back, or wait a little."))
        await limits.at_most(db, f"friends:{person_id}", MOST_A_DAY, DAY)
    now = clock.now()
    await db.run(
        """
        insert into friends.requests as r (person_id, other_id, incoming, via, at) values (:person, :other, false, :via, :now)
        on conflict (person_id, other_id, incoming) do update set via = excluded.via where r.via = 'phone'
        """,
        person=person_id,
        other=other_id,
        via=via,
        now=now,
    )
    await db.run(
        """
        insert into friends.requests as r (person_id, other_id, incoming, via, at) values (:other, :person, true, :via, :now)
        on conflict (person_id, other_id, incoming) do update set via = excluded.via, at = excluded.at, refused_at = null
          where r.refused_at < :before
        """,
        person=person_id,
        other=other_id,
        via=via,
        now=now,
        before=now - QUIET,
    )
    await announce(db, f"person:{other_id}", "waiting")
    return await relation(db, person_id, other_id)


async def accept(db: Db, person_id: UUID, other_id: UUID) -> Relation:
    """Say yes to who asked. Refusals: not_found, no_request (none, or taken back)."""
    between = await _hold(db, person_id, other_id)
    if between.i_block:
        raise NotFound
    _demand_seen(between)
    if between.friends:
        return await relation(db, person_id, other_id)
    if not between.she_asked:
        raise NotFound("no_request", _("This request is no longer there."))
    return await _befriend(db, person_id, other_id)


async def refuse(db: Db, person_id: UUID, other_id: UUID) -> None:
    """Say no; who asked is not told. Refusal: no_request."""
    await _hold(db, person_id, other_id)
    refused = await db.run(
        """
        update friends.requests set refused_at = coalesce(refused_at, :now)
        where person_id = :person and other_id = :other and incoming
        """,
        now=clock.now(),
        person=person_id,
        other=other_id,
    )
    if not refused:
        raise NotFound("no_request", _("This request is no longer there."))
    await announce(db, f"person:{person_id}", "waiting")


async def withdraw(db: Db, person_id: UUID, other_id: UUID) -> None:
    """Take one's own request back. That it was refused before is remembered. One by phone number is not there: it would tell whose
    number it is. Refusal: no_request."""
    await _hold(db, person_id, other_id)
    mine = await db.run(
        """
        delete from friends.requests where person_id = :person and other_id = :other and not incoming and via <> 'phone'
        """,
        person=person_id,
        other=other_id,
    )
    if not mine:
        raise NotFound("no_request", _("This request is no longer there."))
    await db.run(
        "delete from friends.requests where person_id = :other and other_id = :person and incoming and refused_at is null",
        person=person_id,
        other=other_id,
    )
    await announce(db, f"person:{other_id}", "waiting")


async def remove(db: Db, person_id: UUID, friend_id: UUID) -> None:
    """End it on both sides. Refusal: not_found."""
    await _hold(db, person_id, friend_id)
    if not await _part(db, person_id, friend_id):
        raise NotFound


async def block(db: Db, person_id: UUID, other_id: UUID) -> None:
    """From now on neither finds, sees or reaches the other. Refusals: yourself, not_found."""
    if person_id == other_id:
        raise Refusal("yourself", _("This is you."))
    between = await _hold(db, person_id, other_id)
    if not between.here:
        raise NotFound
    if between.i_block:
        return
    await _part(db, person_id, other_id)
    await _drop_requests(db, person_id, other_id)
    await db.run(
        """
        insert into friends.hidden as h (person_id, other_id, mine, theirs, at) values (:person, :other, true, false, :now)
        on conflict (person_id, other_id) do update set mine = true, at = excluded.at
        """,
        person=person_id,
        other=other_id,
        now=clock.now(),
    )
    await db.run(
        """
        insert into friends.hidden as h (person_id, other_id, mine, theirs, at) values (:other, :person, false, true, :now)
        on conflict (person_id, other_id) do update set theirs = true
        """,
        person=person_id,
        other=other_id,
        now=clock.now(),
    )
    await record(db, PersonBlocked(person_id, other_id))


async def unblock(db: Db, person_id: UUID, other_id: UUID) -> None:
    """Take a block back; they are strangers. Refusal: not_found."""
    between = await _hold(db, person_id, other_id)
    if not between.i_block:
        raise NotFound
    if not between.she_blocks:
        await db.run(
            "delete from friends.hidden where person_id = :person and other_id = :other", person=person_id, other=other_id
        )
        await db.run(
            "delete from friends.hidden where person_id = :other and other_id = :person", person=person_id, other=other_id
        )
        await record(db, PersonUnblocked(person_id, other_id))
        return
    await db.run(
        "update friends.hidden set mine = false where person_id = :person and other_id = :other",
        person=person_id,
        other=other_id,
    )
    await db.run(
        "update friends.hidden set theirs = false where person_id = :other and other_id = :person",
        person=person_id,
        other=other_id,
    )


@every_minute
async def sweep(db: Db) -> int:
    """Refusals so old that the same person may be shown again; how many."""
    return await db.run(
        """
        delete from friends.requests where (person_id, other_id, incoming) in (
          select person_id, other_id, incoming from friends.requests
          where refused_at < :before order by refused_at limit 500 for update skip locked)
        """,
        before=clock.now() - QUIET,
    )


async def _hold(db: Db, person_id: UUID, other_id: UUID) -> Between:
    """Lock the pair's row until the commit, then look how they stand."""
    low, high = sorted((person_id, other_id))
    if low == high:
        raise NotFound
    await db.run(
        """
        insert into friends.pairs (person_id, other_id) values (:low, :high)
        on conflict (person_id, other_id) do update set other_id = excluded.other_id
        """,
        low=low,
        high=high,
    )
    between = await db.one(
        Between,
        """
        select exists (select from people.people where person_id = :other and erased_at is null) as here,
          coalesce(h.mine, false) as i_block, coalesce(h.theirs, false) as she_blocks,
          exists (select from friends.friends where person_id = :person and friend_id = :other) as friends,
          exists (select from friends.requests
            where person_id = :person and other_id = :other and not incoming and via <> 'phone') as i_asked,
          exists (select from friends.requests where person_id = :other and other_id = :person and not incoming) as she_asked,
          (select count(*) from friends.requests where person_id = :person and not incoming and via <> 'phone') as open
        from (select) as nothing left join friends.hidden h on h.person_id = :person and h.other_id = :other
        """,
        person=person_id,
        other=other_id,
    )
    assert between is not None
    return between


def _demand_seen(between: Between) -> None:
    if between.she_blocks or not between.here:
        raise NotFound


async def _befriend(db: Db, person_id: UUID, other_id: UUID) -> Relation:
    await _drop_requests(db, person_id, other_id)
    now: datetime = clock.now()
    for one, other in _sides(person_id, other_id):
        await db.run(
            "insert into friends.friends (person_id, friend_id, since) values (:one, :other, :now)",
            one=one,
            other=other,
            now=now,
        )
    await record_all(db, [FriendsMade(one, other) for one, other in _sides(person_id, other_id)])
    return await relation(db, person_id, other_id)


async def _part(db: Db, person_id: UUID, other_id: UUID) -> bool:
    """End a friendship on both sides where there is one."""
    ended = 0
    for one, other in _sides(person_id, other_id):
        ended += await db.run("delete from friends.friends where person_id = :one and friend_id = :other", one=one, other=other)
    if ended:
        await record_all(db, [FriendsEnded(one, other) for one, other in _sides(person_id, other_id)])
    return ended > 0


async def _drop_requests(db: Db, person_id: UUID, other_id: UUID) -> None:
    for one, other in _sides(person_id, other_id):
        await db.run("delete from friends.requests where person_id = :one and other_id = :other", one=one, other=other)


def _sides(person_id: UUID, other_id: UUID) -> Sequence[tuple[UUID, UUID]]:
    return (person_id, other_id), (other_id, person_id)
