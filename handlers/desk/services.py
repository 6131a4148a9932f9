"""What a desk does that differs from one home to another: on a laptop in its process, on AWS by other functions."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from handlers.clients.github.proposals import Asked
from handlers.jobs.closes import Note
from handlers.jobs.guards import Guard
from handlers.jobs.letters import DeadLetters
from handlers.sinks.conversation_links import ConversationLinks
from handlers.sinks.suggested import SuggestionSink
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import Instant

NOWHERE = ConversationLinks({})


class LetsThrough(Protocol):
    """Closes a month that guards held."""

    def where(self) -> str:
        """Say in a sentence where the records of the close go."""

    def begin(self, period: str, guards: Sequence[Guard]) -> None:
        """Begin the close; what becomes of it, the store says. Raises Refused where it cannot be begun."""

    def is_running(self, period: str, note: Note, asked_at: Instant | None) -> bool:
        """Tell whether the close of a month is worked on now; `note` says how far it came, `asked_at` since when."""

    def outcome(self, period: str) -> str | None:
        """Say in a sentence what the last one of this process came to; None where it knows of none."""


class Rescores(Protocol):
    """Scores accounts anew for the running month."""

    def rescore(self, accounts: Collection[str]) -> str:
        """Score accounts, or ask for it; says in a sentence what was done. Raises Refused where it cannot be."""


class Proposes(Protocol):
    """Opens pull requests."""

    @property
    def where(self) -> str:
        """Name the repository."""

    def propose(self, asked: Asked) -> str:
        """Open one, or give the one that is there for the same; gives its address. Raises SourceError."""


@dataclass(frozen=True, slots=True)
class SuggestionPlace:
    """Where suggestions are answered, and how their conversations are opened.

    Without a `sink` they are answered in Salesforce alone. `counts` says that all signals of the store can be read for
    a page; where they cannot, the pages show what the sweep counted last.
    """

    sink: Callable[[Store, Instant], SuggestionSink] | None = None
    links: ConversationLinks = NOWHERE
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Services:
    """What the home of a desk offers; None where it does not.

    Accounts are of a `mapping` file where one was named; `adopting` are those of the config's mapping, which a
    store takes in before its first change.
    """

    letters: DeadLetters | None = None
    closes: LetsThrough | None = None
    rescores: Rescores | None = None
    proposals: Proposes | None = None
    mapping: Path | None = None
    adopting: tuple[Account, ...] = ()
    suggestions: SuggestionPlace = SuggestionPlace()
