"""What people see of a score at a glance: what changes it, and what does not."""

from dataclasses import replace

import pytest

from scoring.appearance import DOUBTS, Appearance, appearance
from scoring.metrics.measure import Measure
from scoring.score import Measurements, grade
from tests.models import the_model
from tests.scoring.accounts import AS_OF

PILLARS = {"messaging": Measure(80.0)}
SCORE = replace(grade(Measurements("001", "paid", AS_OF, {}, PILLARS), the_model()), flags=())
SEEN = Appearance(SCORE.final_score, SCORE.tier, ())


def test_it_is_the_figure_the_tier_and_what_is_not_known() -> None:
    """Not when it was computed, nor what stands behind it."""
    assert SEEN.score == 80.0
    assert appearance(SCORE) == SEEN
    assert appearance(replace(SCORE, as_of=AS_OF + 1, quantitative_score=79.0, account_name="Other")) == SEEN
    assert appearance(replace(SCORE, final_score=79.9)) == replace(SEEN, score=79.9)
    assert appearance(replace(SCORE, tier="Critical")) == replace(SEEN, tier="Critical")
    assert appearance(replace(SCORE, final_score=None, tier=None)) == Appearance(None, None, ())


@pytest.mark.parametrize("doubt", sorted(DOUBTS))
def test_a_flag_of_what_is_not_known_is_seen(doubt: str) -> None:
    """Alone, and with its source; in the order of the flags; what is no doubt is left out."""
    told = appearance(replace(SCORE, flags=("repaired", f"{doubt}:looker", doubt)))
    assert told.doubts == (f"{doubt}:looker", doubt)
