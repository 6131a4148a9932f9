"""The errors that DynamoDB answers with."""

from __future__ import annotations

from typing import Any


class RefusedError(Exception):
    """DynamoDB refuses a request: the error's name, its text, what else the answer says."""

    def __init__(self, code: str, text: str, **more: object) -> None:
        """Refuse with a code."""
        super().__init__(f"{code}: {text}")
        self.body: dict[str, Any] = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": text, **more}


def invalid(text: str) -> RefusedError:
    """Refuse what nobody may ask for."""
    return RefusedError("ValidationException", text)


def condition_failed() -> RefusedError:
    """Refuse a write whose condition does not hold."""
    return RefusedError("ConditionalCheckFailedException", "The conditional request failed")
