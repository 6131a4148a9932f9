"""repairs.yaml: what can be changed in 30 days, and the words for it; a wrong line is refused by name."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.loader import load_config
from config.repairs import REPAIRS, Repairs
from handlers.words.layout import WIDTH
from handlers.words.repair import lift
from scoring.metrics.catalogue import BY_NAME
from scoring.repair import Move, NoRepair, Repair
from tests.config.folders import copy_figures

OWN = load_config().repairs


def test_a_folder_without_the_file_proposes_nothing(tmp_path: Path) -> None:
    """Nor does it have another model version."""
    config = load_config(copy_figures(tmp_path))
    assert (config.repairs, config.model.version) == (Repairs(), load_config().model.version)
    assert lift(NoRepair("cap", "Healthy"), config.repairs) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("paiment_health: {step: 1, most: 3, says: x}", "did you mean payment_health?"),
        ("payment_health: {step: 1, says: x}", "expected step and most, or to alone"),
        ("payment_health: {step: 1, most: 3, to: 0, says: x}", "expected step and most, or to alone"),
        ("payment_health: {step: 2, most: 1, says: x}", "expected most to be at least one step"),
        ("payment_health: {step: 0, most: 1, says: x}", "expected a number above 0"),
        ('payment_health: {to: 0, says: "from {bfore}"}', "expected a sentence with {before} and {after} at most"),
        ('payment_health: {to: 0, says: "from {"}', "expected a sentence; a brace stands alone in it"),
        ("payment_health: {to: 0}", "missing"),
    ],
)
def test_a_wrong_line_is_refused_by_name(line: str, said: str, tmp_path: Path) -> None:
    """The metric, what stands there, what was expected."""
    (copy_figures(tmp_path) / REPAIRS).write_text(f"most_metrics: 3\nmetrics:\n  {line}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert f"metrics.{line.partition(':')[0]}" in str(caught.value)
    assert said in str(caught.value)


def test_every_way_has_a_sentence_that_can_be_said() -> None:
    """Whole, in at most 100 columns, with the arithmetic behind it."""
    for name in OWN.ways:
        metric = BY_NAME[name]
        lines = lift(Repair((Move(metric.dimension, name, 3.0, 1.0),), 71.2, 76.4, "Healthy"), OWN)
        assert lines[0] == "What would lift it to Healthy"
        assert " ".join(lines).endswith("71.2 -> 76.4, Healthy.")
        assert all(len(line) <= WIDTH for line in lines)


def test_several_moves_make_one_sentence() -> None:
    """With an and before the last."""
    moves = (
        Move("financial_contract", "payment_health", 3.0, 1.0),
        Move("support_health", "close_time_hours", 30.0, 22.0),
        Move("relationship_expansion", "exec_engagement", 200.0, 0.0),
    )
    assert lift(Repair(moves, 71.2, 76.4, "Healthy"), OWN) == [
        "What would lift it to Healthy",
        "  Get failed payments settled: from 3 to 1, bring the time to close from median 30 h to median 22 h",
        "  and hold a meeting with an executive; the last was 200 days ago: 71.2 -> 76.4, Healthy.",
    ]


@pytest.mark.parametrize(
    ("outcome", "heading", "said"),
    [
        (NoRepair("unknown"), "What would lift it to a higher tier", "Too little is known"),
        (NoRepair("cap", "At Risk"), "What would lift it to At Risk", "churn signals hold the score below it"),
        (NoRepair("out_of_reach", "Healthy"), "What would lift it to Healthy", "within 30 days"),
    ],
)
def test_where_nothing_helps_it_says_why(outcome: NoRepair, heading: str, said: str) -> None:
    """And of the highest tier nothing is said."""
    lines = lift(outcome, OWN)
    assert lines[0] == heading
    assert said in " ".join(lines[1:])
    assert lift(None, OWN) == []
