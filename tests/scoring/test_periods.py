"""Calendar months in UTC."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.instants import Instant, parse_instant
from scoring.periods import period_before, period_end, period_of, period_start


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2026-10", "2026-10-01", "2026-11-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
    ],
)
def test_a_period_ends_where_the_next_begins(period: str, start: str, end: str) -> None:
    """Its end is the as-of instant that closes it."""
    assert period_start(period) == parse_instant(start)
    assert period_end(period) == parse_instant(end)


@pytest.mark.parametrize(
    ("instant", "period"),
    [("2026-10-01", "2026-10"), ("2026-10-31T23:59:59.999Z", "2026-10"), ("2026-11-01", "2026-11")],
)
def test_an_instant_is_of_the_month_that_it_lies_in(instant: str, period: str) -> None:
    """The first instant of a month is in it."""
    assert period_of(parse_instant(instant)) == period


@given(st.integers(parse_instant("1970-01-01"), parse_instant("2999-12-31")))
def test_an_instant_lies_in_its_period(instant: Instant) -> None:
    """Its start is in, its end is not."""
    period = period_of(instant)
    assert period_start(period) <= instant < period_end(period)


@pytest.mark.parametrize(("period", "before"), [("2026-10", "2026-09"), ("2026-01", "2025-12")])
def test_the_month_before_a_month(period: str, before: str) -> None:
    """Also over the turn of a year."""
    assert period_before(period) == before


MISSHAPEN = ["", "2026", "2026-00", "2026-13", "2026-1", "2026-10-01", " 2026-10", "2026-10\n", "\uff12026-10"]


@pytest.mark.parametrize("text", [*MISSHAPEN, "0000-10", "9999-12"])
def test_what_is_no_month_is_refused(text: str) -> None:
    """The error says what was expected."""
    with pytest.raises(ValueError, match="expected YYYY-MM"):
        period_end(text)
