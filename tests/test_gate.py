"""`gate`: what it says of a draft, what it stops, and what lets it through."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from config.loader import DEFAULT_DIRECTORY
from handlers.cli import cli
from handlers.commands.gate import STOPPED
from handlers.commands.lines import score_line
from handlers.words.gate_comment import MARK, MOST_ACCOUNTS
from scoring.instants import parse_instant
from scoring.metrics.measure import Measure
from scoring.restored import raw_of
from scoring.score import Measurements, Score, grade
from tests.config.folders import change, copy_figures
from tests.models import the_model

MODEL = the_model()
PAID = MODEL.thresholds["paid"]
THEN, LAST = parse_instant("2026-03-01"), parse_instant("2026-10-01")
LEFT, STAYED = 20, 40
WEIGHTS = "  churn_risk: 0.60\n  platform_value: 0.40"


def measured(number: int, as_of: int, support: float, value: float) -> Measurements:
    """Give an account whose support and Platform Value have these scores."""
    metrics = {
        name: Measure(raw_of(support, PAID[name])) for name, share in MODEL.metrics["support_health"].items() if share
    }
    pillars = {name: Measure(value) for name in MODEL.pillars}
    name = f"Hotel @{number} | [x](http://e.example) <img>"
    return Measurements(f"A{number:03d}", "paid", as_of, {"support_health": metrics}, pillars, account_name=name)  # type: ignore[arg-type]


def scores() -> Iterator[Score]:
    """Score 60 accounts: of those that left, Platform Value told it; support tells nothing."""
    for number in range(LEFT + STAYED):
        value = 30.0 + number % 20 if number < LEFT else 55.0 + number % 40
        yield grade(measured(number, THEN, 40.0 + (number * 37) % 50, value), MODEL)
        if number >= LEFT:
            yield grade(measured(number, LAST, 40.0 + (number * 37) % 50, value), MODEL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give scores, outcomes, and drafts."""
    folder = tmp_path_factory.mktemp("gate")
    (folder / "scores.jsonl").write_bytes(b"".join(score_line(score) + b"\n" for score in scores()))
    rows = [
        f"A{number:03d},{'churned' if number < LEFT else 'renewed'},,2026-08-01,1000" for number in range(LEFT + STAYED)
    ]
    (folder / "outcomes.csv").write_text("\n".join(["account_id,outcome,notice_date,effective_date,arr", *rows, ""]))
    drafts = {
        "same": ("weights.yaml", WEIGHTS, WEIGHTS),
        "worse": ("weights.yaml", WEIGHTS, "  churn_risk: 0.95\n  platform_value: 0.05"),
        "slight": ("weights.yaml", WEIGHTS, "  churn_risk: 0.59\n  platform_value: 0.41"),
        "stricter": ("thresholds.yaml", "  Healthy: 76", "  Healthy: 89"),
        "windows": ("sources.yaml", "support_days: 30", "support_days: 10"),
    }
    for name, (file, old, new) in drafts.items():
        (folder / name).mkdir()
        change(copy_figures(folder / name) / file, old, new)
    return folder


def run(folder: Path, draft: str, *words: str) -> Result:
    """Hold a draft against the config on the files of a folder."""
    files = "--scores", str(folder / "scores.jsonl"), "--outcomes", str(folder / "outcomes.csv")
    return CliRunner().invoke(cli, ["--quiet", "gate", "--draft", str(folder / draft), *files, *words])


