"""Write the golden sample of the format that the program writes now: `python -m tests.golden.make FOLDER`.

A sample of a released format is never written again: what it holds must be readable for ever.
"""

import gzip
import json
import os
import sqlite3
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
from moto import mock_aws

from config.loader import load_config
from handlers.adapters.dynamodb import DynamoStore
from handlers.adapters.dynamodb_client import connect
from handlers.adapters.dynamodb_tables import Tables, create_tables
from handlers.adapters.sqlite import SqliteStore
from scoring.instants import DAY
from tests.engines import CREDENTIALS
from tests.golden import sample

PREFIX = "golden"
TABLES = Tables(PREFIX)


def sqlite_file() -> bytes:
    """Give the bytes of a SQLite store with all of the sample in it."""
    config = load_config()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with closing(SqliteStore(path)) as store:
            sample.fill(store, store, config.model, config.model_text)
        with closing(sqlite3.connect(path)) as file:
            file.execute("PRAGMA journal_mode = DELETE")
            file.execute("VACUUM")
        return path.read_bytes()


def items() -> Iterator[str]:
    """Give the items of DynamoDB tables with all of the sample in them: a table's name and an item each line."""
    os.environ |= CREDENTIALS
    with mock_aws():
        client, config = connect(), load_config()
        create_tables(client, TABLES)
        store = DynamoStore(client, PREFIX, lambda: sample.NOW, calls_at_once=1)
        sample.fill(store, store, config.model, config.model_text)
        store.ledger.claim("rescore/001AA0000000001YAA", sample.NOW, sample.NOW + DAY)
        store.ledger.finish("2026-10/final", "0", '{"scored":3}', sample.NOW)
        store.ledger.close("2026-10", "0")
        store.ledger.close("2026-10", "1")
        for table in (TABLES.facts, TABLES.registry, TABLES.scores):
            found = boto3.client("dynamodb").scan(TableName=table)["Items"]
            lines = (json.dumps(item, default=_text, sort_keys=True, ensure_ascii=False) for item in found)
            yield from sorted(f"{table.removeprefix(PREFIX + '-')} {line}" for line in lines)


def _text(value: bytes) -> str:
    return b64encode(value).decode()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "store.db.gz").write_bytes(gzip.compress(sqlite_file(), 9, mtime=0))
    (folder / "items.txt").write_text("".join(f"{line}\n" for line in items()))
