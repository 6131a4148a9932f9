"""A desk at which the commands are given in this process: at the pilot's time, without waiting."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.testing import CliRunner

from config.portfolio import load_portfolio
from handlers.cli import DEFAULT_CONFIG
from handlers.clients.remote import Patience
from handlers.commands.finalise import finalise_command
from handlers.commands.session import Session
from handlers.jobs.finalise import score_all
from handlers.jobs.records import Terms
from handlers.jobs.run import Run
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import Instant
from scoring.periods import period_end
from scoring.record import Record
from tests.live.orgs import CONFIG
from tests.live.pilot import NOW, Pilot, served, variables, write_mapping


class Told(NamedTuple):
    """What a command came to: its exit code, its summary, what it said on the way."""

    code: int
    summary: dict[str, Any]
    said: str


@dataclass
class Desk:
    """A pilot that is served, and a folder with its store and mapping."""

    pilot: Pilot
    folder: Path
    now: Instant = NOW
    timeout: int = 30
    tried: Terms | None = None
    config: Path = DEFAULT_CONFIG
    also_set: dict[str, str] = field(default_factory=dict)

    def run(self, command: click.Command, *words: str) -> Told:
        """Give a command."""
        session = Session(f"sqlite:///{self.store}", self.config, True, lambda: self.now, Patience(0.0, lambda _: None))
        mapping = ("--accounts", str(self.folder / "mapping.csv"))
        if command is finalise_command:
            self.tried = _tried(words, self.now)
        environment = variables(self.pilot, self.timeout) | self.also_set
        done = CliRunner().invoke(command, [*words, *mapping], obj=session, env=environment)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        return Told(done.exit_code, json.loads(done.stdout), done.stderr)

    @property
    def store(self) -> Path:
        """Give the file of the store."""
        return self.folder / "store.db"

    def records(self) -> list[Record]:
        """Give the records that the store has; after a dry run, which keeps nothing, what it came to."""
        with closing(SqliteStore(self.store)) as store:
            if self.tried is None:
                return list(store.records())
            return list(score_all(load_portfolio(self.folder / "mapping.csv"), store, self.tried, Run()))


def _tried(words: tuple[str, ...], now: Instant) -> Terms | None:
    """Say how a dry run closes; None where it is none."""
    if "--dry-run" not in words:
        return None
    period = words[words.index("--period") + 1]
    return Terms(period, period_end(period), CONFIG.model, "provisional", now)


@contextmanager
def at_desk(hotels: int, folder: Path) -> Iterator[Desk]:
    """Serve a pilot of so many hotels, and give its desk."""
    pilot = Pilot(hotels)
    write_mapping(pilot, folder / "mapping.csv")
    with served(pilot, folder):
        yield Desk(pilot, folder)
