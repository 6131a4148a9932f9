"""A close asked for on AWS: the state machine that closes months is started."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    """Asks for closes: of the state machine, by its ARN."""

    machine: str
    crm: str
    clock: Callable[[], Instant]

    def where(self) -> str:
        """Say where the records of the close go."""
        name = self.machine.rpartition(":")[2]
        return f"Its records become final in the store, and {name} writes them to {self.crm}, as each month."

    def begin(self, period: str, guards: Sequence[Guard]) -> None:
        """Ask for the close, and do not wait for it; raises StoreError where AWS does not take the request."""
        self.start(period, {"time": format_instant(period_end(period)), "confirm": list(guards)})

    def start(self, period: str, request: Mapping[str, object]) -> str:
        """Start an execution, and give its name; asked twice within a minute for the same, there is one.

        Raises StoreError where AWS does not take the request.
        """
        name = f"{period}-asked-{format_instant(self.clock())[:16].replace(':', '')}"
        machines: Any = boto3.client("stepfunctions", config=_CALL)
        said = msgspec.json.encode(request).decode()
        try:
            machines.start_execution(stateMachineArn=self.machine, name=name, input=said)
        except machines.exceptions.ExecutionAlreadyExists:
            raise StoreError(f"the close of {period} was asked for within this minute: wait a minute") from None
        except (ClientError, BotoCoreError) as error:
            raise StoreError(f"the close of {period} could not be asked for: {error}; ask for it again") from error
        return name

    def is_running(self, period: str, note: Note, asked_at: Instant | None) -> bool:  # noqa: ARG002  its note tells
        """Tell whether a close that was asked for may still run: it has noted nothing since, or is writing."""
        if asked_at is None or self.clock() - asked_at > CLOSE_TAKES:
            return False
        return note.at <= asked_at or note.stage == "writing"

    def outcome(self, period: str) -> str | None:  # noqa: ARG002  another process closes
        """Give none: what it came to is noted in the store."""
        return None
