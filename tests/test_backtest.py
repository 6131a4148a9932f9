"""`backtest` as it is called: its JSON, files that are damaged, and how long it takes to say no."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from handlers.cli import cli
from handlers.commands.lines import score_line
from handlers.commands.score_files import read_score
from scoring.instants import DAY, format_date
from scoring.periods import period_end, periods_to
from scoring.score import grade
from tests.config.folders import copy_figures
from tests.models import the_model
from tests.scoring.cells import measurements

CALENDAR = [period_end(period) for period in periods_to("2026-08", 10)]
MODEL = the_model()
HEADER = "account_id,outcome,notice_date,effective_date,arr,reason,treated_date\n"
LANDMARK = (
    "days rows churns no_landmark unscored base_rate auc auc_95 brier brier_base brier_skill brier_skill_95 "
    "calibration_slope calibration_intercept red_rows red_churn_rate red_ratio red_ratio_95 recall_at_budget "
    "arr_recall_at_budget"
).split()
WARNING = (
    "churns alerts share_green precision precision_base lift median_lead median_lead_95 recall_at_lead "
    "recall_at_lead_95 shuffled ever_alerted_12m below_green_60_90 below_green_60_90_95"
).split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file of scores of 40 accounts over ten months, and one of their outcomes."""
    folder, chance = tmp_path_factory.mktemp("backtest"), Random(11)  # noqa: S311 - no secret
    drawn = [list(measurements(chance, MODEL, len(CALENDAR))) for _ in range(40)]
    scores = [
        grade(replace(one, account_id=f"A{place:02}", as_of=as_of), MODEL)
        for place, own in enumerate(drawn)
        for one, as_of in zip(own, CALENDAR, strict=True)
    ]
    (folder / "scores.jsonl").write_bytes(b"".join(score_line(score) + b"\n" for score in scores))
    ends = [format_date(CALENDAR[-1] - chance.randrange(150) * DAY) for _ in drawn]
    kinds = ["churned" if place % 3 == 0 else "renewed" for place in range(40)]
    rows = [
        f"A{place:02},{kind},,{end},{1000 * place},,\n"
        for place, (kind, end) in enumerate(zip(kinds, ends, strict=True))
    ]
    (folder / "outcomes.csv").write_text(HEADER + "".join(rows) + "A00,paused,,2026-01-01,,,\n")
    return folder


def run(*words: str) -> Result:
    """Call the command line."""
    return CliRunner().invoke(cli, ["backtest", *words])


def ask(folder: Path, *words: str) -> dict[str, object]:
    """Ask for the figures of the folder's files."""
    answer = run("--scores", str(folder / "scores.jsonl"), "--outcomes", str(folder / "outcomes.csv"), *words)
    assert answer.exit_code == 0, answer.output
    found: dict[str, object] = json.loads(answer.stdout)
    return found


def test_a_score_is_read_back_as_it_was_written() -> None:
    """Of what a line holds nothing is lost; a rule's name and a flag stay as they are."""
    for measured in measurements(Random(5), MODEL, 50):  # noqa: S311 - no secret
        score = grade(measured, MODEL)
        assert read_score(score_line(score)) == score


def test_the_figures_have_the_names_of_the_contract(folder: Path) -> None:
    """Every one is there, also where it is null."""
    found = ask(folder)
    assert {"refused", "outcomes", "landmarks", "warning"} <= found.keys()
    assert found["refused"] == {"unknown_outcome": 1}
    assert found["outcomes"] == {"renewed": 26, "churned": 14, "downgraded": 0}
    landmarks, warning = found["landmarks"], found["warning"]
    assert isinstance(landmarks, list)
    assert isinstance(warning, dict)
    assert [one["days"] for one in landmarks] == [90, 180]
    assert all(list(one) == LANDMARK for one in landmarks)
    assert list(warning) == WARNING
    assert warning["recall_at_lead"].keys() == {"30", "60", "90"}


def test_the_same_call_says_the_same_and_another_rule_another_list(folder: Path) -> None:
    """Limits come from draws that begin at one seed."""
    assert ask(folder) == ask(folder)
    assert ask(folder)["warning"] != ask(folder, "--rule", "steady")["warning"]


def test_files_are_held_by_the_definitions_whatever_the_config_says(folder: Path, tmp_path: Path) -> None:
    """So any program gives the same of the same files: rule level, 0.10, 60 days."""
    (copy_figures(tmp_path) / "alerts.yaml").write_text("budget: 0.2\nrule: steady\nnotice_days: 90\n")
    files = "--scores", str(folder / "scores.jsonl"), "--outcomes", str(folder / "outcomes.csv")
    answer = CliRunner().invoke(cli, ["--config", str(tmp_path), "backtest", *files])
    assert json.loads(answer.stdout) == ask(folder, "--rule", "level", "--budget", "0.10", "--notice-days", "60")


def test_a_date_that_is_none_is_answered_with_one(folder: Path) -> None:
    """Not with an instant: a date is what is asked for."""
    answer = run(
        "--scores", str(folder / "scores.jsonl"), "--outcomes", str(folder / "outcomes.csv"), "--until", "31.05.2026"
    )
    assert answer.exit_code == 2
    assert "'31.05.2026' is no date: expected such as 2026-05-31" in answer.stderr


def test_a_line_that_is_no_score_is_named_and_the_rest_is_used(folder: Path, tmp_path: Path) -> None:
    """The exit code is then 3; a packed file is read as any other."""
    lines = (folder / "scores.jsonl").read_bytes()
    path = tmp_path / "scores.jsonl.gz"
    path.write_bytes(gzip.compress(lines + b'{"account_id": "A00", "as_of": "soon", "final_score": 3}\n{"as_of": 1}\n'))
    answer = run("--scores", str(path), "--outcomes", str(folder / "outcomes.csv"))
    assert answer.exit_code == 3
    assert json.loads(answer.stdout) == ask(folder)
    assert "line 401: as_of is 'soon'" in answer.stderr
    assert "line 402: no line of scores" in answer.stderr


@pytest.mark.parametrize(
    ("scores", "outcomes", "says"),
    [
        ('{"a": 1}', HEADER, "holds no score"),
        ("", HEADER, "holds no score"),
        ("[]", "account_id,outcome\n", "effective_date must be there"),
    ],
)
def test_files_that_say_nothing_are_refused_in_one_sentence(
    tmp_path: Path, scores: str, outcomes: str, says: str
) -> None:
    """Nothing is not a result."""
    (tmp_path / "scores.jsonl").write_text(scores)
    (tmp_path / "outcomes.csv").write_text(outcomes)
    answer = run("--scores", str(tmp_path / "scores.jsonl"), "--outcomes", str(tmp_path / "outcomes.csv"))
    assert answer.exit_code != 0
    assert says in answer.stderr + str(answer.exception)
