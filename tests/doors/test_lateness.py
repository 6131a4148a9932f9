"""A source that falls silent, and a sweep that comes through no more, are told by whatever is swept."""

from collections.abc import Callable
from typing import Any

import pytest

from handlers import fold
from handlers.clock import now
from handlers.cloud.lateness import QUIET_HOURS, SWEPT_HOURS, say_lateness
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from scoring.instants import HOUR, SECOND, Instant, format_instant
from tests.doors.clouds import PREFIX, Cloud, Context, delivered, emf
from tests.templates import resources

START = now()
Lines = Callable[[], list[dict[str, Any]]]


def look(hours: float, *swept: str, watched: tuple[str, ...] = ("salesforce",)) -> None:
    """Look so many hours after the start, sources of which were just swept."""
    store = DynamoStore(connect(), PREFIX, now, calls_at_once=1)
    say_lateness(store, watched, swept, Instant(START + round(hours * HOUR)))


def hear(source: str, hours: float) -> None:
    """Let a source be heard so many hours after the start."""
    event = {"type": "feed.heard", "source": source, "at": format_instant(Instant(START + round(hours * HOUR)))}
    fold.handler(delivered([event]), Context())


def late(output: Lines, metric: str) -> dict[str, float]:
    """Give what was said to be late."""
    return {told["source"]: value for name, told, value in emf(output()) if name == metric}


def test_a_source_whose_sweep_does_not_come_through_is_late_after_three_hours(cloud: Cloud, output: Lines) -> None:
    """By the others' sweeps as well: it may fail, or not be called at all. The next that comes through ends it."""
    both = ("intercom", "salesforce")
    look(0, "intercom", "salesforce", watched=both)
    look(2.4, "salesforce", watched=both)
    assert late(output, "SweepAgeHours") == {}
    look(3 - 1 / 3600, "salesforce", watched=both)
    assert late(output, "SweepAgeHours") == {"intercom": 3}
    look(30, "intercom", watched=both)
    assert late(output, "SweepAgeHours") == {"salesforce": 27}
    assert cloud.calls


def test_a_source_that_was_never_swept_is_late_by_when_it_was_first_watched(cloud: Cloud, output: Lines) -> None:
    """A new deployment is not late at once."""
    look(0)
    look(2)
    assert late(output, "SweepAgeHours") == {}
    look(4)
    assert late(output, "SweepAgeHours") == {"salesforce": 4}
    assert cloud.calls


def test_a_silent_source_is_told_by_the_hours_of_its_silence(cloud: Cloud, output: Lines) -> None:
    """More than a day, however well its sweeps go; Looker more than two, for it speaks once a day."""
    hear("salesforce", -24.5)
    hear("looker", -48.5)
    both = ("looker", "salesforce")
    output()
    look(0, *both, watched=both)
    assert late(output, "FeedAgeHours") == {}
    look(1, *both, watched=both)
    assert late(output, "FeedAgeHours") == {"looker": 49, "salesforce": 25}
    hear("salesforce", 0.9)
    output()
    look(1, *both, watched=both)
    assert late(output, "FeedAgeHours") == {"looker": 49}
    assert cloud.calls


def test_a_source_that_is_never_heard_is_silent_though_its_sweeps_go_well(cloud: Cloud, output: Lines) -> None:
    """Something between the sweep and the store is broken: that is no age, but no good news."""
    look(0, "salesforce")
    look(1, "salesforce")
    assert late(output, "FeedAgeHours") == {}
    look(3, "salesforce")
    assert late(output, "FeedAgeHours")["salesforce"] > 24
    assert cloud.calls


@pytest.mark.parametrize("source", ["salesforce", "intercom", "zendesk", "looker"])
def test_the_alarms_sound_by_the_figures_of_the_program(source: str) -> None:
    """A metric is said from just where its alarm sounds."""
    alarms = resources("AWS::CloudWatch::Alarm")
    silent = alarms[f"Silent{source.capitalize()}Alarm"]["Properties"]
    failed = alarms[f"Sweep{source.capitalize()}FailedAlarm"]["Properties"]
    assert (silent["Threshold"], silent["ComparisonOperator"]) == (QUIET_HOURS.get(source, 24), "GreaterThanThreshold")
    assert failed["Threshold"] == SWEPT_HOURS.get(source, 3)
    assert failed["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert SECOND * failed["Period"] > HOUR
