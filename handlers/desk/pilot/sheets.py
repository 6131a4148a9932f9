"""The sheets of the validation report: an account's values as they were extracted, and what was said of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import urlencode

from config.source import label_of
from handlers.desk.seen import Seen, account_of, latest_seen, seen_lines
from handlers.desk.visit import NotThere, Visit
from handlers.identity.folding import folded, is_part
from handlers.jobs.checks import Extracted, Mark, Marked, SourceFigure, extracted, figures, holding, marks_of
from handlers.jobs.portfolio import Line, in_order
from handlers.stores.models import kept_model
from handlers.stores.protocol import Store

MOST = 5
LEAST = 3
_FOUND = 12
"""So many accounts are offered to choose from at a time."""


@dataclass(frozen=True)
class Sheet:
    """One account of the report: its line, its model, its values, and what was said of each."""

    line: Line
    model: str
    values: Sequence[Extracted]
    marked: Mapping[str, Marked]

    @cached_property
    def by_source(self) -> dict[str, list[Extracted]]:
        """Give the values by where they are from."""
        found: dict[str, list[Extracted]] = {}
        for one in self.values:
            found.setdefault(" or ".join(map(label_of, one.sources)) or "Unknown source", []).append(one)
        return found

    @cached_property
    def holding(self) -> Sequence[Mark]:
        """Give the marks that still hold."""
        return holding(self.values, self.marked)

    def mark(self, value: Extracted) -> Marked | None:
        """Give what was said of a value as it stands now."""
        found = self.marked.get(value.name)
        return found if found is not None and found.mark.value == value.value else None

    def outdated(self, value: Extracted) -> Marked | None:
        """Give what was said of a value that has changed since."""
        found = self.marked.get(value.name)
        return found if found is not None and found.mark.value != value.value else None


@dataclass(frozen=True)
class Report:
    """The report on the accounts that the address names, of a month."""

    visit: Visit
    seen: Seen
    sheets: Sequence[Sheet]
    others: Sequence[str]

    @property
    def chosen(self) -> list[str]:
        """Name the accounts of the report."""
        return [sheet.line.summary.account_id for sheet in self.sheets]

    @property
    def figures(self) -> list[SourceFigure]:
        """Give a figure a source, over all accounts of the report."""
        return figures(mark for sheet in self.sheets for mark in sheet.holding)

    @property
    def looked_at(self) -> int:
        """Count the values that somebody looked at."""
        return sum(len(sheet.holding) for sheet in self.sheets)

    @property
    def values(self) -> int:
        """Count all values."""
        return sum(len(sheet.values) for sheet in self.sheets)

    def address(self, *chosen: str, page: str = "/pilot/validation") -> str:
        """Give the address of a report on these accounts, of the same month."""
        asked = [("account", one) for one in chosen]
        asked += [("period", self.seen.period)] if self.seen.period and self.visit.period() else []
        return f"{page}?{urlencode(asked)}" if asked else page

    def with_(self, account_id: str) -> str:
        """Give the address of the report with one more account."""
        return self.address(*self.chosen, account_id)

    def without(self, account_id: str) -> str:
        """Give the address of the report without one of its accounts."""
        return self.address(*(one for one in self.chosen if one != account_id))

    @cached_property
    def offered(self) -> list[Line]:
        """List accounts to choose from: those that are searched for, else the person's own first."""
        words, chosen = self.visit.words("q"), {*self.chosen}
        found = (line for line in self._by_name if not words or is_part(words, line.summary.account_name or ""))
        return list(islice((line for line in found if line.summary.account_id not in chosen), _FOUND))

    @property
    def _by_name(self) -> Sequence[Line]:
        """Give all accounts that the person sees, the own ones first, by name."""
        person = self.visit.person
        key = ("accounts by name", self.seen.period, person.id, person.name, person.mail, person.may("leader"))

        def ordered() -> Sequence[Line]:
            return sorted(in_order(self.seen.lines, "name"), key=lambda line: not person.is_csm(line.summary.csm))

        return self.visit.desk.memory.get(key, ordered)


def report_of(visit: Visit) -> Report:
    """Give the report that the address asks for; raises NotThere for an account that the person does not see."""
    seen = seen_lines(visit, visit.period() or latest_seen(visit))
    with visit.store() as store:
        marks = marks_of(store)
        done = [account_id for account_id, period in marks if period == seen.period and account_id in seen.by_id]
        named = dict.fromkeys(visit.query.getlist("account"))
        lines = [seen.by_id[one] for one in named if one in seen.by_id]
        if len(lines) < len(named):
            raise NotThere("One of these accounts has no record of the month, or it is not yours to see.")
        sheets = [sheet_of(visit, store, line, marks) for line in lines[:MOST]]
    name = {one: folded(seen.by_id[one].summary.account_name or one) for one in done}
    return Report(visit, seen, sheets, sorted(done, key=name.__getitem__))


def sheet_of(visit: Visit, store: Store, line: Line, marks: Mapping[tuple[str, str], Mapping[str, Marked]]) -> Sheet:
    """Give the sheet of an account, of the record that its line is of; raises NotThere where that is gone."""
    one = line.summary
    record = store.record(one.account_id, one.period)
    if record is None:
        raise NotThere("There is no record of this account and month any more.")
    model = kept_model(store, record.score.model_version) or visit.desk.config.model
    values = extracted(record, account_of(visit, one.account_id), model)
    return Sheet(line, record.score.model_version, values, marks.get((one.account_id, one.period), {}))
