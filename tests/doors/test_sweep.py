"""Sweep: what no event brings goes to the queue; how far it came is kept only then; one that fails is named."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import fold
from handlers.clock import now
from handlers.cloud.queue import QueueError
from handlers.sources.reading import UnreadableError
from handlers.sweep import LEFT_TO_TELL_MILLISECONDS, handler
from scoring.instants import DAY, HOUR, format_instant
from tests.doors.clouds import FIGURES, UNREACHABLE, Cloud, Context, account, again, delivered, emf
from tests.doors.systems import Systems, served
from tests.messages import change as changed
from tests.messages import feed_heard, headed, record

ALL = ["intercom", "looker", "salesforce"]


@pytest.fixture
def systems(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Serve three hotels up to now."""
    assert cloud.calls == []
    with served(Systems(now(), 3), certificates, monkeypatch) as given:
        yield given


def sweep(**event: object) -> dict[str, Any]:
    """Sweep, and give what the function answers."""
    return handler(event, Context())


def kinds(cloud: Cloud) -> Counter[str]:
    """Count the messages on the queue of events by their type."""
    return Counter(json.loads(message["MessageBody"])["type"] for message in cloud.sent("events"))


def cursors(cloud: Cloud) -> set[str]:
    """Name the sources, and parts of them, that the store knows how far they were read."""
    names = {item["sk"]["S"] for item in cloud.items("company-registry") if item["pk"]["S"] == "cursor"}
    return {name for name in names if not name.startswith(("swept/", "watched/"))}


def test_what_the_systems_hold_goes_to_the_queue(cloud: Cloud, systems: Systems) -> None:
    """Records, conversations, listings and usage: as many messages as the answer says, nothing folded here."""
    answer = sweep()
    assert answer["failed"] == []
    assert sorted(answer["pulled"]) == ALL
    assert sum(answer["pulled"].values()) == len(cloud.sent("events"))
    told = kinds(cloud)
    assert (told["salesforce.record"], told["intercom.conversation"], told["looker.reading"]) == (3, 3, 3)
    assert cloud.items("company-facts") == []
    assert {*ALL, "salesforce/Account"} <= cursors(cloud)
    assert systems.org.count("/query") > 0


def test_what_was_swept_can_be_folded(cloud: Cloud, systems: Systems) -> None:
    """Each message that the sweep sends is one that fold reads; swept accounts are touched."""
    assert systems.hotels == 3
    sweep()
    bodies = [message["MessageBody"].encode() for message in cloud.sent("events")]
    assert again(fold.handler(delivered(bodies), Context())) == []
    assert cloud.waiting("events-dead") == []
    asked = {json.loads(message["MessageBody"])["account_id"] for message in cloud.sent("rescores")}
    assert asked == {account(hotel) for hotel in range(3)}


class HurriedContext(Context):
    """A call with no time left to ask anybody."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Tell how much time is left."""
        return LEFT_TO_TELL_MILLISECONDS


def test_what_has_no_time_is_named_and_nothing_of_it_is_kept(cloud: Cloud, systems: Systems) -> None:
    """The sweep ends by itself, before AWS ends it: each system is asked again from where it stood."""
    answer = handler({}, HurriedContext())
    assert answer == {"pulled": {}, "failed": ALL}
    assert not cursors(cloud)
    assert not any(fake.calls for fake in (systems.org, systems.workspace, systems.instance.server))


@pytest.mark.parametrize("system", ALL)
def test_only_the_system_that_is_asked_for_is_swept(cloud: Cloud, systems: Systems, system: str) -> None:
    """Each schedule sweeps one system; no other is called."""
    assert sweep(systems=[system])["pulled"].keys() == {system}
    called = {"salesforce": systems.org, "intercom": systems.workspace, "looker": systems.instance.server}
    assert [name for name, fake in called.items() if fake.calls] == [system]
    assert {name.partition("/")[0] for name in cursors(cloud)} - {"retention", "listed"} == {system}


