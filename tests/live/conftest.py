"""What the tests of live sources share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.salesforce import FakeSalesforce
from tests.live.orgs import served


@pytest.fixture
def org(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSalesforce]:
    """Serve an org whose queries give two records a page."""
    with served(FakeSalesforce(page_size=2), tmp_path, monkeypatch) as fake:
        yield fake
