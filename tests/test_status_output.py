"""What `status` prints: for programs one line of JSON, for people tables that say what to do."""

import json
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from handlers.cli import cli
from handlers.commands.status_tables import MOST_DEEDS, show_status
from handlers.jobs.closes import Deed, Note, log_deed, note
from handlers.jobs.guards import Held
from handlers.jobs.kept import keep
from handlers.jobs.retention import LOOKING, Looked, Looking
from handlers.jobs.standing import Standing
from handlers.stores.protocol import Reread
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Naming
from scoring.feeds import Covered, Feed, Heard, HeardHour
from scoring.instants import DAY, HOUR, Instant, format_date, format_instant, parse_instant
from scoring.observations import Subject
from scoring.outcome_facts import OutcomeCounts
from tests.test_history import CONFIG, ID, NOW, batch

AT = parse_instant("2026-11-27T08:00:00Z")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store that knows an owner whom no account is mapped to, and whose close is held."""
    folder = tmp_path_factory.mktemp("status")
    (folder / "accounts.csv").write_text(f"sf_account_id,looker_customer_id\n{ID},77\n")
    told = batch()
    told.add(Naming("looker", ("78",), NOW - DAY))
    told.add(Heard("intercom", NOW - HOUR))
    told.add(Covered("intercom", NOW - 30 * DAY))
    with closing(SqliteStore(folder / "store.db")) as store:
        store.merge(told)
        note(store, "2026-10", Note("held", AT, held=(Held("uncovered", "nothing is covered"),)))
        log_deed(store, "withdraw", "2026-09", "closed too early", AT)
    return folder / "store.db"


def run(path: Path, *words: str, columns: int = 100) -> Result:
    """Run the command on a store."""
    call = ["--store", f"sqlite:///{path}", "status", *words, "--accounts", str(path.parent / "accounts.csv")]
    return CliRunner().invoke(cli, call, env={"COLUMNS": str(columns)})


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_programs_get_one_line(path: Path, words: tuple[str, ...]) -> None:
    """With the names that DESIGN.md's scripts know."""
    (line,) = run(path, *words).stdout.splitlines()
    told = json.loads(line)
    members = ["feeds", "reread", "unattributed", "unmapped", "closes", "deeds", "outcomes", "retention"]
    assert list(told) == members
    kinds = {"renewed": 0, "churned": 0, "downgraded": 0}
    assert told["outcomes"] == {**kinds, "refused": {}, "unknown": {}, "unread": 0, "newest": None}
    assert told["feeds"]["intercom"] == {
        "covered_since": format_instant(NOW - 30 * DAY),
        "last_heard": format_instant(NOW - HOUR),
    }
    assert told["unmapped"] == {"intercom": [], "looker": [["78"]], "salesforce": []}
    assert told["closes"] == {
        "2026-10": {"stage": "held", "at": format_instant(AT), "held": {"uncovered": "nothing is covered"}}
    }
    assert told["deeds"] == [
        {"at": format_instant(AT), "deed": "withdraw", "of": "2026-09", "reason": "closed too early"}
    ]


@pytest.mark.parametrize("columns", [80, 140])
def test_people_get_tables_that_fit(path: Path, columns: int) -> None:
    """Each with what to do."""
    answer = run(path, "--table", columns=columns)
    assert answer.exit_code == 0, answer.stderr
    assert max(map(len, answer.stdout.splitlines())) <= columns
    told = " ".join(answer.stdout.split())
    for said in (
        f"Intercom {format_date(NOW - 30 * DAY)} 1 hour ago fresh",
        "without an account 1 Looker: 78 `healthscore identity",
        "2026-10 2026-11-27 08:00 UTC held: look at it with `healthscore finalise --dry-run`",
        "uncovered: nothing is covered",
        "2026-11-27 08:00 UTC withdraw 2026-09 closed too early",
    ):
        assert said in told
    assert "Nothing waits" not in told


def shown(**known: object) -> str:
    """Print how a store stands that knows only this."""
    nothing: dict[str, object] = {
        "feeds": {}, "rereads": (), "unattributed": {}, "unmapped": {}, "closes": {}, "deeds": ()
    }  # fmt: skip
    out = StringIO()
    found = Standing(**{**nothing, **known})  # type: ignore[arg-type]
    show_status(Console(file=out, width=160, highlight=False), found, CONFIG.model, AT)
    return out.getvalue()


def test_what_leaves_the_store_is_said_with_its_date() -> None:
    """Before it goes, and with what keeps it."""
    said = " ".join(shown(retention=Looked("2026-11-20T00:00:00Z", nobodys=9, leaving={"2026-12-04": 7})).split())
    assert "facts without an account 7 2026-12-04 map their owners before then, to keep them" in said
    assert "Leaves the store" not in shown(retention=Looked("2026-11-20T00:00:00Z", nobodys=9))


