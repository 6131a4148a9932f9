"""What a model answered, read strictly: whole and in form, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handlers.clients.bedrock.errors import ModelError
from handlers.detection.claims import Claim
from handlers.detection.question import ANSWER

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_CLAIMS = 30
_STOPS: Mapping[str, str] = {
    "content_filtered": "refused",
    "guardrail_intervened": "refused",
    "malformed_model_output": "out_of_form",
    "malformed_tool_use": "out_of_form",
    "max_tokens": "cut_off",
    "model_context_window_exceeded": "cut_off",
    "refusal": "refused",
}
"""Why an answer is none, by the reason for which the model stopped; any other that is no end is `stopped`."""

_ENDS = frozenset({"end_turn", "tool_use"})


class _Finding(msgspec.Struct, forbid_unknown_fields=True):
    category: str
    stance: str
    quote: str


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    findings: list[_Finding]


def claims_of(response: Mapping[str, Any], *, structured: bool) -> list[Claim]:
    """Read the claims of an answer; at least one, for even "none" must be said. Raises ModelError."""
    stop = response.get("stopReason")
    if stop not in _ENDS:
        raise ModelError(_STOPS.get(str(stop), "stopped"))
    try:
        answer = _by_schema(response) if structured else _by_tool(response)
    except (msgspec.MsgspecError, RecursionError):
        raise ModelError("out_of_form") from None
    if not answer.findings:
        raise ModelError("empty")
    if len(answer.findings) > _MOST_CLAIMS:
        raise ModelError("out_of_form")
    return [Claim(said.category, said.stance, said.quote) for said in answer.findings]


def _by_schema(response: Mapping[str, Any]) -> _Answer:
    said = "".join(block["text"] for block in _blocks(response) if "text" in block)
    if not said.strip():
        raise ModelError("empty")
    return msgspec.json.decode(said, type=_Answer)


def _by_tool(response: Mapping[str, Any]) -> _Answer:
    uses = [block["toolUse"] for block in _blocks(response) if "toolUse" in block]
    if not uses:
        raise ModelError("empty")
    if len(uses) > 1 or uses[0].get("name") != ANSWER:
        raise ModelError("out_of_form")
    return msgspec.convert(uses[0].get("input"), _Answer)


def _blocks(response: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    message = response.get("output", {}).get("message") or {}
    return list(message.get("content") or [])
