"""A held close let through on AWS: the function that closes months is asked, or the state machine of its shards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handlers.jobs.closes import Note
from handlers.jobs.guards import Guard
from handlers.stores.protocol import StoreError
from scoring.instants import HOUR, Instant, format_instant
from scoring.periods import period_end

CLOSE_TAKES = HOUR
"""A close that was asked for, and has said nothing since, is taken to run for so long."""

_CALL = Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=2, read_timeout=10)


@dataclass(frozen=True, slots=True)
class AskedCloses:
    """Asks for closes: of a function by its name, or of a state machine by its ARN where the close is split."""

    function: str
    machine: str | None
    crm: str
    clock: Callable[[], Instant]

    def where(self) -> str:
        """Say where the records of the close go."""
        return f"Its records become final in the store, and {self.function} writes them to {self.crm}, as each month."

    def begin(self, period: str, guards: Sequence[Guard]) -> None:
        """Ask for the close, and do not wait for it; raises StoreError where AWS does not take the request."""
        try:
            if self.machine is None:
                self._invoke({"period": period, "confirm": list(guards)})
            else:
                self._start(self.machine, {"time": format_instant(period_end(period)), "confirm": list(guards)})
        except (ClientError, BotoCoreError) as error:
            raise StoreError(f"the close of {period} could not be asked for: {error}; let it through again") from error

    def is_running(self, period: str, note: Note, asked_at: Instant | None) -> bool:  # noqa: ARG002  its note tells
        """Tell whether a close that was asked for may still run: it has noted nothing since, or is writing."""
        if asked_at is None or self.clock() - asked_at > CLOSE_TAKES:
            return False
        return note.at <= asked_at or note.stage == "writing"

    def outcome(self, period: str) -> str | None:  # noqa: ARG002  another process closes
        """Give none: what it came to is noted in the store."""
        return None

    def _invoke(self, request: dict[str, Any]) -> None:
        functions: Any = boto3.client("lambda", config=_CALL)
        functions.invoke(FunctionName=self.function, InvocationType="Event", Payload=msgspec.json.encode(request))

    @staticmethod
    def _start(machine: str, request: dict[str, Any]) -> None:
        machines: Any = boto3.client("stepfunctions", config=_CALL)
        machines.start_execution(stateMachineArn=machine, input=msgspec.json.encode(request).decode())
