"""Demo data: a seeded generator of what Intercom, Salesforce and Looker would send about a hotel portfolio."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handlers.demo.load import load_accounts, load_lines
from handlers.demo.oddities import unreadable
from handlers.demo.portfolio import Hotel, hotels
from handlers.demo.span import FOUR_MONTHS, YEAR, Span
from handlers.demo.stories import with_stories
from handlers.demo.stream import arrivals, story
from handlers.demo.wire import generator
from scoring.account import Account
from scoring.instants import Instant

__all__ = ["YEAR", "Demo", "generate", "load_accounts", "load_lines"]

_HEADER = ("sf_account_id", "intercom_company_id", "looker_customer_id", "account_name", "segment")


@dataclass(frozen=True, slots=True)
class Demo:
    """A made-up portfolio as of an instant, and all that its tools ever sent.

    `pilots` are the ids of the pilot accounts, `unreadable` the messages that nobody can read.
    """

    seed: int
    span: Span
    hotels: tuple[Hotel, ...]
    pilots: tuple[str, ...]
    unreadable: tuple[bytes, ...]

    @property
    def as_of(self) -> Instant:
        """Give the end of the story."""
        return self.span.end

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Give the portfolio as the mapping names it, the pilots first."""
        return tuple(hotel.account() for hotel in self.hotels)

    @property
    def stories(self) -> dict[str, str]:
        """Give the ids of the accounts of which the story is told to its end, by the name of the story."""
        return {hotel.story.name: hotel.id for hotel in self.hotels if hotel.story is not None}

    def lines(self) -> Iterator[bytes]:
        """Give the queue bodies in order of arrival: JSON lines without their line ends."""
        messages = story(self.hotels, self.span, self.seed)
        yield from arrivals(messages, unreadable(self.as_of), generator(self.seed))

    def mapping(self) -> Iterator[tuple[str, ...]]:
        """Give the rows of `account_mapping.csv`, its header first; several may name the same account."""
        yield _HEADER
        for hotel in self.hotels:
            yield from ((hotel.id, *owners, hotel.name, hotel.segment or "") for owners in hotel.mapped)

    def write_mapping(self, path: Path) -> None:
        """Write the rows of `account_mapping.csv`."""
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(self.mapping())


def generate(seed: int, as_of: Instant, accounts: int = 200, pilots: int = 15, days: int = FOUR_MONTHS) -> Demo:
    """Make up a portfolio, and so many days of its life; the same arguments give the same bytes.

    The worked examples come out exactly where `as_of` is 00:00 UTC of some day.
    Raises ValueError unless there are at least 6 pilots and as many accounts.
    """
    span = Span(as_of, days)
    made_up = with_stories(hotels(seed, accounts, pilots), pilots, span)
    bodies = tuple(message.body for message in unreadable(as_of))
    return Demo(seed, span, made_up, tuple(hotel.id for hotel in made_up[:pilots]), bodies)
