"""docs/trust.md names what the program says: causes, verdicts, refusals and the names of the ledger."""

import re
from pathlib import Path
from typing import get_args

from handlers.commands.backtest_forms import row_json
from handlers.words.trust import HEADLINES
from scoring.backtest.misses import CAUSES
from scoring.backtest.verdict import OF_USE, Word
from scoring.instants import DAY, Instant
from scoring.outcomes import REASONS
from tests.scoring.backtest.ledgers import ENDS, churn, only_row, steady_account

PAGE = (Path(__file__).parents[1] / "docs/trust.md").read_text()


def section(title: str) -> str:
    """Give a section of the page, with those below it."""
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def firsts(text: str) -> list[str]:
    """Give the words in code of the first column of the tables."""
    return [
        word for cell in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for word in re.findall(r"`(\w[\w ]*)`", cell)
    ]


def test_causes_and_names_of_the_ledger_are_those_of_the_page() -> None:
    """Each name has its meaning, each cause its definition, in the order in which they are tried."""
    row = only_row(steady_account("leaves", upto=21), churn("leaves", Instant(ENDS[20] + 10 * DAY)))
    named = firsts(section("The ledger"))
    told = set(re.findall(r"`([a-z_]+)`", section("The ledger")))
    assert [name for name in named if name in CAUSES] == list(CAUSES)
    assert row_json(row).keys() <= told


def test_verdicts_are_those_of_the_page() -> None:
    """In plain words above, by their rules below."""
    rules = section("The verdict")
    assert all(f"`{word}`" in rules for word in get_args(Word))
    assert all(f"**{headline}**" in PAGE for headline in HEADLINES.values())
    assert f"below .{round(100 * OF_USE)}" in rules


def test_every_refusal_is_defined_in_the_order_in_which_it_is_tried() -> None:
    """So that another program refuses the same rows."""
    places = [section("Definitions").index(f"`{reason}`") for reason in REASONS]
    assert places == sorted(places)
