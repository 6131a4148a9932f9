"""What every command shares: where the store and the config are, the clock, what is said on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from config.compiled import bundled_config, this_program
from config.loader import Config
from config.portfolio import MappingForm, form_of, portfolio_of
from config.sheets import Sheet, read_sheet
from handlers.clients.remote import Patience
from handlers.clock import now
from handlers.stores.accounts import in_order
from handlers.stores.opening import open_store, outgrown
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import LAST, Instant

if TYPE_CHECKING:
    from rich.console import Console

    from handlers.jobs.fold import WordsReader

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
    most_cores: int | None = None

    @property
    def store_file(self) -> Path | None:
        """Give the file of the store; None of one that is no file."""
        _, _, path = self.store_url.partition("sqlite:///")
        return Path(path) if path else None

    @property
    def prefix(self) -> str | None:
        """Give the prefix of the names of a store on AWS; None of one that is not there."""
        _, _, prefix = self.store_url.partition("dynamodb://")
        return prefix or None

    @cached_property
    def cores(self) -> int:
        """Count the cores that long work is shared among."""
        from handlers.cores import cores  # noqa: PLC0415  most commands share nothing

        return cores() if self.most_cores is None else self.most_cores

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
        return bundled_config(self.config_dir, this_program())

    def words(self) -> "WordsReader | None":
        """Make the reader of what customers write; None where words.yaml says that nothing is read."""
        terms = self.config().words
        if not terms.on:
            return None
        from handlers.jobs.customer_words import customer_words  # noqa: PLC0415  slow to import, and mostly not needed

        return customer_words(self.config_dir, terms)

    def portfolio(self, path: Path | None) -> tuple[Account, ...]:
        """Load the accounts of a mapping file; by default the store's, or the config's where it keeps none yet."""
        accounts = self.mapping(path)
        if not accounts:
            raise click.ClickException(self._no_accounts(path))
        return accounts

    def _no_accounts(self, path: Path | None) -> str:
        if path is None and self.stored_accounts() is not None:
            return f"no accounts in the store {self.store_url}: healthscore accounts import FILE puts them in"
        ways = "put them into the store (healthscore accounts import FILE), add a row for each, or name a file"
        nowhere = f"no accounts in {self._mapping_file(path)}: {ways} with --accounts"
        if path is None and self.store_file is not None and not self.store_file.exists():
            return (
                f"there is no store at {self.store_file}: name one with --store, or ingest something first; {nowhere}"
            )
        return nowhere

    def mapping(self, path: Path | None) -> tuple[Account, ...]:
        """Load the same accounts, of which there may still be none."""
        stored = self.stored_accounts() if path is None else None
        return self.mapped_accounts(path) if stored is None else stored

    def stored_accounts(self) -> tuple[Account, ...] | None:
        """Give the accounts that the store keeps; None where it never had any: then the mapping of the config holds."""
        if self.store_file is not None and not self.store_file.exists():
            return None
        with self.store() as store:
            return in_order(store.portfolio.accounts()) if store.portfolio.is_used else None

    def keeps(self, asked: Callable[[Store], bool]) -> bool:
        """Ask something of the store; False where there is none yet."""
        if self.store_file is not None and not self.store_file.exists():
            return False
        with self.store() as store:
            return asked(store)

    def mapped_accounts(self, path: Path | None) -> tuple[Account, ...]:
        """Load the accounts of a mapping file, whatever the store keeps; the config's by default, if it has one."""
        if path is None and not self._mapping_file(path).exists():
            return ()
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
        self.say_outgrown()
        store = open_store(self.store_url, self.clock, create=create)
        try:
            if fed and not store.feeds(LAST):
                unfed = f"the store {self.store_url} has heard of no source"
                raise click.ClickException(f"{unfed}: ingest or backfill first, or name one with --store")
            yield store
        finally:
            store.close()

    def say_outgrown(self) -> None:
        """Say where a store is about to become one that earlier versions cannot open."""
        if said := outgrown(self.store_url):
            self.warn(said)

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
    help="Account mapping (CSV). Default: the store's accounts; while it has none, account_mapping.csv of the config.",
)
