"""The nightly flow expires exactly the signals that the calculator no longer counts."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.instants import parse_instant
from scoring.signals import SEVERITIES, STATUSES, Signal, read_signals
from tests.models import the_model
from tests.salesforce.automation import Automated
from tests.salesforce.org import Org
from tests.salesforce.package import named, text

OBSERVED = date(2026, 3, 1)
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
OPEN = ("Active", "Monitoring")


def expired(severity: str, status: str, now: datetime) -> bool:
    """Run the nightly flow at an instant over one signal, and tell whether it expired it."""
    org = Org(now)
    said = {"Severity__c": severity, "Status__c": status, "Date_Observed__c": OBSERVED, "Context__c": "Heard it."}
    others = {"Signal_Category__c": "Other", "Signal_Detail__c": "x", "Source__c": "CSM", "Account__c": "1"}
    signal = org.keep("Churn_Signal__c", **said, **others)
    Automated(org).run_daily("Expire_Churn_Signals")
    after = org.records["Churn_Signal__c"][signal]["Status__c"]
    assert after in {status, "Expired"}
    return status != "Expired" and after == "Expired"


def counts(severity: str, status: str, now: datetime) -> bool:
    """Tell whether the calculator counts the signal at that instant."""
    signal = Signal(severity, "Likely", status, parse_instant(OBSERVED.isoformat()))
    return bool(read_signals([signal], parse_instant(now.isoformat()), the_model()).counted)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("status", STATUSES)
def test_at_each_boundary_both_say_the_same(severity: str, status: str) -> None:
    """The instant 60 or 90 days after 00:00 UTC still counts, the next second no longer; a Critical always does."""
    for days, seconds in product((0, 59, 60, 61, 89, 90, 91, 1_000), (-1, 0, 1, 7_200)):
        now = MIDNIGHT + timedelta(days=days, seconds=max(seconds, 0 if days == 0 else seconds))
        assert expired(severity, status, now) == (status in OPEN and not counts(severity, status, now)), now


@given(st.sampled_from(SEVERITIES), st.sampled_from(OPEN), st.integers(0, 200 * 86_400))
def test_at_any_instant_both_say_the_same(severity: str, status: str, seconds: int) -> None:
    """Also in between."""
    now = MIDNIGHT + timedelta(seconds=seconds)
    assert expired(severity, status, now) == (not counts(severity, status, now))


def test_it_runs_daily() -> None:
    """A signal counts at most a day too long on the current record."""
    start = named("Flow", "Expire_Churn_Signals").all("start")[0]
    assert (text(start, "schedule/frequency"), text(start, "triggerType")) == ("Daily", "Scheduled")
