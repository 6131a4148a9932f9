"""A model of Bedrock as botocore's own stub answers for it, and what it is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

from botocore.client import BaseClient
from botocore.stub import Stubber

from config.words_model import ModelTerms
from handlers.clients.bedrock.client import Client, connect
from handlers.clients.bedrock.detector import ModelDetector
from handlers.clients.bedrock.settings import ModelSettings
from handlers.clients.bedrock.spending import OwnSums, Spending, Sums
from handlers.detection.question import ANSWER
from scoring.instants import Instant, parse_instant

NOW = parse_instant("2026-03-04T10:00:00Z")
MODEL = ModelSettings("eu.anthropic.claude-haiku-4-5-20251001-v1:0", "eu-central-1")
TERMS = ModelTerms(cap_a_day=100.0)
TEXT = "Hi Jana,\nwe have decided not to renew our contract in May.\nCould you send me the data? Thanks"
QUOTE = "we have decided not to renew our contract in May."
NO_SIGNAL = {"category": "none", "stance": "asserted", "quote": ""}


def now() -> Instant:
    """Give an instant."""
    return NOW


def finding(category: str = "cancellation", stance: str = "asserted", quote: str = QUOTE) -> dict[str, str]:
    """Give one finding as a model says it."""
    return {"category": category, "stance": stance, "quote": quote}


def said(content: Sequence[Mapping[str, Any]], stop: str = "end_turn", retries: int = 0) -> dict[str, Any]:
    """Give a response of Converse with some blocks of content."""
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": stop,
        "usage": {"inputTokens": 900, "outputTokens": 40, "totalTokens": 940},
        "metrics": {"latencyMs": 700},
        "ResponseMetadata": {"RetryAttempts": retries},
    }


def by_schema(*findings: Mapping[str, Any], stop: str = "end_turn") -> dict[str, Any]:
    """Give the response of a model that is bound by the schema."""
    return said([{"text": json.dumps({"findings": findings})}], stop)


def by_tool(*findings: Mapping[str, Any], name: str = ANSWER) -> dict[str, Any]:
    """Give the response of a model that is made to use the tool."""
    use = {"toolUseId": "t1", "name": name, "input": {"findings": list(findings)}}
    return said([{"text": "I report."}, {"toolUse": use}], "tool_use")


@dataclass(slots=True)
class Model:
    """A model under test: its stub, its detector, the sums of its spending."""

    stub: Stubber
    detector: ModelDetector
    purse: OwnSums
    asked: list[dict[str, Any]]

    def answers(self, response: Mapping[str, Any]) -> None:
        """Let it answer so next, whatever it is asked."""
        self.stub.add_response("converse", dict(response))

    def fails(self, code: str, message: str = "no") -> None:
        """Let it fail so next."""
        self.stub.add_client_error("converse", code, message, 400)

    @property
    def spent(self) -> int:
        """Give what was spent, in millionths of a dollar."""
        return sum(self.purse.sums.values())


@contextmanager
def stubbed(terms: ModelTerms = TERMS, counter: Sums | None = None, *, all_asked_for: bool = True) -> Iterator[Model]:
    """Give a model; each answer that was planned must be asked for, if all must."""
    client: Client = connect(MODEL.region, terms.seconds)
    asked: list[dict[str, Any]] = []
    client.meta.events.register("before-parameter-build.bedrock-runtime", lambda params, **_: asked.append(params))
    purse = OwnSums()
    detector = ModelDetector(client, MODEL, terms, Spending(counter or purse, terms, 3, now))
    with Stubber(cast("BaseClient", client)) as stub:
        yield Model(stub, detector, purse, asked)
        if all_asked_for:
            stub.assert_no_pending_responses()


def capped(dollars: float) -> ModelTerms:
    """Give terms with a cap."""
    return replace(TERMS, cap_a_day=dollars)
