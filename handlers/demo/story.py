"""A story of a made-up customer: how well it did when, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

NOTICE_DAYS, LEFT_DAYS = 75, 15
"""Who left gave notice so many days before the end, and was gone so many days before it."""

TREATED_DAYS, RENEWED_DAYS = 200, 105
"""Who was saved was so by a deed of so many days before the end, and renewed so many days before it."""


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one customer: how well it did when (days before the end, the earliest first), and how it ended.

    `contract` is how well it does by what the CRM says of it. It `left`, or was `treated` and renewed;
    `reason` is what somebody tells of it.
    """

    name: str
    path: Sequence[tuple[int, float]]
    contract: float
    reason: str
    left: bool = True
    treated: bool = False

    def health_at(self, days: float) -> float:
        """Say how well it did so many days before the end."""
        first, last = self.path[0], self.path[-1]
        if days >= first[0]:
            return first[1]
        between = ((one, other) for one, other in pairwise(self.path) if one[0] >= days >= other[0])
        return next((_between(one, other, days) for one, other in between), last[1])


def _between(one: tuple[int, float], other: tuple[int, float], days: float) -> float:
    return one[1] + (other[1] - one[1]) * (one[0] - days) / (one[0] - other[0])
