"""Best combination: the cheapest allowed set of vouchers for a bill, and why each of the others was left out.

How a set is reckoned, the same here and when it is redeemed with a purchase:
- What counts for a voucher is the bill before any voucher, less its excluded articles; that is held against its minimum spend.
- Percents go first, the largest first, each on what is left, rounded down; then money off, the largest first, up to what is left.
  What was taken off before is taken from articles that the next voucher excludes first, so a voucher never takes more than
  what counts for it, nor more than is left: the price is never below zero.
- `alone` stands with no other voucher, `one_per_class` with none of its class, `free` with all but `alone`.
- Of sets with the same price the one with fewest vouchers is best, then the one whose vouchers expire soonest, then by code.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

import msgspec

MOST = 20  # vouchers that are tried in every combination


class Candidate(msgspec.Struct, frozen=True):
    """A voucher that may be used here and now; `counts` is the part of the bill that counts for it."""

    code: str
    kind: str
    value: int
    max_off: int | None
    stacking: str
    stacking_class: str
    ends_at: datetime
    counts: int


class Best(msgspec.Struct, frozen=True):
    """The chosen vouchers with what each takes off, in the order in which they are reckoned."""

    chosen: list[tuple[Candidate, int]]
    left: int
    exact: bool


def off(candidate: Candidate, left: int) -> int:
    """What a voucher takes off when `left` of the bill is left."""
    counted = min(candidate.counts, left)
    if candidate.kind == "percent_off":
        return min(counted * candidate.value // 100, counted if candidate.max_off is None else candidate.max_off)
    return min(candidate.value, counted) if candidate.kind in ("money_off", "cash") else 0


def reckon(bill: int, chosen: Sequence[Candidate]) -> Best:
    """The price of a set, whether allowed or not."""
    left, parts = bill, []
    for candidate in sorted(chosen, key=_order):
        taken = off(candidate, left)
        left -= taken
        parts.append((candidate, taken))
    return Best(parts, left, exact=True)


def combines(candidate: Candidate, others: Sequence[Candidate]) -> bool:
    """Whether a voucher may stand with these others."""
    if not others:
        return True
    if "alone" in (candidate.stacking, *(other.stacking for other in others)):
        return False
    return candidate.stacking != "one_per_class" or not any(
        other.stacking == "one_per_class" and other.stacking_class == candidate.stacking_class for other in others
    )


def best(bill: int, candidates: Sequence[Candidate]) -> Best:
    """The cheapest allowed set: exact for up to 20 vouchers that take something off.

    Above that the 20 that take most by themselves are tried in every combination, and of the rest each is added, the largest
    first, that is allowed and makes it cheaper.
    """
    useful = sorted((c for c in candidates if off(c, bill) > 0), key=lambda c: (-off(c, bill), c.ends_at, c.code))
    tried, rest = useful[:MOST], useful[MOST:]
    found = [_search(bill, [c for c in tried if c.stacking != "alone"])]
    found += [[c] for c in tried if c.stacking == "alone"]
    chosen = min(found, key=lambda one: _rank(bill, one, tried))
    for candidate in rest:
        if combines(candidate, chosen) and reckon(bill, [*chosen, candidate]).left < reckon(bill, chosen).left:
            chosen = [*chosen, candidate]
    return msgspec.structs.replace(reckon(bill, chosen), exact=not rest)


def _order(candidate: Candidate) -> tuple[bool, int, datetime, str]:
    return candidate.kind != "percent_off", -candidate.value, candidate.ends_at, candidate.code


def _preference(candidates: Sequence[Candidate]) -> dict[str, int]:
    """A bit for each voucher, the highest for the soonest to expire: of two sets of one size the larger number is preferred."""
    ordered = sorted(candidates, key=lambda c: (c.ends_at, c.code), reverse=True)
    return {candidate.code: 1 << place for place, candidate in enumerate(ordered)}


def _rank(bill: int, chosen: Sequence[Candidate], candidates: Sequence[Candidate]) -> tuple[int, int, int]:
    bits = _preference(candidates)
    return reckon(bill, chosen).left, len(chosen), -sum(bits[c.code] for c in chosen)


def _search(bill: int, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best set among vouchers that don't stand alone: voucher by voucher in the order of reckoning, keeping for each price
    so far (and classes used) only the best way to it, and leaving out what can't reach the best set known."""
    items = sorted(candidates, key=_order)
    bits = _preference(items)
    crowded = Counter(c.stacking_class for c in items if c.stacking == "one_per_class")
    classes = {name: 1 << place for place, name in enumerate(name for name, n in crowded.items() if n > 1)}
    known = _greedy(bill, items)
    goal = min((_rank(bill, one, items) for one in [known, *([items] if not classes else [])]), default=(bill, 0, 0))
    states: dict[tuple[int, int], tuple[int, int]] = {(bill, 0): (0, 0)}
    for place, item in enumerate(items):
        mine = classes.get(item.stacking_class, 0) if item.stacking == "one_per_class" else 0
        rest = _Rest(items[place + 1 :], bill)
        following: dict[tuple[int, int], tuple[int, int]] = {}
        for (left, used), (count, wish) in states.items():
            ways = [(left, used, count, wish)]
            if not used & mine and (taken := off(item, left)):
                ways.append((left - taken, used | mine, count + 1, wish - bits[item.code]))
            for way_left, way_used, way_count, way_wish in ways:
                if not rest.may_reach(way_left, way_count, goal):
                    continue
                key = (way_left, way_used)
                if key not in following or (way_count, way_wish) < following[key]:
                    following[key] = (way_count, way_wish)
        states = following
    final = min(((left, count, wish) for (left, _used), (count, wish) in states.items()), default=goal)
    wished = -min(final, goal)[2]
    return [item for item in items if bits[item.code] & wished]


def _greedy(bill: int, items: Sequence[Candidate]) -> list[Candidate]:
    """A good set to begin with: always add what lowers the price most."""
    chosen: list[Candidate] = []
    left = bill
    while True:
        ways = [(reckon(bill, [*chosen, c]).left, i) for i, c in enumerate(items) if c not in chosen and combines(c, chosen)]
        if not ways or min(ways)[0] >= left:
            return chosen
        left, place = min(ways)
        chosen.append(items[place])


class _Rest:
    """What the vouchers still to be looked at could do at best."""

    def __init__(self, items: Sequence[Candidate], bill: int) -> None:
        self._items = items
        self._most = list(accumulate(sorted((off(item, bill) for item in items), reverse=True)))

    def may_reach(self, left: int, count: int, goal: tuple[int, int, int]) -> bool:
        """Whether a set so far could still become as good as the goal."""
        least = left
        for item in self._items:
            least -= off(item, least)
        if least != goal[0]:
            return least < goal[0]
        needed = bisect_left(self._most, left - goal[0]) + 1 if left > goal[0] else 0
        return count + needed <= goal[1]
