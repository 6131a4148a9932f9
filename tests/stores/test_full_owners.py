"""Owners in DynamoDB that say more than an item can hold: nothing is refused, and nothing is lost."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import boto3
import pytest

from handlers.stores.dynamodb.change import Change, texts
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.engine import Engine
from handlers.stores.dynamodb.entries import OwnerEntries
from handlers.stores.dynamodb.registry import Registry
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.opening import open_store
from scoring.account import Naming, Owner
from tests.scoring.strategies import START
from tests.stores.places import batch_of, now


@pytest.fixture
def tables(dynamodb_url: str) -> Tables:
    """Give new tables in DynamoDB Local, which holds to the limit as AWS does."""
    tables = Tables(f"{dynamodb_url.removeprefix('dynamodb://')}-{uuid4().hex[:8]}")
    with closing(connect()) as client:
        create_tables(client, tables)
    return tables


@pytest.fixture
def store(tables: Tables) -> Iterator[DynamoStore]:
    """Give an empty store."""
    with closing(DynamoStore(connect(), tables.prefix, now)) as opened:
        yield opened


def slot(number: int, beginning: str) -> tuple[tuple[str, str], ...]:
    """Describe an owner in 20 KB, by other names each time."""
    return tuple((f"{beginning}{name:03d}{'x' * 90}", "v" * 230) for name in range(number, 60))


ALL_DIFFER = [Naming("intercom", ("acme",), START + n, None, slot(n, f"{n} ")) for n in range(40)]
"""No attribute is ever said again."""

ALL_THE_SAME = [Naming("intercom", ("acme",), START - n, None, slot(n, "")) for n in range(40)]
"""What was said last has all that was said before."""


def embedded(said: list[Naming], folder: Path) -> Owner:
    """Give what the embedded store, which knows no such limit, has of the owner."""
    store = open_store(f"sqlite:///{folder / 'store.db'}", now)
    store.merge(batch_of(*said))
    owner = store.owner("intercom", "acme")
    store.close()
    return owner


def parts(tables: Tables) -> list[dict[str, Any]]:
    """Read the parts of items that were full."""
    pages = boto3.session.Session().client("dynamodb").get_paginator("scan").paginate(TableName=tables.registry)
    return [dict(item) for page in pages for item in page["Items"] if item["pk"]["S"] == "owner-part/intercom"]


@pytest.mark.parametrize(("said", "spread"), [(ALL_DIFFER, {True}), (ALL_THE_SAME, set())], ids=["differ", "same"])
def test_attributes_that_no_item_can_hold_spread_over_several(
    store: DynamoStore, tables: Tables, said: list[Naming], spread: set[bool], tmp_path: Path
) -> None:
    """Read or listed, the owner is what an embedded store has of it; what was replaced is forgotten first."""
    for one in said:
        store.merge(batch_of(one))
    expected = embedded(said, tmp_path)
    assert store.owner("intercom", "acme") == expected
    assert list(store.owners("intercom")) == [expected]
    assert {bool(part) for part in parts(tables)} == spread


def test_ids_that_no_item_can_hold_spread_over_several(store: DynamoStore, tables: Tables) -> None:
    """An owner may go by any number of them."""
    entries = OwnerEntries(Registry(Engine(connect()), tables.registry))
    ids = [f"{number:0255d}" for number in range(4_000)]
    for start in Random(2).sample(range(0, 4_000, 100), 40):  # noqa: S311 - a seed, not a secret
        assert entries.update("intercom", "acme", Change(add={"others": texts(ids[start : start + 100])}))
    assert parts(tables)
    ((_, entry),) = entries.of([("intercom", "acme")])
    assert entry.others == {*ids}
    assert entries.all("intercom") == [entry]
    store.merge(batch_of(Naming("intercom", ("acme", "last"), START, "Acme")))
    assert store.owner("intercom", "last").ids == {"acme", "last", *ids}


def test_an_owner_of_whom_one_end_alone_is_written_is_listed_all_the_same(store: DynamoStore, tables: Tables) -> None:
    """A process may die between the items of an owner's ids; the queue then sends the naming again."""
    store.merge(batch_of(Naming("intercom", ("acme", "id"), START)))
    key = {"pk": {"S": "owner/intercom"}, "sk": {"S": "id"}}
    boto3.session.Session().client("dynamodb").delete_item(TableName=tables.registry, Key=key)
    (listed,) = store.owners("intercom")
    assert listed == store.owner("intercom", "acme")
    assert listed.ids == {"acme", "id"}
