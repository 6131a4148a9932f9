"""Instants as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.instants import (
    DAY,
    EPOCH,
    FIRST,
    HOUR,
    LAST,
    SECOND,
    Duration,
    Instant,
    format_date,
    format_instant,
    parse_instant,
)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01", 0),
        ("1970-01-02", DAY),
        ("1970-01-01T01:00:00Z", HOUR),
        ("1970-01-01T01:00:00", HOUR),
        ("1970-01-01T03:00:00+02:00", HOUR),
        ("1970-01-01T03:00:00.000+0200", HOUR),
        ("1969-12-31T23:59:59.250Z", -750_000),
    ],
)
def test_dates_and_date_times_are_read(text: str, instant: Instant) -> None:
    """Without an offset it is UTC; a date counts as its 00:00."""
    assert parse_instant(text) == instant


EDGES = ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"]


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "1700000000.5", *EDGES])
def test_what_is_no_instant_is_refused(text: str) -> None:
    """A text that is neither a date nor a date-time is an error, never a guess."""
    with pytest.raises(ValueError, match=r"Invalid isoformat|month|day|year"):
        parse_instant(text)


@given(st.integers(FIRST, LAST))
def test_what_is_written_is_read_back(instant: Instant) -> None:
    """Not a microsecond is lost."""
    assert parse_instant(format_instant(instant)) == instant
    assert 0 <= instant - parse_instant(format_date(instant)) < DAY


def test_fractions_are_written_where_there_are_any() -> None:
    """Whole seconds stay short."""
    assert format_instant(EPOCH + SECOND) == "1970-01-01T00:00:01Z"
    assert format_instant(EPOCH + SECOND + 1) == "1970-01-01T00:00:01.000001Z"


def test_instants_and_durations_are_two_types_to_the_checker() -> None:
    """Plain numbers as the program runs; mypy refuses the lines below, or would call their comments unused."""
    now = parse_instant("2026-11-01")

    def wants_instant(at: Instant) -> Instant:
        return at

    def wants_duration(time: Duration) -> Duration:
        return time

    assert wants_instant(now + DAY) - now == wants_duration(DAY)
    assert {type(one) for one in (now, DAY)} == {int}
    wants_instant(DAY)  # type: ignore[arg-type]
    wants_duration(now)  # type: ignore[arg-type]
    wants_duration(now - DAY)  # type: ignore[arg-type]
    wants_instant(now - now)  # type: ignore[arg-type]
