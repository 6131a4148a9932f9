"""`what-if`: what it says of a draft is what a dry run under it says."""

import csv
import json
import shutil
from collections import Counter
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from config.loader import DEFAULT_DIRECTORY
from config.portfolio import MAPPING
from handlers.cli import cli
from handlers.clock import now
from handlers.commands.what_if_forms import MOST_OF_OTHER_TIER, show
from handlers.jobs.history import last_ended
from handlers.stores.sqlite.store import SqliteStore
from handlers.words.what_if import why
from scoring.drivers import Driver
from scoring.instants import format_date
from scoring.periods import period_end, periods_to
from scoring.what_if import Case, Comparison, Month, Standing
from tests.config.folders import change, copy_figures
from tests.demo.portfolios import demo
from tests.models import the_model

LAST = last_ended(now())
END = period_end(LAST)
PERIODS = periods_to(LAST, 2)
MODEL = the_model()
FIGURES = ("final_score", "tier", "low", "high", "coverage_pct")
WEIGHTS = ("weights.yaml", "  churn_risk: 0.60\n  platform_value: 0.40", "  churn_risk: 0.20\n  platform_value: 0.80")
WINDOWS = ("sources.yaml", "support_days: 30", "support_days: 10")
BOUNDS = ("thresholds.yaml", "standard_arr_ceiling: 200000", "standard_arr_ceiling: 1000")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store of a small demo, its mapping, and drafts: of weights, windows, bounds of segments."""
    folder, portfolio = tmp_path_factory.mktemp("what_if"), demo(9, 8, as_of=END)
    (folder / "events.jsonl").write_bytes(b"".join(line + b"\n" for line in portfolio.lines()))
    with (folder / "mapping.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(portfolio.mapping())
    assert run(folder, "ingest", str(folder / "events.jsonl")).exit_code in (0, 3)
    for name, (file_name, old, new) in {"weights": WEIGHTS, "windows": WINDOWS, "bounds": BOUNDS}.items():
        (folder / name).mkdir()
        change(copy_figures(folder / name) / file_name, old, new)
    return folder


def run(folder: Path, *words: str, columns: int = 120) -> Result:
    """Run the command line on the store of a folder."""
    call = ["--quiet", "--store", f"sqlite:///{folder}/store.db", *words]
    return CliRunner().invoke(cli, call, env={"COLUMNS": str(columns)})


def asked(folder: Path, draft: str, *words: str, columns: int = 120) -> Result:
    """Ask what if."""
    mapping = "--accounts", str(folder / "mapping.csv")
    return run(folder, "what-if", "--draft", str(folder / draft), *mapping, *words, columns=columns)


def dry_run(folder: Path, config: Path, period: str, to: Path) -> dict[str, dict[str, Any]]:
    """Give the figures of a dry run under a config, by account."""
    files = "--accounts", str(folder / "mapping.csv"), "--output", str(to), "--no-workbook"
    assert run(folder, "--config", str(config), "finalise", "--period", period, "--dry-run", *files).exit_code == 0
    with to.open(encoding="utf-8-sig", newline="") as file:
        return {row["account_id"]: _figures(row) for row in csv.DictReader(file)}


def _figures(row: dict[str, str]) -> dict[str, Any]:
    return {name: (row[name] if name == "tier" else float(row[name])) if row[name] else None for name in FIGURES}


@pytest.fixture(scope="module")
def present(folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Give the figures of dry runs under the present config, by period and account."""
    return {period: dry_run(folder, DEFAULT_DIRECTORY, period, folder / f"{period}.csv") for period in PERIODS}


@pytest.mark.parametrize(("draft", "is_anew"), [("weights", False), ("windows", True), ("bounds", True)])
def test_both_sides_are_those_of_dry_runs_under_each_config(
    folder: Path,
    present: dict[str, dict[str, dict[str, Any]]],
    draft: str,
    is_anew: bool,  # noqa: FBT001
) -> None:
    """Every figure of every account, each month; tiers, money and the accounts named follow from them."""
    lines = [json.loads(line) for line in asked(folder, draft, "--months", "2").stdout.splitlines()]
    assert [line["period"] for line in lines] == list(PERIODS)
    for line in lines:
        kept = present[line["period"]]
        then = dry_run(folder, folder / draft, line["period"], folder / f"{draft}.csv")
        changes = {one["account_id"]: (one["now"], one["draft"]) for one in line["changes"]}
        assert changes == {key: (kept[key], then[key]) for key in kept if kept[key] != then[key]}
        assert (line["measured_anew"], line["accounts"]) == (is_anew, len(kept))
        assert line["tier_changes"] == sum(kept[key]["tier"] != then[key]["tier"] for key in kept)
        for side, figures in (("now", kept), ("draft", then)):
            tiers = Counter(one["tier"] or "unscored" for one in figures.values())
            assert {
                tier: one[side]["accounts"] for tier, one in line["tiers"].items() if one[side]["accounts"]
            } == tiers
    assert any(line["changes"] for line in lines)


