"""Leaving: from the decision on an account is out of the book, for good; not before, and not for what nobody knew."""

from collections.abc import Sequence

import pytest

from scoring.instants import parse_instant
from scoring.leaving import left_at
from scoring.observations import Observation
from scoring.outcomes import NOTICE_DAYS
from tests.models import the_model
from tests.scoring.accounts import known
from tests.scoring.test_outcome_facts import lost, won

LOST = lost("1", "2026-01-10", "2026-05-20", "2026-08-01")


@pytest.mark.parametrize(
    ("said", "as_of", "left"),
    [
        (LOST, "2026-05-20", None),
        (LOST, "2026-06-01", "2026-05-20"),
        (LOST, "2026-11-01", "2026-05-20"),
        ([*LOST, *lost("2", "2025-06-01", "2025-10-01", "2025-12-01")], "2026-06-01", "2025-10-01"),
        (won("1", "2026-01-10", "2026-04-20"), "2026-06-01", None),
        ([], "2026-06-01", None),
    ],
    ids=["before its notice", "after it", "for good", "of two the earlier", "renewed", "nothing known"],
)
def test_an_account_has_left_from_the_decision_on(said: Sequence[Observation], as_of: str, left: str | None) -> None:
    """As it was known then: a renewal that was seen lost later counts from then on."""
    found = left_at(known(*said), parse_instant(as_of), the_model(), NOTICE_DAYS)
    assert found == (None if left is None else parse_instant(left))