def test_the_sweep_of_the_crm_lets_go_of_what_is_over_once_a_week(
    cloud: Cloud, systems: Systems, caplog: pytest.LogCaptureFixture
) -> None:
    """And logs what it came to; the next one that day does not look again."""
    assert systems.hotels
    for _ in range(2):
        sweep(systems=["salesforce"])
    looks = [line for line in caplog.records if line.message == "retention"]
    assert "retention/looked" in cursors(cloud)
    assert [vars(line)["looked"].keys() >= {"at"} for line in looks] == [True]


class ShortContext(Context):
    """A call whose time is over once it has begun to look through the store."""

    asked = 0

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]  # what it is called on counts
        """Tell how much time is left."""
        self.asked += 1
        return super().get_remaining_time_in_millis() if self.asked <= 2 else LEFT_TO_TELL_MILLISECONDS - 1


def test_a_look_that_runs_out_of_time_goes_on_with_the_next_sweep(
    cloud: Cloud, systems: Systems, caplog: pytest.LogCaptureFixture
) -> None:
    """The sweep ends well; each goes on where the one before it stopped."""
    assert systems.hotels
    for _ in range(2):
        assert handler({"systems": ["salesforce"]}, ShortContext())["failed"] == []
    assert {"retention/looking"} == {name for name in cursors(cloud) if name.startswith("retention/look")}
    sweep(systems=["salesforce"])
    assert {"retention/looked"} == {name for name in cursors(cloud) if name.startswith("retention/")}
    said = [line.message for line in caplog.records if line.message.startswith("retention")]
    assert said == ["retention goes on with the next sweep"] * 2 + ["retention"]


def test_no_cursor_moves_before_its_messages_are_in_the_queue(cloud: Cloud, systems: Systems) -> None:
    """A queue that does not take them fails the sweep, and the next one reads the same again."""
    cloud.fail("SendMessageBatch", UNREACHABLE)
    with pytest.raises(QueueError):
        sweep(systems=["salesforce"])
    assert cursors(cloud) == set()
    cloud.heal()
    cloud.calls.clear()
    sweep(systems=["salesforce"])
    assert kinds(cloud)["salesforce.record"] == systems.hotels
    order = [_deed(call.operation, call.params) for call in cloud.calls]
    assert order.index("send") < order.index("cursor")


def _deed(operation: str, params: Any) -> str:  # noqa: ANN401 - whatever was asked
    if operation == "SendMessageBatch":
        return "send"
    return "cursor" if operation == "UpdateItem" and params["Key"]["pk"]["S"] == "cursor" else "other"


def test_a_second_sweep_reads_no_old_record_again(cloud: Cloud, systems: Systems) -> None:
    """From where the first one came to; but for an overlap."""
    assert sweep(systems=["salesforce"])["pulled"]["salesforce"] >= systems.hotels
    cloud.calls.clear()
    sweep(systems=["salesforce"])
    assert kinds(cloud)["salesforce.record"] == 0


