"""Kinds of troubles with order, owners and conversations: each by its right value, one hotel a check."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.world.hotels import ASKED, UPDATED, Hotel, Hotels, milliseconds, seconds, statistics
from tests.world.replaying import faults, replay

DAY_OF_PAYMENT = milliseconds("2026-09-01T00:00:00Z")
CLOSE = milliseconds("2026-11-21T00:00:00Z")
OPEN = {"Type": "Renewal", "StageName": "Negotiation/Review", "IsClosed": False, "IsWon": False, "CloseDate": CLOSE}
SIGNAL = {"Severity__c": "Critical", "Confidence__c": "Confirmed", "Status__c": "Active"}
SECOND = "2026-09-01T10:00:00"
GREETING = {"delivered_as": "operator_initiated"}


def payment(hotel: Hotel, status: str) -> str:
    """Create a payment 100 ms into a second."""
    record_id = hotel.record_id("a01")
    fields = {"Status__c": status, "Payment_Date__c": DAY_OF_PAYMENT}
    hotel.create("Payment_Record__c", record_id, f"{SECOND}.100Z", **fields)
    return record_id


def read_payment(hotel: Hotel, record_id: str, read_at: str, status: str) -> None:
    """Read a payment of that second again."""
    fields = {"Account__c": hotel.id, "Status__c": status, "Payment_Date__c": "2026-09-01"}
    hotel.reread("Payment_Record__c", record_id, read_at, f"{SECOND}.000+0000", **fields)


def renewal(hotel: Hotel, **fields: object) -> str:
    """Create an open renewal that closes 20 days after the month's end."""
    record_id = hotel.record_id("006")
    hotel.create("Opportunity", record_id, "2026-06-01T10:00:00.100Z", **OPEN | fields)
    return record_id


def within_one_second(hotels: Hotels) -> None:
    """Events have milliseconds, re-reads whole seconds."""
    hotel = hotels.open("created and deleted in one second, with a gap between")
    record_id = payment(hotel, "Failed")
    hotel.change("Payment_Record__c", record_id, "GAP_UPDATE", f"{SECOND}.300Z")
    hotel.change("Payment_Record__c", record_id, "DELETE", f"{SECOND}.700Z")
    hotel.expected = {"payment_health": 0, "no_flag": ["reread"]}

    hotel = hotels.open("a reading before the deletion of its second does not revive")
    record_id = payment(hotel, "Failed")
    read_payment(hotel, record_id, f"{SECOND}.500Z", "Failed")
    hotel.change("Payment_Record__c", record_id, "DELETE", f"{SECOND}.700Z")
    hotel.expected = {"payment_health": 0}

    hotel = hotels.open("an event after the reading within its second holds")
    record_id = payment(hotel, "Pending")
    read_payment(hotel, record_id, f"{SECOND}.400Z", "Pending")
    hotel.change("Payment_Record__c", record_id, "UPDATE", f"{SECOND}.900Z", ["Status__c"], Status__c="Failed")
    hotel.expected = {"payment_health": 1}

    hotel = hotels.open("a reading after the second holds against all of it")
    read_payment(hotel, payment(hotel, "Failed"), "2026-09-01T11:00:00Z", "Paid")
    hotel.expected = {"payment_health": 0}

    source, target = hotels.open("moved away in its second"), hotels.open("moved here in its second")
    record_id = renewal(source)
    source.change("Opportunity", record_id, "UPDATE", "2026-06-01T10:00:00.600Z", ["AccountId"], AccountId=target.id)
    source.expected, target.expected = {"days_to_renewal": None}, {"days_to_renewal": 20}


