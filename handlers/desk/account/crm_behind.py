"""The records of the CRM behind the metrics that count some: failed payments, contract changes, business reviews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from handlers.desk.account.standings import Standings
from handlers.words.figures import title, value
from scoring.instants import Instant
from scoring.metrics.catalogue import named
from scoring.metrics.crm_cohorts import Item, crm_cohorts
from scoring.model import window_days

_WORDS: Mapping[str, Mapping[bool | None, str]] = {
    "payment_health": {True: "failed", None: "its status has no meaning: it may have failed"},
    "contract_changes": {True: "downgrade or amendment, won"},
    "qbr_attendance_pct": {True: "attended", False: "not attended"},
}


@dataclass(frozen=True, slots=True)
class CrmLine:
    """One record of the CRM: its id, its address where there is one, its date, and as what it counts."""

    id: str
    link: str | None
    date: Instant | None
    counts: str


@dataclass(frozen=True, slots=True)
class CrmGroup:
    """The records behind one metric, and its value in words; nothing where it has none."""

    title: str
    value: str
    lines: Sequence[CrmLine]


def crm_behind_of(standings: Standings, link: str) -> list[CrmGroup]:
    """List the records behind each metric, as they were at the standing; a metric without any is left out."""
    shown, model = standings.shown, standings.model or standings.config.model
    found = crm_cohorts(standings.read.given.timeline, shown.score.as_of, model)
    address = "" if "/Account/" in link else link
    windows, groups = window_days(model), []
    for metric, items in found.items():
        measures = shown.record.measurements.dimensions.get(named(metric).dimension, {})
        raw = measures[metric].raw if metric in measures else None
        said = "" if raw is None else value(metric, raw, windows.get(metric))
        lines = [_line(metric, item, address) for item in items]
        groups += [CrmGroup(title(metric), said, lines)] if lines else []
    return groups


def _line(metric: str, item: Item, address: str) -> CrmLine:
    link = address.replace("{id}", quote(item.id, safe="")) if address else None
    return CrmLine(item.id, link, item.date, _WORDS[metric][item.counts])
