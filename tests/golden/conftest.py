"""What the tests on golden samples share."""

from collections.abc import Iterator

import pytest

from tests.engines import CREDENTIALS
from tests.fakes.dynamodb.service import in_memory


@pytest.fixture(scope="module")
def memory() -> Iterator[None]:
    """Keep DynamoDB's tables in memory."""
    with pytest.MonkeyPatch.context() as environment, in_memory():
        environment.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        yield
