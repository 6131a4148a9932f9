"""Periods: calendar months in UTC, written YYYY-MM."""

import re
from datetime import datetime
from functools import lru_cache

from scoring.instants import Instant, format_date, parse_instant

_MONTH = re.compile(r"(?!0000|9999)[0-9]{4}-(0[1-9]|1[0-2])")


def period_start(period: str) -> Instant:
    """Give 00:00 UTC on the 1st of a month; ValueError where it is no `YYYY-MM`."""
    if not _MONTH.fullmatch(period):
        raise ValueError(f"{period!r} is no month: expected YYYY-MM, such as 2026-10")
    return parse_instant(f"{period}-01")


@lru_cache(maxsize=1024)
def period_end(period: str) -> Instant:
    """Give the as-of instant that closes a month: 00:00 UTC on the 1st of the next."""
    period_start(period)
    year, month = int(period[:4]), int(period[5:])
    following = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001 - only its date is read
    return parse_instant(following.date().isoformat())


def period_before(period: str) -> str:
    """Name the month before a month; ValueError where it is no `YYYY-MM`."""
    return period_of(Instant(period_start(period) - 1))


def period_of(instant: Instant) -> str:
    """Name the month in which an instant lies."""
    return format_date(instant)[:7]


def periods_to(last: str, count: int) -> tuple[str, ...]:
    """Name so many months on end, up to the last, the earliest first."""
    periods = [last]
    while len(periods) < count:
        periods.append(period_before(periods[-1]))
    return tuple(reversed(periods))
