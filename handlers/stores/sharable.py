"""A store that several processes may read at once, while one writes: it is handed what the others would write."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

from handlers.stores.protocol import Store
from scoring.observations import Observation, Subject


class RecordRow(NamedTuple):
    """A record as it is kept: whose and of when, how it ranks, its text, and that of its summary."""

    account_id: str
    period: str
    rank: str
    body: str
    summary: str


@dataclass(slots=True)
class Written:
    """What a reader would have written: records, and observations of subjects that are to be forgotten."""

    rows: list[RecordRow] = field(default_factory=list)
    gone: list[tuple[Subject, Collection[Observation]]] = field(default_factory=list)


class Reader(Store, Protocol):
    """A store that is read alone; of what it is told to write, records and discards are kept to be handed over.

    It does not read what it would have written.
    """

    def taken(self) -> Written:
        """Give what was to be written since this was asked last."""


class Sharing(Protocol):
    """The way to let other processes read a store."""

    @property
    def opener(self) -> Callable[[], Reader]:
        """Give what opens a reader, wherever it is called; it can be sent to another process."""

    def hold_little(self) -> None:
        """Hold little of the store in memory from now on: its readers hold what they need."""

    def take_in(self, written: Written) -> bool:
        """Do what a reader would have done: forget observations, and write records.

        No record is written, and False given, where one that is there outranks one of them.
        """


@runtime_checkable
class Sharable(Protocol):
    """A store whose readers may stand in other processes."""

    @property
    def sharing(self) -> Sharing:
        """Give the way to let other processes read it."""
