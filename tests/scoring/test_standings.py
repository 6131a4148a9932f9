"""Accounts under draft after draft: only what a draft touches is summed anew, and every figure is that of `grade`."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.model import Model
from scoring.rescorer import flatten, layout_of
from scoring.score import Measurements, Score, grade
from scoring.standings import Standings, summed
from scoring.what_if import DELETED, Standing
from scoring.what_if_rows import Rows, month_under, rows_of
from tests.models import the_model
from tests.scoring.accounts import AS_OF
from tests.scoring.cells import draft as drawn
from tests.scoring.cells import measurements

PRESENT = the_model()


def standing(score: Score) -> Standing:
    """Give the figures of a score that lists show."""
    return Standing(score.final_score, score.tier, score.low, score.high, score.coverage_pct)


def differing(measured: list[Measurements], draft: Model) -> list[Measurements]:
    """List the accounts that stand otherwise than `grade` says."""
    layout = layout_of(PRESENT)
    sums = summed([flatten(one, layout) for one in measured], PRESENT, layout)
    standings = Standings(PRESENT, draft, layout)
    return [one for one, own in zip(measured, sums, strict=True) if standings.of(own) != standing(grade(one, draft))]


@settings(max_examples=50)
@given(st.integers(0, 2**32))
def test_any_account_under_any_draft_stands_as_graded(seed: int) -> None:
    """Whatever is missing, whatever signals there are, and whatever the draft changes: also nothing."""
    rng = Random(seed)  # noqa: S311 - no secret
    measured = list(measurements(rng, PRESENT, 5))
    assert differing(measured, PRESENT) == []
    assert differing(measured, drawn(rng, PRESENT)) == []


def test_thousands_stand_as_graded() -> None:
    """Of each kind enough, by a seed of ours."""
    rng = Random(11)  # noqa: S311 - no secret
    drafts = [drawn(rng, PRESENT) for _ in range(40)]
    assert [differing(list(measurements(rng, PRESENT, 30)), draft) for draft in drafts] == [[]] * 40


def test_a_month_names_the_deleted_and_counts_the_rest() -> None:
    """Both sides stand as graded; who was deleted is in no list."""
    rng = Random(7)  # noqa: S311 - no secret
    there, other = measurements(rng, PRESENT, 2)
    gone = replace(other, account_id="gone", flags=(DELETED,))
    rows = Rows("2026-09", AS_OF, rows_of([there, gone], PRESENT), ("gone",), recorded=1)
    draft = drawn(rng, PRESENT)
    month = month_under(rows, PRESENT, draft)
    (case,) = month.cases
    assert (case.now, case.draft) == (standing(grade(there, PRESENT)), standing(grade(there, draft)))
    assert (month.period, month.deleted, month.recorded) == ("2026-09", ["gone"], 1)
