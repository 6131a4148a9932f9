"""What the tests of Zendesk over REST share: an account, a client of it, tickets to put into it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from handlers.clients.patient import patient_session
from handlers.clients.remote import Patience
from handlers.clients.zendesk.calls import PASSING
from handlers.clients.zendesk.client import ZendeskClient
from handlers.zendesk_settings import ZendeskSettings
from scoring.instants import SECOND, Instant, format_instant
from tests.fakes.intercom import StillClock
from tests.fakes.server import serving
from tests.fakes.zendesk import CLIENT_ID, CLIENT_SECRET, EMAIL, TOKEN, FakeZendesk
from tests.tickets import metrics, ticket

NOW = 1_768_300_000
"""Unix time at which the accounts' clocks stand."""
READ = Instant(NOW * SECOND)


@dataclass(frozen=True, slots=True)
class Account:
    """A served account, its clock, and a way to connect to it."""

    fake: FakeZendesk
    clock: StillClock
    connect: Callable[..., ZendeskClient]

    def put(self, number: int, age: int = 3600, told: dict[str, Any] | None = None, **members: object) -> None:
        """Put a ticket that was last updated so many seconds ago."""
        stamp = format_instant(Instant((NOW - age) * SECOND))
        own = {"id": number, "updated_at": stamp, "generated_timestamp": NOW - age, **members}
        self.fake.put(ticket(**own), metrics(number) if told is None else told)


@contextmanager
def account(folder: Path) -> Iterator[Account]:
    """Serve an empty account whose clock stands at `NOW`."""
    clock = StillClock(NOW)
    fake = FakeZendesk(clock)
    with serving(fake, folder) as trusted, pytest.MonkeyPatch.context() as environment:
        environment.setenv("REQUESTS_CA_BUNDLE", str(trusted))

        def connect(secret: str = CLIENT_SECRET, *, oauth: bool = True, timeout: float = 10.0) -> ZendeskClient:
            patience = Patience(1.0, clock.wait, clock=clock)
            session = patient_session(timeout=timeout, patience=patience, passing=PASSING)
            own = ZendeskSettings(fake.url, secret, CLIENT_ID)
            token = ZendeskSettings(fake.url, TOKEN, email=EMAIL)
            return ZendeskClient(own if oauth else token, session, patience, clock)

        yield Account(fake, clock, connect)
