"""Where a customer's changes are written down."""

from dataclasses import dataclass
from random import Random

from handlers.demo.span import Span
from scoring.instants import DAY, HOUR, SECOND, Instant, format_date


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where a customer's changes are written: its account, how long the story is, the chance."""

    account: str
    span: Span
    rng: Random

    def at(self, days: int) -> Instant:
        """Give an instant in office hours, so many days before the end (1 at least)."""
        return self.span.end - days * DAY + 9 * HOUR + self.rng.randrange(8 * 3600) * SECOND

    def date(self, days: int) -> str:
        """Give the date so many days before the end."""
        return format_date(self.span.end - days * DAY)
