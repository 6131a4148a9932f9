"""Drivers in words: what a CSM reads of what moved a score."""

from dataclasses import replace

import pytest

from handlers.words.drivers import brief_cause, cause_words, driver_words, listed
from scoring.drivers import Driver
from scoring.instants import parse_instant
from scoring.signals import Signal

SIGNAL = Signal("Critical", "Confirmed", "Active", parse_instant("2026-10-15"), "Internal build")
NOVEMBER = parse_instant("2026-11-01")


@pytest.mark.parametrize(
    ("driver", "words"),
    [
        (Driver("metric", -1.9, ("close_time_hours",), 9.0, 30.0), "Time to close 9 h → 30 h: -1.9"),
        (Driver("metric", 0.3, ("payment_health",), 1, 0), "Failed payments 1 → 0: +0.3"),
        (Driver("metric", -2.0, ("tier_alignment",), 0, 1), "Success tier fits the ARR → too low for the ARR: -2.0"),
        (Driver("metric", -0.4, ("days_to_renewal",), 2, -3), "Time to renewal 2 days → 3 days overdue: -0.4"),
        (Driver("pillar", 1.1, ("messaging",), 64.0, 70), "Messaging (Platform Value) 64 → 70 of 100: +1.1"),
        (Driver("metric", 0.6, ("days_to_renewal",), 90, 90), "Time to renewal, 90 days as before: +0.6"),
        (Driver("metric", 0.6, ("payment_health",), None, 0), "Failed payments: +0.6"),
        (Driver("segment", -5.0), "Another segment, with other targets: -5.0"),
        (Driver("cap", 5.0, (), 50.0, 55.0), "The cap 50.0 → 55.0: +5.0"),
        (Driver("cap", -5.0, (), None, 55.0), "The cap none → 55.0: -5.0"),
    ],
)
def test_a_driver_is_a_short_phrase_with_its_points(driver: Driver, words: str) -> None:
    """From the first value to the last, with their units."""
    assert driver_words(driver) == words


def test_a_cap_names_the_signals_that_made_it_or_ended() -> None:
    """Category, severity, confidence, date."""
    made = Driver("cap", -25.6, (), None, 50.0, (SIGNAL,))
    phrase = "The cap by Internal build, Critical, Confirmed, seen on 15 October"
    assert driver_words(made, NOVEMBER) == f"{phrase}: -25.6"
    assert cause_words(made) == f"{phrase} 2026"
    assert cause_words(made, parse_instant("2027-11-01")) == f"{phrase} 2026"
    assert cause_words(replace(made, points=25.0, after=None), NOVEMBER) == f"{phrase}, ended"
    assert cause_words(replace(made, points=25.0, after=75.0), NOVEMBER) == f"{phrase}, eased to 75.0"
    bare = Signal("Moderate", None, "Active", None)
    assert cause_words(replace(made, signals=(SIGNAL, bare)), NOVEMBER) == (
        f"{phrase} and a signal without a category, Moderate, without a date"
    )


def test_a_list_names_a_cap_by_the_categories_of_its_signals() -> None:
    """Each once, whatever their number; a driver of another kind reads as everywhere."""
    made = Driver("cap", -25.6, (), None, 50.0, (SIGNAL, SIGNAL))
    assert brief_cause(made) == "cap by Internal build"
    bare = replace(made, points=3.0, after=None, signals=(SIGNAL, Signal("Moderate", None, "Active", None)))
    assert brief_cause(bare) == "cap by Internal build and a signal without a category, ended"
    assert brief_cause(Driver("cap", 5.0, (), 50.0, 55.0)) == "The cap 50.0 → 55.0"
    assert brief_cause(Driver("metric", 0.3, ("payment_health",), 1, 0)) == "Failed payments 1 → 0"


def test_text_of_a_signal_is_made_safe() -> None:
    """A category cannot paint the terminal."""
    loud = Driver("cap", -1.0, (), None, 50.0, (replace(SIGNAL, category="a\x1b[31m\nb"),))
    assert cause_words(loud, NOVEMBER).startswith("The cap by a [31m b, Critical")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("messaging",), "messaging (Platform Value)"),
        (("reopen_rate_pct", "messaging"), "conversations reopened and messaging (Platform Value)"),
        (("p1_p2_volume", "close_time_hours", "reopen_rate_pct"), "3 metrics of Support Health"),
        (("messaging", "requests", "automations", "nps_score"), "3 pillars of Platform Value and net promoter score"),
        (("of_an_old_record", "x", "y"), "of an old record, x and y"),
    ],
)
def test_what_came_or_was_lost_is_named_by_group_where_it_is_much(names: tuple[str, ...], words: str) -> None:
    """A dead source has a dozen names."""
    assert listed(names) == words
    assert cause_words(Driver("lost", 1.0, names)) == f"No longer known: {words}"
    assert cause_words(Driver("came", 1.0, names)) == f"Now known: {words}"
