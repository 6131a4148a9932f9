"""Fold: events become facts once; what fails comes again, alone; touched accounts get one request."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handlers.clock import now
from handlers.fold import handler
from handlers.stores.accounts import Edit
from tests.doors.clouds import (
    BUSY,
    PREFIX,
    REFUSED,
    UNREACHABLE,
    Cloud,
    Context,
    account,
    again,
    delivered,
    said_beside,
)
from tests.messages import (
    OPPORTUNITY,
    Message,
    change,
    company,
    company_item,
    conversation,
    feed_covered,
    notification,
    owner_listed,
    ping,
    record,
)

FACTS = "company-facts"
UNKNOWN = {"type": "no.such.thing"}
RELAYED = json.loads((Path(__file__).parent / "relay_batch.json").read_bytes())
"""A batch exactly as SQS delivers what the relay sent (contracts.md)."""


def talk(hotel: int, name: str = "1", **members: object) -> Message:
    """Give a notification of a closed conversation of a hotel."""
    told = company(id=f"own-{hotel}", company_id=f"hotel-{hotel}", name=f"Hotel {hotel}")
    return notification("conversation.admin.closed", conversation(id=f"{hotel}-{name}", company=told, **members))


def fold(event: dict[str, Any]) -> list[str]:
    """Fold a batch, and name the messages that are to be delivered again."""
    return again(handler(event, Context()))


def subjects(cloud: Cloud) -> set[str]:
    """Name the subjects of the facts in the store."""
    return {item["subject"]["S"].split("/", 2)[2] for item in cloud.items(FACTS)}


def requests(cloud: Cloud) -> list[dict[str, Any]]:
    """Give the bodies of the requests for rescores that were sent."""
    return [json.loads(message["MessageBody"]) for message in cloud.sent("rescores")]


def test_a_batch_of_the_relay_is_folded(cloud: Cloud) -> None:
    """What SQS delivers of the event relay becomes facts, and nothing is to come again."""
    assert fold(RELAYED) == []
    assert subjects(cloud) == {"006SM0000001Tb3YAE", "001ZM000001n4n5YAA"}
    assert cloud.waiting("events-dead") == []


def test_what_cannot_be_read_is_dead_with_its_reason_and_the_rest_is_folded(cloud: Cloud) -> None:
    """The dead-letter queue has its body as it came, why, and what it is followed by."""
    assert fold(delivered([talk(0), b"{", UNKNOWN, talk(1)], attributes={"correlation_id": "c-1"})) == []
    first, second = cloud.waiting("events-dead")
    assert (first["Body"], second["Body"]) == ("{", json.dumps(UNKNOWN))
    assert said_beside(first).keys() == said_beside(second).keys() == {"correlation_id", "reason"}
    assert "not JSON" in said_beside(first)["reason"]
    assert said_beside(second) == {"correlation_id": "c-1", "reason": "unknown type 'no.such.thing'"}
    assert subjects(cloud) == {"0-1", "1-1"}


def test_a_dead_letter_that_its_queue_does_not_take_comes_again(cloud: Cloud) -> None:
    """Nothing is lost between two queues."""
    cloud.fail("SendMessageBatch", UNREACHABLE, cloud.url("events-dead"))
    assert fold(delivered([talk(0), UNKNOWN])) == ["m1"]
    cloud.heal()
    assert fold(delivered([UNKNOWN], receives=2)) == []
    assert len(cloud.waiting("events-dead")) == 1


def test_a_subject_is_written_once_a_batch_however_often_it_changed(cloud: Cloud) -> None:
    """Events are coalesced: one UpdateItem for each changed subject, and none for what says nothing."""
    replies = [talk(0, "busy", updated_at=1768036000 + minute) for minute in range(40)]
    assert fold(delivered([*replies, talk(0, "other"), talk(1), ping(), *replies])) == []
    written = cloud.changed(FACTS)
    assert len(written) == len(set(written)) == 3
    assert not cloud.operations("GetItem")


def test_a_touched_account_gets_one_request_within_the_delay(cloud: Cloud, restarted: Callable[[], None]) -> None:
    """However many events, batches and processes: one request an account, held back for the delay."""
    assert fold(delivered([talk(0), talk(0, "2"), talk(1), talk(99)], sent_at=1778193011000)) == []
    assert fold(delivered([talk(0, "3")])) == []
    restarted()
    assert fold(delivered([talk(0, "4"), talk(1, "2")])) == []
    assert requests(cloud) == [{"account_id": account(hotel), "reason": "events"} for hotel in (0, 1)]
    assert [message["DelaySeconds"] for message in cloud.sent("rescores")] == [60, 60]
    assert [said_beside(message) for message in cloud.sent("rescores")] == [
        {"correlation_id": "m0", "event_sent_at": "1778193011000"},
        {"correlation_id": "m2", "event_sent_at": "1778193011000"},
    ]


def test_after_the_delay_it_gets_another(cloud: Cloud, restarted: Callable[[], None]) -> None:
    """When the claim has run out, the next event asks again."""
    assert fold(delivered([talk(0)])) == []
    _run_out(cloud)
    restarted()
    assert fold(delivered([talk(0, "2")])) == []
    assert len(requests(cloud)) == 2


def test_an_event_whose_merge_outlasts_the_claim_asks_for_a_score_of_its_own(
    cloud: Cloud, restarted: Callable[[], None]
) -> None:
    """The score that the claim was of may have read the store before the fact was there."""
    assert fold(delivered([talk(0)])) == []
    restarted()
    cloud.meanwhile("UpdateItem", FACTS, lambda: _run_out(cloud, now()))
    assert fold(delivered([talk(0, "2")])) == []
    assert len(requests(cloud)) == 2


def _run_out(cloud: Cloud, until: int = 1) -> None:
    """Let the time of each claim have passed."""
    for item in cloud.items("company-registry"):
        if item["pk"]["S"].startswith("claim/"):
            cloud.put("company-registry", item | {"until": {"N": str(until)}})


def test_a_change_that_names_no_owner_touches_the_account_of_the_known_one(
    cloud: Cloud, restarted: Callable[[], None]
) -> None:
    """The relay's update of an opportunity has no AccountId: whose it is was said before."""
    assert fold(delivered([change("Opportunity", "CREATE", AccountId=account(3), Type="Renewal")])) == []
    _run_out(cloud)
    restarted()
    assert fold(delivered([change("Opportunity", "UPDATE", ["StageName"], StageName="Closed Won")])) == []
    assert requests(cloud) == [{"account_id": account(3), "reason": "events"}] * 2


