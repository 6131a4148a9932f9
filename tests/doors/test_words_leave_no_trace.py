"""In the cloud, too, what customers wrote is nowhere: not in tables, queues, reasons of dead letters or log lines."""

import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from handlers.cloud.queue import Delivery, Outgoing
from handlers.fold import handler
from handlers.jobs.fold import DeadLetter
from handlers.stores.dynamodb.packing import unpack
from tests.config.folders import change
from tests.detection.corpus import rows, secrets, written
from tests.doors.clouds import Cloud, Context, Sent, client_of_aws, delivered, said_beside, write_config

ROWS = [row for row in rows() if row.lang == "en"][::3]


def texts(value: object) -> str:
    """Write out all that an item of a table holds, unpacked."""
    if isinstance(value, dict):
        return " ".join(map(texts, value.values()))
    if isinstance(value, list):
        return " ".join(map(texts, value))
    with suppress(zlib.error):
        return unpack(value).decode() if isinstance(value, bytes) else str(value)
    return str(value)


@pytest.fixture(name="reading")
def _reading(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, restarted: Callable[[], None]) -> Cloud:
    """Give a cloud whose fold reads what customers write."""
    folder = write_config(tmp_path)
    change(folder / "words.yaml", "detector: off", "detector: rules")
    monkeypatch.setenv("HEALTHSCORE_CONFIG", str(folder))
    restarted()
    return cloud


def test_no_trace_in_tables_queues_and_lines(reading: Cloud, output: Callable[[], list[dict[str, Any]]]) -> None:
    """Of a batch with what is folded, what is refused by its instant, and what is no JSON."""
    told = [written(number, row) for number, row in enumerate(ROWS)]
    spoilt: list[Sent] = [written(900, ROWS[0], 4_000_000_000), json.dumps(told[1], ensure_ascii=False)[:-9].encode()]
    assert handler(delivered([*told, *spoilt]), Context()) == {"batchItemFailures": []}
    tables = client_of_aws("dynamodb").list_tables()["TableNames"]
    kept = " ".join(texts(item) for table in tables for item in reading.items(table))
    assert '"findings"' in kept
    letters = reading.waiting("events-dead")
    assert len(letters) == 2
    said = (kept, output(), [said_beside(one) for one in letters], reading.sent("rescores"))
    assert not [secret for secret in secrets() if secret in repr(said).casefold()]


def test_what_bears_a_body_does_not_show_it() -> None:
    """Whatever is written of a message in memory, its body is not in it."""
    body = json.dumps(written(0, ROWS[0]), ensure_ascii=False)
    bearing = (Delivery("m1", body, {}, 0, 1), Outgoing(body), DeadLetter("f", 1, "why", body.encode()))
    assert not [secret for secret in secrets() if secret in repr(bearing).casefold()]
