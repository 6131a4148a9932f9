"""What the tests of Intercom over REST share: a workspace, a client of it, things to put into it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from handlers.clients.intercom.client import IntercomClient
from handlers.clients.patient import PatientAdapter, patient_session
from handlers.settings import IntercomSettings
from scoring.instants import SECOND, Instant
from tests.fakes.intercom import TOKEN, FakeIntercom, StillClock
from tests.fakes.server import serving
from tests.messages import conversation

NOW = 1_768_100_000
"""Unix time at which the workspaces' clocks stand, a day after the conversation of the samples."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A served workspace, its clock, and a way to connect to it."""

    fake: FakeIntercom
    clock: StillClock
    connect: Callable[..., IntercomClient]


@contextmanager
def workspace(folder: Path) -> Iterator[Workspace]:
    """Serve an empty workspace whose clock stands at `NOW`."""
    clock = StillClock(NOW)
    fake = FakeIntercom(clock)
    with serving(fake, folder) as trusted, pytest.MonkeyPatch.context() as environment:
        environment.setenv("REQUESTS_CA_BUNDLE", str(trusted))

        def connect(token: str = TOKEN, version: str = "2.16", timeout: float = 10.0) -> IntercomClient:
            session = patient_session(retries=0)
            session.mount("https://", PatientAdapter(timeout, 0))
            return IntercomClient(IntercomSettings(token, fake.url, version), session, clock.wait, clock)

        yield Workspace(fake, clock, connect)


def at(unix: int) -> Instant:
    """Give the instant of a Unix time."""
    return Instant(unix * SECOND)


def talk(number: int, updated_at: int = NOW - 60, **members: object) -> dict[str, Any]:
    """Give a conversation of contact `c` as it stands in the workspace."""
    people = {"type": "contact.list", "contacts": [{"type": "contact", "id": "c", "external_id": None}]}
    return conversation(**{"id": str(number), "updated_at": updated_at, "company": None, "contacts": people, **members})


def company(number: int, **members: object) -> dict[str, Any]:
    """Give a company with an id of its own systems and one of Intercom's."""
    own: dict[str, Any] = {
        "type": "company",
        "company_id": f"own-{number}",
        "id": f"{number:024x}",
        "name": f"No {number}",
    }
    return own | {"created_at": NOW - 1000, "custom_attributes": {}} | members


def sample(name: str) -> dict[str, Any]:
    """Read an example of Intercom's own OpenAPI description 2.16."""
    path = Path(__file__).parent / "samples" / f"intercom_rest_{name}.openapi_2_16.json"
    read: dict[str, Any] = json.loads(path.read_text())
    return read
