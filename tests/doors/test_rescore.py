"""Rescore: one account at a time, live or ad hoc; what cannot be scored is dead with its reason."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from config.loader import load_config
from handlers import fold
from handlers.clock import now
from handlers.jobs.finalise import finalise
from handlers.jobs.records import Terms
from handlers.rescore import handler
from handlers.stores.accounts import Edit
from handlers.stores.dynamodb.store import deployed_store
from scoring.account import Account
from scoring.instants import DAY, HOUR, Instant, parse_instant
from scoring.periods import period_end, period_of, period_start
from scoring.record import Record
from tests.doors.clouds import (
    BUSY,
    PREFIX,
    UNREACHABLE,
    Cloud,
    Context,
    Sent,
    account,
    again,
    delivered,
    said_beside,
)
from tests.doors.telling import told
from tests.messages import Message, change, headed

CLOSED, END = "2025-10", parse_instant("2025-11-01")


def asked(hotel: int = 0, **members: object) -> Message:
    """Give a request for the account of a hotel."""
    return {"account_id": account(hotel), "reason": "test", **members}


def rescore(messages: Iterable[Sent], **beside: Any) -> list[str]:  # noqa: ANN401 - what `delivered` takes
    """Score what is asked for, and name the messages that are to be delivered again."""
    return again(handler(delivered(messages, **beside), Context()))


def tell(hotel: int, until: Instant) -> None:
    """Fold what sources tell of a hotel."""
    assert again(fold.handler(delivered(told(hotel, until)), Context())) == []


class Nowhere:
    """Writes records nowhere but in the store."""

    def write(self, records: Iterable[Record]) -> None:
        """Take them."""
        assert list(records)


def close(*hotels: int) -> None:
    """Close the period for some hotels, as finalise does."""
    accounts = [
        Account(account(n), {"salesforce": (account(n),), "intercom": (f"hotel-{n}",), "looker": (f"c-{n}",)})
        for n in hotels
    ]
    end = Terms(CLOSED, END, load_config().model, "final", END + 6 * HOUR)
    finalise(accounts, deployed_store(f"dynamodb://{PREFIX}", now), Nowhere(), end)


def test_a_live_score_is_of_the_running_month_and_provisional(cloud: Cloud) -> None:
    """Without period and instant the account is scored as of now."""
    before = now()
    tell(0, before)
    assert rescore([asked()]) == []
    ((key, record),) = cloud.records().items()
    assert key == (account(0), period_of(now()))
    assert record["status"] == "provisional"
    assert before <= record["score"]["as_of"] <= now()
    assert record["score"]["final_score"] is not None


def test_a_live_score_that_says_the_same_is_not_written_again(cloud: Cloud) -> None:
    """Its record and its summary stand as they are, for a day; one that is delivered again is written."""
    tell(0, now() - HOUR)
    assert rescore([asked()]) == []
    before = cloud.records()
    assert rescore([asked(), asked()]) == []
    assert cloud.records() == before
    assert rescore([asked()], receives=2) == []
    after = cloud.records()
    assert after != before
    tell(0, now())
    change_of_name = change("Account", "UPDATE", Name="Another")
    assert again(fold.handler(delivered([headed(change_of_name, recordIds=[account(0)])]), Context())) == []
    assert rescore([asked()]) == []
    assert cloud.records() != after


@pytest.mark.parametrize(
    ("said", "as_of"),
    [
        ({"period": CLOSED}, END),
        ({"as_of": "2025-10-15T12:00:00Z"}, parse_instant("2025-10-15T12:00:00Z")),
        ({"period": CLOSED, "as_of": "2025-11-01T00:00:00Z"}, END),
    ],
    ids=["period", "as_of", "both"],
)
def test_an_ad_hoc_score_is_as_of_what_is_asked(cloud: Cloud, said: dict[str, str], as_of: Instant) -> None:
    """A period is scored as of its end, an instant in the period that it lies in."""
    tell(0, END)
    assert rescore([asked() | said]) == []
    record = cloud.records()[account(0), CLOSED]
    assert (record["status"], record["score"]["as_of"]) == ("provisional", as_of)


def test_a_score_of_a_closed_period_corrects_its_final_record(cloud: Cloud) -> None:
    """Where the record is final, so is what takes its place; it is of the same instant and later made."""
    tell(0, END)
    close(0)
    before = cloud.records()[account(0), CLOSED]
    late = change("Opportunity", "CREATE", AccountId=account(0), Type="Renewal")
    assert again(fold.handler(delivered([headed(late, commitTimestamp=(END - DAY) // 1000)]), Context())) == []
    assert rescore([asked(period=CLOSED)]) == []
    after = cloud.records()[account(0), CLOSED]
    assert (before["status"], after["status"]) == ("final", "final")
    assert after["scored_at"] > before["scored_at"]


def test_an_older_score_takes_no_final_place(cloud: Cloud) -> None:
    """A score as of the middle of a closed month does not replace the month's record."""
    tell(0, END)
    close(0)
    before = cloud.records()
    assert rescore([asked(as_of="2025-10-15T00:00:00Z")]) == []
    assert cloud.records() == before


