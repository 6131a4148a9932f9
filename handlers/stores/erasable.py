"""What a store must do so that somebody can be erased out of it: written by no other command."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from scoring.facts import Fact
from scoring.instants import Duration, Instant
from scoring.observations import Subject


@dataclass(frozen=True, slots=True)
class Line:
    """A small text of the store: `place` is cursor, journal/NAME, history, run/NAME or claim/NAME; `by` who wrote it.

    The name of a line of the history begins with the id of its account.
    """

    place: str
    name: str
    text: str
    by: str = ""


class Erasable(Protocol):
    """Deletes and rewrites what stands in a store. Every method may be repeated: what is done is done."""

    @property
    def settles(self) -> Duration:
        """Give how long another process may go on without the tombstones that were just written."""

    def forget_subjects(self, subjects: Collection[Subject]) -> None:
        """Forget subjects with all that was ever said of them, their gap marks too."""

    def rewrite_fact(self, before: Fact, after: Fact) -> None:
        """Replace a fact by another; what a different process writes of its subject meanwhile stays."""

    def forget_owner(self, source: str, ids: Collection[str]) -> int:
        """Forget an owner by all ids that it goes by; give of how many ids anything was known."""

    def rewrite_attributes(self, source: str, change: Callable[[str], str], *, write: bool) -> int:
        """Replace attributes of a source's owners by what `change` makes of them; give how many it changes.

        `change` takes and gives a whole text: when it was said, a blank, the attributes as JSON. Without `write` it
        only counts.
        """

    def forget_history(self, account_id: str, by: str, at: Instant) -> int:
        """Forget an account that was removed with the history of its changes; give how many lines went.

        Where any did, one line stays that says when somebody was erased, and by whom.
        """

    def lines(self) -> Iterator[Line]:
        """List the small texts of the store, but for tombstones; read before the first is given."""

    def rewrite_line(self, line: Line, after: Line | None) -> bool:
        """Replace a line by another, or delete it (None); tell whether it was still as given."""

    def scrub(self) -> str | None:
        """Leave no trace of what was deleted in files of the store; give why that could not be done now."""