@pytest.mark.parametrize(
    "message",
    [
        talk(2),
        change("Account", "UPDATE", ["Name"], Name="Hotel 2"),
        record("Account", Name="Hotel 2"),
        owner_listed("looker", "c-2", name="Hotel 2"),
        notification("company.updated", company_item(id="own-2", company_id="hotel-2")),
    ],
    ids=["conversation", "change", "record", "listing", "company"],
)
def test_whatever_tells_of_an_account_touches_it(cloud: Cloud, message: Message) -> None:
    """By any of its owners in any source."""
    text = json.dumps(message).replace("001bm000016htgPAAQ", account(2))
    assert fold(delivered([text.encode()])) == []
    assert requests(cloud) == [{"account_id": account(2), "reason": "events"}]


def test_an_owner_is_known_by_each_of_its_ids(cloud: Cloud) -> None:
    """A conversation that names Intercom's own id touches the account that is mapped by the company's."""
    named = notification("company.updated", company_item(id="own-2", company_id="hotel-2"))
    assert fold(delivered([named])) == []
    _run_out(cloud)
    bare = conversation(id="bare", company=company(id="own-2", company_id=None))
    assert fold(delivered([notification("conversation.admin.closed", bare)])) == []
    assert {request["account_id"] for request in requests(cloud)} == {account(2)}


def test_what_is_nobodys_asks_for_nothing(cloud: Cloud) -> None:
    """Events of no account are folded all the same."""
    stranger = change("Opportunity", "UPDATE", ["StageName"], StageName="Closed Won")
    assert fold(delivered([talk(99), ping(), stranger])) == []
    assert subjects(cloud) == {"99-1", OPPORTUNITY}
    assert requests(cloud) == []


