"""`history`: an account month by month, for people a table, for programs lines of JSON."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.loader import load_config
from handlers.cli import cli
from handlers.clock import now
from handlers.jobs.history import last_ended, month_ends
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.stores.models import kept_model
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from handlers.words.history import reason
from scoring.account import Account, Naming
from scoring.feeds import Covered, Heard
from scoring.ids import to_18
from scoring.instants import DAY, format_date, parse_instant
from scoring.measurement import score
from scoring.observations import Observation, Reading, Subject
from scoring.periods import period_before, period_end, periods_to
from scoring.record import Record
from scoring.said_outcomes import SaidOutcome, observation_of

ID = to_18("001Qy0000000001")
ACCOUNT = Account(ID, {"looker": ("77",), "salesforce": (ID,)}, "Grand [b]Hotel")
NOW = now()
LAST = last_ended(NOW)
END = period_end(LAST)
CONFIG = load_config()


def batch() -> Batch:
    """Give what is known: readings of the last two month-ends, and a source that is covered since the last but one."""
    told = Batch()
    for number, end in enumerate((period_end(period_before(LAST)), END)):
        values = tuple((name, 40.0 + 20 * number) for name in CONFIG.model.pillars)
        told.add(Observation(Subject("looker", "reading", f"77@{end}"), end, Reading(end, values), "77"))
    told.add(Naming("looker", ("77",), END - 200 * DAY))
    told.add(Naming("salesforce", (ID,), END - 200 * DAY))
    told.add(Covered("salesforce", END - 20 * DAY))
    told.add(Heard("salesforce", END - DAY))
    return told


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store of one account, of which the last month is recorded, with a score that is not so any more."""
    folder = tmp_path_factory.mktemp("history")
    (folder / "accounts.csv").write_text(f"sf_account_id,looker_customer_id,account_name\n{ID},77,{ACCOUNT.name}\n")
    with closing(SqliteStore(folder / "store.db")) as store:
        store.merge(batch())
        store.put_model(CONFIG.model.version, CONFIG.model_text)
        made = record_of(AccountReader(store).read(ACCOUNT), Terms(LAST, END, CONFIG.model, "final", NOW))
        store.put_records([replace(made, score=replace(made.score, final_score=12.3))])
    return folder / "store.db"


def run(path: Path, *words: str, columns: int = 100) -> Result:
    """Run the command on a store."""
    call = ["--store", f"sqlite:///{path}", "history", *words, "--accounts", str(path.parent / "accounts.csv")]
    return CliRunner().invoke(cli, call, env={"COLUMNS": str(columns)})


def test_thirteen_month_ends_are_lines_of_json(path: Path) -> None:
    """Each as `score` says it at that instant; the months before anything was known are unscored, with the reason."""
    lines = [json.loads(line) for line in run(path, "grand").stdout.splitlines()]
    assert [line["period"] for line in lines] == list(periods_to(LAST, 13))
    with closing(SqliteStore(path)) as store:
        facts = AccountReader(store).read(ACCOUNT)
    for line in lines:
        alone = score(facts, period_end(line["period"]), CONFIG.model)
        assert {name: line["known"][name] for name in ("final_score", "tier", "low", "high", "coverage_pct")} == {
            name: getattr(alone, name) for name in ("final_score", "tier", "low", "high", "coverage_pct")
        }
    assert [line["known"]["final_score"] for line in lines[-3:]] == [None, 40.0, 60.0]
    assert [line["known"]["change"] for line in lines[-3:]] == [None, None, 20.0]
    assert {spot["source"]: spot["why"] for spot in lines[0]["blind"]} == {
        "intercom": "unmapped",
        "looker": "unknown_owner",
        "salesforce": "not_covered",
    }


def test_what_was_recorded_is_shown_where_it_differs_and_why(path: Path) -> None:
    """The record says 12.3."""
    *_, before, last = [json.loads(line) for line in run(path, ID, "--months", "2").stdout.splitlines()]
    assert (before["recorded"], before["shown_first"], before["differs"]) == (None, None, [])
    assert last["shown_first"] is None
    assert (last["recorded"]["final_score"], last["known"]["final_score"], last["differs"]) == (12.3, 60.0, ["data"])


def test_a_deleted_account_is_no_healthy_one(path: Path) -> None:
    """What is still known of it has a score; the table says why there is no record, JSON by the flag."""
    with closing(SqliteStore(path)) as store:
        known = score(AccountReader(store).read(ACCOUNT), END, CONFIG.model)
    assert known.tier == "Unknown"
    gone = replace(known, tier="Champion", flags=("account_deleted",))
    assert reason(gone, ()) == "deleted in the CRM"
    assert reason(replace(gone, flags=()), ()) == ""
    lines = [json.loads(line) for line in run(path, ID, "--months", "1").stdout.splitlines()]
    assert [line["flags"] for line in lines] == [list(known.flags)]