ALL_WRONG: list[tuple[Sent, str]] = [
    (asked() | {"account_id": "001000000000000AAA"}, "no account 001000000000000AAA in the portfolio"),
    (b"{", "no request for a rescore"),
    (b"[]", "no request for a rescore"),
    ({"reason": "test"}, "account_id"),
    (asked(account_id=7), "account_id"),
    (asked(colour="red"), "colour"),
    (asked(period="2025-13"), "no request for a rescore"),
    (asked(as_of="yesterday"), "no request for a rescore"),
    (asked(as_of="0001-01-01T00:00:00Z"), "no request for a rescore"),
    (asked(as_of="9999-12-31T23:59:59Z"), "no request for a rescore"),
    (asked(as_of="2999-01-01T00:00:00Z"), "as_of lies ahead"),
    (asked(period="2999-01"), "no request for a rescore"),
    (asked(period=CLOSED, as_of="2025-12-24T00:00:00Z"), "does not hold the instant"),
]


def test_a_request_that_cannot_be_met_is_dead_with_its_reason(cloud: Cloud) -> None:
    """The others of its batch are scored."""
    tell(0, now())
    requests: list[Sent] = [message for message, _ in ALL_WRONG]
    assert rescore([*requests, asked()], attributes={"correlation_id": "c-7"}) == []
    letters = cloud.waiting("rescores-dead")
    assert len(letters) == len(ALL_WRONG)
    for (_, reason), letter in zip(ALL_WRONG, letters, strict=True):
        assert reason in said_beside(letter)["reason"]
        assert said_beside(letter)["correlation_id"] == "c-7"
    assert len(cloud.records()) == 1


def test_an_id_of_15_characters_is_the_same_account(cloud: Cloud) -> None:
    """As people copy it from an address."""
    assert rescore([asked(account_id=account(1)[:15])]) == []
    assert [key for key, _ in cloud.records()] == [account(1)]


def test_a_dead_letter_that_its_queue_does_not_take_comes_again(cloud: Cloud) -> None:
    """So does a request whose account the store does not give; others are scored."""
    cloud.fail("SendMessageBatch", UNREACHABLE, cloud.url("rescores-dead"))
    cloud.fail("PutItem", BUSY, account(1))
    assert rescore([b"{", asked(1), asked(2)]) == ["m0", "m1"]
    assert [key for key, _ in cloud.records()] == [account(2)]
    cloud.heal()
    assert rescore([b"{", asked(1)], receives=2) == []
    assert len(cloud.waiting("rescores-dead")) == 1


def test_a_record_that_cannot_be_read_stops_no_other_account(cloud: Cloud) -> None:
    """What is wrong with one account is said, and the others of the batch are scored."""
    key = {"account_id": {"S": account(1)}, "period": {"S": period_of(now())}}
    cloud.put("company-scores", {**key, "rank": {"S": ""}, "body": {"S": "{"}})
    assert rescore([asked(1), asked(2)]) == ["m0"]


def test_an_account_deleted_in_the_crm_gets_no_record(cloud: Cloud) -> None:
    """It is scored, and nothing is written."""
    tell(0, now() - DAY)
    gone = json.dumps(headed(change("Account", "DELETE"), recordIds=[account(0)], commitTimestamp=now() // 1000 - 1000))
    assert again(fold.handler(delivered([gone.encode()]), Context())) == []
    assert rescore([asked()]) == []
    assert cloud.records() == {}


def test_the_lag_from_event_to_live_score_is_measured(cloud: Cloud, output: Callable[[], list[dict[str, Any]]]) -> None:
    """By when the event was sent, as fold passed it on; an ad hoc request has none."""
    assert cloud.records() == {}
    output()
    sent_at = now() // 1000 - 70_000
    beside = {"event_sent_at": str(sent_at), "correlation_id": "c-9"}
    assert rescore([asked(1)], attributes=beside) == []
    lines = output()
    (lag,) = [line["lag_ms"] for line in lines if line.get("message") == "scored"]
    assert 70_000 <= lag < 130_000
    assert [line["correlation_id"] for line in lines if line.get("message") == "scored"] == ["c-9"]
    assert rescore([asked(1)]) == []
    assert not [line for line in output() if "lag_ms" in line]


def test_the_period_of_a_request_is_the_months_own(cloud: Cloud) -> None:
    """The running period can be asked for by name; it is scored as of now, its end being ahead."""
    period = period_of(now())
    assert rescore([asked(period=period)]) == []
    (record,) = cloud.records().values()
    assert period_start(period) < record["score"]["as_of"] < period_end(period)


def test_what_is_said_of_an_account_holds_at_once(cloud: Cloud) -> None:
    """Of one that is new, changed, or gone, in a function that runs on."""
    assert rescore([asked(1)]) == []
    cloud.change(Edit(account(1), {"segment": "standard"}), Edit(account(50), {"name": "New"}))
    assert rescore([asked(1), asked(50)]) == []
    segments = {key: record["score"]["segment"] for (key, _), record in cloud.records().items()}
    assert segments == {account(1): "standard", account(50): "standard"}
    cloud.change(Edit(account(50), remove=True))
    assert rescore([asked(50)]) == []
    (letter,) = cloud.waiting("rescores-dead")
    assert said_beside(letter)["reason"] == f"no account {account(50)} in the portfolio"


def test_a_request_whose_account_cannot_be_looked_up_comes_again(cloud: Cloud) -> None:
    """It is no dead letter: nobody knows yet whether there is such an account."""
    cloud.fail("GetItem", BUSY, "company-accounts")
    assert rescore([asked(1)]) == ["m0"]
    cloud.heal()
    assert rescore([asked(1)], receives=2) == []
    assert cloud.waiting("rescores-dead") == []
