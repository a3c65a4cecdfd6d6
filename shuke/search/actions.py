"""Writes of the search room: the index follows the places, and what their merchants sell."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from uuid import UUID

import msgspec

from shuke.kit.db import Db
from shuke.search.types import Sold
from shuke.search.words import folded, initials, insides, is_chinese, sound, starts, syllables

Selling = Callable[[Db, Sequence[UUID]], Awaitable[list[Sold]]]
SELLING: list[Selling] = []
MOST_SOLD = 200  # titles of one merchant that are indexed; a supermarket's whole stock is not what one looks for on a map
NAME, LATER, WARE, INSIDE, SOUND, LATER_SOUND, INITIALS = range(7)


class _Place(msgspec.Struct, frozen=True):
    cell: int
    place_id: UUID
    merchant_id: UUID | None
    names: list[str]


class _Term(msgspec.Struct, frozen=True):
    cell: int
    place_id: UUID
    kind: int
    term: str
    shown: str


class _Indexed(msgspec.Struct, frozen=True):
    cell: int
    place_id: UUID
    mark: int


def sold(known: Selling) -> Selling:
    """Register who knows what merchants sell; asked whenever the index follows one of their places."""
    SELLING.append(known)
    return known


async def follow_merchants(db: Db, merchants: Sequence[UUID]) -> int:
    """What these merchants sell is other than before."""
    places = await db.values(
        UUID, "select place_id from places.places where merchant_id = any(:merchants) order by place_id", merchants=merchants
    )
    return await follow(db, places)


async def follow(db: Db, places: Sequence[UUID]) -> int:
    """Let the index say of these places what is true now; how many were new, other, or have gone."""
    wanted = sorted(set(places))
    found = await db.all(
        _Place,
        """
        select cell, place_id, merchant_id, array[name] || array(select value from jsonb_each_text(names) order by key) as names
        from places.places where place_id = any(:places) order by place_id
        """,
        places=wanted,
    )
    gone = await db.run(
        """
        delete from search.places s where s.place_id = any(:places)
          and not exists (select from unnest(:cells::bigint[], :kept::uuid[]) as k(cell, place_id) where (k.cell, k.place_id) = (s.cell, s.place_id))
        """,
        places=wanted,
        cells=[place.cell for place in found],
        kept=[place.place_id for place in found],
    )
    selling = await _selling(db, [place.merchant_id for place in found if place.merchant_id])
    terms = {place.place_id: list(_terms(place, selling.get(place.merchant_id, []))) for place in found}
    changed = await _mark(db, [_Indexed(place.cell, place.place_id, _mark_of(terms[place.place_id])) for place in found])
    await _write(db, [term for place_id in changed for term in terms[place_id]], changed)
    return gone + len(changed)


async def _selling(db: Db, merchants: Sequence[UUID]) -> dict[UUID | None, list[str]]:
    """What each of them sells: the titles that others know, then articles."""
    owners = sorted(set(merchants))
    told = [one for known in SELLING for one in await known(db, owners)]
    told += await db.all(
        Sold,
        """
        select m.merchant_id, a.name as title
        from unnest(:merchants::uuid[]) as m(merchant_id)
        cross join lateral (
          select name from merchants.articles a where a.merchant_id = m.merchant_id and a.name <> '' order by a.code limit :most
        ) a
        """,
        merchants=owners,
        most=MOST_SOLD,
    )
    titles: dict[UUID | None, list[str]] = {}
    for one in told:
        own = titles.setdefault(one.merchant_id, [])
        if len(own) < MOST_SOLD:
            own.append(one.title)
    return titles


def _terms(place: _Place, titles: Sequence[str]) -> Iterator[_Term]:
    """Everything that the place is found by; each once."""
    seen: set[tuple[int, str]] = set()
    for kind, term, shown in [*_of_names(place.names), *_of_titles(titles)]:
        if term and (kind, term) not in seen:
            seen.add((kind, term))
            yield _Term(place.cell, place.place_id, kind, term, shown)


def _of_names(names: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    for name in dict.fromkeys(map(folded, names)):
        yield NAME, name, ""
        yield from ((LATER, later, "") for later in starts(name))
        yield SOUND, sound(name), ""
        if len(syllables(name)) > 1:
            yield INITIALS, initials(name), ""
        if is_chinese(name):
            yield from ((INSIDE, inside, "") for inside in insides(name))
            yield from ((LATER_SOUND, sound(later), "") for later in starts(name))
            yield from ((INITIALS, initials(later), "") for later in starts(name))


def _of_titles(titles: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    for title in titles:
        plain = folded(title)
        yield WARE, plain, title
        yield from ((WARE, later, title) for later in starts(plain))
        if is_chinese(plain):
            yield WARE, sound(plain), title


def _mark_of(terms: Sequence[_Term]) -> int:
    digest = hashlib.sha256(msgspec.json.encode([(term.kind, term.term, term.shown) for term in terms])).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


async def _mark(db: Db, indexed: Sequence[_Indexed]) -> list[UUID]:
    """Those of them that are new or other than before."""
    await db.run(
        "insert into search.cells (cell) select distinct cell from unnest(:cells::bigint[]) as c(cell) order by cell on conflict do nothing",
        cells=[one.cell for one in indexed],
    )
    return await db.values(
        UUID,
        """
        insert into search.places as p (cell, place_id, mark)
        select cell, place_id, mark from unnest(:cells::bigint[], :places::uuid[], :marks::bigint[]) as n(cell, place_id, mark)
        order by cell, place_id
        on conflict (cell, place_id) do update set mark = excluded.mark where p.mark <> excluded.mark
        returning place_id
        """,
        cells=[one.cell for one in indexed],
        places=[one.place_id for one in indexed],
        marks=[one.mark for one in indexed],
    )


async def _write(db: Db, terms: Sequence[_Term], changed: Sequence[UUID]) -> None:
    if not changed:
        return
    await db.run(
        """
        delete from search.terms t using search.places p
        where p.place_id = any(:places) and t.cell = p.cell and t.place_id = p.place_id
        """,
        places=changed,
    )
    await db.run(
        """
        insert into search.terms (cell, place_id, kind, term, shown)
        select cell, place_id, kind, term, shown from jsonb_to_recordset(:terms::jsonb)
          as t(cell bigint, place_id uuid, kind smallint, term text, shown text)
        """,
        terms=list(terms),
    )


async def rebuild(db: Db) -> None:
    """Forget the whole index; the walk makes it anew at once, a step at a time."""
    await db.run("delete from search.places")
    await db.run("update search.walks set rounds = 0, place_id = '00000000-0000-0000-0000-000000000000'")


async def step(db: Db, most: int) -> int:
    """Some places further on the way over all; how many in the first round, none in later ones, which go a step a minute."""
    reached = await db.value(UUID, "select place_id from search.walks for update")
    rounds = await db.value(int, "select rounds from search.walks")
    places = await db.values(
        UUID,
        """
        select place_id from (
          (select place_id from places.places where place_id > :reached order by place_id limit :most)
          union
          (select place_id from search.places where place_id > :reached order by place_id limit :most)
        ) as either order by place_id limit :most
        """,
        reached=reached or UUID(int=0),
        most=most,
    )
    await follow(db, places)
    await db.run(
        """
        insert into search.walks (place_id, rounds) values (:last, :round)
        on conflict (only_row) do update set place_id = excluded.place_id, rounds = search.walks.rounds + excluded.rounds
        """,
        last=places[-1] if places else UUID(int=0),
        round=0 if places else 1,
    )
    return 0 if rounds else len(places)
