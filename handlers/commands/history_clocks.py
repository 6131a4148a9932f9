"""One month of an account by two clocks: as shown then, and as known now, side by side."""

from collections.abc import Iterator, Mapping

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handlers.commands.accounts_shown import change_line, entry_row
from handlers.commands.outcomes_shown import in_month
from handlers.commands.tables import table
from handlers.jobs.two_clocks import Since
from handlers.words.clocks import (
    cause_words,
    figure_title,
    figure_words,
    late_line,
    late_words,
    meanings,
    metric_words,
    model_words,
    move_words,
)
from handlers.words.figures import moment, title
from handlers.words.layout import clean
from handlers.words.outcomes import said_in_month
from scoring.account import Account
from scoring.clocks import Clocks, Late, MetricClocks
from scoring.instants import format_instant
from scoring.record import Record
from scoring.score import MetricScore

_STAYS = "What was shown stays as it is, whatever comes late."
_ALWAYS = ("final_score", "tier")
_LISTED = 10
"""So many subjects that were seen late a table names; JSON has all."""


def clocks_line(account: Account, clocks: Clocks, since: Since) -> dict[str, object]:
    """Write a month as a line of JSON: each figure and metric then and now, with the causes.

    `outcomes` are those of which something fell into the month, `changes` those of the account since the record.
    """
    then, now = clocks.then, clocks.now
    made = {"status": then.status, "scored_at": format_instant(then.scored_at)}
    return {
        "account_id": account.id,
        "account_name": now.account_name,
        "period": then.period,
        "then": {**made, "as_of": format_instant(then.score.as_of), "model_version": then.score.model_version},
        "now": {"as_of": format_instant(now.as_of), "model_version": now.model_version},
        "corrected": _corrected(clocks.correction),
        "differs": list(clocks.causes),
        "moves": [{"cause": move.cause, "points": move.points} for move in clocks.moves],
        "figures": {one.name: {"then": one.then, "now": one.now, "causes": one.causes} for one in clocks.figures},
        "metrics": _metrics(clocks),
        "late": [_late(one) for one in clocks.late],
        "model": [change._asdict() for change in clocks.model],
        "outcomes": {
            "then": in_month(clocks.then.period, since.then),
            "now": in_month(clocks.then.period, since.now),
        },
        "changes": [entry_row(entry) for entry in since.changes],
    }


def _corrected(record: Record | None) -> object:
    """Give what the record says that took the place of the first."""
    if record is None:
        return None
    score = record.score
    told = {"scored_at": format_instant(record.scored_at), "model_version": score.model_version}
    return {**told, "final_score": score.final_score, "tier": score.tier}


def _metrics(clocks: Clocks) -> Mapping[str, Mapping[str, object]]:
    groups: dict[str, dict[str, object]] = {}
    for one in clocks.metrics:
        sides = {"then": _side(one.then), "now": _side(one.now), "causes": one.causes}
        groups.setdefault(one.group, {})[one.name] = sides
    return groups


def _side(metric: MetricScore | None) -> object:
    return msgspec.to_builtins(metric)


def _late(one: Late) -> dict[str, object]:
    source, kind, name = one.subject
    told = {"at": format_instant(one.at), "known_at": format_instant(one.known_at)}
    return {"source": source, "kind": kind, "id": name, **told}


def show_clocks(out: Console, account: Account, clocks: Clocks, since: Since) -> None:
    """Print a month as a table of what differs, and why."""
    name = clean(clocks.now.account_name or account.name or account.id)
    out.print(f"[bold]{escape(name)}[/] ({account.id}), {clocks.then.period}, by two clocks")
    for line in (*_heads(clocks), ""):
        out.print(escape(line))
    out.print(_table(clocks))
    for line in (*_reasons(clocks), *_since(clocks, since), _STAYS):
        out.print(escape(line))


def _heads(clocks: Clocks) -> Iterator[str]:
    then, now = clocks.then, clocks.now
    yield f"As shown then: {_made(then)}, as of {moment(then.score.as_of)}, model {clean(then.score.model_version)}"
    yield f"As known now: as of {moment(now.as_of)}, model {clean(now.model_version)}"


def _made(record: Record) -> str:
    return f"the {record.status} record, written {moment(record.scored_at)}"


def _table(clocks: Clocks) -> Table:
    made = table("", "As shown then", "As known now", "Why")
    for one in clocks.figures:
        if one.causes or one.name in _ALWAYS:
            sides = figure_words(one.name, one.then), figure_words(one.name, one.now)
            made.add_row(figure_title(one.name), *map(escape, sides), cause_words(one.causes))
    for metric in clocks.metrics:
        if _is_told(metric):
            sides = metric_words(metric.name, metric.then), metric_words(metric.name, metric.now)
            made.add_row(escape(clean(title(metric.name))), *sides, cause_words(metric.causes))
    return made


def _is_told(one: MetricClocks) -> bool:
    """Tell whether value or score differ: where only the weight does, that is told of what came or was lost."""
    return bool(one.causes) and _own(one.then) != _own(one.now)


def _own(metric: MetricScore | None) -> object:
    return None if metric is None else (metric.raw, metric.score)


def _reasons(clocks: Clocks) -> Iterator[str]:
    if not clocks.causes:
        yield "Nothing differs: what is known now gives what was shown."
    else:
        yield f"What moved the score: {move_words(clocks.moves)}."
    for said in meanings(clocks):
        yield f"{said[0].upper()}{said[1:]}."
    if clocks.model:
        yield f"In the model: {model_words(clocks.model)}."
    if clocks.late:
        yield f"Seen after the record: {late_words(clocks.late)}."
        yield from (f"  {late_line(one)}" for one in clocks.late[:_LISTED])
        more = len(clocks.late) - _LISTED
        yield from [f"  and {more:,} more; --json lists all"] if more > 0 else []
    if clocks.correction is not None:
        yield f"{_corrected_words(clocks.correction)} What was shown first is kept in it."


def _since(clocks: Clocks, since: Since) -> Iterator[str]:
    if "mapping" in clocks.causes:
        for entry in since.changes:
            yield f"Changed {moment(entry.at)} by {clean(entry.by)}: {change_line(entry)}"
    yield from _outcome_lines(clocks.then.period, since)


def _outcome_lines(period: str, since: Since) -> Iterator[str]:
    """Say what became of the account in the month, as it was known then and, where that is not the same, as now."""
    then, now = ("; ".join(said_in_month(period, side)) for side in (since.then, since.now))
    if then == now:
        yield from [f"Renewals in this month, then as now: {now}."] if now else []
        return
    yield f"Renewals in this month, as known then: {then or 'nothing'}. As known now: {now or 'nothing'}."


def _corrected_words(record: Record) -> str:
    said = "no number" if record.score.final_score is None else f"{record.score.final_score} ({record.score.tier})"
    return f"The record was corrected {moment(record.scored_at)} to {said}."
