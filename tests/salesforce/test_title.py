"""What a score is called: its month, its score with one decimal, its tier; in words that follow the signals."""

from calendar import month_name

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.salesforce.office import Office


def title(office: Office, score: str) -> str:
    """Give what a score is called now."""
    return str(office.org.value("Health_Score__c", office.record("Health_Score__c", score), "Title__c"))


@given(st.integers(1, 12), st.integers(2020, 2099), st.integers(0, 1_000), st.sampled_from(["Healthy", "Unknown"]))
def test_month_score_and_tier(month: int, year: int, tenths: int, tier: str) -> None:
    """Of a past record, which keeps what was recorded: one decimal always, no more."""
    office = Office()
    score = office.score(f"{year}-{month:02d}", tier, tenths / 10)
    office.record("Health_Score__c", score)["Is_Current__c"] = False
    assert title(office, score) == f"{month_name[month]} {year}: {tenths / 10:.1f} {tier}"


def test_a_current_score_is_called_by_what_it_is_today() -> None:
    """A signal changes the title at once; a past month keeps its own."""
    office = Office()
    past, now = office.score("2026-09", "Healthy", 80.0), office.score("2026-10", "Healthy", 82.5)
    office.signal("Moderate")
    assert [title(office, one) for one in (past, now)] == ["September 2026: 80.0 Healthy", "October 2026: 75.0 At Risk"]


@pytest.mark.parametrize("tier", ["Unknown", None])
def test_a_score_that_is_none_says_so(tier: str | None) -> None:
    """The current record and a past one: a score that is missing is not 0."""
    office = Office()
    scores = [office.score(period, tier, None) for period in ("2026-09", "2026-10")]
    assert [title(office, one) for one in scores] == ["September 2026: not scored", "October 2026: not scored"]
