"""Summaries: each figure is the record's, and the change is that from the record before."""

from dataclasses import replace

import pytest

from scoring.record import Moved, Record
from scoring.summary import moved_from, summary_of
from tests.scoring.test_record import FINAL


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