def of_the_recycle_bin(hotels: Hotels) -> None:
    """Deleted, found deleted, restored: what is known last of it holds, whoever told it."""
    hotel = hotels.open("found deleted by a census, without any event")
    record_id = payment(hotel, "Failed")
    gone = {"type": "salesforce.record", "object": "Payment_Record__c", "id": record_id, "deleted": True}
    hotel.events.append({**gone, "read_at": "2026-09-02T06:00:00Z"})
    hotel.expected = {"payment_health": 0, "no_flag": ["reread"]}

    hotel = hotels.open("found deleted, and restored afterwards")
    record_id = payment(hotel, "Failed")
    hotel.events.append({**gone, "id": record_id, "read_at": "2026-09-02T06:00:00Z"})
    hotel.change("Payment_Record__c", record_id, "UNDELETE", "2026-09-03T10:00:00.200Z", Status__c="Failed")
    hotel.expected = {"payment_health": 1, "flag": ["reread:Payment_Record__c"]}

    hotel = hotels.open("restored, and read again")
    record_id = payment(hotel, "Failed")
    hotel.change("Payment_Record__c", record_id, "DELETE", "2026-09-02T10:00:00.200Z")
    hotel.change("Payment_Record__c", record_id, "UNDELETE", "2026-09-03T10:00:00.200Z")
    fields = {"Account__c": hotel.id, "Status__c": "Paid", "Payment_Date__c": "2026-09-01"}
    stamp, read_at = "2026-09-03T10:00:00.000+0000", "2026-09-03T11:00:00Z"
    hotel.reread("Payment_Record__c", record_id, read_at, stamp, **fields)
    hotel.expected = {"payment_health": 0, "no_flag": ["reread"]}

    hotel = hotels.open("deleted and restored in one second, read before both")
    record_id = payment(hotel, "Failed")
    read_payment(hotel, record_id, f"{SECOND}.200Z", "Failed")
    hotel.change("Payment_Record__c", record_id, "DELETE", f"{SECOND}.400Z")
    hotel.change("Payment_Record__c", record_id, "UNDELETE", f"{SECOND}.600Z")
    hotel.expected = {"payment_health": 1, "flag": ["reread:Payment_Record__c"]}

    hotel = hotels.open("an account created and read again before its event was committed", Champion_Since__c=None)
    read = {"Name": "x", "ARR__c": 300000, "Success_Tier__c": "Paid", "Champion_Since__c": "2026-01-10"}
    hotel.change("Account", hotel.id, "CREATE", "2025-01-01T00:00:08.300Z", Name="x", ARR__c=300000)
    hotel.reread("Account", hotel.id, "2025-01-01T01:00:00Z", "2025-01-01T00:00:00.000+0000", **read)
    hotel.expected = {"champion_stability": 295, "segment": "paid"}


def of_one_look(hotels: Hotels) -> None:
    """Two looks at a conversation bear one `updated_at`."""
    hotel = hotels.open("a tag removed and a priority lowered: the later sending holds")
    hotel.converse(priority="high", tags={"tags": [{"name": "p1"}]})
    hotel.converse(sent="2026-10-20T09:30:02Z", priority="low")
    hotel.expected = {"p1_p2_volume": 0}

    hotel = hotels.open("more parts hold against a later sending")
    hotel.converse(sent="2026-10-20T09:30:05Z", priority="high")
    hotel.converse(priority="low", statistics=statistics(count_conversation_parts=4))
    hotel.expected = {"p1_p2_volume": 0}

    hotel = hotels.open("an admin's first reply and a close have grown")
    done = statistics(first_admin_reply_at=seconds(UPDATED), last_close_at=seconds(UPDATED))
    hotel.converse(state="closed", statistics=done)
    hotel.converse(state="open")
    hotel.expected = {"first_response_minutes": 30, "close_time_hours": 0.5}

    hotel = hotels.open("reopens have grown")
    hotel.converse(statistics=statistics(count_reopens=1))
    hotel.converse(priority="urgent")
    hotel.expected = {"reopen_rate_pct": 100}

    hotel = hotels.open("a reading of the same second that was made earlier does not hold")
    hotel.converse(read_at="2026-10-20T10:00:00Z", priority="high")
    hotel.converse(read_at="2026-10-20T09:30:00.500Z", priority="low")
    hotel.expected = {"p1_p2_volume": 1}

    hotel = hotels.open("deleted, whatever came before")
    hotel.converse(priority="high")
    told = {"topic": "conversation.deleted", "created_at": seconds("2026-10-21T00:00:00Z")}
    item = {"type": "conversation", "conversation_id": f"{hotel.number}001"}
    hotel.events.append({"type": "notification_event", **told, "data": {"item": item}})
    hotel.expected = {"p1_p2_volume": 0}