def test_a_gap_is_healed_by_the_next_sweep(cloud: Cloud, systems: Systems) -> None:
    """A record that changed unseen is read again, however long ago it was changed."""
    sweep(systems=["salesforce"])
    gap = headed(changed("Account", "GAP_UPDATE"), recordIds=[account(1)], commitTimestamp=(now() - HOUR) // 1000)
    assert again(fold.handler(delivered([gap]), Context())) == []
    cloud.calls.clear()
    sweep(systems=["salesforce"])
    records = [json.loads(message["MessageBody"]) for message in cloud.sent("events")]
    assert [one["record"]["Id"] for one in records if one["type"] == "salesforce.record"] == [account(1)]
    assert systems.org.count("/query") > 0


def test_what_the_census_took_for_erased_is_counted_in_the_log(
    cloud: Cloud, systems: Systems, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """A record that is known and that the org no longer has: its object is named, whatever else was pulled."""
    signal = record("Churn_Signal__c", Id="a00000000000001AAA", Account__c=account(1), Severity__c="Critical")
    assert again(fold.handler(delivered([signal]), Context())) == []
    output()
    assert sweep(systems=["salesforce"])["failed"] == []
    (line,) = [line for line in output() if line.get("message") == "remarked"]
    assert (line["level"], line["remarks"]) == ("WARNING", {"erased:Churn_Signal__c": 1})
    assert systems.org.calls
    assert cloud.sent("events")


def test_a_system_that_fails_is_named_and_the_others_go_on(
    cloud: Cloud, systems: Systems, monkeypatch: pytest.MonkeyPatch, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """Its cursor stays; the log and a metric say so; it is no error of the function."""
    monkeypatch.setenv("INTERCOM_TOKEN", "expired")
    answer = sweep()
    assert answer["failed"] == ["intercom"]
    assert answer["pulled"].keys() == {"looker", "salesforce"}
    assert {name.partition("/")[0] for name in cursors(cloud)} - {"retention", "listed"} == {"looker", "salesforce"}
    lines = output()
    assert [(line["source"], line["level"]) for line in lines if line.get("message") == "not swept"] == [
        ("intercom", "ERROR")
    ]
    assert [line["failed"] for line in lines if line.get("message") == "swept"] == [["intercom"]]
    assert systems.workspace.calls


def test_a_system_that_is_asked_for_and_not_set_up_is_named(
    cloud: Cloud, systems: Systems, monkeypatch: pytest.MonkeyPatch, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """A schedule without a token must not look well; a sweep of whatever there is passes it over."""
    monkeypatch.delenv("INTERCOM_TOKEN")
    assert sweep(systems=["intercom"])["failed"] == ["intercom"]
    assert [line["failed"] for line in output() if line.get("message") == "swept"] == [["intercom"]]
    assert sweep()["failed"] == []
    assert cloud.sent("events")
    assert not systems.workspace.calls


def test_the_age_of_each_feed_is_told_and_is_a_metric_where_it_is_too_great(
    cloud: Cloud, systems: Systems, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """In whole hours since it was last heard, whatever is swept; one that was never heard has none yet."""
    moment = now()
    heard = [
        feed_heard("intercom", format_instant(moment - 30 * HOUR - HOUR // 2)),
        feed_heard("intercom", format_instant(moment - 9 * DAY)),
        feed_heard("looker", format_instant(moment - 3 * DAY - HOUR // 2)),
    ]
    assert again(fold.handler(delivered(heard), Context())) == []
    output()
    sweep(systems=["salesforce"])
    lines = output()
    assert [line["heard_hours"] for line in lines if line.get("message") == "swept"] == [{"intercom": 30, "looker": 72}]
    ages = {told["source"]: value for name, told, value in emf(lines) if name == "FeedAgeHours"}
    assert ages == {"intercom": 30, "looker": 72}
    assert systems.org.calls
    assert cloud.sent("events")


def test_figures_go_to_the_table_that_is_configured(
    cloud: Cloud, systems: Systems, monkeypatch: pytest.MonkeyPatch, restarted: Callable[[], None]
) -> None:
    """One item a sweep where there is a table; without, none."""
    sweep(systems=["looker"])
    assert cloud.items(FIGURES) == []
    monkeypatch.setenv("CUSTOM_METRICS_TABLE", FIGURES)
    restarted()
    pulled = sweep(systems=["looker"])["pulled"]["looker"]
    (item,) = cloud.items(FIGURES)
    assert item["metric"] == {"S": "healthscore.sweep"}
    assert (item["messages"], item["errors"]) == ({"N": str(pulled)}, {"N": "0"})
    assert systems.instance.queries


def test_what_cannot_be_asked_for_is_refused_by_name(cloud: Cloud) -> None:
    """A wrong word in a schedule is an error, and nothing is called."""
    for wrong in ({"systems": ["hubspot"]}, {"system": ["looker"]}, {"systems": "looker"}):
        with pytest.raises(UnreadableError, match="no request to sweep"):
            handler(wrong, Context())
    assert cloud.calls == []


def test_a_conversation_of_characters_that_no_queue_takes_does_not_stop_the_sweep(
    cloud: Cloud, systems: Systems
) -> None:
    """It is sent with these written otherwise, and all that comes after it as well."""
    systems.workspace.conversations[0]["title"] = "\uffff and \ufffe"
    assert sweep(systems=["intercom"])["failed"] == []
    told = [message["MessageBody"] for message in cloud.sent("events")]
    assert not any("\uffff" in body or "\ufffe" in body for body in told)
    assert any("\\uffff and \\ufffe" in body for body in told)
