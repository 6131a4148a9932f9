"""What the tests of the language model share: credentials that open nothing, and a model."""

from collections.abc import Iterator

import pytest

from tests.bedrock.stubs import Model, stubbed
from tests.engines import CREDENTIALS


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def model() -> Iterator[Model]:
    """Give a model that answers as a test plans."""
    with stubbed() as given:
        yield given