@pytest.mark.parametrize("columns", [80, 120])
def test_the_table_fits_and_says_the_same(path: Path, columns: int) -> None:
    """A month whose record differs has two rows; a reason that goes on is not repeated; text is no markup."""
    printed = run(path, "grand", "--table", columns=columns).stdout
    assert max(map(len, printed.splitlines())) <= columns
    assert "Grand [b]Hotel" in printed
    words = " ".join(printed.split())
    assert "12.3" in words
    assert "now 60.0" in words
    assert words.count("unscored") == 11
    assert words.count("likewise") >= 9
    assert "Recorded: what was shown then." in words


def test_a_month_whose_record_holds_has_one_row(path: Path, tmp_path: Path) -> None:
    """Of it, `final` is all there is to say."""
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.merge(batch())
        store.put_records([record_of(AccountReader(store).read(ACCOUNT), Terms(LAST, END, CONFIG.model, "final", NOW))])
    (tmp_path / "accounts.csv").write_bytes((path.parent / "accounts.csv").read_bytes())
    printed = run(tmp_path / "store.db", ID, "--table", "--months", "1").stdout
    assert " final " in printed
    assert " now " not in printed
    assert "Recorded:" not in printed


@pytest.mark.parametrize(("first", "said"), [(71.5, "first shown 71.5"), (None, "first shown without a number")])
def test_a_corrected_month_names_what_was_shown_first(
    path: Path, tmp_path: Path, first: float | None, said: str
) -> None:
    """What is recorded is what the CRM has now."""
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.merge(batch())
        made = record_of(AccountReader(store).read(ACCOUNT), Terms(LAST, END, CONFIG.model, "final", NOW))
        before = replace(made, scored_at=NOW - DAY, score=replace(made.score, final_score=first))
        store.put_records([replace(made, first=before)])
    (tmp_path / "accounts.csv").write_bytes((path.parent / "accounts.csv").read_bytes())
    line = json.loads(run(tmp_path / "store.db", ID, "--months", "1").stdout)
    assert (line["recorded"]["final_score"], line["shown_first"]["final_score"]) == (60.0, first)
    printed = " ".join(run(tmp_path / "store.db", ID, "--table", "--months", "1").stdout.split())
    assert said in printed
    assert f"healthscore history {ID} --period YYYY-MM" in printed


def test_more_months_than_are_kept_are_refused(path: Path) -> None:
    """What is older cannot be scored exactly."""
    assert run(path, ID, "--months", "14").exit_code == 2


@pytest.mark.parametrize(
    ("at", "last"), [("2026-11-01", "2026-10"), ("2026-11-30T23:59:59Z", "2026-10"), ("2027-01-02", "2026-12")]
)
def test_the_last_month_end_is_that_of_the_month_before(at: str, last: str) -> None:
    """The running month has none yet."""
    assert last_ended(parse_instant(at)) == last


def test_a_model_that_cannot_be_read_is_none(path: Path) -> None:
    """So a record under it differs because of the model, as far as can be said."""
    with closing(SqliteStore(path)) as store:
        store.put_model("broken", "{")
        assert kept_model(store, "broken") is kept_model(store, "unheard of") is None
        assert kept_model(store, CONFIG.model.version) == CONFIG.model
        made = record_of(AccountReader(store).read(ACCOUNT), Terms(LAST, END, CONFIG.model, "final", NOW + 1))
        old = replace(made.score, final_score=1.0, model_version="broken")
        store.put_records([Record(LAST, "final", NOW + 1, made.measurements, old)])
        assert month_ends(store, ACCOUNT, CONFIG.model, NOW, 1)[0].causes == ("model",)


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store of an account that gave notice in the last month but one, and left in the last."""
    folder = tmp_path_factory.mktemp("left")
    (folder / "accounts.csv").write_text(f"sf_account_id,looker_customer_id,account_name\n{ID},77,{ACCOUNT.name}\n")
    before = period_end(period_before(LAST))
    told = batch()
    told.add(observation_of(SaidOutcome(ID, "churned", before + 9 * DAY, before - 9 * DAY), NOW - DAY))
    told.add(observation_of(SaidOutcome(ID, "renewed", before - 700 * DAY), NOW - DAY))
    with closing(SqliteStore(folder / "store.db")) as store:
        store.merge(told)
    return folder / "store.db"


def test_a_month_says_which_outcome_fell_into_it(left: Path) -> None:
    """Notice in one month, the end in the next: programs get both with what fell."""
    before = period_end(period_before(LAST))
    lines = [json.loads(line) for line in run(left, ID, "--months", "3").stdout.splitlines()]
    fell = [[(one["outcome"], one["fell"]) for one in line["outcomes"]] for line in lines]
    assert fell == [[], [("churned", ["notice"])], [("churned", ["effective"])]]
    assert lines[2]["outcomes"][0]["notice_date"] == format_date(before - 9 * DAY)


def test_the_table_says_what_became_of_the_account(left: Path) -> None:
    """In the month, and what fell into none that is shown below."""
    before = period_end(period_before(LAST))
    words = " ".join(run(left, ID, "--table", "--months", "3", columns=200).stdout.split())
    assert f"notice to leave on {format_date(before - 9 * DAY)}" in words
    assert f"churned on {format_date(before + 9 * DAY)}" in words
    assert f"Not in these months: renewed on {format_date(before - 700 * DAY)}." in words
