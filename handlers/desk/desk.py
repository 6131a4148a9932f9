"""What every page of the desk works with."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from config.desk import DeskTerms
from config.loader import DEFAULT_DIRECTORY, Config
from handlers.desk.audit import Journals, Trail
from handlers.desk.memory import Memory
from handlers.desk.services import Services
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import Instant


@dataclass(frozen=True)
class Desk:
    """The store, the config, the accounts and the clock that the pages work with; and where it runs.

    `accounts` lists the portfolio as the command line would. `is_local` says that it runs on a laptop, for whoever
    started it. `directory` is the folder of the config, `services` are what it does there. `journals` is where lines of
    the audit are added without having pages read the store anew; None: in the store that a page has open.
    """

    open_store: Callable[[], AbstractContextManager[Store]]
    config: Config
    terms: DeskTerms
    accounts: Callable[[], Sequence[Account]]
    clock: Callable[[], Instant]
    memory: Memory
    is_local: bool = False
    directory: Path = DEFAULT_DIRECTORY
    services: Services = field(default_factory=Services)
    journals: Journals | None = None

    def periods(self) -> Sequence[str]:
        """List the months that have records, the latest first; kept while the store stays as it is."""

        def read() -> Sequence[str]:
            with self.open_store() as store:
                return tuple(reversed(store.summarised()))

        return self.memory.get("periods", read)

    def trail(self, store: Store) -> Trail:
        """Give the audit to add lines to, where pages have a store open."""
        return Trail(self.journals or store, self.config.retention.audit)

    def by_id(self) -> Mapping[str, Account]:
        """Give the accounts by their ids."""
        return self.memory.get("accounts by id", lambda: {account.id: account for account in self.accounts()})
