"""Accounts laid out once, so that draft after draft can be held against the present model in milliseconds."""

from collections.abc import Sequence
from typing import NamedTuple

from scoring.instants import Instant
from scoring.model import Model
from scoring.money import worth
from scoring.rescorer import flatten, layout_of
from scoring.score import Measurements
from scoring.standings import Standings, Summed, summed
from scoring.what_if import DELETED, Case, Month, Standing


class Row(NamedTuple):
    """One account at one month-end: what was measured of it, and how it stands under the present model."""

    account_id: str
    account_name: str | None
    worth: float | None
    summed: Summed
    now: Standing


class Rows(NamedTuple):
    """A month-end with its accounts laid out; those that the CRM had deleted, and how many are `recorded`."""

    period: str
    as_of: Instant
    rows: tuple[Row, ...]
    deleted: tuple[str, ...] = ()
    recorded: int = 0


def rows_of(measured: Sequence[Measurements], model: Model) -> tuple[Row, ...]:
    """Lay out what was measured of accounts under a model; those that the CRM had deleted are left out."""
    layout = layout_of(model)
    there = [one for one in measured if DELETED not in one.flags]
    sums = summed([flatten(one, layout) for one in there], model, layout)
    standings = Standings(model, model, layout)
    return tuple(
        Row(
            one.account_id, one.account_name, worth(one.arr, one.currency, model.currencies), own, standings.of(own)
        )
        for one, own in zip(there, sums, strict=True)
    )  # fmt: skip


def month_under(rows: Rows, present: Model, draft: Model) -> Month:
    """Give a month-end under the present model and under a draft that measures as the present one does."""
    standings = Standings(present, draft, layout_of(present))
    cases = [Case(row.account_id, row.account_name, row.worth, row.now, standings.of(row.summed)) for row in rows.rows]
    return Month(rows.period, rows.as_of, cases, list(rows.deleted), rows.recorded)
