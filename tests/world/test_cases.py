"""Troubles that other people met in public, as data: each right by its value, in any order."""

import json
from pathlib import Path
from random import Random

import pytest

from tests.world.replaying import faults, replay

CASES = sorted((Path(__file__).parents[1] / "cases" / "world").iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_trouble_of_others_is_right_here(case: Path) -> None:
    """As it came, and backwards, doubled and shuffled."""
    events = (case / "events.jsonl").read_bytes().splitlines()
    expected = json.loads((case / "expected.json").read_text())
    lines = replay(events, case / "accounts.csv")
    assert [fault for account, wanted in expected.items() for fault in faults(lines[account], wanted)] == []
    shuffled = Random(7).sample(events * 2, 2 * len(events))  # noqa: S311 - no secret
    assert replay(shuffled, case / "accounts.csv") == replay(events[::-1], case / "accounts.csv") == lines
