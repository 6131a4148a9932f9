"""Medians of durations of which some are not over."""

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.metrics.durations import Median, Wait, censored_median

lengths = st.integers(0, 20).map(float)


def durations(text: str) -> list[Wait]:
    """Read durations such as `1 2 3+`; a plus stands for one that is not over."""
    return [Wait(float(word.rstrip("+")), not word.endswith("+")) for word in text.split()]


@pytest.mark.parametrize(
    ("given_durations", "expected"),
    [
        ("5", Median(5, False)),
        ("5+", Median(5, True)),
        ("1 2 3", Median(2, False)),
        ("1 2 3 4", Median(2.5, False)),
        ("1 2 3+ 4+", Median(2.5, False)),
        ("1 3+", Median(2, False)),
        ("1 1+", Median(1, False)),
        ("1 2+ 3+", Median(2, True)),
        ("1+ 2+ 3 4", Median(3.5, False)),
        ("1+ 1+ 1+ 9", Median(9, False)),
        ("2 2 2 7+", Median(2, False)),
        ("0 0", Median(0, False)),
    ],
)
def test_the_median_is_that_of_kaplan_and_meier(given_durations: str, expected: Median) -> None:
    """Cases worked by hand."""
    assert censored_median(durations(given_durations)) == expected


def test_without_any_duration_there_is_no_median() -> None:
    """Missing is not zero."""
    assert censored_median([]) is None


@given(st.lists(lengths, min_size=1))
def test_without_censoring_it_is_the_ordinary_median(values: list[float]) -> None:
    """Every duration is over."""
    assert censored_median(Wait(value, True) for value in values) == Median(median(values), False)


@given(st.lists(st.builds(Wait, lengths, st.booleans()), min_size=1))
def test_those_who_wait_never_make_it_look_quicker(sample: list[Wait]) -> None:
    """The median is never below that of the same lengths taken as over."""
    result = censored_median(sample)
    assert result is not None
    assert result.value >= median(duration.length for duration in sample)


@given(st.permutations(durations("1 2 2+ 3 5+ 8 9+")))
def test_the_order_of_durations_makes_no_difference(sample: list[Wait]) -> None:
    """Durations are a multiset."""
    assert censored_median(sample) == censored_median(sorted(sample))
