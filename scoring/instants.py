"""Instants: whole microseconds since 1970-01-01T00:00:00Z, as plain integers."""

from datetime import UTC, datetime, timedelta

from scoring.time_types import Duration, Instant

__all__ = [
    "DAY",
    "FIRST",
    "HOUR",
    "LAST",
    "SECOND",
    "Duration",
    "Instant",
    "format_date",
    "format_instant",
    "parse_instant",
    "start_of_day",
]

EPOCH = Instant(0)
NO_TIME = Duration(0)
SECOND = Duration(1_000_000)
HOUR = 3600 * SECOND
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

FIRST = Instant((datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND)
LAST = Instant((datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND)
"""The first and the last instant that can be written as text."""


def parse_instant(text: str) -> Instant:
    """Read an ISO 8601 date or date-time; without an offset it is UTC.

    Raises ValueError where the text is neither, or not within the years 1 to 9999 of UTC.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    instant = Instant((moment - _EPOCH) // _MICROSECOND)
    if not FIRST <= instant <= LAST:
        raise ValueError(f"Invalid year in UTC: {text!r}")
    return instant


def format_instant(instant: Instant) -> str:
    """Write an instant as ISO 8601 with `Z`, fractions only where there are any."""
    moment = _EPOCH + timedelta(microseconds=instant)
    return moment.isoformat().replace("+00:00", "Z")


def format_date(instant: Instant) -> str:
    """Write the UTC date of an instant, `YYYY-MM-DD`."""
    return format_instant(instant)[:10]


def start_of_day(instant: Instant) -> Instant:
    """Give 00:00 UTC of the day of an instant."""
    return Instant(instant // DAY * DAY)
