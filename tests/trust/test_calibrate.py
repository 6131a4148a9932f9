"""`calibrate`: a proposal in a folder of its own, exactly what is printed, and adopted on evidence alone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from config.draft import load_draft
from config.loader import DEFAULT_DIRECTORY, load_config
from handlers.cli import cli
from scoring.plans import PLATFORM_VALUE
from tests.config.folders import change, copy_figures
from tests.trust.generator import EXPERT, GROUPS, Degree, Portfolio, make_portfolio

KEYS = (
    "level rows churns kappa prior fitted proposal shortened guard adopt indicative reasons weights_90".split()
)  # the names of the issue, and `indicative`


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give files of made-up portfolios: with 32 churns and experts badly off, and with 12."""
    folder = tmp_path_factory.mktemp("calibrate")
    for name, churns, accounts in (("many", 32, 100), ("few", 12, 50)):
        written(make_portfolio(11, churns, "badly", accounts=accounts), folder / name)
    return folder


def written(portfolio: Portfolio, folder: Path) -> Path:
    """Write the files of a portfolio."""
    folder.mkdir()
    portfolio.write(folder)
    return folder


def run(files: Path, output: Path, *words: str, config: Path = DEFAULT_DIRECTORY) -> Result:
    """Calibrate from the files of a folder."""
    call = ["--config", str(config), "calibrate", "--scores", str(files / "scores.jsonl")]
    call += ["--outcomes", str(files / "outcomes.csv"), "--output", str(output), *words]
    return CliRunner().invoke(cli, call)


def proposed(directory: Path) -> dict[str, float]:
    """Give the joint weights of a config as the model has them."""
    model = load_config(directory).model
    joint = {name: model.churn_risk * share for name, share in model.dimensions.items()}
    return joint | {PLATFORM_VALUE: model.platform_value}


@pytest.fixture(scope="module")
def many(folder: Path) -> tuple[dict[str, Any], Path, str]:
    """Calibrate once from many churns: what is printed, where the proposal is, what is said."""
    answer = run(folder / "many", folder / "proposal")
    assert answer.exit_code == 0, answer.stderr
    return json.loads(answer.stdout), folder / "proposal", answer.stderr


def test_the_proposal_loads_with_the_weights_that_are_printed(many: tuple[dict[str, Any], Path, str]) -> None:
    """In whole percents that add up to 1, none more than ten points from the present."""
    found, folder, _ = many
    assert list(found) == list(KEYS)
    assert list(found["prior"]) == list(found["proposal"]) == list(found["weights_90"]) == list(GROUPS)
    assert found["prior"] == pytest.approx(EXPERT)
    assert proposed(folder) == pytest.approx(found["proposal"], abs=1e-12)
    assert sum(found["proposal"].values()) == pytest.approx(1.0)
    assert all(round(100 * weight, 9).is_integer() for weight in found["proposal"].values())
    assert max(abs(found["proposal"][name] - EXPERT[name]) for name in GROUPS) <= 0.10 + 1e-12
    assert load_draft(folder, DEFAULT_DIRECTORY).model == load_config(folder).model


def test_a_proposal_on_enough_churns_is_adopted_where_the_guard_holds(many: tuple[dict[str, Any], Path, str]) -> None:
    """Experts who are badly off are corrected towards the truth, and the words say so."""
    found, _, said = many
    assert (found["level"], found["churns"], found["kappa"], found["shortened"]) == ("joint", 32, 10, True)
    assert found["guard"]["share"] >= found["guard"]["needed"] == 0.8
    assert (found["adopt"], found["indicative"]) == (True, False)
    assert found["proposal"]["platform_value"] < EXPERT["platform_value"]
    assert all(low < found["fitted"][name] < high for name, (low, high) in found["weights_90"].items())
    assert "may be adopted" in said
    assert "known only when it has happened" in said


def test_comments_and_all_other_files_stay(many: tuple[dict[str, Any], Path, str]) -> None:
    """Of weights.yaml the six values change; the others are copies."""
    _, folder, _ = many
    before, after = (DEFAULT_DIRECTORY / "weights.yaml").read_text(), (folder / "weights.yaml").read_text()
    new = [line for line in after.splitlines() if line not in before.splitlines()]
    assert [line.split(":")[0].strip() for line in new if not line.startswith("#")] == [
        "churn_risk",
        *GROUPS[-1:],
        *GROUPS[:-1],
    ]
    assert after.startswith("# PROPOSED by healthscore calibrate")
    for name in ("thresholds.yaml", "sources.yaml", "record.yaml", "guards.yaml", "repairs.yaml"):
        assert (folder / name).read_bytes() == (DEFAULT_DIRECTORY / name).read_bytes()
    assert not list(folder.glob("*.py"))


