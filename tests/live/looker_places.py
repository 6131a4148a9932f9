"""A fake Looker, served, and a client that trusts it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from handlers.clients.looker.client import LookerClient
from handlers.settings import LookerSettings
from tests.fakes.looker import CLIENT_ID, CLIENT_SECRET, FakeLooker
from tests.fakes.server import serving


@contextmanager
def connected(
    fake: FakeLooker, waits: list[float] | None = None, *, secret: str = CLIENT_SECRET, timeout: int = 5
) -> Iterator[LookerClient]:
    """Serve a fake, and give a client that trusts it; what it would wait is noted down, not waited."""
    noted: list[float] = [] if waits is None else waits
    with (
        TemporaryDirectory() as folder,
        serving(fake.server, Path(folder)) as trusted,
        pytest.MonkeyPatch.context() as env,
    ):
        env.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        settings = LookerSettings(fake.server.url, CLIENT_ID, secret, timeout)
        yield LookerClient(settings, wait=noted.append)
