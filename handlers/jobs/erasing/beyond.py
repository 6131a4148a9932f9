"""What lies beyond the store: dead letters, and by choice the CRM and the reports of a bucket."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.jobs.erasing.receipt import Found
from handlers.jobs.erasing.sifting import Sifter
from handlers.jobs.erasing.targets import Target
from handlers.jobs.letters import Letter, Purged


class Letters(Protocol):
    """Dead letters, wherever they are kept."""

    def purge(self, is_theirs: Callable[[Letter], bool], *, write: bool) -> Purged:
        """Take out the letters of somebody, or only count them."""


class Elsewhere(Protocol):
    """A place beyond the store and its letters."""

    @property
    def places(self) -> Sequence[str]:
        """Name the places of the inventory that it looks after."""

    def erase(self, target: Target, found: Found, *, write: bool) -> None:
        """Erase somebody there; what is still there is noted in what was found, and nothing is raised for it."""


@dataclass(frozen=True)
class Beyond:
    """What is looked at beside the store."""

    letters: Sequence[Letters] = ()
    elsewhere: Sequence[Elsewhere] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """Name the places of the inventory that were asked for."""
        return tuple(name for one in self.elsewhere for name in one.places)

    def erase(self, target: Target, found: Found, *, write: bool) -> None:
        """Erase somebody in all of them."""
        for box in self.letters:
            _purge(box, target, found, write=write)
        for one in self.elsewhere:
            one.erase(target, found, write=write)


def _purge(box: Letters, target: Target, found: Found, *, write: bool) -> None:
    sifter = Sifter(target.terms)
    purged = box.purge(lambda one: sifter.names(one.body) or sifter.names(one.reason), write=write)
    found.add("dead letters", purged.gone)
    if purged.trouble is not None:
        found.stay("dead letters", purged.trouble)