def test_a_month_alone_says_the_same_as_among_others(folder: Path) -> None:
    """The last is the default; why is said of those that people are named."""
    *_, last = asked(folder, "weights", "--months", "2").stdout.splitlines()
    assert asked(folder, "weights").stdout.splitlines() == [last]
    assert asked(folder, "weights", "--period", LAST).stdout.splitlines() == [last]
    changes = [one for one in json.loads(last)["changes"] if one["change"]]
    assert changes
    for one in changes:
        assert sum(round(10 * driver["points"]) for driver in one["drivers"]) == round(10 * one["change"])


@pytest.mark.parametrize("columns", [80, 140])
def test_tables_fit_and_say_what_the_lines_say(folder: Path, columns: int) -> None:
    """Of several months each has a row."""
    printed = asked(folder, "weights", "--months", "2", "--table", columns=columns).stdout
    (line,) = [json.loads(line) for line in asked(folder, "weights").stdout.splitlines()]
    assert max(map(len, printed.splitlines())) <= columns
    words = " ".join(printed.split())
    assert f"{LAST}, as of {format_date(END)}: {line['accounts']} accounts" in words
    assert "What is measured is the same" in words
    for tier, sides in line["tiers"].items():
        if sides["now"]["accounts"] or sides["draft"]["accounts"]:
            assert f"{tier} {sides['now']['accounts']} {sides['draft']['accounts']} " in words
    assert f"{line['at_risk']['now']['arr']:,.0f} → {line['at_risk']['draft']['arr']:,.0f} (" in words
    assert f"{PERIODS[0]} " in words


def test_records_of_a_close_say_the_same_until_something_becomes_known(folder: Path, tmp_path: Path) -> None:
    """Only their number tells where the figures come from."""
    for name in ("store.db", "mapping.csv"):
        shutil.copy(folder / name, tmp_path / name)
    guards = [word for guard in ("uncovered", "fewer_scored") for word in ("--yes-close", guard)]
    closed = "finalise", "--no-workbook", "--period", LAST, *guards, "--accounts", str(tmp_path / "mapping.csv")
    assert run(tmp_path, *closed).exit_code == 0
    facts, records = (
        json.loads(asked(tmp_path, str(folder / "weights"), *words).stdout) for words in ((), ("--recorded",))
    )
    assert (facts["recorded"], records["recorded"]) == (0, records["accounts"])
    assert facts | {"recorded": records["recorded"]} == records
    printed = " ".join(
        asked(tmp_path, str(folder / "weights"), "--recorded", "--months", "2", "--table").stdout.split()
    )
    assert f"what the final records of {records['accounts']} accounts were made from." in printed


def test_nothing_is_kept(folder: Path) -> None:
    """No record, no model."""
    asked(folder, "windows", "--months", "2")
    with closing(SqliteStore(folder / "store.db")) as store:
        assert list(store.record_keys()) == []
        assert store.summarised() == []


def test_the_present_model_as_a_draft_changes_nothing(folder: Path, tmp_path: Path) -> None:
    """And it says so."""
    shutil.copy(DEFAULT_DIRECTORY / "weights.yaml", tmp_path)
    printed = asked(folder, str(tmp_path), "--table").stdout
    assert "is the present model" in printed
    assert "No account has another score or tier." in printed
    (line,) = asked(folder, str(tmp_path), "--json").stdout.splitlines()
    assert (json.loads(line)["changes"], json.loads(line)["tier_changes"]) == ([], 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--period", LAST, "--months", "2"), "not both"),
        (("--period", "2020-01"), "2020-01 is too long ago"),
        (("--period", "2126-01"), "2126-01 has not ended"),
        (("--period", "October"), "expected YYYY-MM"),
        (("--months", "14"), "1<=x<=13"),
    ],
)
def test_months_that_cannot_be_compared_are_refused(folder: Path, words: tuple[str, ...], said: str) -> None:
    """Each says why."""
    answer = asked(folder, "weights", *words)
    assert answer.exit_code != 0
    assert said in f"{answer.output} {answer.exception}"


