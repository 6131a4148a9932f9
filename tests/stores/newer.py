"""Stores of both engines, whose texts are rewritten as a newer version of the program would have written them."""

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Protocol, TypeAlias

from handlers.stores.accounts import Edit
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.packing import unpack
from handlers.stores.dynamodb.rows import name_of
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.opening import open_store
from handlers.stores.protocol import Store
from tests.fakes.dynamodb.service import in_memory
from tests.golden import sample
from tests.golden.make import of_config

Kind: TypeAlias = Literal["account", "change", "record", "summary", "observation", "kind"]
Text: TypeAlias = Callable[[str], str]

PERIOD = "2026-10"
_PREFIX = "old"
_COLUMNS: dict[Kind, tuple[str, str, str]] = {
    "account": ("accounts", "body", "account_id = :id"),
    "change": ("account_changes", "body", "account_id = :id"),
    "record": ("records", "body", "account_id = :id AND period = :period"),
    "summary": ("summaries", "body", "account_id = :id AND period = :period"),
    "observation": ("observations", "content", "owner = :owner AND form = 'conversation'"),
    "kind": ("observations", "form", "owner = :owner AND form = 'conversation'"),
}


class Old(Protocol):
    """A store with the sample in it, of this version."""

    def open(self) -> Store:
        """Open it anew."""

    def rewrite(self, kind: Kind, account_id: str, text: Text) -> int:
        """Rewrite the texts of a kind that are an account's; gives how many became others."""


@dataclass(frozen=True, slots=True)
class OldFile:
    """A file of SQLite."""

    path: Path

    def open(self) -> Store:
        """Open it anew."""
        return open_store(f"sqlite:///{self.path}", lambda: sample.NOW)

    def rewrite(self, kind: Kind, account_id: str, text: Text) -> int:
        """Rewrite the texts of a kind that are an account's."""
        table, column, where = _COLUMNS[kind]
        named = {"id": account_id, "period": PERIOD, "owner": _owner(account_id)}
        with closing(sqlite3.connect(self.path)) as file:
            file.create_function("newer", 1, text)
            changed = f"UPDATE {table} SET {column} = newer({column}) WHERE {where} AND {column} <> newer({column})"  # noqa: S608 - our own names
            done = file.execute(changed, named)
            file.commit()
            return done.rowcount


@dataclass(frozen=True, slots=True)
class OldTables:
    """Tables of DynamoDB."""

    prefix: str

    def open(self) -> Store:
        """Open them anew."""
        return open_store(f"dynamodb://{self.prefix}", lambda: sample.NOW)

    def rewrite(self, kind: Kind, account_id: str, text: Text) -> int:
        """Rewrite the texts of a kind that are an account's."""
        table = {"record": "scores", "summary": "registry", "observation": "facts", "kind": "facts"}.get(
            kind, "accounts"
        )
        client, name = connect(), f"{self.prefix}-{table}"
        changed = [
            new for item in client.scan(TableName=name)["Items"] if (new := _changed(kind, item, account_id, text))
        ]
        for item in changed:
            client.put_item(TableName=name, Item=item)
        return len(changed)


def _owner(account_id: str) -> str:
    (account,) = (one for one in sample.ACCOUNTS if one.id == account_id)
    return account.owners["intercom"][0]


def _changed(kind: Kind, item: dict[str, Any], account_id: str, text: Text) -> dict[str, Any] | None:
    if kind in ("observation", "kind"):
        return _observed(item, text) if item.get("owner") == {"S": f"intercom/{_owner(account_id)}"} else None
    if not _is_of(kind, item, account_id) or "body" not in item:
        return None
    before = _unpacked(item["body"])
    after = text(before)
    return None if after == before else item | {"body": _packed(item["body"], after)}


def _is_of(kind: Kind, item: dict[str, Any], account_id: str) -> bool:
    if kind == "record":
        return bool(item["account_id"]["S"] == account_id and item["period"]["S"] == PERIOD)
    key: str = item["pk"]["S"]
    named: dict[Kind, bool] = {
        "summary": key.startswith(f"summary/{PERIOD}/") and item["sk"]["S"] == account_id,
        "account": item["sk"]["S"].endswith(f"/{account_id}"),
        "change": account_id in key,
    }
    return named[kind]


def _unpacked(body: dict[str, Any]) -> str:
    return str(body["S"]) if "S" in body else zlib.decompress(body["B"][1:]).decode()


def _packed(body: dict[str, Any], text: str) -> dict[str, Any]:
    return {"S": text} if "S" in body else {"B": body["B"][:1] + zlib.compress(text.encode())}


def _observed(item: dict[str, Any], text: Text) -> dict[str, Any] | None:
    """Rewrite an item's conversations: each is an attribute that the digest of its text names."""
    made: dict[str, Any] = {}
    for name, value in item.items():
        line = unpack(value["B"]).decode() if "B" in value else ""
        after = text(line) if '"conversation"' in line else line
        if after != line:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            made[name_of(after.encode())] = {"B": packer.compress(after.encode()) + packer.flush()}
        else:
            made[name] = value
    return None if made == item else made


@contextmanager
def old_file(folder: Path) -> Iterator[Old]:
    """Give a file with the sample in it."""
    path = folder / "store.db"
    path.write_bytes(_file())
    yield OldFile(path)


@contextmanager
def old_tables() -> Iterator[Old]:
    """Give tables with the sample in them."""
    kept = _items()
    with in_memory():
        client = connect()
        create_tables(client, Tables(_PREFIX))
        for table, item in kept:
            client.put_item(TableName=table, Item=item)
        yield OldTables(_PREFIX)


@cache
def _file() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        _fill(OldFile(path))
        return path.read_bytes()


@cache
def _items() -> list[tuple[str, dict[str, Any]]]:
    with in_memory():
        _fill(OldTables(_PREFIX))
        tables = Tables(_PREFIX).every
        return [(table, dict(item)) for table in tables for item in connect().scan(TableName=table)["Items"]]


def _fill(old: Old) -> None:
    made = of_config()
    with closing(old.open()) as store:
        sample.fill(store, made.text, made.records)
        store.portfolio.put([Edit(one.id, owners=one.owners) for one in sample.ACCOUNTS], "tests", sample.NOW)
        assert len(list(store.summaries(PERIOD))) == len(sample.ACCOUNTS)
