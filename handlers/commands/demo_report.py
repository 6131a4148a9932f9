"""What the demo came to: short tables, where its files are, and what to ask next."""

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from handlers.commands.close_tables import movers_table, tiers_table
from handlers.commands.demo_trust import DemoTrust, show_trust
from handlers.commands.totals import Total
from handlers.jobs.run import Run
from scoring.summary import Summary

MOVERS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """The store that is asked next, and whether it knows its accounts without a mapping."""

    store_url: str
    knows_accounts: bool


@dataclass(frozen=True, slots=True)
class CameTo:
    """What was folded, what was closed, the summaries of the last month, and whether its score would have warned."""

    total: Total
    run: Run
    summaries: Sequence[Summary]
    trust: DemoTrust


def show_demo(periods: Sequence[str], came_to: CameTo, places: Mapping[str, Path | None], asked: Asked) -> None:
    """Print what the demo came to."""
    console = Console(highlight=False, soft_wrap=True)
    total, run, summaries = came_to.total, came_to.run, came_to.summaries
    console.print(
        f"\n{total.messages:,} messages, {total.dead} of them unreadable, {total.observations:,} observations; "
        f"{len(periods)} months are closed, {periods[0]} to {periods[-1]}."
    )
    made, gone = run.scored + len(run.unscored), len(run.deleted)
    console.print(
        f"{made} of {made + gone} accounts have a record for {periods[-1]}; "
        f"{gone} deleted in Salesforce, {len(run.unscored)} without any data.\n"
    )
    console.print(tiers_table(summaries))
    console.print(movers_table(summaries, MOVERS))
    show_trust(console, came_to.trust, {one.account_id: one.account_name or one.account_id for one in summaries})
    for label, path in places.items():
        console.print(f"{label + ':':<14}{path}", markup=False)
    beside = [] if asked.knows_accounts else ["--accounts", str(places["Mapping"])]
    console.print("\nTo look at all of it in a browser (Ctrl-C ends it):")
    _say_call(console, asked, ["desk", *beside])
    console.print("\nWhat to ask next, for instance:")
    for words in _questions(summaries, beside):
        _say_call(console, asked, words)


def _say_call(console: Console, asked: Asked, words: Sequence[str]) -> None:
    console.print("  " + shlex.join([sys.argv[0], "--store", asked.store_url, *words]), markup=False)


def _questions(summaries: Sequence[Summary], beside: Sequence[str]) -> Iterator[list[str]]:
    most = max(summaries, key=lambda one: abs(one.change or 0.0))
    about = [most.account_name or most.account_id, *beside]
    yield ["portfolio", "--changed"]
    yield ["explain", *about]
    yield ["history", *about]
    yield ["backtest", *beside]
