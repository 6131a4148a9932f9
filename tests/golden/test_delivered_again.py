"""What an earlier version took in and a source delivers again: this version sees more in it, never something else."""

import gzip
import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from config.loader import load_config
from handlers.jobs.fold import fold_lines
from handlers.stores.codec import decode_observation, decode_subject
from handlers.stores.sqlite.store import SqliteStore
from scoring.facts import Fact, conversation_at, gather, reading_at, record_at
from scoring.instants import SECOND, Instant
from tests.golden import sample

SAMPLES = sorted(Path(__file__).parent.glob("*/observations.jsonl"))


def facts_of(rows: Iterable[Sequence[Any]]) -> dict[str, Fact]:
    """Give the facts of rows of observations, by subject."""
    facts = gather(decode_observation(decode_subject(subject), *said) for subject, *said in rows)
    return {str(fact.subject): fact for fact in facts}


def taken_in_now(samples: Path, path: Path) -> dict[str, Fact]:
    """Give the facts that this version makes of the messages that were delivered to that one."""
    lines = gzip.decompress((samples.parent / "delivered.jsonl.gz").read_bytes()).splitlines()
    with closing(SqliteStore(path)) as store:
        assert sum(tally.messages for tally in fold_lines(lines, "", store, load_config().intake, sample.NOW))
    with closing(sqlite3.connect(path)) as file:
        return facts_of(file.execute("SELECT * FROM observations"))


def view(fact: Fact, as_of: Instant) -> object:
    """Give what is so at an instant, whenever it was seen; empty and never said are one."""
    if fact.subject.kind == "conversation":
        seen = conversation_at(fact, as_of)
        return seen and (structs.replace(seen[0], known_at=None), seen[1])
    if fact.subject.kind == "reading":
        return reading_at(fact, as_of)
    record = record_at(fact, as_of)
    return record and (
        record.owner,
        record.ever_set,
        record.gap,
        {n: v for n, v in record.values.items() if v is not None},
    )


@pytest.mark.parametrize("samples", SAMPLES, ids=lambda path: path.parent.name)
def test_both_together_are_viewed_as_this_version_views_it_alone(samples: Path, tmp_path: Path) -> None:
    """A second after each observation, since stamps of whole seconds are read as their ends today."""
    before = facts_of(map(json.loads, samples.read_text().splitlines()))
    now = taken_in_now(samples, tmp_path / "now.db")
    assert len(before) > 10
    for name, fact in before.items():
        both = Fact(fact.subject, fact.observations | now[name].observations)
        for instant in sorted({one.at + SECOND for one in both.observations}):
            assert view(both, instant) == view(now[name], instant), (name, instant)
