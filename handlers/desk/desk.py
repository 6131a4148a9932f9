"""What every page of the desk works with."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.desk import DeskTerms
from config.loader import DEFAULT_DIRECTORY, Config
from handlers.desk.memory import Memory
from handlers.desk.services import Services
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import Instant


@dataclass(frozen=True)
class Desk:
    """The store, the config, the accounts and the clock that the pages work with; and where it runs.

    `accounts` lists the portfolio as the command line would. `is_local` says that it runs on a laptop, for whoever
    started it. `directory` is the folder of the config. `places` has, by name, what differs from one home to
    another, such as where files are. `services` are what it does there.
    """

    open_store: Callable[[], AbstractContextManager[Store]]
    config: Config
    terms: DeskTerms
    accounts: Callable[[], Sequence[Account]]
    clock: Callable[[], Instant]
    memory: Memory
    is_local: bool = False
    directory: Path = DEFAULT_DIRECTORY
    places: Mapping[str, Any] = field(default_factory=dict)
    services: Services = field(default_factory=Services)
