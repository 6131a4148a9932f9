"""What `finalise` prints: tables for people, for programs one line of JSON of the same figures."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from handlers.cli import cli
from handlers.commands.close_outcome import Outcome
from handlers.commands.close_tables import MOST_NAMES, MOVERS, Seen, show_close
from handlers.jobs.closing import Closed
from handlers.jobs.guards import Held
from handlers.jobs.records import Terms
from handlers.jobs.runs import Totals
from handlers.sinks.close_files import CloseFiles
from handlers.stores.sqlite.store import SqliteStore
from handlers.words.legend import REMEDIES
from scoring.alert_list import AlertList, Listed, Unlisted
from scoring.alerts import AlertTerms
from scoring.drivers import Driver
from scoring.feeds import Covered
from scoring.instants import DAY
from scoring.periods import period_before
from scoring.record import Moved, Record
from scoring.summary import Summary, summary_of
from tests.test_history import CONFIG, END, ID, LAST, NOW, batch
from tests.test_portfolio import record

Close: TypeAlias = Callable[..., Result]
EARLIER = period_before(LAST)
KEYS = [
    *("period", "status", "model_version", "accounts", "scored", "unscored", "deleted", "outranked", "failed"),
    *("unread", "salesforce", "retried", "held", "csv", "receipts", "workbook", "alerts", "drift"),
]


def closer(folder: Path, *, covered: bool) -> Close:
    """Give what closes a period of a store of one account, whose usage rose from 40 to 60."""
    (folder / "accounts.csv").write_text(f"sf_account_id,looker_customer_id,account_name\n{ID},77,Grand [b]Hotel\n")
    told = batch()
    if covered:
        told.add(Covered("salesforce", END - 400 * DAY))
    with closing(SqliteStore(folder / "store.db")) as store:
        store.merge(told)

    def close(period: str, *words: str, columns: int = 100) -> Result:
        call = ["--store", f"sqlite:///{folder}/store.db", "finalise", "--period", period, *words]
        environment = {"COLUMNS": str(columns)}
        return CliRunner().invoke(cli, [*call, "--accounts", str(folder / "accounts.csv")], env=environment)

    return close


def words_of(text: str) -> list[list[str]]:
    """Give the words of each line that has any."""
    return [line.split() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(("dry", "columns"), [(False, 80), (True, 140)])
def test_people_see_tiers_movers_flags_and_files(tmp_path: Path, dry: bool, columns: int) -> None:  # noqa: FBT001
    """Of a dry run, too, which keeps nothing; names that look like markup are shown as they are."""
    close = closer(tmp_path, covered=True)
    assert close(EARLIER).exit_code == 0
    answer = close(LAST, *(["--dry-run"] if dry else []), "--table", "--no-workbook", columns=columns)
    assert (answer.exit_code, answer.stderr) == (0, "")
    stem = f"{tmp_path}/health-scores-{LAST}{'.dry-run' if dry else ''}"
    *said, sink, scores, receipts = answer.stdout.splitlines()
    assert sink == f"Salesforce: not written: {'dry run' if dry else 'the environment does not name it'}"
    assert [scores.split(), receipts.split()] == [["Scores:", f"{stem}.csv"], ["Receipts:", f"{stem}.receipts.jsonl"]]
    assert max(map(len, said)) <= columns
    told = words_of("\n".join(said))
    assert told[0][:2] == [f"{LAST},", "dry" if dry else "final,"]
    assert told[1] == ["1", "account,", "1", "scored"]
    for row in (["Unknown", "1", "1"], ["Grand", "[b]Hotel", "76.0", "84.0", "+8.0", "Unknown"]):
        assert row in told
    assert ["intercom", "1"] in [line[:2] for line in told]


def test_a_program_gets_the_same_keys_as_ever(tmp_path: Path) -> None:
    """One line where stdout is no terminal, and with --json."""
    close = closer(tmp_path, covered=True)
    for period, words in ((EARLIER, ()), (LAST, ("--dry-run", "--json")), (LAST, ("--json",))):
        (line,) = close(period, *words).stdout.splitlines()
        told = json.loads(line)
        assert list(told) == KEYS
        assert (told["accounts"], told["scored"], told["salesforce"], told["held"]) == (1, 1, False, {})
        assert told["status"] == ("provisional" if "--dry-run" in words else "final")
        assert Path(told["csv"]).exists()
        assert (told["alerts"]["rule"], told["alerts"]["budget"], told["alerts"]["accounts"]) == ("steady", 0.1, 1)
        assert (told["alerts"]["alerted"], told["alerts"]["left"]) == (1, {})
        assert told["alerts"]["new"] == ([ID] if period == EARLIER else [])


def test_a_held_close_says_so_and_names_no_file(tmp_path: Path) -> None:
    """What it came to is shown all the same; the guard is named on stderr as for programs."""
    answer = closer(tmp_path, covered=False)(EARLIER, "--table")
    assert answer.exit_code == 3
    assert answer.stdout.startswith(f"{EARLIER}, held: its records stay provisional, model ")
    assert answer.stdout.splitlines()[-1] == "Salesforce: not written: a guard holds the close"
    assert "the close is held by uncovered" in answer.stderr
    assert ["Unknown", "1", "-"] in words_of(answer.stdout)


def shown(summaries: Sequence[Summary], closed: Closed | None = None, columns: int = 100) -> str:
    """Print a final close that was written to the CRM."""
    close = Terms(LAST, END, CONFIG.model, "final", NOW)
    files = CloseFiles(Path("scores.csv"))
    outcome = Outcome(close, 9_000, closed or Closed(Totals()), {}, "salesforce", True, files, summaries)
    out = StringIO()
    show_close(Console(file=out, width=columns, highlight=False), outcome)
    return out.getvalue()


def test_the_list_of_alerts_is_counted_and_who_is_new_or_left_is_named() -> None:
    """Names that are known; why one left, for only one of the reasons is good news."""
    since = [("001", END, True), (record(0, LAST, 60.0, None).score.account_id, END - 31 * DAY, False)]
    rows = tuple(Listed(who, at, place, 40.0, None, is_new) for place, (who, at, is_new) in enumerate(since, 1))
    left = (Unlisted("002", "no_score"), Unlisted("003", "others_worse"))
    made = AlertList(LAST, END, AlertTerms("steady"), 20, rows, left)
    told = shown([summary_of(record(0, LAST, 60.0, None, name="Inn"))], Closed(Totals(), alerts=made))
    assert "2 alerts (10% of 20, rule steady): healthscore portfolio --alerts\n  1 new: 001\n" in told
    assert "  1 left: others are worse now: 003\n" in told
    assert "  1 left: it has no score, nobody knows how it stands: 002\n" in told
    six = tuple(Listed(f"{n}", END, n, 1.0, None, is_new=True) for n in range(6))
    many = AlertList(LAST, END, AlertTerms("steady"), 60, six)
    assert "  6 new: 0, 1, 2, 3 and 2 more\n" in shown([], Closed(Totals(), alerts=many))


def moving(number: int, before: float, now: float, *drivers: Driver) -> Record:
    """Give a record that moved."""
    return record(number, LAST, now, "At Risk", name=f"Inn {number}", moved=Moved(EARLIER, before, "Healthy", drivers))


def test_the_biggest_movers_come_first_with_what_moved_them() -> None:
    """Up or down makes no difference; who stayed, or has no score to compare, is not there."""
    caps = Driver("cap", -11.5, (), 100.0, 65.0)
    records = [
        moving(0, 80.0, 79.9),
        moving(1, 80.0, 68.0, caps, Driver("came", -0.5, ("p1_p2_volume",))),
        moving(2, 70.0, 70.0),
        record(3, LAST, 60.0, "At Risk", name="New"),
        record(4, LAST, None, None, name="Gone", moved=Moved(EARLIER, 90.0, "Champion")),
        moving(5, 60.0, 90.0),
    ]
    told = words_of(shown([summary_of(one) for one in records]))
    found = [line for line in told if line[0] == "Inn"]
    assert found == [
        ["Inn", "5", "60.0", "90.0", "+30.0", "At", "Risk"],
        ["Inn", "1", "80.0", "68.0", "-12.0", "At", "Risk"],
        ["Inn", "0", "80.0", "79.9", "-0.1", "At", "Risk"],
    ]
    assert told[told.index(found[1]) + 1] == "-11.5 The cap 100.0 → 65.0 was Healthy".split()
    tiers = [line for line in told if line[:2] in (["At", "Risk"], ["unscored", "1"]) or line[0] == "Healthy"]
    assert tiers == [["Healthy", "0", "4"], ["At", "Risk", "5", "0"], ["unscored", "1", "0"]]


def test_of_many_movers_a_few_are_shown() -> None:
    """The figures of all are in the files."""
    many = [summary_of(moving(0, 90.0, float(now))) for now in range(60, 80)]
    lines = [line for line in words_of(shown(many)) if line[0] == "Inn"]
    assert [line[3] for line in lines] == [f"{now}.0" for now in range(60, 60 + MOVERS)]


def test_flags_are_counted_by_account_with_what_to_do_about_each() -> None:
    """What matters most first, with the names behind a word below it; what says how sure a figure is, not at all."""
    given = [
        ("partial", "reread:Account", "waiting:close_time_hours", "waiting:first_reply_minutes"),
        ("low_confidence", "partial", "small_sample:close_time_hours", "strange:[b]thing"),
        *[(f"unknown_word:O.F{number}", "unknown_word:O.F0") for number in range(1, 7)],
    ]
    summaries = [replace(summary_of(record(0, LAST, 60.0, "At Risk")), flags=flags) for flags in given]
    told = words_of(shown(summaries, columns=300))
    lines = told[told.index("Flags that count Accounts What to do".split()) + 2 :]
    remedies = {word: remedy.split() for word, remedy in REMEDIES.items()}
    assert lines[:4] == [
        ["low_confidence", "1", *remedies["low_confidence"]],
        ["reread", "1", *remedies["reread"]],
        ["Account", "1"],
        ["unknown_word", "6", *remedies["unknown_word"]],
    ]
    assert lines[4] == ["O.F0", "6"]
    assert lines[4 + MOST_NAMES] == ["and", "3", "more"]
    assert lines[5 + MOST_NAMES : 9 + MOST_NAMES] == [
        ["waiting", "1", *remedies["waiting"]],
        ["close_time_hours", "1"],
        ["first_reply_minutes", "1"],
        ["strange", "1"],
    ]
    assert lines[9 + MOST_NAMES] == ["[b]thing", "1"]


def test_what_became_of_the_accounts_is_counted() -> None:
    """What did not occur is not there."""
    run = Totals(scored=8_000, unscored=["A", "B"], deleted=["C"], failed={"D": "x"}, refused={"E": "y"}, retried=3)
    told = shown([], Closed(run))
    assert "9,000 accounts, 8,000 scored, 2 without a score, 1 deleted in the CRM, 2 failed, 3 written late\n" in told
    assert "Salesforce: written\n" in told
    assert "Tier" not in told
    held = shown([], Closed(run, [Held("uncovered", "why")]))
    assert "Salesforce: not written: a guard holds the close" in held
    assert "scores.csv" in told
    assert "scores.csv" not in held


def test_records_of_a_dry_run_are_summed_up_on_their_way() -> None:
    """The writer gets them as they are."""

    class Kept:
        def __init__(self) -> None:
            self.records: list[Record] = []

        def write(self, records: object) -> None:
            self.records = list(records)  # type: ignore[call-overload]

    kept = Kept()
    seen = Seen(kept)
    records = [moving(0, 80.0, 70.0), moving(1, 60.0, 70.0)]
    seen.write(iter(records))
    assert kept.records == records
    assert seen.summaries == [summary_of(one) for one in records]


def test_the_monthly_report_stands_beside_where_it_is_asked_for(tmp_path: Path) -> None:
    """One page of HTML that says what the close came to; not of a dry run, which keeps nothing, nor unasked."""
    close = closer(tmp_path, covered=True)
    told = json.loads(close(EARLIER, "--json", "--no-workbook", "--report").stdout)
    assert told["report"] == f"{tmp_path}/health-scores-{EARLIER}.report.html"
    page = Path(told["report"]).read_text(encoding="utf-8")
    assert "Grand [b]Hotel" in page
    assert "1 account with" in page
    assert close(LAST, "--table", "--report", "--no-workbook").stdout.splitlines()[-1].split()[0] == "Report:"
    refused = close(LAST, "--dry-run", "--report")
    assert refused.exit_code == 2
    assert "--report is of records that are kept" in refused.stderr
