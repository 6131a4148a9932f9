"""Which column of a spreadsheet is which, shown before anything is taken in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handlers.commands.session import Session
from handlers.sheets.columns import Setting
from handlers.sheets.grid import Grid, Table, doubtful
from handlers.sheets.plan import Plan
from handlers.sheets.proposal import Choice
from handlers.sheets.samples import Sample, cut_off, samples
from handlers.sheets.wanted import Wanted

_WIDEST = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """A file, how it is to be read, and what its columns may be where that is only proposed."""

    file: Path
    plan: Plan
    wanted: tuple[Wanted, ...]
    table: Table
    grid: Grid
    setting: Setting
    choices: Sequence[Choice] = ()


def show(session: Session, shown: Shown) -> None:
    """Show which column is which with an example of each, what is not sure, and what is not used."""
    for line in _lines(shown):
        session.stderr.print(line, markup=False, soft_wrap=True)


def _lines(shown: Shown) -> Iterator[str]:
    table, plan = shown.table, shown.plan
    of_sheet = f", sheet {shown.grid.sheet}" if shown.grid.sheet is not None else ""
    yield f"{shown.file}{of_sheet}: {len(table.rows)} rows below the names of columns in line {table.header}"
    yield from _columns(shown)
    absent = [one.name for one in shown.wanted if one.name not in plan.columns]
    yield from [f"  no column of: {', '.join(absent)}"] if absent else []
    used = {title for titles in plan.columns.values() for title in titles}
    unused = [title for title in table.titles if title not in used]
    yield from [f"  not used: {', '.join(unused)}"] if unused else []
    yield from shown.grid.remarks
    yield from cut_off(table.rows)


def _columns(shown: Shown) -> Iterator[str]:
    """Give a line for each column: our name, the file's, an example, and what is to be looked at."""
    examples = samples(shown.table, shown.plan, shown.wanted, shown.setting)
    titles = {name: ", ".join(titles) for name, titles in shown.plan.columns.items()}
    width = min(_WIDEST, max(map(len, titles.values()), default=0))
    twins = doubtful(shown.table)
    choices = {one.wanted.name: one for one in shown.choices}
    for one in shown.wanted:
        if one.name in titles:
            told = (_example(examples.get(one.name)), *_marks(choices.get(one.name), twins))
            yield f"  {one.name:24}{titles[one.name]:{width}}  {'  '.join(told)}".rstrip()


def _example(sample: Sample | None) -> str:
    if sample is None:
        return "empty"
    return sample.cell if sample.read in {None, sample.cell} else f"{sample.cell} = {sample.read}"


def _marks(choice: Choice | None, twins: frozenset[str]) -> Iterator[str]:
    if choice is not None and not choice.sure:
        yield "<- which of those of this name?" if choice.title in twins else "<- is it?"
    if choice is not None and choice.others:
        yield f"(or {', '.join(choice.others)}?)"
