"""AWS in memory, by moto, as whoever deploys reaches it; its clients are slow to make, and made once."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from moto import mock_aws

from handlers.deploying.aws import Aws

REGION = "eu-west-1"
ACCOUNT = "123456789012"


@cache
def _aws() -> Aws:
    return Aws(REGION)


@contextmanager
def cloud() -> Iterator[Aws]:
    """Give an empty account."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patch.setenv(name, "testing")
        for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
            patch.delenv(name, raising=False)
        yield _aws()
