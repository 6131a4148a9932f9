"""What a sweep, a backfill or a close pulls of use: a reading of every customer for a day, part by part of them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from config.intake import LookerQuery
from config.source import LOOKER
from handlers.clients.looker.client import LookerClient
from handlers.jobs.listings import Listing
from handlers.jobs.pull import Places, Pull
from handlers.jobs.usage import PARTS
from handlers.pulls import looker
from handlers.pulls.listed import Message
from handlers.pulls.looker_parts import WHOLE, WHOLE_UP_TO, CustomerPart, parts_of
from scoring.instants import Instant, format_date, start_of_day
from scoring.periods import period_of, period_start


@dataclass(frozen=True, slots=True)
class UsagePulls:
    """Plans what is pulled of Looker as of one moment, for the customers of a portfolio.

    Asked again for the same day, a pull that was stopped goes on with the parts that are not taken in yet.
    """

    client: LookerClient
    query: LookerQuery
    customers: tuple[str, ...]
    places: Places

    def sweep(self) -> Iterator[Pull]:
        """Pull the readings of today."""
        return self.readings((self._today,))

    def backfill(self, _: Instant | None) -> Iterator[Pull]:
        """Pull the readings of the first of the month, by which the last one is closed, and of today."""
        return self.readings((period_start(period_of(self.places.now)), self._today))

    def readings(self, dates: Collection[Instant]) -> Iterator[Pull]:
        """Pull the readings of some days."""
        for date in sorted(set(dates)):
            day = _Day(self, date, Listing(self.places.store, LOOKER.name, self.places.now))
            yield Pull(LOOKER.name, day.messages(), date, day.marks)

    @property
    def _today(self) -> Instant:
        return start_of_day(self.places.now)


@dataclass(slots=True)
class _Day:
    """The readings of one day: which parts of the customers are taken in, of how many."""

    pulls: UsagePulls
    date: Instant
    listing: Listing
    done: set[int] = field(default_factory=set)
    of: int = 1

    def messages(self) -> Iterator[Message]:
        pulls, now = self.pulls, self.pulls.places.now
        parts = self._parts()
        self.of = len(parts)
        before = self._done_before()
        self.done |= before
        for number, part in enumerate(parts):
            if number in before:
                continue
            used = looker.used(pulls.client, pulls.query, pulls.customers, self.date, now, part)
            yield from self.listing.told(used.listed)
            yield from used.readings
            self.done.add(number)
        if not before:
            self.listing.end()
        yield looker.heard(now)

    def _parts(self) -> tuple[CustomerPart, ...]:
        """Part the customers; of few no explore is asked what they are."""
        client, query, customers = self.pulls.client, self.pulls.query, self.pulls.customers
        if len(customers) <= WHOLE_UP_TO:
            return (WHOLE,)
        return parts_of(client.explore(query.model, query.explore), query, customers)

    def _done_before(self) -> set[int]:
        date, _, told = (self.pulls.places.store.cursor(PARTS) or "").partition(" ")
        of, _, numbers = told.partition(" ")
        is_same = (date, of) == (format_date(self.date), str(self.of))
        return {int(number) for number in numbers.split(",")} if is_same and numbers else set()

    def marks(self) -> Mapping[str, str]:
        """Give the cursors to keep: those of the listing, and the parts that are taken in while others are not."""
        numbers = ",".join(map(str, sorted(self.done))) if len(self.done) < self.of else ""
        return {**self.listing.marks(), PARTS: f"{format_date(self.date)} {self.of} {numbers}" if numbers else ""}