def of_owners(hotels: Hotels) -> None:
    """Empty and unsaid are two things."""
    hotel = hotels.open("an undelete leaves the rest to be read again")
    record_id = renewal(hotel)
    hotel.change("Opportunity", record_id, "DELETE", "2026-06-02T10:00:00Z")
    hotel.change("Opportunity", record_id, "UNDELETE", "2026-06-03T10:00:00Z")
    hotel.expected = {"days_to_renewal": 20, "flag": ["reread:Opportunity"]}

    hotel = hotels.open("a field that no event carries", Champion_Since__c=None)
    whole = {"Name": "x", "ARR__c": 300000, "Success_Tier__c": "Paid", "Champion_Since__c": "2026-01-10"}
    hotel.reread("Account", hotel.id, "2025-01-01T01:00:00Z", "2025-01-01T00:00:00.000+0000", **whole)
    hotel.expected = {"champion_stability": 295}

    hotel = hotels.open("a signal taken from its account by a reading alone")
    record_id = hotel.record_id("a02")
    hotel.create("Churn_Signal__c", record_id, f"{SECOND}Z", **SIGNAL, Date_Observed__c=DAY_OF_PAYMENT)
    fields = SIGNAL | {"Account__c": None, "Date_Observed__c": "2026-09-01"}
    hotel.reread("Churn_Signal__c", record_id, "2026-09-05T00:00:00Z", "2026-09-04T10:00:00.000+0000", **fields)
    hotel.expected = {"cap": None}

    hotel = hotels.open("an update that does not speak of the owner")
    record_id = hotel.record_id("a02")
    suspected = SIGNAL | {"Confidence__c": "Suspected"}
    hotel.create("Churn_Signal__c", record_id, f"{SECOND}Z", **suspected, Date_Observed__c=DAY_OF_PAYMENT)
    confirmed = {"Confidence__c": "Confirmed"}
    hotel.change("Churn_Signal__c", record_id, "UPDATE", "2026-09-02T10:00:00Z", confirmed, **confirmed)
    hotel.expected = {"cap": "critical_confirmed"}

    hotel = hotels.open("an owner changed to none")
    record_id = renewal(hotel)
    hotel.change("Opportunity", record_id, "UPDATE", "2026-06-02T10:00:00Z", ["AccountId"], AccountId=None)
    hotel.expected = {"days_to_renewal": None}

    hotel = hotels.open("a signal taken away and given back")
    record_id = hotel.record_id("a02")
    hotel.create("Churn_Signal__c", record_id, f"{SECOND}Z", **SIGNAL, Date_Observed__c=DAY_OF_PAYMENT)
    hotel.change("Churn_Signal__c", record_id, "UPDATE", "2026-09-02T10:00:00Z", ["Account__c"], Account__c=None)
    hotel.change("Churn_Signal__c", record_id, "UPDATE", "2026-09-03T10:00:00Z", ["Account__c"], Account__c=hotel.id)
    hotel.expected = {"cap": "critical_confirmed"}

    hotel = hotels.open("an owner that is empty where it did not change was not taken away")
    record_id, unsaid = renewal(hotel), {"Type": "Renewal", "AccountId": None}
    hotel.change("Opportunity", record_id, "UPDATE", "2026-06-02T10:00:00Z", ["Type"], **unsaid)
    hotel.expected = {"days_to_renewal": 20}

    hotel = hotels.open("an owner read again as of before it was taken away")
    record_id = renewal(hotel)
    hotel.change("Opportunity", record_id, "UPDATE", "2026-06-02T10:00:00.500Z", ["AccountId"], AccountId=None)
    former: dict[str, object] = {**OPEN, "AccountId": hotel.id, "CloseDate": "2026-11-21"}
    hotel.reread("Opportunity", record_id, "2026-06-02T10:00:00.300Z", "2026-06-02T10:00:00.000+0000", **former)
    hotel.expected = {"days_to_renewal": None}


