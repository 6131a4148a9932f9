"""Letters of calls that failed to the end: what they asked for is asked again, of the same function or machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handlers.cloud.closes import AskedCloses
from handlers.cloud.queue import QueueError
from handlers.stores.protocol import StoreError
from scoring.instants import Instant, parse_instant
from scoring.periods import period_of, period_start

_CALL = Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=2, read_timeout=10)
_UNSAID = "the letter does not say what was asked of whom: ask for it by hand (docs/operations.md, dead calls)"


class _Who(msgspec.Struct):
    function: str = msgspec.field(name="functionArn", default="")
    machine: str = msgspec.field(name="stateMachineArn", default="")


class _Report(msgspec.Struct):
    who: _Who = msgspec.field(name="requestContext")
    asked: dict[str, Any] = msgspec.field(name="requestPayload")


@dataclass(frozen=True, slots=True)
class CallsAgain:
    """Asks for calls again; the clock names executions."""

    clock: Callable[[], Instant]

    def ask(self, body: str, target: str = "") -> None:
        """Ask again for what a letter reports; `target` is whom a schedule meant, whose letter is the request alone.

        Raises QueueError where it cannot be asked for.
        """
        target, asked = _read(body, target)
        try:
            if ":stateMachine:" in target:
                AskedCloses(target, "", self.clock).start(_period(asked), asked)
            else:
                functions: Any = boto3.client("lambda", config=_CALL)
                functions.invoke(FunctionName=target, InvocationType="Event", Payload=msgspec.json.encode(asked))
        except (StoreError, ClientError, BotoCoreError) as error:
            raise QueueError(str(error)) from error


def _read(body: str, target: str) -> tuple[str, dict[str, Any]]:
    """Say of whom was asked, and what; raises QueueError where a letter does not say it."""
    try:
        if target:
            return target, msgspec.json.decode(body, type=dict[str, Any])
        report = msgspec.json.decode(body, type=_Report)
    except msgspec.DecodeError:
        raise QueueError(_UNSAID) from None
    said = report.who.machine or report.who.function
    if not said:
        raise QueueError(_UNSAID)
    return said.removesuffix(":$LATEST"), report.asked


def _period(asked: dict[str, Any]) -> str:
    """Name the month that was asked for."""
    try:
        return str(asked.get("period") or period_of(period_start(period_of(parse_instant(str(asked["time"])))) - 1))
    except (KeyError, ValueError):
        raise QueueError(_UNSAID) from None
