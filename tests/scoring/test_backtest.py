"""The backtest: each definition of docs/trust.md by cases that were worked by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random

import msgspec
import pytest

from handlers.commands.backtest import figures_of
from scoring.alerts import AlertTerms
from scoring.backtest.backtest import Backtest, Question, backtest
from scoring.backtest.discrimination import Table
from scoring.backtest.figures import EverAlerted
from scoring.backtest.statistics import fit_chance
from scoring.instants import parse_instant
from tests.scoring.backtests import lines_of, outcomes_of

CASES = json.loads((Path(__file__).parents[1] / "cases" / "backtest" / "figures.json").read_text())


def run(case: Mapping[str, object]) -> Backtest:
    """Run the backtest of a case."""
    options = dict(case.get("options", {}))  # type: ignore[call-overload]
    terms = AlertTerms(options.get("rule", "level"), options.get("budget", 0.10))
    until = parse_instant(options["until"]) if "until" in options else None
    question = Question(terms, options.get("horizon", 180), until)
    lines = lines_of(case["scores"], case["calendar"], case.get("renewal_days", {}))  # type: ignore[arg-type]
    return backtest(lines, outcomes_of(case["outcomes"]), question)  # type: ignore[arg-type]


def assert_holds(expected: object, found: object, place: str = "") -> None:
    """See that whatever is expected is found, at any depth."""
    if isinstance(expected, dict):
        assert isinstance(found, dict)
        for name, one in expected.items():
            assert_holds(one, found[name], f"{place}.{name}")
    else:
        assert found == expected, place


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_each_definition_gives_what_was_worked_by_hand(case: dict[str, dict[str, object]]) -> None:
    """Figures, lists, leads and refusals are those of the case."""
    found, expected = run(case), dict(case["expected"])
    printed = msgspec.json.decode(msgspec.json.encode(figures_of(found)))
    landmarks = {str(one["days"]): one for one in printed["landmarks"]}
    assert not set(expected.pop("absent", ())) & landmarks["90"].keys()  # type: ignore[call-overload]
    seen = {
        **printed,
        "landmarks": landmarks,
        "lists": found.alarms.lists,
        "leads": {one.outcome.account_id: one.days for one in found.leads},
        "rows": {str(one.row): one.reason for one in found.outcomes.refused},
    }
    assert_holds(expected, seen)


def test_the_probabilities_are_held_out_by_quarter_and_by_account() -> None:
    """A chance knows neither its quarter nor its account: with one quarter, or one kind of rest, there is none."""
    dates = ["2024-01-01", "2024-05-01", "2024-08-01", "2024-11-01"]
    scores = {name: [score] * 4 for name, score in zip("abcdefgh", (20, 90, 30, 80, 40, 70, 50, 60), strict=True)}
    rows = [
        f"{name},{'churned' if score[0] < 55 else 'renewed'},,{('2024-10-01', '2025-01-15')[place // 4]},"
        for place, (name, score) in enumerate(scores.items())
    ]
    rows += ["a,renewed,,2025-01-20,"]
    found = run({"calendar": dates, "scores": scores, "outcomes": rows, "options": {"until": "2025-02-01"}})
    table = Table(found.landmarks(90).rows)
    learned = [row for row in table.rows if row.outcome.account_id in "bcd" and row.quarter == ("2024", 3)]
    other = [row for row in table.rows if row.outcome.account_id in "efgh"]
    fitted = fit_chance([row.risk for row in learned], [row.is_churn for row in learned])
    assert fitted is not None
    assert [table.chances[table.rows.index(row)] for row in other] == [fitted.chance(row.risk) for row in other]


def test_ten_churns_give_a_calibration() -> None:
    """From then on slope and intercept are printed; with nobody scored there is no book to be in."""
    names = [f"a{place:02}" for place in range(30)]
    scores = {name: [30 + place * 2, 30 + place * 2] for place, name in enumerate(names)} | {"none": [None, None]}
    ends = ("2025-05-01", "2025-08-01")
    rows = [
        f"{name},{'churned' if place % 3 == 0 else 'renewed'},,{ends[place % 2]}," for place, name in enumerate(names)
    ]
    found = run(
        {
            "calendar": ["2024-12-01", "2025-03-01"],
            "scores": scores,
            "outcomes": [*rows, "none,churned,,2025-08-01,"],
            "options": {"until": "2025-09-01"},
        }
    )
    first = found.landmark_figures(Random(1))[0]  # noqa: S311 - no secret
    assert first.churns == 10
    assert first.calibration_slope is not None
    assert first.calibration_intercept is not None
    assert first.auc_95 is not None
    assert first.auc is not None
    assert first.auc_95[0] <= first.auc <= first.auc_95[1]


def test_an_account_without_any_number_counts_as_a_churn_that_nothing_warned_of() -> None:
    """And where the whole book is empty nobody else's lead is its twin."""
    case = {
        "calendar": ["2025-01-01", "2025-05-01"],
        "scores": {"A": [None, None]},
        "outcomes": ["A,churned,2025-05-02,2025-05-02,"],
    }
    found = run(case | {"options": {"until": "2025-06-01"}}).warning_figures(Random(1))  # noqa: S311 - no secret
    assert (found.churns, found.median_lead, found.shuffled.median_lead) == (1, 0.0, None)
    assert found.recall_at_lead_95 == {30: (0.0, 0.0), 60: (0.0, 0.0), 90: (0.0, 0.0)}
    assert found.ever_alerted_12m == EverAlerted(0.0, None)
