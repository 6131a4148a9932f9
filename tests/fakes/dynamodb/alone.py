"""DynamoDB in memory, whatever the environment says of engines and credentials."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.engines import CREDENTIALS
from tests.fakes.dynamodb.service import FakeDynamoDB, in_memory


@contextmanager
def alone_in_memory() -> Iterator[FakeDynamoDB]:
    """Let a fake answer, with an environment that names no engine."""
    with pytest.MonkeyPatch.context() as environment, in_memory() as memory:
        environment.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        yield memory
