"""The legend of flags: no flag that scoring can make is without a meaning and a remedy."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import scoring
from handlers.cli import cli
from handlers.words.flags import SENTENCES
from handlers.words.legend import NAMES, REMEDIES, legend
from tests.models import the_model

MODEL = the_model()
NO_FLAGS = frozenset(
    "close_date confidence lost paid payment_date platform_value severity signal stage standard status".split()
)
"""Words that stand in a statement about flags, and are none."""


def statements(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """List the statements of all functions, each with the name of its function."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for one in ast.walk(function):
                if isinstance(one, ast.Return | ast.Assign | ast.AugAssign | ast.Expr):
                    yield function.name, one


def texts(node: ast.AST) -> set[str]:
    """Give the texts that stand in a piece of code; of one with gaps, what stands in it."""
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def names(node: ast.AST) -> set[str]:
    """Name the names that a piece of code speaks of."""
    plain = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return plain | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def flags_made() -> set[str]:
    """Read in the code of scoring which flags it can make, each without what stands behind its colon."""
    found: set[str] = set()
    for path in Path(scoring.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text())
        found |= {text.partition(":")[0] for text in texts(tree) if re.fullmatch(r"[a-z_]+:\S*", text)}
        for function, one in statements(tree):
            if any("flag" in name for name in {function, *names(one)}):
                found |= {text for text in texts(one) if re.fullmatch(r"[a-z_]+", text)} - NO_FLAGS
        alone = {text for one in ast.walk(tree) if _is_alone(one) for text in texts(one)}
        found |= {text for text in alone if re.fullmatch(r"[a-z_]+", text)} - NO_FLAGS
    return found


def _is_alone(node: ast.AST) -> bool:
    """Tell whether code is a tuple of one text: so stands a flag that nothing else goes with."""
    return isinstance(node, ast.Tuple) and len(node.elts) == 1 and isinstance(node.elts[0], ast.Constant)


def test_every_flag_that_scoring_can_make_has_an_entry_with_a_remedy() -> None:
    """And none is in the legend that no score can have."""
    assert {entry.flag for entry in legend(MODEL) if entry.meaning and entry.remedy} == flags_made()


def test_sentences_remedies_and_names_are_of_the_same_flags() -> None:
    """A sentence alone does not make an entry; a flag with a name has a colon."""
    assert REMEDIES.keys() == SENTENCES.keys()
    assert NAMES.keys() <= SENTENCES.keys()


def test_a_meaning_has_no_gap_and_names_no_account() -> None:
    """What differs from account to account stands in capitals."""
    by_flag = {entry.flag: entry for entry in legend(MODEL)}
    assert not [entry for entry in by_flag.values() if set("{}") & {*entry.meaning, *entry.remedy}]
    assert not [flag for flag, entry in by_flag.items() if entry.name and entry.name not in entry.meaning]
    assert by_flag["dead"].meaning.startswith("SOURCE was last heard longer ago than its limit (Intercom 7 days, ")
    assert "Salesforce" not in by_flag["dead"].meaning
    assert "Looker 2 days" in by_flag["stale"].meaning
    assert by_flag["low_confidence"].meaning.startswith("Less than 50% of what counts")
    assert by_flag["partial"].name is None


def test_the_command_prints_lines_of_json_for_programs() -> None:
    """All flags, or those that are asked for, as they stand on a record."""
    every = CliRunner().invoke(cli, ["flags"])
    lines = [json.loads(line) for line in every.stdout.splitlines()]
    assert [line["flag"] for line in lines] == [*SENTENCES]
    assert {*map(frozenset, lines)} == {frozenset(("flag", "name", "meaning", "remedy"))}
    some = CliRunner().invoke(cli, ["flags", "--json", "stale:looker", "partial"])
    assert [json.loads(line)["flag"] for line in some.stdout.splitlines()] == ["partial", "stale"]


def test_the_command_prints_a_table_for_people() -> None:
    """With the flag, what it says, and what to do."""
    shown = CliRunner().invoke(cli, ["flags", "--table", "reread:Opportunity"]).stdout
    assert [title in shown for title in ("Flag", "What it says", "What to do", "reread", "sweep")] == [True] * 5
    assert "partial" not in shown


@pytest.mark.parametrize(("said", "hint"), [("stael:looker", "did you mean stale?"), ("xyz", "There are unscored")])
def test_a_flag_that_there_is_not_is_refused_with_the_nearest(said: str, hint: str) -> None:
    """A typo must not look like a flag without meaning."""
    refused = CliRunner().invoke(cli, ["flags", said])
    assert refused.exit_code == 2
    assert hint in refused.stderr
