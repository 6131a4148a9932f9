"""docs/export.md is the format: each kind of line has its section, each member is named, each example can be read."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from handlers.jobs.portable.format import FOOT, HEAD, KINDS, ROW
from handlers.stores.whole_rows import ROWS, Row

PAGE = (Path(__file__).parents[1] / "docs" / "export.md").read_text()
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^###? |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def example(section: str) -> bytes:
    """Give the example of a section."""
    (line,) = re.findall(r"^```json\n(.*)\n```$", section, re.MULTILINE)
    return str(line).encode()


def test_kinds_stand_in_the_order_of_the_file() -> None:
    """And there is no other."""
    assert list(SECTIONS) == [KINDS[kind] for kind in ROWS]


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: KINDS[kind])
def test_each_kind_has_an_example_and_says_what_its_members_are(kind: type[Row]) -> None:
    """As the program reads it."""
    section = SECTIONS[KINDS[kind]]
    row = ROW.decode(example(section))
    assert type(row) is kind
    prose = re.sub(r"```json\n.*?```", "", section, flags=re.DOTALL)
    assert {field.name for field in msgspec.structs.fields(kind)} <= set(re.findall(r"`(\w+)`", prose))


def test_the_first_and_the_last_line_have_examples() -> None:
    """As the program reads them."""
    first, last = re.findall(r"^```json\n(.*)\n```$", PAGE.partition("## Kinds")[0], re.MULTILINE)
    assert set(json.loads(first)) == set(msgspec.to_builtins(HEAD.decode(first)))
    assert set(json.loads(last)) == set(msgspec.to_builtins(FOOT.decode(last)))
