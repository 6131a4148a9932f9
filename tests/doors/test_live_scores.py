"""The daily call of finalise: live scores, after the close of the month before."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import fold
from handlers.clock import now
from handlers.environment import SettingsError
from handlers.finalise import handler
from handlers.sources.reading import UnreadableError
from scoring.instants import DAY, HOUR, format_instant
from scoring.periods import period_of, period_start
from tests.doors.clouds import HOTELS, Cloud, Context, account, again, delivered, emf
from tests.doors.systems import Systems, served
from tests.doors.telling import talk, told_of_feeds
from tests.doors.test_rights import granted, used
from tests.messages import Message, record

RUNNING = period_of(now())
BEGAN = period_start(RUNNING)
CLOSED = period_of(BEGAN - 1)


@pytest.fixture
def systems(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Serve all hotels; what they told until now is folded."""
    told = [*told_of_feeds(now()), *(talk(hotel, BEGAN - DAY) for hotel in range(HOTELS))]
    assert again(fold.handler(delivered(told), Context())) == []
    cloud.calls.clear()
    with served(Systems(BEGAN, HOTELS), certificates, monkeypatch) as given:
        yield given


def call(**event: object) -> dict[str, Any]:
    """Call the function, as a schedule does."""
    return handler(event, Context())


def signal() -> Message:
    """Tell of a churn signal of a hotel, which caps its score."""
    stamp = format_instant(now() - HOUR)
    said = {"Severity__c": "Critical", "Confidence__c": "Confirmed", "Status__c": "Active"}
    about = {
        "Account__c": account(0),
        "Date_Observed__c": stamp[:10],
        "SystemModstamp": stamp,
        "LastModifiedDate": stamp,
    }
    return record("Churn_Signal__c", **said, **about)


def trouble(output: Callable[[], list[dict[str, Any]]]) -> list[float]:
    """Give what the alarm goes by."""
    return [value for name, dimensions, value in emf(output()) if name == "LiveTrouble" and len(dimensions) == 1]


def test_before_the_close_it_waits_and_an_alarm_sounds(
    cloud: Cloud, systems: Systems, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """Neither scores nor calls Salesforce."""
    answer = call(live=True)
    assert (answer["waits"], answer["written"]) == (f"{CLOSED} is not closed: its scores come first", 0)
    assert (systems.org.calls, cloud.records()) == ([], {})
    assert trouble(output) == [1]


def test_after_the_close_what_looks_different_is_written_once(
    cloud: Cloud, systems: Systems, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """By the function that closes months; the second call finds nothing new and asks Salesforce nothing."""
    call(time=format_instant(now()))
    heard = [signal(), *told_of_feeds(now())]
    assert again(fold.handler(delivered(heard), Context())) == []
    answer = call(live=True)
    assert (answer["period"], answer["accounts"], answer["waits"], answer["held"]) == (RUNNING, HOTELS, "", {})
    assert (answer["failed"], answer["written"] + answer["same"] + answer["lost"]) == (0, HOTELS)
    rows = [row for row in systems.org.records["Health_Score__c"].values() if row["Scoring_Period__c"] == RUNNING]
    assert [row["Status__c"] for row in rows] == ["provisional"] * answer["written"]
    assert {row["Account__c"]: row["Cap__c"] for row in rows}[account(0)] == 50
    assert {row["Scoring_Period__c"] for row in systems.org.records["Health_Score__c"].values()} == {CLOSED, RUNNING}
    assert cloud.records()[account(0), RUNNING]["status"] == "provisional"
    systems.org.calls.clear()
    again_ = call(live=True)
    assert (again_["written"], again_["failed"], systems.org.calls) == (0, 0, [])
    assert trouble(output) == []
    assert ("dynamodb:PutItem", "Registry.Arn") in used(cloud) <= granted("Finalise"), "and no right more"


@pytest.mark.usefixtures("systems")
def test_it_goes_to_salesforce_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an org there is nowhere to write to; and a request is read strictly."""
    monkeypatch.delenv("SALESFORCE_URL")
    monkeypatch.delenv("SALESFORCE_CLIENT_ID")
    monkeypatch.delenv("SALESFORCE_CLIENT_SECRET")
    with pytest.raises(SettingsError, match="SALESFORCE_URL is not set"):
        call(live=True)
    with pytest.raises(UnreadableError):
        call(live="daily")