def said(result: Result) -> dict[str, Any]:
    """Read what was printed."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_draft_that_is_the_base_passes_without_any_impact(folder: Path) -> None:
    """Cannot tell, nobody moves, exit 0."""
    result = run(folder, "same")
    found = said(result)
    assert (result.exit_code, found["verdict"], found["stopped_by"], found["limits"]) == (0, "cannot tell", [], [])
    assert (found["impact"]["tier_changes"], found["impact"]["scores_changed"], found["changes"]) == (0, 0, [])
    assert found["comparison"]["difference_95"] == [0.0, 0.0]
    assert (found["not_given_again"], found["scores_of_base"]) == (0, LEFT + 2 * STAYED)


def test_a_draft_that_tells_worse_is_stopped_and_no_word_lets_it_through(folder: Path) -> None:
    """Nearly all weight goes to what tells nothing."""
    result = run(folder, "worse")
    found = said(result)
    assert (result.exit_code, found["verdict"]) == (STOPPED, "worse")
    assert found["stopped_by"] == ["worse", "tier_changes", "newly_at_risk", "weight_move"]
    assert found["comparison"]["churns"] == LEFT
    assert found["comparison"]["difference_95"][1] < 0
    words = [word for limit in found["stopped_by"][1:] for word in ("--let-through", limit)]
    forced = run(folder, "worse", *words, "--reason", "we know")
    assert (forced.exit_code, said(forced)["stopped_by"]) == (STOPPED, ["worse"])


def test_what_is_worse_one_way_is_better_the_other(folder: Path) -> None:
    """Base and draft change places."""
    result = run(folder, "same", "--base", str(folder / "worse"))
    there, back = said(run(folder, "worse"))["comparison"], said(result)["comparison"]
    assert said(result)["verdict"] == "better"
    assert back["difference"] == -there["difference"]
    assert back["difference_95"] == [-one for one in reversed(there["difference_95"])]


def test_a_limit_is_let_through_by_its_name_and_a_reason(folder: Path) -> None:
    """The reason stands with it."""
    result = run(folder, "stricter")
    assert (result.exit_code, said(result)["stopped_by"]) == (STOPPED, ["tier_changes", "newly_at_risk"])
    words = "--let-through", "tier_changes", "--let-through", "newly_at_risk", "--reason", "agreed with CS"
    forced = run(folder, "stricter", *words)
    assert (forced.exit_code, said(forced)["reason"]) == (0, "agreed with CS")
    assert [one["let_through"] for one in said(forced)["limits"]] == [True, True]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--let-through", "tier_changes"), "--let-through needs --reason"),
        (("--let-through", "tier_changes", "--reason", "  "), "--let-through needs --reason"),
        (("--reason", "why not"), "name it with --let-through"),
        (("--let-through", "worse", "--reason", "we know"), "'worse' is not one of"),
        (("--without-scores",), "--without-scores looks at no account"),
    ],
)
def test_a_word_without_reason_is_refused(folder: Path, words: tuple[str, ...], fault: str) -> None:
    """So is a reason for nothing, and a word for what tells worse."""
    result = run(folder, "same", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert fault in str(result.exception) or fault in result.stderr


def test_the_limits_of_the_base_hold_whatever_the_draft_says(folder: Path, tmp_path: Path) -> None:
    """A draft cannot allow itself more; a base may switch them off."""
    limits = (DEFAULT_DIRECTORY / "gate.yaml").read_text()
    off = limits.replace("tier_changes_pct: 20", "tier_changes_pct:").replace(
        "newly_at_risk_pct: 10", "newly_at_risk_pct:"
    )
    draft, base = copy_figures(tmp_path / "draft"), copy_figures(tmp_path / "base")
    change(draft / "thresholds.yaml", "  At Risk: 60", "  At Risk: 70")
    (draft / "gate.yaml").write_text(off)
    files = "--scores", str(folder / "scores.jsonl"), "--outcomes", str(folder / "outcomes.csv")
    asked = ["gate", "--draft", str(draft), *files, "--base", str(base)]
    assert CliRunner().invoke(cli, asked).exit_code == STOPPED
    (base / "gate.yaml").write_text(off)
    assert CliRunner().invoke(cli, asked).exit_code == 0


def test_limits_of_a_draft_that_are_wrong_are_refused(folder: Path, tmp_path: Path) -> None:
    """They would hold the next draft."""
    draft = copy_figures(tmp_path / "draft")
    (draft / "gate.yaml").write_text("tier_changes_pct: many\n")
    result = run(
        tmp_path, "draft", "--scores", str(folder / "scores.jsonl"), "--outcomes", str(folder / "outcomes.csv")
    )
    assert (result.exit_code, result.stdout) == (1, "")


def test_what_a_file_cannot_show_stops_a_draft(folder: Path) -> None:
    """Another window is to be tried on the store."""
    result = run(folder, "windows")
    assert (result.exit_code, said(result)["stopped_by"]) == (STOPPED, ["unmeasured"])


def test_with_few_churns_it_says_what_is_needed(folder: Path, tmp_path: Path) -> None:
    """Nine of them tell nothing, and that is said; the limits hold as ever."""
    lines = (folder / "outcomes.csv").read_text().splitlines()
    (tmp_path / "few.csv").write_text("\n".join([*lines[:10], *lines[LEFT + 1 :], ""]))
    result = run(folder, "slight", "--outcomes", str(tmp_path / "few.csv"))
    assert (result.exit_code, said(result)["verdict"]) == (0, "cannot tell")
    assert said(result)["comparison"]["churns_needed"] == 10
    assert run_loud(folder, "slight", "--outcomes", str(tmp_path / "few.csv")).stderr.count(
        "there are 9 churned accounts with a score 90 days before the decision, and at least 10 are needed"
    )


def test_what_cannot_be_told_is_said_once_and_without_jargon(folder: Path, tmp_path: Path) -> None:
    """What pairs are, which renewals have no score, and why backtest may give another figure."""
    (tmp_path / "more.csv").write_text((folder / "outcomes.csv").read_text() + "A050,renewed,,2027-08-01,1\n")
    early = "A051,renewed,,2026-02-01,1\n"
    (tmp_path / "more.csv").write_text((tmp_path / "more.csv").read_text() + early)
    told = run_loud(folder, "same", "--outcomes", str(tmp_path / "more.csv")).stderr
    assert "pairs told right (AUC) " in told
    assert told.count("AUC") == 1
    assert "a difference below 0.01 counts as none.\n" in told
    assert "1 renewal without a score 90 days before; 1 row refused, it lies later than 2026-10-01." in told
    assert "backtest on the store goes by the scores that were shown" in told
    assert "no_landmark" not in told


def run_loud(folder: Path, draft: str, *words: str) -> Result:
    """Run it so that it says all that it says to people."""
    files = "--scores", str(folder / "scores.jsonl"), "--outcomes", str(folder / "outcomes.csv")
    return CliRunner().invoke(cli, ["gate", "--draft", str(folder / draft), *files, *words])


def test_without_outcomes_the_impact_alone_is_judged(folder: Path) -> None:
    """Nobody can tell, and it is said why."""
    asked = ["gate", "--draft", str(folder / "slight"), "--scores", str(folder / "scores.jsonl")]
    result = CliRunner().invoke(cli, asked)
    assert (result.exit_code, said(result)["verdict"], said(result)["comparison"]) == (0, "cannot tell", None)
    assert "cannot be told: no outcomes were given" in result.stderr
    assert said(result)["impact"]["accounts"] == STAYED
    assert said(result)["impact"]["all"] == {"accounts": STAYED, "arr": 0.0, "without_arr": STAYED}


def test_without_scores_the_weights_alone_are_judged(folder: Path) -> None:
    """Where there is neither a store nor a file."""
    result = CliRunner().invoke(cli, ["gate", "--draft", str(folder / "worse"), "--without-scores"])
    assert (result.exit_code, said(result)["stopped_by"], said(result)["impact"]) == (STOPPED, ["weight_move"], None)
    assert "no scores were given" in result.stderr


def test_the_order_of_lines_is_nothing(folder: Path, tmp_path: Path) -> None:
    """Nor is that of the outcomes."""
    for name in ("scores.jsonl", "outcomes.csv"):
        head, *rest = (folder / name).read_text().splitlines()
        lines = [head, *reversed(rest)] if name == "outcomes.csv" else [*reversed(rest), head]
        (tmp_path / name).write_text("\n".join([*lines, ""]))
    files = "--scores", str(tmp_path / "scores.jsonl"), "--outcomes", str(tmp_path / "outcomes.csv")
    assert said(run(folder, "worse", *files)) == said(run(folder, "worse"))


def test_a_line_that_cannot_be_read_is_named_and_the_rest_judged(folder: Path, tmp_path: Path) -> None:
    """Exit 3; a draft that is stopped is stopped all the same."""
    (tmp_path / "torn.jsonl").write_bytes((folder / "scores.jsonl").read_bytes() + b"{}\n")
    torn = "--scores", str(tmp_path / "torn.jsonl")
    assert run(folder, "slight", *torn).exit_code == 3
    assert run(folder, "worse", *torn).exit_code == STOPPED


def test_a_file_without_scores_is_refused(folder: Path, tmp_path: Path) -> None:
    """Nothing is no good news."""
    (tmp_path / "empty.jsonl").write_text("")
    result = run(folder, "slight", "--scores", str(tmp_path / "empty.jsonl"))
    assert (result.exit_code, result.stdout) == (1, "")


def test_lines_that_the_base_does_not_give_again_are_counted(folder: Path, tmp_path: Path) -> None:
    """A score that its raw values do not make says so."""
    lines = (folder / "scores.jsonl").read_text().splitlines()
    wrong = json.loads(lines[0])
    wrong["final_score"] = 99.0
    (tmp_path / "wrong.jsonl").write_text("\n".join([json.dumps(wrong), *lines[1:], ""]))
    result = run_loud(folder, "slight", "--scores", str(tmp_path / "wrong.jsonl"))
    assert said(result)["not_given_again"] == 1
    assert "1 of 100 scores of the base are not given again" in result.stderr


def comment(folder: Path, tmp_path: Path, draft: str, *words: str) -> str:
    """Give the comment on a draft."""
    run(folder, draft, "--markdown", str(tmp_path / "comment.md"), *words)
    return (tmp_path / "comment.md").read_text()


def test_the_comment_names_accounts_by_id_and_says_what_stops(folder: Path, tmp_path: Path) -> None:
    """With the verdict, the tables, and the accounts that change their tier."""
    text = comment(folder, tmp_path, "worse")
    assert text.startswith(f"{MARK}\n## Health score: stopped by worse, tier_changes, newly_at_risk, weight_move\n")
    for heading in ("Tiers in 2026-09", "change their tier", "Month-ends", "Joint weights"):
        assert heading in text
    changes = said(run(folder, "worse"))["changes"]
    assert 0 < len(changes) <= MOST_ACCOUNTS
    assert all(f"| <code>{one['account_id']}</code> |" in text for one in changes)
    assert "Hotel" not in text


def test_the_comment_can_leave_accounts_out(folder: Path, tmp_path: Path) -> None:
    """And money, where everybody reads it."""
    text = comment(folder, tmp_path, "worse", "--show", "counts")
    assert "<code>" not in text
    assert "ARR" not in text.replace("of the ARR newly", "")
    assert "USD" not in text
    assert "(USD 11,000)" in comment(folder, tmp_path, "stricter")


def test_nothing_of_a_name_is_read_as_markdown(folder: Path, tmp_path: Path) -> None:
    """No mention, no link, no image, no further cell."""
    rows = [line for line in comment(folder, tmp_path, "worse", "--show", "names").splitlines() if "Hotel" in line]
    assert rows
    for row in rows:
        assert row.count("|") == 7
        assert not set("@[]()<>").intersection(row.split("<code>")[1].split("</code>")[0])


def test_a_reason_mentions_nobody(folder: Path, tmp_path: Path) -> None:
    """It is a person's text, and stands in the comment."""
    words = "--let-through", "tier_changes", "--reason", "as @cs-team [said](http://e.example)"
    text = comment(folder, tmp_path, "stricter", *words)
    assert "@cs" not in text
    assert "](http" not in text
