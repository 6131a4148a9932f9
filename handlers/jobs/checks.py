"""Validation: what was extracted of an account, value by value, and what people who know it say of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store
from handlers.words.checking import how
from handlers.words.figures import count, title, value
from handlers.words.portfolio import csm_of
from scoring.account import Account
from scoring.agreement import share_limits
from scoring.backtest.resamples import Interval
from scoring.instants import format_date
from scoring.metrics.catalogue import BY_NAME
from scoring.model import Model
from scoring.record import Record
from scoring.roles import Role, playing
from scoring.signals import Signal

Said: TypeAlias = Literal["right", "wrong", "cannot say"]
SAID: tuple[Said, ...] = ("right", "wrong", "cannot say")
NOT_KNOWN = "not known"
"""What stands for a value that is missing: that too may be wrong."""

_CHECKS = "desk/pilot/check/"
_IN_FORCE = ("Active", "Monitoring")


class Extracted(NamedTuple):
    """A value as it was measured: what it is, the sources it is from, the value in words, how it is checked."""

    name: str
    label: str
    sources: tuple[str, ...]
    value: str
    how: str


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody says of a value, as it stood when they said so."""

    name: str
    sources: tuple[str, ...]
    value: str
    said: Said
    note: str = ""


class Check(msgspec.Struct, frozen=True):
    """Marks that a person gave at one time on an account's values of a month; added, and never changed."""

    at: str
    person: str
    name: str
    account_id: str
    period: str
    marks: tuple[Mark, ...]


class Marked(NamedTuple):
    """A mark that holds, and who gave it when."""

    check: Check
    mark: Mark


def add_check(store: Store, check: Check) -> None:
    """Keep marks, beside all that were given before."""
    name = f"{_CHECKS}{check.account_id}/{check.period}/{check.at}/{token_hex(4)}"
    store.set_cursor(name, keep(check))


def marks_of(store: Store) -> dict[tuple[str, str], dict[str, Marked]]:
    """Give by account and month what was last said of each value, by its name."""
    read = [read_kept(kept, Check, name) for name, kept in store.cursors(_CHECKS).items()]
    found: dict[tuple[str, str], dict[str, Marked]] = {}
    for check in sorted(read, key=lambda one: one.at):
        held = found.setdefault((check.account_id, check.period), {})
        held.update({mark.name: Marked(check, mark) for mark in check.marks})
    return found


def extracted(record: Record, account: Account, model: Model) -> list[Extracted]:
    """List what was extracted of an account for a record: what lists show of it, then each metric and pillar."""
    return [*_of_crm(record, account, model), *_measured(record, account, model)]


def _of_crm(record: Record, account: Account, model: Model) -> Iterator[Extracted]:
    measured, sources = record.measurements, _sources("crm", account, model)
    arr = None if measured.arr is None else f"{measured.currency or ''} {measured.arr:,.2f}".strip()
    told = {
        "name": ("Name", measured.account_name),
        "segment": ("Segment", measured.segment.capitalize()),
        "csm": ("CSM", None if measured.csm is None else csm_of(measured.csm)),
        "arr": ("ARR", None if arr is None else arr.removesuffix(".00")),
        "renewal": ("Renewal date", None if measured.renewal is None else format_date(measured.renewal)),
        "signals": ("Churn signals in force", _signals(measured.signals) if measured.signals_known else None),
    }
    for name, (label, said) in told.items():
        yield Extracted(name, label, sources, said or NOT_KNOWN, how(name))


def _signals(signals: Iterable[Signal]) -> str:
    in_force = [one for one in signals if one.status in _IN_FORCE]
    severities = sorted(one.severity or "of unknown severity" for one in in_force)
    return f"{count(len(in_force), 'signal')}: {', '.join(severities)}" if in_force else "none"


def _measured(record: Record, account: Account, model: Model) -> Iterator[Extracted]:
    score, windows = record.score, record.measurements.window_days or {}
    groups = [*(dimension.metrics for dimension in score.dimensions.values()), score.platform_value]
    for name, metric in ((name, metric) for group in groups for name, metric in group.items()):
        known = BY_NAME.get(name)
        raw = metric.raw
        least = f"waiting:{name}" in score.flags
        said = NOT_KNOWN if raw is None else value(name, raw, windows.get(name), lower_bound=least)
        role = None if known is None else known.role
        yield Extracted(name, _label(name), () if role is None else _sources(role, account, model), said, how(name))


def _label(name: str) -> str:
    label = title(name)
    return label[:1].upper() + label[1:]


def _sources(role: Role, account: Account, model: Model) -> tuple[str, ...]:
    """Name the sources that play a role for an account; all that could, where it is in none."""
    could = sorted(playing(role, model.roles))
    return tuple(source for source in could if source in account.owners) or tuple(could)


@dataclass(frozen=True, slots=True)
class SourceFigure:
    """Of a source's values that were looked at: how many are right, wrong, or cannot be told; the share that is right.

    The share is of those right or wrong; its limits are Wilson's.
    """

    source: str
    right: int
    wrong: int
    cannot_say: int

    @property
    def share(self) -> float | None:
        """Give the share that is right; None where nothing was told."""
        told = self.right + self.wrong
        return self.right / told if told else None

    @property
    def limits(self) -> Interval | None:
        """Give the limits of the share."""
        return share_limits(self.right, self.right + self.wrong)


def figures(marks: Iterable[Mark]) -> list[SourceFigure]:
    """Count by source what was said; a value that may be from several sources counts for each."""
    by_source: dict[str, list[Said]] = {}
    for mark in marks:
        for source in mark.sources:
            by_source.setdefault(source, []).append(mark.said)
    return [_figure(source, said) for source, said in sorted(by_source.items())]


def _figure(source: str, said: Sequence[Said]) -> SourceFigure:
    return SourceFigure(source, said.count("right"), said.count("wrong"), said.count("cannot say"))


def holding(values: Iterable[Extracted], marked: Mapping[str, Marked]) -> list[Mark]:
    """Give the marks that still hold: those of a value that has not changed since."""
    now = {one.name: one.value for one in values}
    return [one.mark for one in marked.values() if now.get(one.mark.name) == one.mark.value]
