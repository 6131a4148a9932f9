"""What every command shares: where the store and the config are, the clock, what is said on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from config.loader import Config, load_config
from config.portfolio import MappingForm, form_of, portfolio_of
from config.sheets import Sheet, read_sheet
from handlers.clients.remote import Patience
from handlers.clock import now
from handlers.stores.opening import open_store
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import Instant

if TYPE_CHECKING:
    from rich.console import Console

PARTIAL = 3
"""The exit code of a run that did its work but for some lines or accounts, which it named."""


@dataclass(frozen=True)
class Session:
    """One call of the command line. Results go to stdout, everything said on the way to stderr."""

    store_url: str
    config_dir: Path
    quiet: bool
    clock: Callable[[], Instant] = now
    patience: Patience = field(default_factory=Patience)

    @property
    def store_file(self) -> Path | None:
        """Give the file of the store; None of one that is no file."""
        _, _, path = self.store_url.partition("sqlite:///")
        return Path(path) if path else None

    @property
    def stderr(self) -> "Console":
        """Give the console for what is said on the way; silent with --quiet."""
        from rich.console import Console  # noqa: PLC0415  not every command says something on the way

        return Console(stderr=True, quiet=self.quiet, highlight=False, soft_wrap=True)

    def config(self) -> Config:
        """Load the config once, or refuse it by name."""
        return self._config

    @cached_property
    def _config(self) -> Config:
        return load_config(self.config_dir)

    def portfolio(self, path: Path | None) -> tuple[Account, ...]:
        """Load the accounts of a mapping file, by default the config's."""
        accounts = self.mapping(path)
        if not accounts:
            file = self._mapping_file(path)
            raise click.ClickException(f"no accounts in {file}: add a row for each, or name a file with --accounts")
        return accounts

    def mapping(self, path: Path | None) -> tuple[Account, ...]:
        """Load the accounts of a mapping file that may still be empty."""
        return portfolio_of(self.mapping_sheet(path), self.mapping_form())

    def mapping_sheet(self, path: Path | None) -> Sheet:
        """Read the table of a mapping file, by default the config's."""
        return read_sheet(self._mapping_file(path), self.mapping_form().columns)

    def mapping_form(self) -> MappingForm:
        """Say what a mapping may say, by the config."""
        return form_of(self.config())

    def _mapping_file(self, path: Path | None) -> Path:
        return path or self.config_dir / "account_mapping.csv"

    @contextmanager
    def store(self, *, create: bool = False, fed: bool = False) -> Iterator[Store]:
        """Open the store, and close it whatever happens; only `create` makes one that is not there.

        With `fed` one that no source has told anything is refused, too.
        """
        path = self.store_url.removeprefix("sqlite:///")
        if not create and path != self.store_url and not Path(path).exists():
            raise click.ClickException(f"there is no store at {path}: ingest something first, or name one with --store")
        store = open_store(self.store_url, self.clock, create=create)
        try:
            if fed and not store.feeds():
                unfed = f"the store {self.store_url} has heard of no source"
                raise click.ClickException(f"{unfed}: ingest or backfill first, or name one with --store")
            yield store
        finally:
            store.close()

    def warn(self, message: str) -> None:
        """Say something on stderr, even with --quiet."""
        click.echo(f"healthscore: {message}", err=True)


def result(value: object) -> None:
    """Print a result as one line of JSON on stdout."""
    click.echo(msgspec.json.encode(value).decode())


accounts_option = click.option(
    "--accounts",
    "mapping",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Account mapping (CSV). Default: account_mapping.csv of the config.",
)