def test_ten_to_29_churns_are_indicative_and_need_a_persons_word(folder: Path, tmp_path: Path) -> None:
    """With the guard and a reason it may be adopted, without a reason not."""
    alone, overridden = (
        json.loads(run(folder / "few", tmp_path / str(number), *words).stdout)
        for number, words in enumerate([(), ("--override", "the CS lead wants it for the pilot")])
    )
    assert (alone["churns"], alone["indicative"], alone["adopt"]) == (12, True, False)
    assert any("indicative" in reason for reason in alone["reasons"])
    assert overridden["adopt"] == (overridden["guard"]["share"] >= 0.8)
    assert any("the CS lead wants it for the pilot" in reason for reason in overridden["reasons"])
    assert alone | {"reasons": (), "adopt": None} == overridden | {"reasons": (), "adopt": None}


def test_under_ten_churns_it_refuses_and_writes_nothing(tmp_path: Path) -> None:
    """One sentence says what would be needed."""
    files = written(make_portfolio(4, 9, "right", accounts=30), tmp_path / "files")
    answer = run(files, tmp_path / "proposal")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "9 churns have a score 90 days before their decision, and 10 are needed" in answer.stderr
    assert not (tmp_path / "proposal").exists()


def test_weights_of_metrics_need_100_churns(folder: Path, tmp_path: Path) -> None:
    """Below that they do harm."""
    answer = run(folder / "many", tmp_path / "proposal", "--level", "metrics")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "32 churns" in answer.stderr
    assert "100 are needed to learn the weights of metrics" in answer.stderr


@pytest.mark.parametrize("degree", ["badly"])
def test_weights_of_metrics_are_learned_from_100_churns(tmp_path: Path, degree: Degree) -> None:
    """Shares of each dimension and pillar in whole percents; joint weights as printed."""
    files = written(make_portfolio(5, 100, degree, accounts=150), tmp_path / "files")
    answer = run(files, tmp_path / "proposal", "--level", "metrics")
    found = json.loads(answer.stdout)
    assert (found["level"], found["churns"]) == ("metrics", 100)
    model = load_config(tmp_path / "proposal").model
    shares = {**model.metrics, PLATFORM_VALUE: model.pillars}
    assert {name: {one: share for one, share in own.items() if share} for name, own in shares.items()} == found[
        "metrics"
    ]
    assert proposed(tmp_path / "proposal") == pytest.approx(found["proposal"], abs=1e-12)


def test_the_live_config_and_a_folder_with_anything_in_it_are_refused(folder: Path, tmp_path: Path) -> None:
    """Nothing in them is changed."""
    config = copy_figures(tmp_path / "config")
    before = {path.name: path.read_bytes() for path in config.iterdir()}
    (tmp_path / "link").symlink_to(config)
    for output, said in ((config, "live config"), (tmp_path / "link", "live config"), (folder / "few", "not empty")):
        answer = run(folder / "few", output, config=config)
        assert (answer.exit_code, answer.stdout) == (1, "")
        assert said in answer.stderr
    assert {path.name: path.read_bytes() for path in config.iterdir()} == before


def test_weights_written_in_other_ways_are_kept_so(folder: Path, tmp_path: Path) -> None:
    """A block in braces is written in its place; one without places of its own is refused by name."""
    config = copy_figures(tmp_path / "config")
    change(
        config / "weights.yaml", "  churn_risk: 0.60\n  platform_value: 0.40", "  {churn_risk: 0.6, platform_value: .4}"
    )
    answer = run(folder / "many", tmp_path / "proposal", config=config)
    assert answer.exit_code == 0, answer.stderr
    assert proposed(tmp_path / "proposal") == pytest.approx(json.loads(answer.stdout)["proposal"], abs=1e-12)


def test_scores_of_another_model_are_named(folder: Path, tmp_path: Path) -> None:
    """The experts' weights are the config's; that the scores are not is said."""
    config = copy_figures(tmp_path / "config")
    change(
        config / "weights.yaml", "churn_risk: 0.60\n  platform_value: 0.40", "churn_risk: 0.50\n  platform_value: 0.50"
    )
    answer = run(folder / "many", tmp_path / "proposal", config=config)
    assert json.loads(answer.stdout)["prior"]["platform_value"] == 0.5
    assert "made under another model" in answer.stderr


def test_the_same_call_gives_the_same_answer_and_rows_may_come_in_any_order(folder: Path, tmp_path: Path) -> None:
    """Also the guard, whose resamples are drawn from one seed."""
    files = folder / "few"
    turned = tmp_path / "turned"
    turned.mkdir()
    (turned / "scores.jsonl").write_text("\n".join(reversed((files / "scores.jsonl").read_text().splitlines())))
    (turned / "outcomes.csv").write_bytes((files / "outcomes.csv").read_bytes())
    one, other = (run(of, tmp_path / f"from-{of.name}").stdout for of in (files, turned))
    assert one == other


def test_without_numpy_it_says_in_one_line_what_to_install(folder: Path, tmp_path: Path) -> None:
    """All other commands go without."""
    script = "import sys; sys.modules['numpy'] = None; from handlers.cli import main; main()"
    call = [sys.executable, "-c", script, "calibrate", "--scores", str(folder / "few/scores.jsonl")]
    call += ["--outcomes", str(folder / "few/outcomes.csv"), "--output", str(tmp_path / "proposal")]
    done = subprocess.run(call, capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("healthscore: calibrate needs numpy")
    assert len(done.stderr.splitlines()) == 1
