"""Reads of the search room: what was meant by some typed letters, the better reason first, the nearer among equals."""

from collections.abc import Sequence
from uuid import UUID

from shuke.kit.db import Db
from shuke.kit.geo import Point, mercator, metres
from shuke.kit.i18n import CHINESE, locale
from shuke.merchants import category_names
from shuke.places import Place, cells_near, places_of
from shuke.search.categories import begun, meant
from shuke.search.likeness import apart, apart_so_far
from shuke.search.types import Alike, Found, Hit, Reason, Suggestion
from shuke.search.words import folded, is_chinese, sound, words

FAR = 30_000.0  # metres around that are looked at first; beyond only when nothing is there
REACH = 1000  # terms with one beginning that are looked at: of a whole text in all cells together, of several words in each
LIKE = 120  # names that sound alike that are looked at
CATEGORY_RANK, ALIKE_RANK = 4, 20
REASONS: dict[int, Reason] = {0: "name", 1: "name", 2: "name", 3: "sold", CATEGORY_RANK: "category", 9: "name", 10: "name"}
LAST = "\U0010ffff"


async def search(db: Db, text: str, near: Point | None, limit: int = 20) -> list[Found]:
    """The places that `text` may mean; near `near` first, and everywhere when nothing is there."""
    asked = folded(text)
    if not asked:
        return []
    for cells in await _rounds(db, near):
        hits = await _hits(db, asked, near, cells, limit)
        if hits:
            return await _found(db, hits[:limit], near)
    return []


async def suggest(db: Db, prefix: str, near: Point | None, limit: int = 8) -> list[Suggestion]:
    """What may become of `prefix`: kinds of places that it names, then places."""
    asked = folded(prefix)
    if not asked:
        return []
    titles = dict(category_names())
    kinds = [Suggestion(titles[one], "", None, one, None) for one in begun(asked)[:2] if one in titles]
    places = await search(db, prefix, near, limit - len(kinds))
    shown = [
        Suggestion(one.name, one.shown or one.street or titles.get(one.category, ""), one.place_id, one.category, one.metres)
        for one in places
        if one.reason != "category"
    ]
    return [*shown[:1], *kinds, *shown[1:]] if shown and folded(shown[0].text).startswith(asked) else [*kinds, *shown]


async def _rounds(db: Db, near: Point | None) -> list[list[int]]:
    """The cells to look at, and those to look at when nothing was found there."""
    every = await db.values(int, "select cell from search.cells order by cell")
    if near is None:
        return [every] if every else []
    close = [cell for cell in cells_near(near, FAR) if cell in set(every)]
    rest = [cell for cell in every if cell not in close]
    return [cells for cells in (close, rest) if cells]


async def _hits(db: Db, asked: str, near: Point | None, cells: Sequence[int], limit: int) -> list[Hit]:
    """Best first; slips of the finger are looked for only when too little is found as it stands."""
    hits = await _begun(db, asked, near, cells, limit)
    kinds = meant(asked)
    if kinds:
        hits += await _of_kind(db, kinds, near, cells, limit)
    if len(hits) < limit:
        hits += await _by_words(db, asked, near, cells, limit)
    if len(hits) < limit:
        hits += await _alike(db, asked, near, cells, limit)
    best: dict[UUID, Hit] = {}
    for hit in sorted(hits, key=lambda hit: (hit.rank, hit.far)):
        best.setdefault(hit.place_id, hit)
    return list(best.values())


