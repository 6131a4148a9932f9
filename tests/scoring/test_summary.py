"""Summaries: each figure is the record's, and the change is that from the record before."""

from dataclasses import replace

import pytest

from scoring.metrics.measure import Measure
from scoring.record import Moved, Record
from scoring.score import Measurements, grade
from scoring.signals import Signal
from scoring.summary import MOST_DRIVERS, MOST_SIGNALS, moved_by, moved_from, summary_of
from tests.scoring.accounts import AS_OF, ID, days
from tests.scoring.test_record import FINAL, MODEL

SIGNALS = tuple(Signal("Critical", "Likely", "Active", days(n), "Budget", "long " * 99) for n in range(3))


def record_of(support: dict[str, float], pillars: dict[str, float], signals: tuple[Signal, ...] = ()) -> Record:
    """Give a record of some measurements."""
    dimensions = {"support_health": {name: Measure(raw) for name, raw in support.items()}}
    measured = Measurements(ID, "paid", AS_OF, dimensions, {n: Measure(raw) for n, raw in pillars.items()}, signals)
    return Record("2026-10", "final", AS_OF, measured, grade(measured, MODEL))


def scored(final: float | None, moved: Moved | None = None) -> Record:
    """Give a record with a score."""
    return replace(FINAL, score=replace(FINAL.score, final_score=final), moved=moved)


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [(70.1, 98.8, -28.7), (98.8, 70.1, 28.7), (70.1, 70.1, 0.0), (None, 70.1, None), (70.1, None, None)],
)
def test_the_change_is_exact_to_the_tenth(now: float | None, before: float | None, change: float | None) -> None:
    """Without a score on either side there is none."""
    assert summary_of(scored(now, Moved("2026-09", before, None))).change == change


def test_a_record_that_does_not_say_how_it_moved_is_held_against_the_one_before() -> None:
    """What it says itself goes first; the first of all has no change."""
    before = replace(scored(80.0), period="2026-08")
    assert summary_of(scored(70.0), before).moved == Moved("2026-08", 80.0, before.score.tier) == moved_from(before)
    assert summary_of(scored(70.0, Moved("2026-09", 75.0, "At Risk")), before).change == -5.0
    assert summary_of(scored(70.0)).change is None


def test_a_summary_has_the_figures_of_its_record() -> None:
    """None is worked out anew."""
    summary, score = summary_of(FINAL), FINAL.score
    for name in ("account_id", "account_name", "segment", "as_of", "model_version", "final_score", "tier", "low"):
        assert getattr(summary, name) == getattr(score, name)
    assert (summary.high, summary.coverage_pct, summary.cap, summary.flags) == (
        score.high,
        score.coverage_pct,
        score.cap,
        score.flags,
    )
    assert (summary.period, summary.status) == (FINAL.period, FINAL.status)


def test_what_moved_a_score_is_told_from_what_both_records_were_made_of() -> None:
    """The largest drivers first; they add up to the change where all of them are there."""
    before = record_of({"first_response_minutes": 30.0}, {"messaging": 90.0, "requests": 80.0})
    now = record_of({"first_response_minutes": 70.0}, {"messaging": 92.0, "requests": 80.0})
    moved = moved_by(before, now, MODEL, MODEL)
    assert [(one.kind, one.name) for one in moved.drivers] == [
        ("metric", "first_response_minutes"),
        ("pillar", "messaging"),
    ]
    change = summary_of(replace(now, moved=moved)).change
    assert change == pytest.approx(sum(one.points for one in moved.drivers))


def test_a_row_has_few_drivers_and_no_more_of_a_signal_than_its_words() -> None:
    """The rest is in `explain`."""
    pillars = dict.fromkeys(MODEL.pillars, 50.0)
    before = record_of({"first_response_minutes": 5.0}, pillars)
    now = record_of({"first_response_minutes": 5.0}, {name: 90.0 + n for n, name in enumerate(pillars)}, SIGNALS)
    moved = moved_by(before, now, MODEL, MODEL)
    assert len(moved.drivers) == MOST_DRIVERS
    (cap,) = (one for one in moved.drivers if one.kind == "cap")
    assert len(cap.signals) == MOST_SIGNALS
    assert {signal.detail for signal in cap.signals} == {None}


def test_without_a_score_on_either_side_nothing_is_told() -> None:
    """The period it moved from is all the same."""
    bare, scored_one = record_of({}, {}), record_of({}, {"messaging": 90.0})
    assert moved_by(bare, scored_one, MODEL, MODEL) == moved_from(bare)
    assert moved_by(scored_one, bare, MODEL, MODEL) == moved_from(scored_one)
