"""What a sweep, a backfill or a close pulls of use: a reading of every customer for a day."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from config.intake import LookerQuery
from config.source import LOOKER
from handlers.clients.looker.client import LookerClient
from handlers.jobs.pull import Pull
from handlers.pulls import looker
from scoring.instants import Instant, start_of_day
from scoring.periods import period_of, period_start


@dataclass(frozen=True, slots=True)
class UsagePulls:
    """Plans what is pulled of Looker as of one moment, for the customers of a portfolio."""

    client: LookerClient
    query: LookerQuery
    customers: tuple[str, ...]
    now: Instant

    def sweep(self) -> Iterator[Pull]:
        """Pull the readings of today."""
        return self.readings((self._today,))

    def backfill(self, _: Instant | None) -> Iterator[Pull]:
        """Pull the readings of the first of the month, by which the last one is closed, and of today."""
        return self.readings((period_start(period_of(self.now)), self._today))

    def readings(self, dates: Collection[Instant]) -> Iterator[Pull]:
        """Pull the readings of some days."""
        for date in sorted(set(dates)):
            told = looker.readings(self.client, self.query, list(self.customers), date, self.now)
            yield Pull(LOOKER.name, told, date)

    @property
    def _today(self) -> Instant:
        return start_of_day(self.now)
