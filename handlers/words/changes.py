"""What moved a score since the last record, and where a stored record says otherwise, in words."""

from handlers.words.figures import moment, percent, points
from handlers.words.layout import clean, marked, paragraph, points_of
from scoring.instants import format_date
from scoring.movement import Movement
from scoring.record import Record
from scoring.rounding import shown
from scoring.score import Score


def moved(score: Score, movement: Movement | None, previous: Record | None) -> list[str]:
    """Say in lines what moved since the last record: four parts that add up exactly, or why there are none."""
    if previous is None:
        return ["What moved", "  This is the first record: there is no earlier one to compare with."]
    made = f"{previous.period}, {previous.status}, as of {format_date(previous.score.as_of)}"
    heading = f"What moved since the last record ({made})"
    if movement is None:
        return [heading, *paragraph(_unsplit(score, previous.score), "  ")]
    parts = _parts(movement, previous.score, score)
    if not any(change for change, _ in parts):
        return [heading, f"  Nothing: {points(movement.before)} then and now."]
    lines = [line for change, words in parts for line in marked(f"{_change(change):>5} points:", words)]
    return [heading, f"  {_from_to(previous.score, score)}", *lines, f"  {_sum(movement, parts)}"]


def _parts(movement: Movement, earlier: Score, score: Score) -> list[tuple[float, str]]:
    changed = earlier.model_version != score.model_version
    versions = f" (from {clean(earlier.model_version)} to {clean(score.model_version)})" if changed else ""
    return [
        (movement.late.points, f"learned late about {format_date(earlier.as_of)}, after that record was made"),
        (movement.time.points, "time passing: earlier events leave the windows, renewal comes nearer, signals expire"),
        (movement.behaviour.points, "new observations: what happened and what was reported since"),
        (movement.model.points, f"a change of the model{versions}"),
    ]


def _change(change: float) -> str:
    return f"{change:+.1f}" if change else points(change)


def _from_to(earlier: Score, score: Score) -> str:
    return f"From {_said(earlier)} to {_said(score)}:"


def _said(score: Score) -> str:
    return f"{_points(score.final_score)} ({score.tier})"


def _sum(movement: Movement, parts: list[tuple[float, str]]) -> str:
    terms = [f"{'-' if change < 0 else '+'} {points(abs(change))}" for change, _ in parts]
    return " ".join([points(movement.before), *terms, "=", points(movement.now)])


def _unsplit(score: Score, earlier: Score) -> str:
    if earlier.final_score is None:
        return "That record is unscored: there is no number to start from."
    if score.final_score is None:
        return f"That record says {_said(earlier)}; now there is no score to compare it with."
    return (
        f"From {_said(earlier)} to {_said(score)}, {_change(shown(score.final_score - earlier.final_score))} points. "
        "The change cannot be split into parts, because the facts or the model of that record are not known any more."
    )


def stored_differs(score: Score, stored: Record | None) -> list[str]:
    """Say in lines where the stored record of the period differs from a score, and how to correct it."""
    if stored is None:
        return []
    if stored.score == score:
        return ["The stored record of this period says the same."]
    older = stored.score.as_of != score.as_of
    reason = f"is as of {moment(stored.score.as_of)}" if older else "differs from what is known now"
    differences = _differences(stored.score, score) or ["the figures are the same; only receipt or flags differ"]
    return [
        f"The stored record of this period {reason}:",
        *points_of(differences),
        f"To {'bring it up to date' if older else 'correct it'}, with the same --store, --config and --accounts:",
        f"  healthscore rescore {clean(score.account_id)} --period {stored.period}",
    ]


def _differences(stored: Score, now: Score) -> list[str]:
    pairs = [
        ("score", _points(stored.final_score), _points(now.final_score)),
        ("tier", stored.tier or "none", now.tier or "none"),
        ("Churn Risk", _points(stored.churn_risk_score), _points(now.churn_risk_score)),
        ("Platform Value", _points(stored.platform_value_score), _points(now.platform_value_score)),
        ("coverage", percent(stored.coverage_pct), percent(now.coverage_pct)),
        ("cap", _cap(stored), _cap(now)),
        ("segment", stored.segment.capitalize(), now.segment.capitalize()),
        ("model", clean(stored.model_version), clean(now.model_version)),
    ]
    return [f"{name}: {before} stored, {after} now" for name, before, after in pairs if before != after]


def _points(result: float | None) -> str:
    return "none" if result is None else points(result)


def _cap(score: Score) -> str:
    return "none" if score.cap is None else points(score.cap.value)
