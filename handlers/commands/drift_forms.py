"""How drift is printed for people: a row for each metric, what stands out above them."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from handlers.commands.tables import table
from handlers.jobs.drift import Drift
from handlers.words.figures import count, number, percent, title
from scoring.drift import Spread

NOTHING = "-"


def show_drift(console: Console, found: Drift, said: Sequence[str]) -> None:
    """Print what stands out, then each metric beside the closes before."""
    accounts = max((one.accounts for one in found.spreads.values()), default=0)
    before = count(len(found.earlier), "close")
    console.print(f"[bold]{found.period}[/], {count(accounts, 'account')}, beside {before} before it")
    for sentence in said or ["Nothing moved for everybody at once."]:
        console.print(sentence, markup=False, soft_wrap=True)
    standing_out = {one.metric for one in found.findings}
    made = table("Metric", ">Missing", ">Median", ">At green", ">At red")
    for name, now in found.spreads.items():
        known = [spreads[name] for _, spreads in found.earlier if name in spreads]
        mark = "[bold red]![/] " if name in standing_out else ""
        made.add_row(f"{mark}{escape(title(name))}", *_cells(now, known))
    console.print()
    console.print(made)
    console.print("Below each figure: the least and the greatest of the closes before.", style="dim")


def _cells(now: Spread, known: Sequence[Spread]) -> tuple[str, ...]:
    return (
        _cell(now.missing_pct, [one.missing_pct for one in known], is_share=True),
        _cell(now.middle, [one.middle for one in known], is_share=False),
        _cell(now.green_pct, [one.green_pct for one in known], is_share=True),
        _cell(now.red_pct, [one.red_pct for one in known], is_share=True),
    )


def _cell(now: float | None, known: Sequence[float | None], *, is_share: bool) -> str:
    """Write a value, and the least and the greatest before."""
    write = percent if is_share else number
    values = [one for one in known if one is not None]
    span = f"{number(min(values))} to {write(max(values))}" if values else ""
    return f"{NOTHING if now is None else write(now)}\n[dim]{span}[/]"