def of_companies(hotels: Hotels) -> None:
    """A conversation's company is said, said to be none, or not spoken of."""
    hotel = hotels.open("a company that is left out was not taken away")
    hotel.converse(updated_at=seconds(ASKED), priority="urgent")
    hotel.converse(priority="urgent")
    del hotel.events[-1]["data"]["item"]["company"]
    hotel.expected = {"p1_p2_volume": 1}

    hotel = hotels.open("a company taken away though another reading had resolved one before")
    hotel.converse(updated_at=seconds(ASKED), company=None, priority="urgent", read_at="2026-10-20T09:10:00Z")
    hotel.events[-1]["company_id"] = "elsewhere"
    hotel.converse(updated_at=seconds("2026-10-20T09:20:00Z"), priority="urgent")
    hotel.converse(company=None, priority="urgent")
    hotel.expected = {"p1_p2_volume": 0}

    hotel = hotels.open("a company taken away and given back")
    hotel.converse(updated_at=seconds(ASKED), priority="urgent")
    hotel.converse(company=None, priority="urgent")
    hotel.converse(updated_at=seconds("2026-10-20T10:30:00Z"), priority="urgent")
    hotel.expected = {"p1_p2_volume": 1}

    hotel = hotels.open("a company that we resolved stays where webhooks name none")
    hotel.converse(read_at="2026-10-20T10:00:00Z", company=None, priority="urgent")
    hotel.events[-1]["company_id"] = hotel.company
    hotel.converse(updated_at=seconds("2026-10-20T11:00:00Z"), company=None, priority="urgent")
    hotel.expected = {"p1_p2_volume": 1}


def of_conversations(hotels: Hotels) -> None:
    """What a workflow began, what was merged, what is outbound."""
    hotel = hotels.open("a greeting that nobody answered")
    hotel.converse(source=GREETING, priority="high")
    hotel.expected = {"p1_p2_volume": 0, "first_response_minutes": None}

    hotel = hotels.open("a greeting answered begins when the customer wrote")
    wrote, replied = seconds("2026-10-20T10:00:00Z"), seconds("2026-10-20T10:30:00Z")
    told = statistics(first_contact_reply_at=wrote, first_admin_reply_at=replied)
    hotel.converse(source=GREETING, updated_at=replied, priority="high", statistics=told)
    hotel.expected = {"p1_p2_volume": 1, "first_response_minutes": 30}

    hotel = hotels.open("a greeting of before the window, answered within it")
    reply = {"created_at": seconds("2026-10-10T10:00:00Z")}
    hotel.converse(
        source=GREETING, created_at=seconds("2026-09-20T09:00:00Z"), priority="high", first_contact_reply=reply
    )
    hotel.expected = {"p1_p2_volume": 1}

    for begun_by in ("admin_initiated", "campaigns_initiated", "automated"):
        hotel = hotels.open(f"{begun_by} stays out though it was answered")
        source = {"delivered_as": begun_by}
        hotel.converse(source=source, priority="high", first_contact_reply={"created_at": seconds(UPDATED)})
        hotel.expected = {"p1_p2_volume": 0}

    hotel = hotels.open("merged, and updated afterwards without the part")
    part = {"part_type": "merged_secondary_conversation", "created_at": seconds("2026-10-20T09:06:00Z")}
    closed = {"state": "closed", "priority": "high"}
    hotel.converse(updated_at=part["created_at"], conversation_parts={"conversation_parts": [part]}, **closed)
    hotel.converse(statistics=statistics(count_conversation_parts=5), **closed)
    hotel.expected = {"p1_p2_volume": 0}


KINDS = (within_one_second, of_the_recycle_bin, of_one_look, of_owners, of_companies, of_conversations)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_hotel_is_right_in_any_order(kind: Callable[[Hotels], None], tmp_path: Path) -> None:
    """All hotels of a kind in one portfolio; shuffled and doubled, the same bytes."""
    hotels, mapping = Hotels(), tmp_path / "mapping.csv"
    kind(hotels)
    mapping.write_text(hotels.mapping())
    events = hotels.lines()
    lines = replay(events, mapping)
    found = {name: faults(lines[account], wanted) for account, (name, wanted) in hotels.expected().items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    shuffled = Random(3).sample(events * 2, 2 * len(events))  # noqa: S311 - no secret
    assert replay(shuffled, mapping) == lines
