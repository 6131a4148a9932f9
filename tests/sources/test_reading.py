"""Reading values: exactly at the bounds of what is one."""

from collections.abc import Callable

import pytest

from handlers.sources.reading import (
    brief,
    count,
    figure,
    key,
    milliseconds,
    moment,
    rating,
    seconds,
    shown,
    text,
    word,
    yes_no_word,
)
from scoring.instants import SECOND, Instant, format_instant, parse_instant
from tests.sources.taking import short

FIRST, LAST = parse_instant("0001-01-01"), parse_instant("9999-12-31T23:59:59.999999")


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (text, "x" * 131_072, "x" * 131_072),
        (word, "X" * 255, "x" * 255),
        (key, "x" * 255, "x" * 255),
        (key, "\u00e9" * 127, "\u00e9" * 127),
        (key, 10**254, "1" + "0" * 254),
        (key, -1, "-1"),
        (figure, 1e-18, 1e-18),
        (figure, 999_999_999_999_999_872, 999_999_999_999_999_872.0),
        (figure, -0.0, 0.0),
        (count, 0, 0),
        (count, 7.0, 7),
        (rating, 1, 1),
        (rating, 5, 5),
        (yes_no_word, False, False),
        (yes_no_word, "Yes", True),
        (yes_no_word, " no ", False),
        (seconds, 1e-6, 1),
        (seconds, 253402300799, LAST - 999_999),
        (seconds, "0001-01-01", FIRST),
        (seconds, "9999-12-31T23:59:59.999999", LAST),
        (milliseconds, 0, 0),
        (milliseconds, -1, -1000),
        (milliseconds, -62135596800000, FIRST),
        (milliseconds, 253402300799999, LAST - 999),
        (milliseconds, 1.9, 1000),
        (moment, 100_000_000_000, 100_000_000_000 * SECOND),
        (moment, 100_000_000_001, 100_000_000_001_000),
    ],
    ids=short,
)
def test_a_value_just_within_its_bounds_is_read(
    read: Callable[[object], object], value: object, expected: object
) -> None:
    """The longest, the greatest, the first and the last."""
    assert read(value) == expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (text, "x" * 131_073),
        (word, "X" * 256),
        (key, "x" * 256),
        (key, "\u00e9" * 128),
        (key, 10**255),
        (key, "\udcff"),
        (figure, 1e18),
        (figure, -1e18),
        (figure, 9e-19),
        (count, -1),
        (count, 1e18),
        (rating, 0),
        (rating, 6),
        (seconds, 0),
        (seconds, 253402300800),
        (seconds, "2026"),
        (seconds, "2026-13-01"),
        (milliseconds, -62135596801000),
        (milliseconds, 253402300800000),
        (moment, 0),
        (moment, -1),
    ],
    ids=short,
)
def test_a_value_just_beyond_its_bounds_is_none(read: Callable[[object], object], value: object) -> None:
    """It raises ValueError, and nothing else."""
    with pytest.raises(ValueError, match=r"expected|encode"):
        read(value)


@pytest.mark.parametrize("at", [FIRST, LAST])
def test_what_is_read_can_be_written_as_a_date_again(at: Instant) -> None:
    """The bounds are those of the calendar."""
    assert seconds(format_instant(at)) == at


@pytest.mark.parametrize(
    ("value", "shows"),
    [
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 57 + "\u2026"),
        ("x" * 100_000, "x" * 57 + "\u2026"),
        ("a\nb\x1b\0", r"a\nb\x1b\x00"),
        ("it's", "it's"),
        ("\u2028\ud800", r"\u2028\ud800"),
    ],
    ids=short,
)
def test_a_word_is_shown_short_and_on_one_line(value: str, shows: str) -> None:
    """Its control characters are escaped."""
    assert shown(value) == shows
    assert brief(value) == f"'{shows}'"


@pytest.mark.parametrize(
    ("value", "shows"),
    [({"a": 1}, "an object"), ([1], "a list"), (7, "7"), (True, "True"), (10**99, "1" + "0" * 56 + "\u2026")],
)
def test_what_is_no_word_is_shown_by_its_kind(value: object, shows: str) -> None:
    """However deep or long it is."""
    assert brief(value) == shows