async def _begun(db: Db, asked: str, near: Point | None, cells: Sequence[int], limit: int) -> list[Hit]:
    """Names, wares, sounds and initials that begin so."""
    heard = sound(asked)
    needles = [(asked, 0, 3), *([(heard, 4, 6)] if heard else [])]
    x, y = mercator(near) if near else (0.0, 0.0)
    return await db.all(
        Hit,
        """
        with hits as materialized (
          select c.cell, t.place_id, min(case
              when t.kind = 0 and t.term = n.needle then 0
              when t.kind < 2 then t.kind + 1
              when t.kind = 2 then 3
              when t.kind = 3 then 10
              when t.kind = 4 and t.term = n.needle then 5
              else 2 + t.kind end) as rank, min(t.shown) as shown
          from unnest(:cells::bigint[]) as c(cell)
          cross join unnest(:needles::text[], :firsts::smallint[], :lasts::smallint[]) as n(needle, first, last)
          cross join lateral (
            select place_id, kind, term, shown from search.terms s
            where s.cell = c.cell and s.term >= n.needle and s.term < n.needle || :last_letter and s.kind between n.first and n.last
            order by s.term limit :reach
          ) t
          group by c.cell, t.place_id
        )
        select h.place_id, h.rank, case when :anywhere::boolean then 0 else p.spot <-> point(:x, :y) end as far, h.shown
        from hits h join places.places p on p.cell = h.cell and p.place_id = h.place_id
        order by h.rank, far, p.name, h.place_id limit :most
        """,
        cells=list(cells),
        needles=[needle for needle, _first, _last in needles],
        firsts=[first for _needle, first, _last in needles],
        lasts=[last for _needle, _first, last in needles],
        last_letter=LAST,
        reach=max(limit, REACH // len(cells)),
        anywhere=near is None,
        x=x,
        y=y,
        most=limit,
    )


async def _of_kind(db: Db, kinds: Sequence[str], near: Point | None, cells: Sequence[int], limit: int) -> list[Hit]:
    """Places of the categories that were named."""
    x, y = mercator(near) if near else (0.0, 0.0)
    return await db.all(
        Hit,
        """
        select found.place_id, :rank::int as rank, found.far, '' as shown
        from unnest(:cells::bigint[]) as c(cell) cross join unnest(:kinds::text[]) as k(category)
        cross join lateral (
          select p.place_id, case when :anywhere::boolean then 0 else p.spot <-> point(:x, :y) end as far
          from places.places p where p.cell = c.cell and p.category = k.category
          order by p.spot <-> point(:x, :y) limit :most
        ) found
        order by found.far, found.place_id limit :most
        """,
        rank=CATEGORY_RANK,
        cells=list(cells),
        kinds=list(kinds),
        anywhere=near is None,
        x=x,
        y=y,
        most=limit,
    )


async def _by_words(db: Db, asked: str, near: Point | None, cells: Sequence[int], limit: int) -> list[Hit]:
    """Places with every one of several words, in any order; a word may also name what kind of place it is."""
    several = list(dict.fromkeys(words(asked)))
    if len(several) < 2:
        return []
    kinds = [meant(word) for word in several]
    named = [word for word, kind in zip(several, kinds, strict=True) if not kind]
    wanted = sorted({category for kind in kinds for category in kind})
    if not named:
        return await _of_kind(db, wanted, near, cells, limit)
    x, y = mercator(near) if near else (0.0, 0.0)
    return await db.all(
        Hit,
        """
        with hits as materialized (
          select c.cell, t.place_id, min(t.shown) as shown
          from unnest(:cells::bigint[]) as c(cell) cross join unnest(:words::text[]) as n(word)
          cross join lateral (
            select place_id, shown from search.terms s
            where s.cell = c.cell and s.term >= n.word and s.term < n.word || :last_letter and s.kind <= 2 order by s.term limit :reach
          ) t
          group by c.cell, t.place_id having count(distinct n.word) = :many
        )
        select h.place_id, 9 as rank, case when :anywhere::boolean then 0 else p.spot <-> point(:x, :y) end as far, h.shown
        from hits h join places.places p on p.cell = h.cell and p.place_id = h.place_id
        where cardinality(:kinds::text[]) = 0 or p.category = any(:kinds)
        order by far, p.name, h.place_id limit :most
        """,
        cells=list(cells),
        words=named,
        many=len(named),
        last_letter=LAST,
        reach=REACH,
        anywhere=near is None,
        x=x,
        y=y,
        kinds=wanted,
        most=limit,
    )


async def _alike(db: Db, asked: str, near: Point | None, cells: Sequence[int], limit: int) -> list[Hit]:
    """Names that sound nearly so, the fewest slips first."""
    heard = sound(asked)
    grams = len(heard) + 1
    if len(heard) < 3:
        return []
    x, y = mercator(near) if near else (0.0, 0.0)
    rows = await db.all(
        Alike,
        """
        select a.place_id, a.term, case when :anywhere::boolean then 0 else p.spot <-> point(:x, :y) end as far
        from search.alike(:heard, :least::real, :cells::bigint[], :most::int) a
        join places.places p on p.cell = a.cell and p.place_id = a.place_id
        """,
        heard=heard,
        least=max(0.15, (grams - 6) / (grams + 6)),
        cells=list(cells),
        anywhere=near is None,
        x=x,
        y=y,
        most=LIKE,
    )
    allowed = max(1, len(heard) // (3 if is_chinese(asked) else 4))
    hits = []
    for row in rows:
        whole, so_far = apart(heard, row.term), apart_so_far(heard, row.term)
        if so_far <= allowed:
            hits.append(Hit(row.place_id, ALIKE_RANK + 2 * min(whole, so_far + 1) + (whole > so_far), row.far, ""))
    return sorted(hits, key=lambda hit: (hit.rank, hit.far))[:limit]


async def _found(db: Db, hits: Sequence[Hit], near: Point | None) -> list[Found]:
    """With what is shown of each; places that left the index meanwhile are left out."""
    places = await places_of(db, [hit.place_id for hit in hits])
    language = "zh" if locale() == CHINESE else "en"
    return [_as_found(places[hit.place_id], hit, near, language) for hit in hits if hit.place_id in places]


def _as_found(place: Place, hit: Hit, near: Point | None, language: str) -> Found:
    reason: Reason = "alike" if hit.rank >= ALIKE_RANK else REASONS.get(hit.rank, "sound")
    return Found(
        place.place_id,
        place.called(language),
        place.category,
        place.street,
        place.longitude,
        place.latitude,
        reason,
        hit.shown if reason == "sold" else "",
        round(metres(near, place.point)) if near else None,
    )
