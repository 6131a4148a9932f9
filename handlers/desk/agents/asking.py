"""Who asks through an agent: the same sight of the desk as a page has, without a page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

from handlers.desk.desk import Desk
from handlers.desk.people import Person
from handlers.desk.seen import Seen, seen_lines
from handlers.desk.visit import NotThere, Refused
from handlers.jobs.portfolio import Line
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import Instant
from scoring.periods import period_start


@dataclass(frozen=True)
class Asking:
    """One question of an agent for a person; `asked` is the month that it names, if any."""

    desk: Desk
    person: Person
    asked: str | None = None

    @cached_property
    def now(self) -> Instant:
        """Give the instant of the question: one for all that is answered."""
        return self.desk.clock()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the store."""
        with self.desk.open_store() as store:
            yield store

    def period(self) -> str | None:
        """Give the month that is asked for; refuses what is none."""
        if self.asked is None:
            return None
        try:
            period_start(self.asked)
        except ValueError as error:
            raise Refused(f"period: {error}") from error
        return self.asked

    def seen(self) -> Seen:
        """Give the lines of the month that is asked for, else of the latest; refuses where there is no record at all.

        No line is good news only where there are records: an empty list would look like peace.
        """
        seen = seen_lines(self)
        if seen.period is None:
            raise NotThere("No account has a record yet: close a month (healthscore finalise), or rescore one.")
        return seen

    def accounts(self, lines: Sequence[Line]) -> list[Account]:
        """Give the accounts of some lines, as they are mapped."""
        ids = {line.summary.account_id for line in lines}
        return [account for account in self.desk.accounts() if account.id in ids]

    def refuse(self, said: str) -> NoReturn:
        """Refuse a question with a sentence that says what to do."""
        raise Refused(said)