def test_a_look_that_is_under_way_is_said_with_how_far_it_came(path: Path) -> None:
    """What is listed is then of the one before it; programs are told the same."""
    looked = Looked("2026-11-20T00:00:00Z", nobodys=9, leaving={"2026-12-04": 7})
    looking = Looking("2026-11-27T00:00:00Z", "2026-11-27T00:00:00Z", looked, facts=12_000)
    said = " ".join(shown(retention=looked, looking=looking).split())
    assert "facts without an account 7 2026-12-04" in said
    assert "facts looked at so far 12,000 since 2026-11-27 each sweep goes on" in said
    with closing(SqliteStore(path)) as store:
        store.set_cursor(LOOKING, keep(looking))
    told = json.loads(run(path, "--json").stdout)
    with closing(SqliteStore(path)) as store:
        store.keeping.remove_cursors([LOOKING])
    assert told["retention"] == {"under_way": {"since": "2026-11-27T00:00:00Z", "facts": 12_000}}


def feed(days: float, *, covered: bool = True) -> Feed:
    """Give a feed that was last heard so many days ago."""
    heard = Instant(AT - int(days * DAY))
    return Feed(AT - 90 * DAY if covered else None, (HeardHour(heard, heard),))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (feed(0.1), "2 hours ago fresh"),
        (feed(4.5), "4 days 12 h ago stale see whether"),
        (feed(40), "40 days ago dead mend its webhook"),
        (feed(0.1, covered=False), "never 2 hours ago not covered `healthscore backfill` brings its past"),
        (Feed(), "never never nothing known ingest, import or backfill it"),
        (Feed(AT - 90 * DAY), "never dead mend"),
    ],
)
def test_a_source_says_how_it_stands(given: Feed, said: str) -> None:
    """By the limits that scores go by; one that was never heard is no good news."""
    lines = [" ".join(line.split()) for line in shown(feeds={"intercom": given}).splitlines()]
    (line,) = [line for line in lines if line.startswith("Intercom")]
    assert said in line


def test_every_source_in_use_is_there_and_nothing_waits() -> None:
    """So an empty store does not look well."""
    told = shown()
    assert [line.split()[0] for line in told.splitlines()[2:5]] == ["Intercom", "Looker", "Salesforce"]
    assert told.count("nothing known") == 3
    assert "Nothing waits to be read again, to be mapped or to be closed." in told
    assert "strange" in shown(feeds={"strange": feed(1)})


def test_what_waits_is_counted_and_named() -> None:
    """The longest wait by object; of many owners the first, by their shortest ids; text from outside is no markup."""
    rereads = [
        Reread(Subject("salesforce", "account", str(number)), name, AT - number * DAY)
        for number, name in enumerate(["Account", "[b]Odd", "Account"])
    ]
    owners = [[f"{'x' * 20}{number}", f"[i]{number}"] for number in range(5)]
    told = " ".join(shown(rereads=rereads, unattributed={"conversation": 1_234}, unmapped={"intercom": owners}).split())
    for said in (
        "to be read again 2 Account, since 2026-11-25",
        "to be read again 1 [b]Odd, since 2026-11-26",
        "without an owner 1,234 conversation",
        "without an account 5 Intercom: [i]0, [i]1, [i]2, 2 more",
    ):
        assert said in told


@pytest.mark.parametrize(
    ("stage", "said"), [("writing", "run `healthscore finalise` for the period again"), ("withdrawn", "closes it anew")]
)
def test_an_open_close_says_what_to_do(stage: str, said: str) -> None:
    """By how far it came."""
    told = shown(closes={"2026-10": Note(stage, AT)})  # type: ignore[arg-type]
    assert said in told
    assert "Nothing waits" not in told


def test_of_many_deeds_the_latest_are_shown() -> None:
    """The others are counted."""
    deeds = [Deed(format_instant(AT + number * HOUR), "withdraw", f"m{number:02d}", "why") for number in range(15)]
    told = shown(deeds=deeds)
    assert [word for word in told.split() if word[:1] == "m" and word[1:].isdigit()] == [
        f"m{number:02d}" for number in range(14, 14 - MOST_DEEDS, -1)
    ]
    assert "and 5 earlier ones: --json has all" in told


def test_outcomes_are_counted_by_kind_and_so_is_what_nobody_knows() -> None:
    """With the newest day; a store that knows nothing of any renewal has no table of them."""
    counts = OutcomeCounts({"renewed": 3, "churned": 1, "downgraded": 0}, parse_instant("2026-09-30"), {"overdue": 2})
    lines = [" ".join(line.split()) for line in shown(outcomes=counts).splitlines()]
    begin = lines.index("Outcome of a renewal How many What to do")
    assert lines[begin + 2 : begin + 7] == [
        "renewed 3",
        "churned 1",
        "downgraded 0",
        "unknown (overdue) 2 its date has passed, and no opportunity of it is closed: see `healthscore outcomes`",
        "the newest 2026-09-30",
    ]
    assert "Outcome" not in shown()
    assert "not counted here" in shown(outcomes=None)
    assert "`healthscore outcomes` names them" in shown(outcomes=replace(counts, unread=2))
