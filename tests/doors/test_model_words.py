"""Fold and the language model: it is asked when all else is done, adds findings, and changes nothing else."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from config.loader import DEFAULT_DIRECTORY
from handlers import fold
from handlers.clock import now
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from scoring.instants import SECOND
from scoring.messages import written_in
from scoring.observations import Finding, Subject
from tests.bedrock.stubs import by_schema, finding
from tests.doors.clouds import PREFIX, Cloud, Context, again, delivered, emf
from tests.fakes.server import FakeServer, Fault, Request, Response, serving
from tests.messages import Message
from tests.templates import evaluated, template

ROOT = Path(__file__).parents[2]
QUOTE = "two other suppliers are pitching for the contract next week."
WORDS = f"The new rooms are in, thank you. Before anything renews on our side, {QUOTE} Write to jana@hotel.example."
CONVERSATION = Subject("intercom", "conversation", "215472621202693")
MODEL = {"WORDS_MODEL": "eu.a-model-v1:0", "WORDS_MODEL_REGION": "eu-central-1"}


def reply(part: str = "1", body: str = WORDS) -> Message:
    """Tell of a customer's reply."""
    message: Message = json.loads((ROOT / "events" / "intercom_conversation_user_replied.json").read_text())
    message["data"]["item"]["conversation_parts"]["conversation_parts"][0] |= {
        "id": part,
        "body": f"<p>{body}</p>",
        "created_at": now() // SECOND - 60,
    }
    return message


@pytest.fixture
def bedrock(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """Give a model that finds what no rule finds there."""
    assert cloud.calls == []
    fake = FakeServer(lambda _: Response(200, _answered(by_schema(finding("product_gap", quote=QUOTE)))))
    with serving(fake, certificates) as certificate:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", fake.url)
        yield fake


def _answered(response: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restarted: Callable[[], None]) -> Callable[..., None]:
    """Give what starts fold with a detector, and a model."""

    def started(detector: str, model: Mapping[str, str] = MODEL) -> None:
        folder = tmp_path / "config"
        shutil.copytree(DEFAULT_DIRECTORY, folder, dirs_exist_ok=True)
        path = folder / "words.yaml"
        path.write_text(path.read_text().replace("\ndetector: off\n", f"\ndetector: {detector}\n"))
        monkeypatch.setenv("HEALTHSCORE_CONFIG", str(folder))
        for name, value in model.items():
            monkeypatch.setenv(name, value)
        restarted()

    return started


def findings() -> list[Finding]:
    """Give what is known to be found in the conversation."""
    (fact,) = DynamoStore(connect(), PREFIX, now, calls_at_once=1).facts_of([CONVERSATION])
    return [one for written in written_in(fact, now()) for one in written.message.findings]


def test_the_model_s_findings_are_kept_beside_the_rules_without_persons_and_without_the_text(
    cloud: Cloud, bedrock: FakeServer, start: Callable[..., None], output: Callable[[], list[dict[str, Any]]]
) -> None:
    """Once: what is delivered again is not asked about again, and finds the same."""
    start("rules_and_model")
    for _ in range(2):
        assert again(fold.handler(delivered([reply()]), Context())) == []
    found = [(one.category, one.quote, one.rule) for one in findings() if one.rule.startswith("model/")]
    assert found == [("product_gap", QUOTE, "model/eu.a-model-v1:0")]
    assert bedrock.count("converse") == 1
    assert "hotel.example" not in str(bedrock.calls[0].json())
    lines = output()
    assert "suppliers" not in str(lines)
    assert "suppliers" not in str(cloud.sent("events-dead"))
    counted = [line["outcomes"] for line in lines if line.get("message") == "read by a model"]
    assert counted == [{"answered": 1}, {"asked_before": 1}]
    (money,) = [item for item in cloud.items(f"{PREFIX}-registry") if item["pk"]["S"].startswith("sum/words-model/")]
    assert money["sum"]["N"] == "1100"


def test_the_model_is_asked_when_events_and_scores_are_done(
    cloud: Cloud, bedrock: FakeServer, start: Callable[..., None]
) -> None:
    """Nothing waits for it: the facts are written, and rescores asked for, before it hears of the message."""
    start("rules_and_model")
    before: list[str] = []

    def note(_: Request) -> None:
        before.extend(call.operation for call in cloud.calls)

    bedrock.witness = note
    fold.handler(delivered([reply()]), Context())
    facts = [call for call in cloud.changed(f"{PREFIX}-facts") if CONVERSATION.id in call]
    assert len(facts) == 2
    assert before.count("UpdateItem") >= 2
    after = [call.operation for call in cloud.calls][len(before) :]
    assert "SendMessageBatch" not in after


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (Response(400, {"message": f"bad: {WORDS}"}, {"x-amzn-ErrorType": "AccessDeniedException"}), "denied"),
        (Response(200, _answered(by_schema())), "empty"),
    ],
)
def test_a_model_that_fails_changes_nothing_and_is_counted(
    cloud: Cloud,
    bedrock: FakeServer,
    start: Callable[..., None],
    output: Callable[[], list[dict[str, Any]]],
    response: Response,
    outcome: str,
) -> None:
    """The event is folded, nothing is delivered again, no text is in any line."""
    start("rules_and_model")
    bedrock.plan("converse", Fault("answer", response))
    assert again(fold.handler(delivered([reply()]), Context())) == []
    assert [one for one in findings() if one.rule.startswith("model/")] == []
    lines = output()
    assert [line["outcomes"] for line in lines if line.get("message") == "read by a model"] == [{outcome: 1}]
    assert ("ModelFailures", 1) in [(name, value) for name, _, value in emf(lines)]
    assert "suppliers" not in str(lines)
    assert cloud.sent("events-dead") == []


def test_a_model_that_is_not_set_up_is_said_and_rules_go_on(
    cloud: Cloud, start: Callable[..., None], output: Callable[[], list[dict[str, Any]]]
) -> None:
    """words.yaml asks one, the stack has none."""
    start("rules_and_model", {})
    assert again(fold.handler(delivered([reply()]), Context())) == []
    lines = output()
    assert [line["outcome"] for line in lines if line.get("message") == "no model can be asked"] == ["unset"]
    assert ("ModelFailures", 1) in [(name, value) for name, _, value in emf(lines)]
    assert cloud.sent("events-dead") == []


def test_without_the_switch_no_model_is_asked(bedrock: FakeServer, start: Callable[..., None]) -> None:
    """Though the stack has one."""
    start("rules")
    fold.handler(delivered([reply()]), Context())
    assert bedrock.calls == []


def test_no_tracer_copies_what_the_model_is_asked() -> None:
    """Datadog's takes questions and answers into its spans unless it is told not to."""
    variables = template()["Resources"]["Fold"]["Properties"]["Environment"]["Variables"]
    told = evaluated(variables, dict.fromkeys(template()["Conditions"], True))
    assert isinstance(told, dict)
    assert (told["DD_BEDROCK_SPAN_PROMPT_COMPLETION_SAMPLE_RATE"], told["DD_LLMOBS_ENABLED"]) == ("0", "false")
    assert "DD_LLMOBS_ENABLED" not in str(evaluated(variables, dict.fromkeys(template()["Conditions"], False)))
