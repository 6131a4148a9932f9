"""A stored form never changes unseen: what is written today is what the newest sample has, and released ones stay."""

import gzip
import json
import sqlite3
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec import NODEFAULT, structs

from config.model_text import model_from_text, model_text
from handlers.stores.codec import decode_record
from handlers.stores.sqlite.schema import FORMAT
from scoring.observations import Content, Observation
from tests.golden import sample
from tests.golden.make import Made, items, sqlite_file
from tests.golden.test_golden import FOLDERS

HERE = Path(__file__).parent
NEWEST = HERE / str(FORMAT)
WHAT_TO_DO = (
    "what is stored has changed: raise the form of what changed (docs/operations.md, Stored forms), and write its "
    f"sample: python -m tests.golden.make tests/golden/{FORMAT}; where format {FORMAT} is released, one of a new format"
)


def dump(file: bytes) -> Iterator[str]:
    """Give what a file is made of, and all that stands in it."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(file)
        yield from db.iterdump()
        yield str(db.execute("PRAGMA user_version").fetchone())


def opened(line: str) -> object:
    """Give an item, with what is packed in it as the form of its packing and what it says."""
    table, _, item = line.partition(" ")
    return table, {name: said(name, value) for name, value in json.loads(item).items()}


def said(name: str, value: dict[str, Any]) -> object:
    """Give an attribute: of an observation, its form (its name is the digest of its text); of a record, its text.

    A set has no order.
    """
    if "SS" in value:
        return sorted(value["SS"])
    if "B" not in value:
        return value
    packed = b64decode(value["B"])
    return (packed[0], zlib.decompress(packed[1:]).decode()) if name == "body" else packed[0]


@pytest.fixture(scope="module")
def file() -> bytes:
    """Give the newest sample's file."""
    return gzip.decompress((NEWEST / "store.db.gz").read_bytes())


@pytest.fixture(scope="module")
def made(file: bytes) -> Made:
    """Give the newest sample's own model and records, which hang on the figures of its time."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(file)
        (text,) = db.execute("SELECT text FROM models").fetchone()
        records = [decode_record(body) for (body,) in db.execute("SELECT body FROM records ORDER BY rowid")]
    return Made(text, lambda _: records)


def test_a_file_written_today_is_the_newest_sample(file: bytes, made: Made) -> None:
    """Tables, columns, texts of contents, records, models."""
    assert list(dump(sqlite_file(made))) == list(dump(file)), WHAT_TO_DO


def test_items_written_today_are_the_newest_sample(made: Made, memory: None) -> None:
    """Keys, attributes, names, marks, texts."""
    assert memory is None
    written = [*map(opened, (NEWEST / "items.txt").read_text().splitlines())]
    assert [*map(opened, items(made))] == written, WHAT_TO_DO


def test_a_model_written_today_has_the_form_of_the_newest_sample(made: Made) -> None:
    """A field more, less or of another name is another form."""
    assert model_text(model_from_text(made.text)) == made.text, WHAT_TO_DO


@pytest.mark.parametrize("kind", get_args(Content))
def test_the_newest_sample_has_every_member_of_every_content(kind: type[Content]) -> None:
    """A member that is added must stand in a sample, away from its default."""
    contents = [one.content for one in sample.statements(FORMAT) if isinstance(one, Observation)]
    bare = {
        member.name
        for member in structs.fields(kind)
        if all(getattr(one, member.name) in (member.default, NODEFAULT) for one in contents if type(one) is kind)
    }
    assert bare == set(), WHAT_TO_DO


def test_a_released_sample_is_never_written_again() -> None:
    """A store of that time is what it is; each release adds its line to `released.txt`."""
    lines = (HERE / "released.txt").read_text().splitlines()
    released = {name: digest for digest, name in map(str.split, lines)}
    now = {f"{one.parent.name}/{one.name}": sha256(one.read_bytes()).hexdigest() for one in HERE.glob("*/*.*")}
    assert {name: now[name] for name in released} == released
    assert {folder.name for folder in FOLDERS} == {name.partition("/")[0] for name in released} | {str(FORMAT)}
