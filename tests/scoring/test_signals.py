"""Churn signals and the caps they set."""

from itertools import product

import pytest

from scoring.instants import DAY, HOUR, NO_TIME, Duration, Instant, parse_instant
from scoring.signals import WORDED, Cap, Signal, read_signals
from scoring.signals import signal as read
from tests.models import the_model

AS_OF = parse_instant("2026-11-01")
MODEL = the_model()


def signal(text: str, observed: Instant | None = AS_OF - DAY) -> Signal:
    """Read a signal such as `Critical Confirmed Active`."""
    told = [None if word == "-" else word.replace("_", " ") for word in text.split()]
    return read(dict(zip(WORDED, told, strict=True)), observed, MODEL.words)


@pytest.mark.parametrize(
    ("signals", "cap"),
    [
        ([], None),
        (["Watch Confirmed Active"], None),
        (["Moderate Suspected Active"], Cap(75, "moderate_1plus")),
        (["Critical Suspected Active"], Cap(65, "critical_1")),
        (["Critical Likely Active", "Critical Suspected Active"], Cap(55, "critical_2plus")),
        (["Critical Confirmed Active", "Critical Likely Active"], Cap(50, "critical_confirmed")),
        (["Critical Confirmed Monitoring"], Cap(75, "moderate_1plus")),
        (["Critical Likely Active", "Critical Confirmed Monitoring"], Cap(65, "critical_1")),
        (["Moderate Confirmed Monitoring"], None),
        (["Critical Confirmed Resolved", "Critical Confirmed Expired"], None),
        (["Critical - Active"], Cap(65, "critical_1")),
        (["critical CONFIRMED active"], Cap(50, "critical_confirmed")),
    ],
)
def test_the_first_rule_that_fits_sets_the_cap(signals: list[str], cap: Cap | None) -> None:
    """Monitoring counts one severity lower and never as confirmed."""
    assert read_signals(map(signal, signals), AS_OF, MODEL).cap == cap


@pytest.mark.parametrize(("severity", "days"), [("Watch", 60), ("Moderate", 90), ("Critical", None)])
@pytest.mark.parametrize("status", ["Active", "Monitoring"])
def test_expiry_is_by_the_stored_severity_its_last_instant_included(
    severity: str, days: int | None, status: str
) -> None:
    """A Critical never expires by itself, whatever its status."""
    text = f"{severity} Likely {status}"

    def counts(age: Duration) -> bool:
        return bool(read_signals([signal(text, AS_OF - age)], AS_OF, MODEL).counted)

    limit = 10_000 * DAY if days is None else days * DAY
    assert counts(NO_TIME)
    assert counts(limit)
    assert counts(limit + 1) == (days is None)


def test_expiry_runs_from_midnight_of_the_day_observed() -> None:
    """A date with a time of day, or the instant first heard of, gives no hours more."""
    moderate = signal("Moderate Likely Active", AS_OF - 90 * DAY + HOUR)
    assert read_signals([moderate], AS_OF, MODEL).counted
    assert not read_signals([moderate], AS_OF + 1, MODEL).counted


def test_a_signal_observed_after_as_of_does_not_count() -> None:
    """It is of a time that is not looked at."""
    assert read_signals([signal("Critical Confirmed Active", AS_OF + 1)], AS_OF, MODEL).cap is None


def test_a_signal_that_nobody_dated_counts() -> None:
    """Nothing tells that it has expired."""
    assert read_signals([signal("Watch Likely Active", None)], AS_OF, MODEL).counted


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("- Confirmed Active", ("invalid:severity",)),
        ("Grave Confirmed Active", ("unknown_word:Churn_Signal__c.Severity__c",)),
        ("Critical Confirmed Asleep", ("unknown_word:Churn_Signal__c.Status__c",)),
        ("Critical Confirmed -", ("invalid:status",)),
        ("Critical Confirmed Monitoring", ("monitored_critical",)),
    ],
)
def test_what_it_has_never_heard_of_is_skipped_and_flagged(text: str, flags: tuple[str, ...]) -> None:
    """A word we do not know never caps, and never hides."""
    reading = read_signals([signal(text)], AS_OF, MODEL)
    assert reading.flags == flags
    assert reading.cap == (Cap(75, "moderate_1plus") if flags == ("monitored_critical",) else None)


def test_a_worse_signal_never_raises_the_cap() -> None:
    """Over every pair of signals: adding one leaves the cap where it is or lowers it."""
    words = [
        " ".join(each)
        for each in product(("Critical", "Moderate", "Watch"), ("Likely", "Confirmed"), ("Active", "Monitoring"))
    ]
    for one, other in product(words, words):
        alone = read_signals([signal(one)], AS_OF, MODEL).cap
        both = read_signals([signal(one), signal(other)], AS_OF, MODEL).cap
        assert (both.value if both else 100) <= (alone.value if alone else 100)


def test_a_model_without_meanings_takes_words_as_they_are() -> None:
    """As models of before did: capitals make no difference, and nothing is unknown."""
    told = {"severity": "CRITICAL", "confidence": None, "status": "active"}
    assert read(told, AS_OF, {}) == Signal("Critical", None, "Active", AS_OF)