def test_a_draft_with_a_source_that_is_not_in_use_is_refused(folder: Path, tmp_path: Path) -> None:
    """Nothing is known of it, and that is no finding."""
    limits = "limits:\n  zendesk: {stale_days: 3, dead_days: 7}\n"
    change(copy_figures(tmp_path) / "sources.yaml", "limits:\n", limits)
    answer = asked(folder, str(tmp_path))
    assert answer.exit_code == 1
    assert "the draft uses Zendesk, which the config does not" in answer.output


def test_a_draft_that_reads_other_fields_says_what_the_store_holds(folder: Path, tmp_path: Path) -> None:
    """A field that was not taken in cannot be scored."""
    change(copy_figures(tmp_path) / "sources.yaml", "Churn_Signal__c", "Other_Signal__c")
    answer = asked(folder, str(tmp_path))
    assert answer.exit_code == 0
    assert "the store holds what the config reads now" in answer.stderr
    assert "reads other" not in asked(folder, "windows").stderr


def test_a_mapping_in_the_draft_is_not_read_and_that_is_said(folder: Path, tmp_path: Path) -> None:
    """Unless it is a copy."""
    copy_figures(tmp_path)
    shutil.copy(DEFAULT_DIRECTORY / MAPPING, tmp_path)
    assert "is not read" not in asked(folder, str(tmp_path)).stderr
    change(tmp_path / MAPPING, "sf_account_id", "sf_account_id,note")
    assert f"{MAPPING} is not read: both sides have the accounts of the config" in asked(folder, str(tmp_path)).stderr


def case(number: int, now: Standing, draft: Standing) -> Case:
    """Give a case whose name is like markup."""
    return Case(f"00{number}", f"[b]Inn {number}", None, now, draft)


def test_a_long_list_is_cut_off_and_says_so() -> None:
    """The money of accounts without an ARR is none, and they are counted; names are no markup."""
    low, high = Standing(50.0, "Critical", 50.0, 50.0, 100.0), Standing(80.0, "Healthy", 80.0, 80.0, 100.0)
    month = Month(LAST, END, [case(number, low, high) for number in range(MOST_OF_OTHER_TIER + 1)], ["1", "2"])
    console = Console(width=100, record=True, file=StringIO())
    show(console, [month], Comparison(MODEL, replace(MODEL, version="draft")), {})
    printed = " ".join(console.export_text().split())
    assert "51 accounts; 2 accounts deleted in the CRM" in printed
    assert "51 accounts of another tier" in printed
    assert "50 of 51 are shown: --json names all." in printed
    assert "[b]Inn 1" in printed
    assert "Not in it: 51 accounts there, 0 under the draft" in printed
    assert "0 accounts of the same tier and another score" in printed


KNOWN = Standing(80.0, "Healthy", 80.0, 80.0, 60.0)
SPARSE = Standing(80.0, "Unknown", 70.0, 90.0, 45.0)


@pytest.mark.parametrize(
    ("now_", "draft", "drivers", "said"),
    [
        (SPARSE, KNOWN, (), "coverage 45% → 60%"),
        (SPARSE, KNOWN._replace(coverage_pct=45.0), (), "enough is known under the draft"),
        (KNOWN, SPARSE._replace(coverage_pct=60.0), (), "too little is known under the draft"),
        (KNOWN, Standing(None, None, None, None, 0.0), (), "no score under the draft"),
        (Standing(None, None, None, None, 0.0), KNOWN, (), "a score under the draft alone"),
        (KNOWN, KNOWN._replace(tier="Champion"), (), "the tiers' floors differ"),
        (
            KNOWN,
            KNOWN._replace(final_score=82.5),
            (Driver("metric", 3.0, ("payment_health",), 1, 1), Driver("metric", -0.5, ("p1_p2_volume",), 2, 3)),
            "+3.0 failed payments; -0.5 Urgent conversations 2 → 3",
        ),
    ],
)
def test_why_says_what_the_score_does_not(
    now_: Standing, draft: Standing, drivers: tuple[Driver, ...], said: str
) -> None:
    """Coverage, floors; of a metric that was measured alike its name will do."""
    assert why(case(1, now_, draft), drivers) == said
