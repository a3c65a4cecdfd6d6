"""The place watch: offers near where somebody is, only while she wants it, of shops that she or her friends know, within a budget.

A shop is told at most once in seven days, and at most three a day. Her position comes with the question and is not kept.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from shuke.explore.queries import who
from shuke.friends import Face
from shuke.kit import clock
from shuke.kit.db import Db
from shuke.kit.geo import Point
from shuke.kit.i18n import gettext as _
from shuke.kit.refusals import Refusal, Unreadable
from shuke.places import Near, Wanted, near, places_of

A_DAY, MOST = timedelta(days=1), 3  # so many shops a day
A_SHOP = timedelta(days=7)  # until the same shop may be told again
STILL = timedelta(hours=2)  # what was just told stays on the page when it is loaded again
KEPT = timedelta(days=90)
LEAST, FARTHEST, USUAL = 100, 5000, 500  # metres
LOOKED_AT = 60  # nearest places that sell something

Why = Literal["card", "friends"]


class Watch(msgspec.Struct, frozen=True):
    """That she wants to be told, from how far, since when."""

    metres: int
    since: datetime


class Told(msgspec.Struct, frozen=True):
    """What she was told of before: which shop's place, why, when."""

    merchant_id: UUID
    place_id: UUID
    why: Why
    at: datetime


class OfferNear(msgspec.Struct, frozen=True):
    """An offer near her: where, how far, and why she is told of it: she holds the card, or friends went."""

    near: Near
    why: Why
    friends: list[Face]


class Offers(msgspec.Struct, frozen=True):
    """What there is to tell now; `left` is how many shops more she may be told of today."""

    items: list[OfferNear]
    left: int


async def watch_of(db: Db, person_id: UUID) -> Watch | None:
    """Whether she wants to be told."""
    return await db.one(Watch, "select metres, since from explore.watchers where person_id = :person", person=person_id)


async def start_watch(db: Db, person_id: UUID, metres: int = USUAL) -> Watch:
    """Tell her from now on. Refusal: metres_unreadable."""
    if not LEAST <= metres <= FARTHEST:
        words = _("Write a whole number from %(least)s to %(most)s.") % {"least": LEAST, "most": FARTHEST}
        raise Unreadable("metres_unreadable", words, metres=words)
    await db.run(
        """
        insert into explore.watchers (person_id, metres, since) values (:person, :metres, :now)
        on conflict (person_id) do update set metres = excluded.metres
        """,
        person=person_id,
        metres=metres,
        now=clock.now(),
    )
    watch = await watch_of(db, person_id)
    assert watch is not None
    return watch


async def end_watch(db: Db, person_id: UUID) -> None:
    """Tell her no more, at once."""
    await db.run("delete from explore.watchers where person_id = :person", person=person_id)


async def offers_near(db: Db, person_id: UUID, point: Point) -> Offers:
    """What is on sale around this point, as far as her budget goes; what is shown is counted. Refusal: not_watching."""
    metres = await db.value(int, "select metres from explore.watchers where person_id = :person for update", person=person_id)
    if metres is None:
        raise Refusal("not_watching", _("Switch offers near you on first."))
    now = clock.now()
    told = await told_to(db, person_id, now - A_SHOP)
    today = {one.merchant_id for one in told if one.at > now - A_DAY}
    shown = [one for one in told if one.at > now - STILL]
    found = (await near(db, Wanted(point=point, radius=metres, has_deals=True, most=LOOKED_AT))).items
    known = await _known(db, person_id, found)
    items = [
        OfferNear(one, known[one.place.place_id][0], known[one.place.place_id][1])
        for one in found
        if one.place.place_id in known
    ]
    again = {one.place_id for one in shown}
    fresh = _fresh(items, {one.merchant_id for one in told}, MOST - len(today))
    await _keep(db, person_id, fresh)
    still = [item for item in items if item.near.place.place_id in again]
    return Offers(sorted([*still, *fresh], key=lambda item: item.near.metres), max(0, MOST - len(today) - len(fresh)))


def _fresh(items: Sequence[OfferNear], told: set[UUID], left: int) -> list[OfferNear]:
    """One place for each shop that was not told of lately, the nearest first, as many as are left."""
    met = set(told)
    fresh: list[OfferNear] = []
    for item in items:
        merchant_id = item.near.place.merchant_id
        if len(fresh) < left and merchant_id is not None and merchant_id not in met:
            met.add(merchant_id)
            fresh.append(item)
    return fresh


async def told_to(db: Db, person_id: UUID, since: datetime) -> list[Told]:
    """What she was told of since then, the newest first."""
    return await db.all(
        Told,
        "select merchant_id, place_id, why, at from explore.told where person_id = :person and at > :since order by at desc, told_id",
        person=person_id,
        since=since,
    )


async def _known(db: Db, person_id: UUID, found: Sequence[Near]) -> dict[UUID, tuple[Why, list[Face]]]:
    """Which of these places she is told of and why: the shop's card, or friends who went."""
    merchants = {one.place.place_id: one.place.merchant_id for one in found}
    cards = await db.values(
        UUID,
        """
        select merchant_id from cards.memberships
        where person_id = :person and merchant_id = any(:merchants::uuid[]) and left_at is null
        """,
        person=person_id,
        merchants=[merchant for merchant in merchants.values() if merchant],
    )
    friends = await who(db, person_id, list(merchants))
    known: dict[UUID, tuple[Why, list[Face]]] = {place_id: ("friends", faces) for place_id, faces in friends.items() if faces}
    known |= {place_id: ("card", friends.get(place_id, [])) for place_id, merchant in merchants.items() if merchant in cards}
    return known


async def _keep(db: Db, person_id: UUID, fresh: Sequence[OfferNear]) -> None:
    await db.run(
        """
        insert into explore.told (person_id, merchant_id, place_id, why, at)
        select :person, merchant_id, place_id, why, :now
        from unnest(:merchants::uuid[], :places::uuid[], :whys::text[]) as t(merchant_id, place_id, why)
        """,
        person=person_id,
        merchants=[item.near.place.merchant_id for item in fresh],
        places=[item.near.place.place_id for item in fresh],
        whys=[item.why for item in fresh],
        now=clock.now(),
    )


async def told_before(db: Db, person_id: UUID) -> list[tuple[str, Told]]:
    """What she was told of in the last weeks, with the places' names."""
    told = await told_to(db, person_id, clock.now() - timedelta(days=30))
    places = await places_of(db, [one.place_id for one in told])
    return [(places[one.place_id].name, one) for one in told if one.place_id in places]
