"""The stores that the contract is proved on."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from moto import mock_aws

from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.opening import open_store
from handlers.stores.protocol import Store
from tests.engines import CREDENTIALS, THOROUGH, is_installed
from tests.fakes.dynamodb.service import in_memory
from tests.stores.places import Place, now

KINDS = ["sqlite", "memory", "dynamodb_local"] + ["moto"] * (THOROUGH or not is_installed())
"""Moto is slow: it stands in for DynamoDB Local where that is not there, or for good measure."""


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest) -> Place:
    """Give a place for stores of each kind in turn."""
    given: Place = request.getfixturevalue(f"{request.param}_place")
    return given


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Iterator[Place]:
    """Give a place for SQLite files."""
    with Place(lambda name: open_store(f"sqlite:///{tmp_path / name}.db", now), examples=60, many=600) as place:
        yield place


@pytest.fixture
def moto_place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Give a place for tables in moto, which is good for one thread."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with mock_aws(), Place(_in_one_thread, examples=5, many=12) as place:
        yield place


@pytest.fixture
def memory_place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Give a place for tables in the tests' own DynamoDB."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with in_memory(), Place(lambda name: open_store(f"dynamodb://{name}", now), examples=5, many=30) as place:
        yield place


@pytest.fixture
def dynamodb_local_place(dynamodb_url: str) -> Iterator[Place]:
    """Give a place for tables in DynamoDB Local."""
    prefix = f"{dynamodb_url}-{uuid4().hex[:8]}"
    with Place(lambda name: open_store(f"{prefix}-{name}", now), examples=10, many=110) as place:
        yield place


def _in_one_thread(prefix: str) -> Store:
    client = connect()
    create_tables(client, Tables(prefix))
    return DynamoStore(client, prefix, now, calls_at_once=1)
