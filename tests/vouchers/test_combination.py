"""The best combination against brute force, and the rules by example."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuke.purchases.combination import MOST, Candidate, best, combines, off, reckon

DAY = datetime(2026, 6, 1, tzinfo=UTC)


def candidate(code: str, value: int, kind: str = "money_off", *, counts: int = 10**9, **changes: str | int) -> Candidate:
    """A voucher of `value` off that stands with all others."""
    rules = {"max_off": None, "stacking": "free", "stacking_class": "", "days": 1, **changes}
    most, days = rules["max_off"], rules["days"]
    assert most is None or isinstance(most, int)
    assert isinstance(days, int)
    return Candidate(
        code, kind, value, most, str(rules["stacking"]), str(rules["stacking_class"]), DAY + timedelta(days=days), counts
    )


@st.composite
def bills(draw: st.DrawFn) -> tuple[int, list[Candidate]]:
    """A bill and up to eight vouchers of every sort."""
    bill = draw(st.integers(1, 3000))
    found = []
    for code in "ABCDEFGH"[: draw(st.integers(0, 8))]:
        kind = draw(st.sampled_from(["money_off", "percent_off", "cash", "gift"]))
        value = draw(st.integers(1, 100) if kind == "percent_off" else st.sampled_from([1, 50, 100, 101, 250, 500, 2000]))
        found.append(
            Candidate(
                code,
                kind,
                value,
                draw(st.none() | st.integers(1, 500)),
                draw(st.sampled_from(["alone", "one_per_class", "one_per_class", "free", "free"])),
                draw(st.sampled_from(["", "drink"])),
                DAY + timedelta(days=draw(st.integers(0, 3))),
                draw(st.integers(0, bill) | st.just(bill)),
            )
        )
    return bill, found


def allowed(chosen: tuple[Candidate, ...]) -> bool:
    """By the words of the rule."""
    stacked = [c.stacking_class for c in chosen if c.stacking == "one_per_class"]
    return len(set(stacked)) == len(stacked) and (len(chosen) < 2 or all(c.stacking != "alone" for c in chosen))


def by_force(bill: int, candidates: list[Candidate]) -> tuple[int, int, list[tuple[datetime, str]]]:
    """The rank of the best of all subsets."""
    return min(
        (reckon(bill, chosen).left, len(chosen), sorted((c.ends_at, c.code) for c in chosen))
        for size in range(len(candidates) + 1)
        for chosen in combinations(candidates, size)
        if allowed(chosen)
    )


@pytest.mark.row("3.7")
@settings(max_examples=150, deadline=None)
@given(bills())
def test_no_set_is_better(case: tuple[int, list[Candidate]]) -> None:
    bill, candidates = case
    found = best(bill, candidates)
    chosen = [one for one, _taken in found.chosen]
    assert (found.left, len(chosen), sorted((c.ends_at, c.code) for c in chosen)) == by_force(bill, candidates)
    assert allowed(tuple(chosen))
    assert found.left == bill - sum(taken for _one, taken in found.chosen) >= 0
    assert all(0 < taken <= one.counts for one, taken in found.chosen)
    for one in candidates:
        if one not in chosen and combines(one, chosen):
            assert reckon(bill, [*chosen, one]).left >= found.left


@pytest.mark.row("3.7")
@settings(max_examples=50, deadline=None)
@given(bills(), st.randoms())
def test_the_order_in_which_they_come_does_not_matter(case: tuple[int, list[Candidate]], random: object) -> None:
    bill, candidates = case
    assert best(bill, candidates) == best(bill, candidates[::-1])


@pytest.mark.row("3.7")
def test_percents_come_before_money_off() -> None:
    found = reckon(2000, [candidate("M", 500), candidate("P", 20, "percent_off")])
    assert [(one.code, taken) for one, taken in found.chosen] == [("P", 400), ("M", 500)]
    assert found.left == 1100


@pytest.mark.row("3.7")
def test_a_percentage_is_rounded_down_and_capped() -> None:
    assert off(candidate("P", 15, "percent_off"), 999) == 149
    assert off(candidate("P", 50, "percent_off", max_off=300), 999) == 300
    assert off(candidate("P", 50, "percent_off", counts=400), 999) == 200


@pytest.mark.row("3.7")
def test_never_below_zero_and_no_voucher_wasted() -> None:
    found = best(600, [candidate("A", 500), candidate("B", 500), candidate("C", 600)])
    assert [(one.code, taken) for one, taken in found.chosen] == [("C", 600)]
    assert found.left == 0


@pytest.mark.row("3.7")
def test_the_soonest_to_expire_goes_first_among_equals() -> None:
    found = best(500, [candidate("A", 500, days=9), candidate("B", 500, days=2)])
    assert [one.code for one, _taken in found.chosen] == ["B"]


@pytest.mark.row("3.7")
def test_twenty_are_tried_in_every_combination_in_time() -> None:
    spread = [candidate(f"V{n:02}", 313 + 97 * n * n % 1009, days=n % 5) for n in range(MOST)]
    pairs = [candidate(f"V{n:02}", 300 + 37 * n, stacking="one_per_class", stacking_class=f"{n // 2}") for n in range(MOST)]
    percents = [candidate(f"V{n:02}", 3 + n, "percent_off") for n in range(MOST)]
    begin = process_time()
    for several in (spread, pairs, percents):
        for bill in (1200, 4700, 9000, 10**6):
            assert best(bill, several).exact
    assert process_time() - begin < 20


@pytest.mark.row("3.7")
def test_more_than_twenty_says_so_and_takes_the_largest() -> None:
    many = [candidate(f"V{n:02}", 100 + n) for n in range(30)]
    found = best(10**6, many)
    assert not found.exact
    assert len(found.chosen) == 30
