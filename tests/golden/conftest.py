"""What the tests on golden samples share."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.engines import CREDENTIALS


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep DynamoDB's tables in memory."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield
