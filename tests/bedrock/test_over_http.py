"""A model over real HTTP: one that fails for a moment is asked again, one that does not answer in time is given up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.clients.bedrock.client import connect
from handlers.clients.bedrock.detector import ModelDetector
from handlers.clients.bedrock.errors import ModelError
from handlers.clients.bedrock.spending import OwnSums, Spending
from tests.bedrock.stubs import MODEL, NO_SIGNAL, TERMS, TEXT, by_schema, by_tool, finding, now
from tests.fakes.server import FakeServer, Fault, Request, Response, serving

BUSY = Fault("answer", Response(503, {"message": "later"}, {"x-amzn-ErrorType": "ServiceUnavailableException"}))


def _answer(request: Request) -> Response:
    told = by_tool(finding()) if "toolConfig" in request.json() else by_schema(NO_SIGNAL)
    return Response(200, {name: value for name, value in told.items() if name != "ResponseMetadata"})


@pytest.fixture
def bedrock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeServer]:
    """Give a model on this machine."""
    fake = FakeServer(_answer)
    with serving(fake, tmp_path) as certificate:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", fake.url)
        yield fake


def _detector(purse: OwnSums, seconds: float = 5.0) -> ModelDetector:
    return ModelDetector(connect(MODEL.region, seconds), MODEL, TERMS, Spending(purse, TERMS, 3, now))


def test_what_fails_for_a_moment_is_asked_again(bedrock: FakeServer) -> None:
    """The answer counts, and each time it was asked for. Throttled, the client slows down by itself."""
    bedrock.plan("converse", BUSY)
    purse = OwnSums()
    assert _detector(purse).read(TEXT).hits == ()
    assert bedrock.count("converse") == 2
    assert sum(purse.sums.values()) == 2 * 1_100
    assert TEXT.splitlines()[1] in bedrock.calls[0].json()["messages"][0]["content"][0]["text"]
    assert connect(MODEL.region, 5.0).meta.config.retries == {"mode": "adaptive", "total_max_attempts": 3}


def test_a_model_that_does_not_answer_in_time_is_given_up_and_then_asked_more_simply(bedrock: FakeServer) -> None:
    """It may still compile the schema: the next question makes it use the tool. What it may have cost counts."""
    bedrock.plan("converse", *[Fault("slow", seconds=1.2)] * 3)
    purse = OwnSums()
    detector = _detector(purse, 0.6)
    with pytest.raises(ModelError, match="timed_out"):
        detector.read(TEXT)
    assert sum(purse.sums.values()) > 3_000
    assert [hit.category for hit in detector.read(TEXT).hits] == ["cancellation"]


def test_a_model_that_cannot_be_reached_is_a_failure(bedrock: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://127.0.0.1:1")
    purse = OwnSums()
    with pytest.raises(ModelError, match="unreachable"):
        _detector(purse).read(TEXT)
    assert (bedrock.calls, sum(purse.sums.values())) == ([], 0)
