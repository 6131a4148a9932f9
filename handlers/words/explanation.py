"""Why an account has its score, in words and points, for the people who look after it."""

from dataclasses import dataclass

from handlers.words.alerts import reason_of
from handlers.words.caps import cap_lines
from handlers.words.changes import moved, stored_differs
from handlers.words.figures import moment, percent, points
from handlers.words.flags import freshness, in_order, sentences
from handlers.words.layout import clean, paragraph, points_of
from handlers.words.parts import missing, parts_of, table
from handlers.words.peers import costs, helps
from handlers.words.tone import tone_lines
from scoring.instants import format_date
from scoring.metrics.tone import Tone
from scoring.model import Model
from scoring.movement import Movement
from scoring.peers import Peers
from scoring.periods import period_of
from scoring.record import Record
from scoring.score import Measurements, Score


@dataclass(frozen=True, slots=True)
class Beside:
    """What a score is explained beside.

    `stored` is the record of the same period, `previous` the latest record before it, `movement`
    what moved since that one, `peers` what accounts like this one usually have, `tone` how many messages stand
    behind its sentiment.
    """

    movement: Movement | None = None
    previous: Record | None = None
    stored: Record | None = None
    peers: Peers | None = None
    tone: Tone | None = None


def explanation(score: Score, measurements: Measurements, model: Model, beside: Beside) -> str:
    """Explain a score, as it is known now, in plain text of at most 100 columns."""
    parts = parts_of(score, model)
    sections = [
        _heading(score, beside.stored),
        [*paragraph(verdict(score, measurements, model)), *cap_lines(score, measurements, model)],
        paragraph(alerted(beside.stored)),
        moved(score, beside.movement, beside.previous),
        table(score, parts),
        costs(score, parts, beside.peers, model),
        helps(score, parts, beside.peers, model),
        missing(score, parts),
        tone_lines(measurements, beside.tone, model),
        _freshness(measurements),
        _notes(score, measurements, model),
        stored_differs(score, beside.stored),
    ]
    return "\n\n".join("\n".join(section) for section in sections if section)


def _heading(score: Score, stored: Record | None) -> list[str]:
    name = "" if score.account_name is None else clean(score.account_name)
    account = f"{name} ({clean(score.account_id)})" if name else clean(score.account_id)
    period = period_of(score.as_of - 1) if stored is None else stored.period
    kept = "no record stored yet" if stored is None else f"{stored.status} record, written {moment(stored.scored_at)}"
    return [
        *paragraph(f"{account}, {score.segment.capitalize()} segment"),
        f"Period {period}, as of {moment(score.as_of)}; {kept}",
    ]


def alerted(stored: Record | None) -> str:
    """Say why the stored record is on the list of alerts, or that the account leaves; nothing where neither is so."""
    if stored is None:
        return ""
    if stored.left is not None:
        return f"It leaves: decided on {format_date(stored.left)}. Who leaves is on no list of alerts."
    if stored.alert is None:
        return ""
    said = f"On the list of alerts since {format_date(stored.alert.since)}: {reason_of(stored.alert)}."
    return f"{said} An alert is no tier: it ranks accounts against each other."


def verdict(score: Score, measurements: Measurements, model: Model) -> str:
    """Say the score, its tier, how much of the picture is known, and how far off the score may be."""
    deleted = "This account is deleted in Salesforce. " if "account_deleted" in score.flags else ""
    if score.final_score is None:
        return f"{deleted}No score: nothing that counts is known (coverage {percent(score.coverage_pct)})."
    tier = f"tier {score.tier}{_unknown(score, measurements, model)}"
    return f"{deleted}Score {points(score.final_score)} of 100, {tier}. {_certainty(score)}"


def _unknown(score: Score, measurements: Measurements, model: Model) -> str:
    """Say why a tier is Unknown."""
    if score.tier != "Unknown":
        return ""
    if not measurements.signals_known:
        return ", because its churn signals are not known"
    if score.cap is None and "low_confidence" in score.flags:
        return f", because less than {percent(model.coverage_floor)} of what counts is known"
    return ", because a churn signal is unclear"


def _certainty(score: Score) -> str:
    """Say how much is known, and between which figures the score lies if that is not one."""
    known = (
        f"{percent(score.coverage_pct)} of what counts is known (coverage)"
        if "partial" in score.flags
        else "All that counts is known (coverage 100%)"
    )
    if score.low is None or score.high is None or score.low == score.high:
        return f"{known}."
    unclear = "the rest" if "partial" in score.flags else "what its churn signals turn out to be"
    return f"{known}; depending on {unclear} it is between {points(score.low)} and {points(score.high)}."


def _freshness(measurements: Measurements) -> list[str]:
    ages = measurements.age_hours
    if ages is None:
        return []
    lines = [f"  {freshness(source, ages.get(source))}" for source in in_order(ages)]
    return [f"How fresh it is, as of {moment(measurements.as_of)}", *lines]


def _notes(score: Score, measurements: Measurements, model: Model) -> list[str]:
    notes = sentences(score.flags, measurements, model)
    return ["What to know about it", *points_of(notes)] if notes else []
