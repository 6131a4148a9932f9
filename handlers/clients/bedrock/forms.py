"""The forms that Converse can be asked for an answer in: by a JSON schema, or by a tool that must be used."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from handlers.detection.question import ANSWER, INSTRUCTION, SCHEMA


@dataclass(frozen=True, slots=True)
class Form:
    """A way to ask: whether the schema binds the answer itself (else a tool's input), and whether chance is turned off.

    Newer models take no temperature.
    """

    structured: bool
    steady: bool = True

    def without(self, complaint: str) -> Form | None:
        """Give the next form after one that a model refused with a complaint; None where none is left."""
        if self.steady and "temperature" in complaint.lower():
            return replace(self, steady=False)
        return replace(self, structured=False) if self.structured else None

    def request(self, model: str, data: str, most_tokens: int) -> dict[str, Any]:
        """Make the request of Converse that asks a model about a message set as data."""
        limits: dict[str, Any] = {"maxTokens": most_tokens}
        if self.steady:
            limits["temperature"] = 0.0
        return {
            "modelId": model,
            "system": [{"text": INSTRUCTION}],
            "messages": [{"role": "user", "content": [{"text": data}]}],
            "inferenceConfig": limits,
            **(_BY_SCHEMA if self.structured else _BY_TOOL),
        }


_WHAT = "Reports what the customer states in the message."
_BY_SCHEMA: dict[str, Any] = {
    "outputConfig": {
        "textFormat": {
            "type": "json_schema",
            "structure": {"jsonSchema": {"name": ANSWER, "description": _WHAT, "schema": json.dumps(SCHEMA)}},
        }
    }
}
_BY_TOOL: dict[str, Any] = {
    "toolConfig": {
        "tools": [{"toolSpec": {"name": ANSWER, "description": _WHAT, "inputSchema": {"json": SCHEMA}}}],
        "toolChoice": {"tool": {"name": ANSWER}},
    }
}
