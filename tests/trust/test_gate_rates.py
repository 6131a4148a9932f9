"""How often the gate errs, in its small form; `python -m tests.trust.gate_bench` is the large one.

There it is also seen that worse edits are worse in truth, and equal ones equal.
"""

from collections import Counter

from scoring.backtest.comparison import Verdict
from tests.trust.edits import EQUAL, WORSE
from tests.trust.gate_bench import CHURNS, keeps_its_bound, verdicts


def test_worse_edits_are_stopped_at_50_churns() -> None:
    """By the comparison alone, at least nine of ten; none is called better."""
    found = sum((verdicts(edit, 50, range(2)) for edit in WORSE), Counter[Verdict]())
    assert keeps_its_bound("worse", 50, found), found
    assert found["better"] == 0


def test_equal_edits_are_called_neither_better_nor_worse() -> None:
    """At any count of churns at most one of ten."""
    found = sum((verdicts(edit, churns, range(2), 120) for edit in EQUAL for churns in CHURNS), Counter[Verdict]())
    assert keeps_its_bound("equal", 20, found), found
