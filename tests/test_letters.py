"""Dead letters are taken in again once they can be read; what still cannot be stays, and nothing is doubled."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import load_config
from handlers.commands.letters import bury, letters_in, take_in_again
from handlers.commands.session import Session
from handlers.commands.totals import Total
from handlers.files import OutputFile
from handlers.jobs.fold import DeadLetter
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY, Instant, parse_instant
from tests.messages import owner_listed

INTAKE = load_config().intake
NOW = parse_instant("2026-10-15")
GOOD = [json.dumps(owner_listed("looker", f"axp-{number}", name="A", at="2026-10-01")) for number in range(4)]
AHEAD = json.dumps(owner_listed("looker", "axp-9", name="A", at="2026-10-20"))
BAD = ["nothing", '{"type": "no.such"}', '{"cut": ']


class Desk:
    """A folder with a store and a file of dead letters."""

    def __init__(self, folder: Path, now: Instant = NOW) -> None:
        """Stand there at an instant."""
        self.path = folder / "letters.jsonl"
        self.session = Session(f"sqlite:///{folder / 'store.db'}", Path("config"), quiet=True, clock=lambda: now)
        self.store = SqliteStore(folder / "store.db")

    def again(self) -> Total:
        """Take the letters in again."""
        return take_in_again(self.session, letters_in(self.session, self.path), self.store, INTAKE)

    def owners(self) -> set[str]:
        """Name the owners that are known."""
        return {key for owner in self.store.owners("looker") for key in owner.ids}

    def letters(self) -> list[dict[str, Any]]:
        """Read the letters that are there."""
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def write(self, bodies: Iterable[str]) -> None:
        """Write letters as a fold does."""
        dead = [DeadLetter("a.jsonl", number, "as of then", body.encode()) for number, body in enumerate(bodies, 1)]
        bury(dead, OutputFile(self.path), self.session)


def test_what_can_be_read_by_now_is_taken_out(tmp_path: Path) -> None:
    """A day later one of two is no more ahead of its time; the other says why it still stays."""
    early = Desk(tmp_path)
    early.write([BAD[0], AHEAD])
    total = early.again()
    assert (total.messages, total.dead, early.owners()) == (2, 2, set())
    late = Desk(tmp_path, NOW + 5 * DAY)
    total = late.again()
    assert (total.messages, total.dead, late.owners()) == (2, 1, {"axp-9"})
    (letter,) = late.letters()
    assert (letter["file"], letter["line"], letter["body"]) == ("a.jsonl", 1, "nothing")
    assert letter["reason"].startswith("not JSON")


def test_when_all_is_taken_in_the_file_is_empty(tmp_path: Path) -> None:
    """It stays, for whoever watches it; taken in once more, it holds nothing."""
    desk = Desk(tmp_path)
    desk.write(GOOD)
    assert (desk.again().dead, desk.path.read_bytes()) == (0, b"")
    assert (desk.again().messages, desk.owners()) == (0, {"axp-0", "axp-1", "axp-2", "axp-3"})


@given(st.lists(st.sampled_from([*GOOD, *BAD]), max_size=8), st.booleans())
def test_each_letter_is_folded_or_stays_once(
    tmp_path_factory: pytest.TempPathFactory,
    bodies: list[str],
    twice: bool,  # noqa: FBT001  as Hypothesis gives it
) -> None:
    """However often it stands there, and however often it is run."""
    desk = Desk(tmp_path_factory.mktemp("letters"))
    desk.write(bodies)
    if twice:
        desk.write(bodies)
    for _ in range(2):
        dead = desk.again().dead if desk.path.exists() else 0
        stayed = [] if not desk.path.exists() else [(letter["line"], letter["body"]) for letter in desk.letters()]
        assert stayed == [(number, body) for number, body in enumerate(bodies, 1) if body in BAD]
        assert dead == len(stayed)
    assert desk.owners() == {f"axp-{GOOD.index(body)}" for body in bodies if body in GOOD}
    desk.store.close()


def test_what_is_no_dead_letter_stays_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that a killed process left torn, or that a person wrote there."""
    desk = Desk(tmp_path)
    desk.path.write_bytes(b'{"file": "a", "line": 1, "rea\n' + GOOD[0].encode() + b"\n")
    desk.write([GOOD[1]])
    total = desk.again()
    assert (total.messages, total.dead, desk.owners()) == (3, 2, {"axp-1"})
    assert desk.path.read_bytes() == b'{"file": "a", "line": 1, "rea\n' + GOOD[0].encode() + b"\n"
    assert 'holds what is no dead letter, and it stays there: {"file": "a", "line": 1, "rea' in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """It is not made."""
    desk = Desk(tmp_path)
    with pytest.raises(click.ClickException, match=r"no such file: .*letters\.jsonl"):
        desk.again()
    assert not desk.path.exists()
