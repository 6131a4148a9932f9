"""Why an account has its score, in words and points, for the people who look after it."""

from handlers.words.caps import cap_lines
from handlers.words.changes import moved, stored_differs
from handlers.words.figures import moment, percent, points
from handlers.words.flags import freshness, in_order, sentences
from handlers.words.layout import clean, paragraph, points_of
from handlers.words.parts import costs, helps, missing, parts_of, table
from scoring.model import Model
from scoring.movement import Movement
from scoring.periods import period_of
from scoring.record import Record
from scoring.score import Measurements, Score


def explanation(
    score: Score,
    measurements: Measurements,
    model: Model,
    movement: Movement | None,
    previous: Record | None,
    stored: Record | None,
) -> str:
    """Explain a score in plain text of at most 100 columns.

    `score` is what is known now, `stored` the record of the same period, `previous` the latest
    record before it, `movement` what moved since that one.
    """
    parts = parts_of(score, model)
    sections = [
        _heading(score, stored),
        [*paragraph(_verdict(score, model)), *cap_lines(score, measurements, model)],
        table(score, parts),
        costs(score, parts, model.thresholds[score.segment]),
        helps(score, parts),
        missing(score, parts),
        _freshness(measurements),
        _notes(score, measurements, model),
        moved(score, movement, previous),
        stored_differs(score, stored),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section)


def _heading(score: Score, stored: Record | None) -> list[str]:
    name = "" if score.account_name is None else clean(score.account_name)
    account = f"{name} ({clean(score.account_id)})" if name else clean(score.account_id)
    period = period_of(score.as_of - 1) if stored is None else stored.period
    kept = "no record stored yet" if stored is None else f"{stored.status} record, written {moment(stored.scored_at)}"
    deleted = ["It is deleted in Salesforce: it gets no record."] if "account_deleted" in score.flags else []
    return [
        *paragraph(f"{account}, {score.segment.capitalize()} segment"),
        *deleted,
        f"Period {period}, as of {moment(score.as_of)}; {kept}",
    ]


def _verdict(score: Score, model: Model) -> str:
    if score.final_score is None or score.low is None or score.high is None:
        return f"No score: nothing that the model weighs is known (coverage {percent(score.coverage_pct)})."
    unknown = f" (coverage is below {percent(model.coverage_floor)})" if score.tier == "Unknown" else ""
    range_ = f"range {points(score.low)} to {points(score.high)}"
    why = ", depending on what is missing" if "partial" in score.flags else " (nothing is missing)"
    coverage = f"coverage {percent(score.coverage_pct)}"
    return f"Score {points(score.final_score)} of 100, tier {score.tier}{unknown}; {coverage}, {range_}{why}."


def _freshness(measurements: Measurements) -> list[str]:
    ages = measurements.age_hours
    if ages is None:
        return []
    lines = [f"  {freshness(source, ages.get(source))}" for source in in_order(ages)]
    return [f"How fresh it is, as of {moment(measurements.as_of)}", *lines]


def _notes(score: Score, measurements: Measurements, model: Model) -> list[str]:
    notes = sentences(score.flags, measurements, model)
    return ["What to know about it", *points_of(notes)] if notes else []
