"""How long a story is: its end, and how many days of it are told."""

from dataclasses import dataclass

from scoring.instants import DAY, Instant

FOUR_MONTHS = 120
YEAR = 460
"""Thirteen month-ends, and the 90 days that the trend of the first looks back on."""

_CRM_BEFORE = 280
_OUTAGE = range(205, 230)
"""Of which days before the end nobody pulled any usage."""


@dataclass(frozen=True, slots=True)
class Span:
    """A story's end, and of how many days before it conversations and usage are told."""

    end: Instant
    days: int = FOUR_MONTHS

    @property
    def start(self) -> Instant:
        """Say when the story begins."""
        return self.end - self.days * DAY

    @property
    def webhooks_since(self) -> Instant:
        """Say since when webhooks tell of conversations: before, a sweep did."""
        return self.end - FOUR_MONTHS * DAY

    @property
    def crm_days(self) -> int:
        """Say of how many days before its end the CRM tells: what counts over a year needs one more."""
        return self.days + _CRM_BEFORE

    @property
    def is_long(self) -> bool:
        """Tell whether more than the last months are told."""
        return self.days > FOUR_MONTHS

    def is_out(self, days: int) -> bool:
        """Tell whether so many days before the end no usage was pulled."""
        return days in _OUTAGE
