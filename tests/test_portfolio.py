"""`portfolio`: the accounts of a period from their summaries, those that are asked for, in the order asked for."""

import json
import shlex
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handlers.cli import cli
from handlers.commands.portfolio_forms import WIDE
from handlers.jobs.alerts import keep_list, listed, make_list
from handlers.jobs.portfolio import SORTS, in_order, latest_period, lines_of
from handlers.stores.sqlite.store import SqliteStore
from handlers.words.alerts import gap_words
from handlers.words.portfolio import (
    causes_of,
    change_of,
    course_of,
    csm_of,
    money_of,
    moved_by,
    range_of,
    renewal_of,
    turn_of,
)
from scoring.alerts import Alert, AlertTerms
from scoring.customer import Csm
from scoring.drivers import Driver
from scoring.ids import to_18
from scoring.instants import DAY
from scoring.model import Currencies
from scoring.periods import period_end
from scoring.record import Moved, Record, Status
from scoring.summary import Summary, summary_of
from tests.scoring.accounts import AS_OF
from tests.scoring.test_record import FINAL

ANA = Csm("005AA0000000001YAA", "Ana Größe", "ana@example.com", is_active=True)
BEN = Csm("005AA0000000002YAA", "Ben [Old]", None, is_active=False)
IDS = [to_18(f"001Qy0000000{number:03d}") for number in range(6)]
PAYMENTS = Driver("metric", -27.5, ("payment_health",), 0, 3)
CURRENCIES = Currencies("USD", {"EUR": 0.5})


def record(number: int, period: str, score: float | None, tier: str | None, /, **said: Any) -> Record:  # noqa: ANN401
    """Give a record of an account."""
    names: Any = {name: said.get(name) for name in ("csm", "arr", "currency", "renewal")}
    measured = replace(FINAL.measurements, **names)
    as_of = period_end(period)
    made = replace(FINAL.score, account_id=IDS[number], account_name=said.get("name"), as_of=as_of, final_score=score)
    made = replace(made, tier=tier, low=score, high=score, segment=said.get("segment", "paid"))
    status: Status = said.get("status", "final")
    return Record(period, status, as_of, measured, made, said.get("moved"))


