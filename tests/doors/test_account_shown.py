"""What a flow in Salesforce writes on an account of its current score comes back as an event, and ends there."""

from collections.abc import Mapping

import pytest

from tests.doors.clouds import Cloud, account, delivered
from tests.doors.test_fold import FACTS, fold, requests, subjects
from tests.messages import Message, change, headed
from tests.salesforce.account_scenarios import SHOWN, WRITTEN
from tests.salesforce.package import fields

OURS = sorted({*WRITTEN, *SHOWN})
ROLL_UPS = sorted(name for name, field in fields("Account").items() if field.text("type") == "Summary")
SYSTEM = ["LastModifiedDate", "LastModifiedById"]
STAMP = {"LastModifiedDate": "2026-05-07T22:30:10.000Z"}


def event(changed: list[str], said: Mapping[str, object], hotels: int = 1) -> Message:
    """Give the change event of a save of the accounts of some hotels, as the relay sends it."""
    ids = [account(hotel) for hotel in range(hotels)]
    return headed(change("Account", "UPDATE", changed, **STAMP, **said), recordIds=ids)


@pytest.mark.parametrize(
    "told",
    [
        event([*OURS, *SYSTEM], dict.fromkeys(OURS, 75.0)),
        event([*OURS, *SYSTEM], dict.fromkeys(OURS)),
        headed(event(SYSTEM, {}), nulledFields=list(OURS)),
        event([*ROLL_UPS, "Current_Health_Tier__c", "LastModifiedDate"], {"Current_Health_Tier__c": "Critical"}),
        event([*OURS, *SYSTEM], dict.fromkeys(OURS, 1), hotels=3),
        event(["LastModifiedDate"], {"ARR__c": 1_000, "Name": "Hotel 0"}),
    ],
    ids=["a score", "emptied", "nulled", "a signal's roll-ups", "merged", "enriched with what did not change"],
)
def test_what_the_flow_writes_is_no_observation_and_asks_for_no_score(cloud: Cloud, told: Message) -> None:
    """No fact, no request: so that a score that is written can never lead to another."""
    assert fold(delivered([told])) == []
    assert (subjects(cloud), requests(cloud), cloud.waiting("events-dead")) == (set(), [], [])


def test_what_a_person_changes_beside_them_is_taken_in(cloud: Cloud) -> None:
    """The flow's fields and one that scoring reads, in one save: that one is kept, and a score is asked for."""
    assert fold(delivered([event([*OURS, "ARR__c", *SYSTEM], {"ARR__c": 1_000})])) == []
    assert subjects(cloud) == {account(0)}
    assert [one["account_id"] for one in requests(cloud)] == [account(0)]


def test_a_gap_of_an_account_is_asked_for_once_and_read_again(cloud: Cloud) -> None:
    """An event that lost its content may have been ours or not: the account is marked, and scored as it is known."""
    gap = headed(change("Account", "GAP_UPDATE"), recordIds=[account(0)])
    assert fold(delivered([gap, gap])) == []
    assert subjects(cloud) == {account(0)}
    assert len(requests(cloud)) == 1
    assert cloud.items(FACTS)
