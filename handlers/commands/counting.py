"""How many rows are done, on a terminal, while a whole store goes out or comes in."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from handlers.commands.session import Session
from handlers.stores.whole import Tell


@contextmanager
def counting(session: Session, doing: str) -> Iterator[Tell]:
    """Give what hears how many rows are done, and shows it; nothing is shown where nobody looks."""
    console = session.stderr
    columns = SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows")
    hidden = console.quiet or not console.is_terminal
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda done: progress.update(task, completed=done)
