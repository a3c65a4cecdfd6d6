"""Splitting adds up, whatever the amounts and however it is taken back."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuke.agreements import Split, Terms, split, take_back

pytestmark = pytest.mark.row("4.6")

TERMS = st.builds(
    Terms,
    basis_points=st.integers(0, 5000),
    stored_basis_points=st.integers(0, 5000),
    agent_points=st.integers(0, 2500),
    operator_points=st.integers(0, 2500),
)
AMOUNT = st.integers(1, 10**12)


@given(gross=AMOUNT, terms=TERMS, stored=st.booleans())
def test_parts_sum_up(gross: int, terms: Terms, *, stored: bool) -> None:
    parts = split(gross, terms, stored=stored)
    assert parts.gross == gross
    assert min(parts.platform, parts.agent, parts.operator, parts.net) >= 0
    assert parts.platform == gross * (terms.stored_basis_points if stored else terms.basis_points) // 10_000


@given(gross=AMOUNT, terms=TERMS, cuts=st.lists(st.floats(0, 1), max_size=8))
def test_taken_back_in_pieces_is_taken_back_exactly(gross: int, terms: Terms, cuts: list[float]) -> None:
    whole = split(gross, terms)
    edges = sorted({0, gross, *(int(cut * gross) for cut in cuts)})
    pieces = [take_back(whole, begin, end - begin) for begin, end in pairwise(edges)]
    assert [piece.gross for piece in pieces] == [end - begin for begin, end in pairwise(edges)]
    back = [sum(values) for values in zip(*((p.platform, p.agent, p.operator, p.net) for p in pieces), strict=True)]
    assert Split(*back) == whole


def test_no_more_is_taken_back_than_there_was() -> None:
    with pytest.raises(ValueError, match="more than"):
        take_back(split(100, Terms()), 60, 41)


def test_an_example() -> None:
    parts = split(1999, Terms(basis_points=500, agent_points=100, operator_points=250))
    assert parts == Split(platform=99, agent=19, operator=49, net=1832)
    assert take_back(parts, 0, 1000) == Split(platform=49, agent=9, operator=24, net=918)
    assert take_back(parts, 1000, 999) == Split(platform=50, agent=10, operator=25, net=914)
