"""How far apart two spellings are: letters added, left out, changed, or swapped with their neighbour."""

from collections.abc import Sequence


def apart(one: str, other: str) -> int:
    """How many such slips lie between them (optimal string alignment)."""
    return _last_row(one, other)[-1]


def apart_so_far(typed: str, name: str) -> int:
    """The same, when `typed` may be only the beginning of `name`."""
    return min(_last_row(typed, name))


def _last_row(one: str, other: str) -> Sequence[int]:
    """The slips between the whole of `one` and every beginning of `other`."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, beside in enumerate(other, 1):
            least = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != beside))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == beside:
                least = min(least, before[column - 2] + 1)
            here.append(least)
        before, above = above, here
    return above
