"""What the tests on golden samples share."""

from collections.abc import Iterator

import pytest

from tests.fakes.dynamodb.alone import alone_in_memory


@pytest.fixture(scope="module")
def memory() -> Iterator[None]:
    """Keep DynamoDB's tables in memory."""
    with alone_in_memory():
        yield