@pytest.mark.parametrize("error", [BUSY, UNREACHABLE], ids=["busy", "unreachable"])
def test_when_the_store_fails_all_comes_again(
    cloud: Cloud, output: Callable[[], list[dict[str, Any]]], error: Exception
) -> None:
    """Each readable message is returned, nothing is asked for, and the log says why."""
    cloud.fail("UpdateItem", error)
    assert fold(delivered([talk(0), UNKNOWN, talk(1)])) == ["m0", "m2"]
    assert requests(cloud) == []
    assert len(cloud.waiting("events-dead")) == 1
    assert any("DynamoDB" in line.get("error", "") for line in output())
    cloud.heal()
    assert fold(delivered([talk(0), talk(1)], receives=2)) == []
    assert subjects(cloud) == {"0-1", "1-1"}


def test_what_a_failing_store_is_not_asked_for_comes_again_too(cloud: Cloud) -> None:
    """After two failures in a row the others are not tried, and none of them is lost."""
    cloud.fail("UpdateItem", BUSY)
    some = [talk(hotel) for hotel in range(6)]
    assert sorted(fold(delivered(some, receives=2))) == [f"m{number}" for number in range(6)]
    assert len(cloud.changed(FACTS)) == 2


def test_a_message_that_the_store_refuses_stops_the_others_once(cloud: Cloud) -> None:
    """With it all fail; come again each alone, the others are folded and it is dead with its reason."""
    cloud.fail("UpdateItem", REFUSED, "poison")
    batch = [talk(0), talk(1, "poison"), talk(2), talk(3, "poison too"), talk(4, "poison three"), talk(5)]
    assert sorted(fold(delivered(batch))) == [f"m{number}" for number in range(6)]
    assert fold(delivered(batch, receives=2)) == []
    letters = cloud.waiting("events-dead")
    assert sorted(json.loads(letter["Body"])["data"]["item"]["id"] for letter in letters) == [
        "1-poison",
        "3-poison too",
        "4-poison three",
    ]
    assert all("it cannot be so" in said_beside(letter)["reason"] for letter in letters)
    assert subjects(cloud) == {"0-1", "2-1", "5-1"}
    assert {request["account_id"] for request in requests(cloud)} == {account(hotel) for hotel in (0, 2, 5)}


def test_a_message_that_fails_alone_stops_no_other(cloud: Cloud) -> None:
    """One that the store fails on comes again; what comes with it for another time is folded."""
    cloud.fail("UpdateItem", BUSY, "unlucky")
    assert fold(delivered([talk(0), talk(1, "unlucky"), talk(2)], receives=2)) == ["m1"]
    assert subjects(cloud) == {"0-1", "2-1"}


def test_an_event_whose_request_the_queue_did_not_take_comes_again(cloud: Cloud) -> None:
    """Its claim is given up, so that whoever folds it next asks."""
    cloud.fail("SendMessageBatch", UNREACHABLE, cloud.url("rescores"))
    assert fold(delivered([talk(0), talk(1), talk(0, "2")])) == ["m0", "m1"]
    cloud.heal()
    cloud.calls.clear()
    assert fold(delivered([talk(0), talk(1)], receives=2)) == []
    assert len(requests(cloud)) == 2


def test_without_claims_events_come_again_and_dead_letters_are_not_doubled(cloud: Cloud) -> None:
    """The store failing between facts and requests returns what touched an account, and nothing else."""
    cloud.fail("UpdateItem", BUSY, "claim/")
    assert fold(delivered([talk(0), UNKNOWN, talk(99)])) == ["m0"]
    assert len(cloud.waiting("events-dead")) == 1
    assert requests(cloud) == []


WITHIN = {"door": "intercom"}


@pytest.mark.parametrize(
    "message", [feed_covered("intercom", "1999-01-01T00:00:00Z"), record("Account", Name="x"), b"[]"]
)
def test_through_intercoms_door_come_its_notifications_alone(cloud: Cloud, message: Message | bytes) -> None:
    """Whoever knows its secret can say nothing of coverage, of other systems, of owners."""
    assert fold(delivered([message, talk(1)], attributes=WITHIN)) == []
    assert len(cloud.waiting("events-dead")) == 1
    assert subjects(cloud) == {"1-1"}
    assert not [item for item in cloud.items("company-registry") if item["pk"]["S"] == "feed"]


