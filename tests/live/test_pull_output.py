"""What `sweep` and `backfill` print: for programs one line of JSON, for people a table by source."""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from click.testing import CliRunner
from rich.console import Console

from handlers.clients.remote import Patience
from handlers.commands.live import backfill, sweep
from handlers.commands.pull_tables import Pulled, show_pulled
from handlers.commands.session import Session
from handlers.commands.totals import Total
from tests.fakes.server import Fault, Response
from tests.live.desk import Desk, at_desk
from tests.live.pilot import variables


def shown(asked: tuple[str, ...], by_pull: Mapping[str, int], failures: Mapping[str, str], total: Total) -> list[str]:
    """Print what came."""
    out = StringIO()
    show_pulled(Console(file=out, width=80, highlight=False), Pulled(asked, total, by_pull, failures))
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_each_source_that_was_asked_has_a_line() -> None:
    """One that gave nothing says so, which is not to have failed; names from outside are no markup."""
    by_pull = {"salesforce/Account": 1_200, "looker": 3, "salesforce/[b]Odd__c/reread": 2}
    lines = shown(("salesforce", "intercom", "zendesk", "looker"), by_pull, {"zendesk": "why"}, Total(1_205, 7, 1_190))
    assert lines[2:] == [
        "Salesforce Account 1,200",
        "Salesforce [b]Odd__c/reread 2",
        "Intercom nothing new 0",
        "Zendesk failed: see the reason below",
        "Looker 3",
        "",
        "1,205 messages, 1,190 observations.",
    ]


def test_a_source_that_failed_after_something_came_says_both() -> None:
    """And what could not be read is counted."""
    lines = shown(("looker",), {"looker": 1}, {"looker": "why"}, Total(1, 0, 0, 1))
    assert lines[2:] == [
        *("Looker 1", "Looker failed: see the reason below", ""),
        "1 message, 1 of them unreadable, 0 observations.",
    ]


def table(desk: Desk, command: object, *words: str) -> tuple[int, str, str]:
    """Give a command at the desk, and ask for a table."""
    session = Session(f"sqlite:///{desk.store}", desk.config, True, lambda: desk.now, Patience(0.0, lambda _: None))
    call = [*words, "--table", "--accounts", str(desk.folder / "mapping.csv")]
    done = CliRunner().invoke(command, call, obj=session, env=variables(desk.pilot, 30))  # type: ignore[arg-type]
    return done.exit_code, done.stdout, done.stderr


def test_people_at_a_terminal_get_a_table(tmp_path: Path) -> None:
    """Of a backfill and of a sweep alike; what failed is on stderr as ever."""
    with at_desk(1, tmp_path) as desk:
        code, out, err = table(desk, backfill)
        words = [line.split() for line in out.splitlines()]
        assert (code, err) == (0, "")
        assert ["Salesforce", "Account", "1"] in words
        assert {line[0] for line in words[2:] if line} >= {"Salesforce", "Intercom", "Looker"}
        desk.pilot.instance.server.plan("/", *[Fault("answer", Response(400, {"message": "broken"}))] * 9)
        code, out, err = table(desk, sweep)
        assert code == 3
        assert ["Looker", "failed:", "see", "the", "reason", "below"] in [line.split() for line in out.splitlines()]
        assert "Looker" in err
