"""Write the golden sample of the format that the program writes now: `python -m tests.golden.make FOLDER`.

A sample of a released format is never written again: what it holds must be readable for ever.
"""

import gzip
import json
import os
import sqlite3
import sys
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from config.loader import load_config
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.protocol import FactStore
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY
from scoring.record import Record
from tests.engines import CREDENTIALS
from tests.fakes.dynamodb.service import in_memory
from tests.golden import sample

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX = "golden"
TABLES = Tables(PREFIX)
CLAIM = "rescore/001AA0000000001YAA"
RUN, SUMMARY, CLOSED = "2026-10/final", '{"scored":3}', "2026-10"


@dataclass(frozen=True, slots=True)
class Made:
    """What a sample has besides its statements: a model's text, and the records made under it."""

    text: str
    records: Callable[[FactStore], Iterable[Record]]


def of_config() -> Made:
    """Give the model of today's figures, and the records that it makes."""
    config = load_config()
    return Made(config.model_text, lambda store: sample.records(store, config.model))


def sqlite_file(made: Made) -> bytes:
    """Give the bytes of a SQLite store with all of the sample in it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with closing(SqliteStore(path)) as store:
            sample.fill(store, made.text, made.records)
        with closing(sqlite3.connect(path)) as file:
            file.execute("PRAGMA journal_mode = DELETE")
            file.execute("VACUUM")
        return path.read_bytes()


def items(made: Made) -> list[str]:
    """Give the items of DynamoDB tables with all of the sample in them: a table's name and an item each line.

    The environment names no engine: they are made in memory.
    """
    with in_memory():
        client = connect()
        create_tables(client, TABLES)
        store = DynamoStore(client, PREFIX, lambda: sample.NOW, calls_at_once=1)
        sample.fill(store, made.text, made.records)
        store.checkpoints.claim(CLAIM, sample.NOW, sample.NOW + DAY)
        store.checkpoints.finish(RUN, "0", SUMMARY, sample.NOW)
        store.checkpoints.close(CLOSED, "0")
        store.checkpoints.close(CLOSED, "1")
        return sorted(_lines(client))


def _lines(client: "DynamoDBClient") -> Iterator[str]:
    for table in TABLES.every:
        for item in client.scan(TableName=table)["Items"]:
            line = json.dumps(item, default=_text, sort_keys=True, ensure_ascii=False)
            yield f"{table.removeprefix(PREFIX + '-')} {line}"


def _text(value: bytes) -> str:
    return b64encode(value).decode()


if __name__ == "__main__":
    os.environ |= CREDENTIALS
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "store.db.gz").write_bytes(gzip.compress(sqlite_file(of_config()), 9, mtime=0))
    (folder / "items.txt").write_text("".join(f"{line}\n" for line in items(of_config())))
