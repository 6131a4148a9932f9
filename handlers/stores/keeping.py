"""What a store must do so that what nobody needs leaves by itself: facts without an account, texts of long ago."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from scoring.account import AccountFacts
from scoring.instants import Duration, Instant
from scoring.observations import Subject
from scoring.scope import Scope


class Mark(NamedTuple):
    """Since when a fact was seen to be nobody's, and from when on it is gone (None: it has no date yet)."""

    since: Instant
    expires: Instant | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A subject that a store holds, every owner that it was ever said to be of, and its mark, if it has one."""

    subject: Subject
    owners: frozenset[str]
    mark: Mark | None = None


class Held(NamedTuple):
    """A page of subjects, and the place after which the next begins; None: there is none."""

    holdings: list[Holding]
    after: str | None


class Keeping(Protocol):
    """Marks facts, and removes what is over. A new event of a subject takes its mark away: its time begins anew."""

    def holdings(self, now: Instant, after: str | None = None) -> Iterator[Held]:
        """List every subject page by page, but those that have expired by `now`; their facts are not read.

        They come in the engine's order, from the place on that an earlier page gave.
        """

    def mark(self, marks: Mapping[Subject, Mark | None]) -> None:
        """Mark facts, or take their marks away; from `expires` on no reader sees a fact."""

    def put_away(self, known: AccountFacts, scope: Scope, kept: Duration | None) -> None:
        """Put those facts of an account away that no score needs whose scope is this or a later one.

        They were read within the scope. Where the store's engine reads only what is listed together, they are listed
        apart, and leave once no instant of the time `kept` before can see them (None: never).
        """

    def remove_expired(self, now: Instant) -> int:
        """Remove the facts that have expired, and count them; 0 where the store's engine does it by itself."""

    def forget_unseen(self, scope: Scope) -> int:
        """Forget what no score from `scope.as_of` on can use, where windows then reach back to `scope.since`.

        That are settled conversations that end before, and readings that a later one by then stands in front of, each
        of owners that all were named by then; and of other conversations what customers wrote before. Give how many
        subjects went; 0 where the store's engine removes them by itself, by the dates that it gives them.
        """

    def remove_cursors(self, names: Collection[str]) -> None:
        """Remove cursors."""
