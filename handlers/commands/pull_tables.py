"""What sweep and backfill brought: for programs one line of JSON, for people a table by source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape

from config.source import label_of
from handlers.commands.tables import table
from handlers.commands.totals import Total
from handlers.words.figures import count


@dataclass(frozen=True, slots=True)
class Pulled:
    """What the sources that were asked gave: messages by pull, and by source why it failed."""

    asked: Sequence[str]
    total: Total
    by_pull: Mapping[str, int]
    failures: Mapping[str, str]

    def told(self) -> dict[str, object]:
        """Give what programs are told."""
        return {
            "messages": self.total.messages,
            "observations": self.total.observations,
            "pulled": dict(sorted(self.by_pull.items())),
            "failed": self.failures,
        }


def show_pulled(console: Console, pulled: Pulled) -> None:
    """Print what came, by source; one that gave nothing, or failed, says so."""
    made = table("Source", "What", ">Messages")
    for source in pulled.asked:
        for row in _rows(source, pulled):
            made.add_row(*row)
    console.print(made)
    total = pulled.total
    dead = f", {total.dead:,} of them unreadable" if total.dead else ""
    console.print(f"\n{count(total.messages, 'message')}{dead}, {count(total.observations, 'observation')}.")


def _rows(source: str, pulled: Pulled) -> Iterator[tuple[str, str, str]]:
    label, mine = label_of(source), _of(source, pulled.by_pull)
    for what, number in mine:
        yield label, escape(what), f"{number:,}"
    if source in pulled.failures:
        yield label, "[bold red]failed[/]: see the reason below", ""
    elif not mine:
        yield label, "nothing new", "0"


def _of(source: str, by_pull: Mapping[str, int]) -> list[tuple[str, int]]:
    """Give what of a source was pulled, and how many messages of each."""
    split = ((name.partition("/"), number) for name, number in sorted(by_pull.items()))
    return [(what, number) for (of, _, what), number in split if of == source]
