"""Suggestions on AWS: asked for when a score is made, written many in one call, by no more rights than it takes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import fold, rescore, suggest, sweep
from handlers.clock import now
from handlers.environment import SettingsError
from handlers.stores.dynamodb.store import DynamoStore, deployed_store
from handlers.stores.protocol import Batch
from scoring.instants import HOUR
from scoring.observations import Conversation, Finding, Message, Observation, Subject
from tests.doors.clouds import PREFIX, UNREACHABLE, Cloud, Context, account, again, delivered, emf, write_config
from tests.doors.test_rights import granted, used
from tests.fakes.salesforce import CLIENT_ID, CLIENT_SECRET, FakeSalesforce
from tests.fakes.server import serving
from tests.live.orgs import CONFIG

OBJECT = "Churn_Signal__c"
TAKEN = {(f"sqs:{action}", "Suggestions.Arn") for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}
"""Lambda takes the function's messages in its name."""


def wrote(*hotels: int) -> None:
    """Let the customers of some hotels write that they cancel."""
    store, batch, at = deployed_store(f"dynamodb://{PREFIX}", now), Batch(), now() - HOUR
    for hotel in hotels:
        subject = Subject("intercom", "conversation", f"c{hotel}")
        batch.add(Observation(subject, at - HOUR, Conversation(at - HOUR, "open"), f"hotel-{hotel}"))
        found = (Finding("cancellation", "we will not renew", "a rule", "1"),)
        batch.add(Observation(subject, at, Message(f"{hotel}1", "en", None, found, "1")))
    store.merge(batch)


@pytest.fixture(name="org")
def _org(
    cloud: Cloud,
    certificates: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    restarted: Callable[[], None],
) -> Iterator[FakeSalesforce]:
    """Serve an org with the package's object; messages are read, and suggestions are on."""
    org = FakeSalesforce()
    org.declare_intake(CONFIG.intake)
    org.declare_package(OBJECT)
    (write_config(tmp_path) / "words.yaml").write_text("detector: rules\n")
    with serving(org, certificates) as certificate:
        given = {
            "REQUESTS_CA_BUNDLE": str(certificate),
            "HEALTHSCORE_CONFIG": str(tmp_path),
            "SUGGESTIONS_QUEUE_URL": cloud.url("suggestions"),
            "SALESFORCE_URL": org.url,
            "SALESFORCE_CLIENT_ID": CLIENT_ID,
            "SALESFORCE_CLIENT_SECRET": CLIENT_SECRET,
            "INTERCOM_WORKSPACE": "ab12",
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        restarted()
        wrote(0, 1)
        cloud.calls.clear()
        yield org


def scored(*hotels: int) -> list[str]:
    """Score some hotels, and name the requests that are to be made again."""
    return again(rescore.handler(delivered([{"account_id": account(one)} for one in hotels]), Context()))


def suggested(*bodies: object) -> list[str]:
    """Ask for suggestions, and name the messages that are to be delivered again."""
    return again(suggest.handler(delivered(list(bodies)), Context()))  # type: ignore[arg-type]


def counted(output: Callable[[], list[Any]], name: str) -> list[float]:
    """Give the values of a metric that were said."""
    return [value for metric, _, value in emf(output()) if metric == name]


def asked(hotel: int) -> dict[str, str]:
    """Give the message that asks for a hotel."""
    return {"account_id": account(hotel)}


def test_from_a_message_to_salesforce(org: FakeSalesforce, cloud: Cloud, output: Callable[[], list[Any]]) -> None:
    """A score asks for what is due; one call writes it for all; asked again, and scored again, nothing doubles."""
    assert scored(0, 1, 2) == []
    bodies = [one["MessageBody"].encode() for one in cloud.sent("suggestions")]
    assert len(bodies) == 2
    output()
    assert suggested(*bodies) == []
    assert [line["written"] for line in output() if line.get("message") == "suggested"] == [2]
    assert org.count("composite/sobjects") == 1
    links = {one["Conversation_Link__c"] for one in org.records[OBJECT].values()}
    assert links == {f"https://app.intercom.com/a/inbox/ab12/inbox/conversation/c{hotel}" for hotel in (0, 1)}
    assert suggested(*bodies, *bodies) == []
    cloud.calls.clear()
    assert scored(0, 1) == []
    assert (cloud.sent("suggestions"), len(org.records[OBJECT])) == ([], 2)


def test_what_salesforce_refuses_is_asked_again(org: FakeSalesforce, output: Callable[[], list[Any]]) -> None:
    """That account alone; a message that names no account ends with the dead."""
    org.refuse("intercom-01-cancellation", ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "No."))
    assert suggested(asked(0), asked(1), b"nonsense", {"account_id": "001nobody"}) == ["m0", "m2", "m3"]
    assert counted(output, "SuggestionTrouble") == [1]
    assert suggested(asked(0), asked(1)) == []
    assert len(org.records[OBJECT]) == 2


