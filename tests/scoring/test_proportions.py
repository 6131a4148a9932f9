"""Wilson's interval, against values from the literature and its own promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.proportions import Proportion


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (8, 20, 0.2188, 0.6134),
        (1, 450, 0.0004, 0.0125),
    ],
)
def test_known_values(part: int, whole: int, low: float, high: float) -> None:
    """The limits are those of Wilson's score interval (Newcombe 1998 gives such)."""
    told = Proportion(part, whole)
    assert told.low == pytest.approx(low, abs=1e-4)
    assert told.high == pytest.approx(high, abs=1e-4)


def test_of_nothing_nothing_is_known() -> None:
    """No answers: no share, and any share may be so."""
    assert (Proportion(0, 0).share, Proportion(0, 0).low, Proportion(0, 0).high) == (None, 0.0, 1.0)


@given(st.integers(0, 500).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_limits_hold_the_share(counts: tuple[int, int]) -> None:
    """The share lies between its limits, and they between 0 and 1."""
    told = Proportion(*counts)
    share = told.share if told.share is not None else 0.5
    assert 0 <= told.low <= share <= told.high <= 1
