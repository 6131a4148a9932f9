"""Examples of each language: what the rules say of sentences that their authors wrote to try them."""

import json
from pathlib import Path

import pytest

from tests.detection.engine import usual_detector

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.jsonl"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_examples_of_a_language(file: Path) -> None:
    """Each example is found in its category, or not at all where it has none."""
    wrong = []
    for line in file.read_text(encoding="utf-8").splitlines():
        example = json.loads(line)
        hits = usual_detector().detect(example["text"], file.stem).hits
        said = hits[0].category if hits else None
        if said != example["category"]:
            wrong.append((said, example["category"], example["text"]))
    assert not wrong
