"""The accounts that bear a flag."""

from dataclasses import dataclass

from handlers.desk.paging import Paged, paged
from handlers.desk.seen import latest_seen, seen_lines
from handlers.desk.visit import NotThere, Visit
from handlers.jobs.portfolio import Line, in_order
from handlers.words.legend import Entry, legend


@dataclass(frozen=True, slots=True)
class Flagged:
    """The accounts of the latest month with a flag, and what it means."""

    flag: str
    period: str
    entry: Entry | None
    lines: Paged[Line]

    @property
    def meaning(self) -> str:
        """Say what the flag means."""
        return "" if self.entry is None else self.entry.meaning


def flagged(visit: Visit) -> Flagged:
    """List the accounts that bear the flag of the address, those that matter most first."""
    flag, period = visit.query.get("flag", ""), latest_seen(visit)
    if not flag or period is None:
        raise NotThere("The address names no flag. Data quality lists those that there are.")
    lines = [line for line in seen_lines(visit, period).lines if flag in line.summary.flags]
    if not lines:
        raise NotThere(f"No account of {period} has this flag.")
    entry = next((one for one in legend(visit.desk.config.model) if one.flag == flag.partition(":")[0]), None)
    return Flagged(flag, period, entry, paged(visit, in_order(lines, "risk")))