def test_a_score_never_waits_for_a_suggestion(
    org: FakeSalesforce,
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
    restarted: Callable[[], None],
    output: Callable[[], list[Any]],
) -> None:
    """Where the queue does not take it, or nothing is switched on, the account is scored all the same."""
    cloud.fail("SendMessage", UNREACHABLE, "suggestions")
    assert scored(0) == []
    assert counted(output, "SuggestionTrouble") == [1]
    cloud.heal()
    monkeypatch.delenv("SUGGESTIONS_QUEUE_URL")
    restarted()
    cloud.calls.clear()
    assert scored(0) == []
    assert cloud.sent("suggestions") == []
    assert org.calls == []


def test_without_salesforce_suggestions_have_nowhere_to_go(
    org: FakeSalesforce, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, and the messages stay."""
    for name in ("URL", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"SALESFORCE_{name}")
    with pytest.raises(SettingsError, match="nowhere to go"):
        suggested(asked(0))
    assert org.calls == []


def test_a_sweep_learns_from_the_answers_by_its_own_rights(
    org: FakeSalesforce, cloud: Cloud, output: Callable[[], list[Any]]
) -> None:
    """Once a day: a category that was dismissed twenty times is muted, and suggests nothing more."""
    assert suggested(asked(0)) == []
    for number in range(20):
        told = {
            "Account__c": account(2),
            "Status__c": "Dismissed",
            "Suggestion_Key__c": f"intercom-9{number}-cancellation",
        }
        org.put(OBJECT, **told, Signal_Category__c="Cancellation", Dismissal_Reason__c="Not a signal", IsDeleted=False)
    sweep.handler({"systems": ["salesforce"]}, Context())
    fold.handler(delivered([one["MessageBody"].encode() for one in cloud.sent("events")]), Context())
    cloud.calls.clear()
    store = deployed_store(f"dynamodb://{PREFIX}", now)
    store.set_cursor("words/learned", "2020-01-01T00:00:00Z")
    cloud.calls.clear()
    sweep.handler({"systems": ["salesforce"]}, Context())
    assert used(cloud) <= granted("Sweep")
    muted = [line["categories"] for line in output() if "muted themselves" in line.get("message", "")]
    assert [len(categories) for categories in muted] == [1]
    assert suggested(asked(1)) == []
    assert len(org.records[OBJECT]) == 21


@pytest.mark.parametrize(("mark", "metric"), [("words/learned", "WordsFailed"), ("retention/looked", "StoreTrouble")])
def test_what_a_sweep_cannot_do_beside_it_says_as_a_metric(
    org: FakeSalesforce, cloud: Cloud, output: Callable[[], list[Any]], mark: str, metric: str
) -> None:
    """It goes on, and an alarm hears that nothing was learned, or retention not looked after."""
    deployed_store(f"dynamodb://{PREFIX}", now).set_cursor(mark, "no instant")
    output()
    assert sweep.handler({"systems": ["salesforce"]}, Context())["failed"] == []
    assert counted(output, metric) == [1]
    assert org.count("query") or cloud.sent("events")


def test_it_does_what_it_may_and_no_more(org: FakeSalesforce, cloud: Cloud) -> None:
    """Rights of suggest, and the one more that rescore has."""
    assert scored(0) == []
    assert ("sqs:SendMessage", "Suggestions.Arn") in used(cloud) & granted("Rescore")
    cloud.calls.clear()
    assert suggested(asked(0)) == []
    assert used(cloud) <= granted("Suggest")
    csms, full = (
        ("dynamodb:BatchGetItem", "Facts.Arn"),
        {(f"dynamodb:{one}Item", "Facts.Arn") for one in ("Get", "Put")},
    )
    assert granted("Suggest") - used(cloud) - TAKEN <= {csms, *full}
    assert org.records[OBJECT]
    assert isinstance(deployed_store(f"dynamodb://{PREFIX}", now), DynamoStore)