RECORDS = (
    record(0, "2026-07", 91.0, "Champion"),
    record(0, "2026-09", 80.0, "Healthy"),
    record(
        *(0, "2026-10", 51.3, "Critical"),
        name="Café Größe",
        csm=ANA,
        arr=100.0,
        currency="EUR",
        moved=Moved("2026-09", 80.0, "Healthy", (PAYMENTS,)),
    ),
    record(1, "2026-10", 52.0, "Critical", name="[b]Inn", csm=BEN, arr=150.0, currency="USD", renewal=AS_OF + 90 * DAY),
    record(2, "2026-10", 95.0, "Champion", name="Palace", moved=Moved("2026-09", 94.9, "Champion"), segment="standard"),
    record(3, "2026-10", None, None, name="Nobody", arr=900.0, currency="XXX"),
    record(4, "2026-10", 62.0, "At Risk", name="Alpenhof", csm=Csm("00GAA0000000001YAA"), renewal=AS_OF + DAY),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store of five accounts, one of them with a past."""
    path = tmp_path_factory.mktemp("portfolio") / "store.db"
    with closing(SqliteStore(path)) as store:
        october = [one for one in RECORDS if one.period == "2026-10"]
        made, edges = make_list(store, "2026-10", period_end("2026-10"), AlertTerms("level", 0.4), october)
        keep_list(store, made, edges)
        store.put_records(RECORDS)
        store.put_records(listed(one, made) for one in october)
    return path


@pytest.fixture(scope="module")
def store(path: Path) -> Iterator[SqliteStore]:
    """Open it."""
    with closing(SqliteStore(path)) as opened:
        yield opened


def run(path: Path, *words: str, columns: int = 80) -> Result:
    """Run the command on a store."""
    environment = {"COLUMNS": str(columns)}
    return CliRunner().invoke(cli, ["--store", f"sqlite:///{path}", "portfolio", *words], env=environment)


def numbers(path: Path, *words: str) -> list[int]:
    """Give the accounts that are listed, by their numbers."""
    return [IDS.index(json.loads(line)["account_id"]) for line in run(path, *words).stdout.splitlines()]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("risk", [0, 1, 4, 3, 2]),
        ("score", [0, 1, 4, 2, 3]),
        ("change", [0, 2, 1, 4, 3]),
        ("moved", [0, 2, 1, 4, 3]),
        ("arr", [0, 1, 4, 3, 2]),
        ("renewal", [4, 1, 0, 3, 2]),
        ("csm", [4, 0, 1, 3, 2]),
        ("name", [1, 4, 0, 3, 2]),
    ],
)
def test_lines_are_sorted_as_asked_for_and_what_is_unknown_comes_last(
    store: SqliteStore, sort: str, order: list[int]
) -> None:
    """Money counts in the corporate currency; ties go by name."""
    lines = in_order(lines_of(store, "2026-10", CURRENCIES), sort)
    found = [IDS.index(line.summary.account_id) for line in lines]
    tied = {"arr": 3, "renewal": 2, "csm": 3, "change": 2, "moved": 2}.get(sort, 5)
    assert (found[:tied], set(found)) == (order[:tied], set(order))


def test_every_order_that_help_names_sorts_a_list(path: Path) -> None:
    """And none leaves anybody out."""
    assert all(sorted(numbers(path, "--sort", sort)) == [0, 1, 2, 3, 4] for sort in SORTS)


def test_a_line_has_the_scores_of_four_months_and_the_figures_of_its_record(store: SqliteStore) -> None:
    """A month without a record has none."""
    lines = {line.summary.account_id: line for line in lines_of(store, "2026-10", CURRENCIES)}
    assert lines[IDS[0]].scores == (91.0, None, 80.0, 51.3)
    assert replace(lines[IDS[0]].summary, alert=None) == summary_of(RECORDS[2])
    assert {number: lines[IDS[number]].worth for number in range(5)} == {0: 200.0, 1: 150.0, 2: None, 3: None, 4: None}


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (("--tier", "critical"), [1, 0]),
        (("--tier", "at_risk", "--tier", "UNSCORED"), [4, 3]),
        (("--segment", "Standard"), [2]),
        (("--csm", "grosse"), [0]),
        (("--csm", "ana@example"), [0]),
        (("--csm", "00GAA0000000001YAA"), [4]),
        (("--changed",), [0, 2]),
        (("--changed", "5"), [0]),
        (("--limit", "2"), [1, 0]),
        (("--csm", "b", "--tier", "champion"), []),
    ],
)
def test_only_what_is_asked_for_is_listed(path: Path, words: tuple[str, ...], listed: list[int]) -> None:
    """A piped list is lines of JSON, the worst and dearest first; of changes, the greatest."""
    assert numbers(path, *words) == listed


def test_a_line_of_json_says_all(path: Path) -> None:
    """Instants and dates as in scores; what a summary has, a line has."""
    told = json.loads(run(path, "--csm", "ana", "--json").stdout)
    assert told["csm"] == {"id": ANA.id, "name": "Ana Größe", "mail": "ana@example.com", "is_active": True}
    assert (told["final_score"], told["change"], told["scores"]) == (51.3, -28.7, [91.0, None, 80.0, 51.3])
    assert set(told) == {*Summary.__slots__, "change", "scores"}
    assert (told["as_of"], told["arr"], told["currency"], told["renewal"]) == (
        "2026-11-01T00:00:00Z",
        100.0,
        "EUR",
        None,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tier", "helthy"), "'helthy' is no tier: did you mean Healthy?"),
        (("--segment", "payed"), "did you mean paid?"),
        (("--sort", "renewel"), "did you mean renewal?"),
        (("--csm", "anna grosse"), "no account has a CSM 'anna grosse': did you mean Ana Größe?"),
        (("--period", "2026-11"), "no account has a record of 2026-11: did you mean 2026-10? There are 2026-07"),
        (("--period", "october"), "expected YYYY-MM"),
    ],
)
def test_what_fits_nothing_is_refused_with_what_was_probably_meant(
    path: Path, words: tuple[str, ...], said: str
) -> None:
    """An empty list would look like peace."""
    answer = run(path, *words)
    assert answer.exit_code != 0
    assert answer.stdout == ""
    assert said in answer.stderr


@pytest.mark.parametrize("columns", [80, WIDE - 1, WIDE, 160])
def test_a_table_fits_its_terminal_and_shows_the_figures(path: Path, columns: int) -> None:
    """Names that look like markup are shown as they are."""
    told = run(path, "--table", columns=columns).stdout
    assert max(map(len, told.splitlines())) <= columns
    for shown in ("2026-10, final, as of 2026-11-01: 5 accounts", "Critical 2", "[b]Inn", "51.3", "-28.7", "EUR 100"):
        assert shown in told
    assert "-27.5 Failed" in told
    assert "█·▇▅" in told
    assert "Critical ↓" in told


def test_a_wide_table_says_what_moved_each_score(path: Path) -> None:
    """From which tier, then the drivers of the record, the points first."""
    assert "-27.5 Failed payments 0 → 3; was Healthy" in run(path, "--table", columns=200).stdout


def test_a_long_table_says_how_many_it_does_not_show(path: Path) -> None:
    """Nothing is left out without a word."""
    told = run(path, "--table", "--limit", "2").stdout
    assert "Alpenhof" not in told
    assert "2 of 5 accounts: --limit 0 shows all." in told
    assert "Alpenhof" in run(path, "--table", "--limit", "0").stdout
    assert "No account is as asked for." in run(path, "--table", "--csm", "b", "--tier", "champion").stdout


def test_while_a_month_runs_the_others_are_shown_with_the_month_before(tmp_path: Path) -> None:
    """Once it is closed, its records alone are the list."""
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        live = record(0, "2026-11", 60.0, "At Risk", status="provisional")
        store.put_records([*RECORDS, live])
        assert latest_period(store) == "2026-11"
        found = {line.summary.account_id: line for line in lines_of(store, "2026-11", CURRENCIES)}
        assert {key: one.summary.period for key, one in found.items()} == dict.fromkeys(IDS[1:5], "2026-10") | {
            IDS[0]: "2026-11"
        }
        assert found[IDS[1]].scores == (None, None, 52.0, None)
        store.put_records([replace(live, status="final")])
        assert [line.summary.account_id for line in lines_of(store, "2026-11", CURRENCIES)] == [IDS[0]]


def test_alerts_are_listed_with_since_when_and_why(path: Path) -> None:
    """The first to call first; as a table too, which says that an alert is no tier."""
    told = [json.loads(line) for line in run(path, "--alerts", "--json").stdout.splitlines()]
    assert [IDS.index(one["account_id"]) for one in told] == [0, 1]
    assert told[0]["alert"] == {
        "since": "2026-11-01T00:00:00Z",
        "reason": "score 51.3; number 1 of 4 accounts for 2 places",
        "rule": "level",
        "score": 51.3,
        "renewal_days": None,
        "place": 1,
        "places": 2,
        "accounts": 4,
        "book": "2026-10",
        "stays": False,
    }
    table = run(path, "--alerts", "--table", columns=100).stdout
    assert "An alert is no tier" in table
    assert "2026-11-01" in table
    assert "score 52.0; number 2 of 4" in table
    assert json.loads(run(path, "--csm", "00GAA", "--json").stdout)["alert"] is None


@pytest.mark.parametrize(
    ("places", "missing"),
    [([1, 2, 3, 4], None), ([1, 2, 4, 6], "Of the first 6 in order 2 are"), ([1, 2, 6], None), ([1, 2, 4, None], None)],
)
def test_missing_numbers_of_the_list_are_explained(places: list[int | None], missing: str | None) -> None:
    """Those in between are newcomers without a place. Where the list is not whole, other reasons may be true."""
    said = list(gap_words([Alert(AS_OF, "steady", 50.0, None, place, 4, 40, "2026-10") for place in places]))
    assert [one[: len(missing or "")] for one in said] == ([] if missing is None else [missing])
    assert all("stays while among the first 6." in one for one in said)


def test_of_some_accounts_it_is_said_of_how_many(path: Path) -> None:
    """The tiers above the table are those of all."""
    told = run(path, "--table", "--tier", "critical").stdout
    assert "2 of 5 accounts\nAll 5: Champion 1, At Risk 1, Critical 2, unscored 1\n" in told


def test_before_any_close_made_a_list_nobody_is_said_to_be_well(path: Path) -> None:
    """September has records, and no list."""
    answer = run(path, "--period", "2026-09", "--alerts")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "no close up to 2026-09 has a list of alerts" in str(answer.exception) + answer.stderr


PAGE = (Path(__file__).parents[1] / "docs" / "portfolio.md").read_text()


@pytest.mark.parametrize("line", [line for line in PAGE.splitlines() if line.startswith("healthscore portfolio")])
def test_the_commands_of_the_page_run(path: Path, line: str) -> None:
    """As they stand there."""
    answer = run(path, *shlex.split(line, comments=True)[2:])
    assert (answer.exit_code, answer.stderr) == (0, "")


def test_the_page_names_every_order_and_every_member_of_a_line(path: Path) -> None:
    """Once each in its place."""
    (orders,) = (part for part in PAGE.split("\n\n") if part.startswith("`--sort` takes"))
    assert {word for word in SORTS if f"`{word}`" in orders} == set(SORTS)
    (members,) = (part for part in PAGE.split("\n\n") if part.startswith("A line of JSON has"))
    told = json.loads(run(path, "--csm", "ana", "--json").stdout)
    assert [name for name in (*told, *told["csm"], *told["moved"]) if f"`{name}`" not in members] == []


def test_lines_of_json_are_written_some_at_a_time_and_none_is_lost(tmp_path: Path) -> None:
    """Up to the limit, in the order asked for."""
    ids = [to_18(f"001Qy0000001{number:03d}") for number in range(1_000)]
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        made = record(0, "2026-10", 50.0, "Critical", name="Inn")
        store.put_records(replace(made, score=replace(made.score, account_id=one)) for one in ids)
    path = tmp_path / "store.db"
    for limit, shown in ((0, 1_000), (1, 1), (500, 500), (501, 501), (5_000, 1_000)):
        lines = run(path, "--json", "--limit", str(limit)).stdout.splitlines()
        assert [json.loads(line)["account_id"] for line in lines] == sorted(ids)[:shown]


def test_a_store_without_records_says_what_to_do(tmp_path: Path) -> None:
    """Neither a table nor a line."""
    SqliteStore(tmp_path / "store.db").close()
    answer = run(tmp_path / "store.db")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "run finalise" in answer.stderr


@pytest.mark.parametrize(
    ("before", "now", "turn"),
    [
        ("Healthy", "Champion", " ↑"),
        ("Healthy", "Critical", " ↓"),
        ("At Risk", "At Risk", ""),
        ("Unknown", "Healthy", ""),
        ("Healthy", "Unknown", ""),
        (None, "Healthy", ""),
        ("Healthy", None, ""),
    ],
)
def test_a_tier_shows_which_way_it_turned(before: str | None, now: str | None, turn: str) -> None:
    """What is not known is neither better nor worse."""
    assert turn_of(summary_of(record(0, "2026-10", 50.0, now, moved=Moved("2026-09", 50.0, before)))) == turn
    assert turn_of(summary_of(record(0, "2026-10", 50.0, now))) == ""


def test_what_moved_it_says_the_points_first_and_the_largest_first() -> None:
    """A list may have no room for all of it; from which tier it came is last."""
    drivers = (Driver("metric", -3.6, ("p1_p2_volume",), 1.0, 4.0), Driver("cap", 0.4, (), 65.0, 66.0))
    told = summary_of(record(0, "2026-10", 50.0, "At Risk", moved=Moved("2026-09", 53.2, "Healthy", drivers)))
    assert moved_by(told) == "-3.6 Urgent conversations 1 → 4; +0.4 The cap 65.0 → 66.0; was Healthy"
    assert causes_of(told, most=1) == "-3.6 Urgent conversations 1 → 4"
    bare = summary_of(record(0, "2026-10", 50.0, "At Risk", moved=Moved("2026-09", 53.2, "Healthy")))
    assert (moved_by(bare), causes_of(bare)) == ("was Healthy", "")
    assert moved_by(summary_of(record(0, "2026-10", 50.0, "At Risk"))) == ""


def test_figures_in_words_leave_open_what_is_not_known() -> None:
    """No zero stands for nothing."""
    bare = summary_of(RECORDS[5])
    assert (change_of(bare), renewal_of(bare), csm_of(None), range_of(bare)) == ("-", "-", "-", "")
    assert money_of(replace(bare, arr=None)) == "-"
    assert (csm_of(BEN), csm_of(Csm("005X"))) == ("Ben [Old] (inactive)", "005X")
    assert range_of(replace(bare, low=40.0, high=60.5)) == "40.0-60.5"
    assert course_of([0.0, 12.5, 99.9, 100.0, None]) == "▁▂██·"