def test_an_error_that_nobody_expected_is_one_messages_dead_letter(
    cloud: Cloud, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """Its batch is tried again one by one; alone it is dead with the error's class and place, without values."""
    poison = talk(0, "poison")
    cloud.fail("UpdateItem", KeyError("a secret value"), "poison")
    assert fold(delivered([poison, talk(1)])) == ["m0", "m1"]
    assert fold(delivered([poison, talk(1)], receives=2)) == []
    (letter,) = cloud.waiting("events-dead")
    reason = said_beside(letter)["reason"]
    assert reason.startswith("unexpected: KeyError at handlers/")
    assert "secret" not in reason
    assert subjects(cloud) >= {"1-1"}
    lines = [line for line in output() if line.get("message") == "an unexpected error"]
    assert all(line["error"].startswith("KeyError at handlers/") and "File " in line["way"] for line in lines)
    assert lines
    assert "secret" not in repr(lines)


ABSURD = [
    notification("company.created", company_item(id="own-0", company_id="hotel-0", name="\U0001f600" * 131_000)),
    owner_listed("intercom", "hotel-0", also=[f"{number:0255d}" for number in range(2_000)]),
    change("Churn_Signal__c", "CREATE", Account__c=account(0), Signal_Detail__c="\U0001f600" * 131_000),
    talk(0, tags={"tags": [{"name": f"{number:0200d}"} for number in range(4_000)]}),
]


@pytest.mark.parametrize("message", ABSURD, ids=["name", "ids", "detail", "tags"])
def test_what_is_absurdly_large_is_cut_and_stops_nobody(cloud: Cloud, message: Message) -> None:
    """An item has room for it, and the rest of the batch goes on."""
    assert fold(delivered([message, talk(1)])) == []
    assert cloud.waiting("events-dead") == []
    assert "1-1" in subjects(cloud)


def test_after_a_restore_in_place_what_the_process_remembers_is_written_again(cloud: Cloud) -> None:
    """Owners, hours, gap marks, claims of before are not taken for there."""

    def tell() -> set[tuple[str, str]]:
        assert fold(delivered([talk(0), change("Account", "GAP_UPDATE")])) == []
        return {(item["pk"]["S"], item["sk"]["S"]) for item in cloud.items(f"{PREFIX}-registry")}

    before = tell()
    assert {kind.partition("/")[0] for kind, _ in before} == {"owner", "heard", "gap", "claim"}
    cloud.replace(f"{PREFIX}-registry", f"{PREFIX}-facts")
    assert tell() == before
    assert len(requests(cloud)) == 2


def test_whose_an_owner_is_holds_at_once_and_is_asked_once_a_batch(cloud: Cloud) -> None:
    """In a function that runs on; of the owners of the batch alone."""
    assert fold(delivered([talk(0), talk(1), talk(50)])) == []
    looked = [call for call in cloud.operations("BatchGetItem") if "company-accounts" in call.params["RequestItems"]]
    asked = [key["pk"]["S"] for call in looked for key in call.params["RequestItems"]["company-accounts"]["Keys"]]
    assert sorted(asked)[:3] == ["owner/intercom/hotel-0", "owner/intercom/hotel-1", "owner/intercom/hotel-50"]
    assert len(looked) <= 2
    cloud.change(
        Edit(account(0), less=(("intercom", "hotel-0"),)),
        Edit(account(50), more=(("intercom", "hotel-0"), ("intercom", "hotel-50"))),
    )
    cloud.calls.clear()
    assert fold(delivered([talk(0, "2"), talk(50, "2")])) == []
    assert [request["account_id"] for request in requests(cloud)] == [account(50)]


def test_what_cannot_be_looked_up_comes_again(cloud: Cloud) -> None:
    """Its facts are kept, but nobody would ask for the score."""
    cloud.fail("BatchGetItem", BUSY, "company-accounts")
    assert fold(delivered([talk(0)])) == ["m0"]
    cloud.heal()
    assert fold(delivered([talk(0)], receives=2)) == []
    assert [request["account_id"] for request in requests(cloud)] == [account(0)]
