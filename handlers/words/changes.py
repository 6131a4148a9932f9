"""What moved a score since the last record, and where a stored record says otherwise, in words."""

from collections.abc import Sequence

from handlers.words.drivers import cause_words, driver_words, listed
from handlers.words.figures import count, moment, percent, points, with_sign
from handlers.words.layout import clean, marked, paragraph, points_of
from scoring.drivers import Driver
from scoring.instants import format_date
from scoring.movement import Movement, Part
from scoring.record import Record
from scoring.rounding import difference
from scoring.score import Score

_LEADING = 3
"""So many drivers are told in the first sentence."""
_LISTED = 5
"""So many drivers of a part are listed; the smaller ones are added up."""


def moved(score: Score, movement: Movement | None, previous: Record | None) -> list[str]:
    """Say in lines what moved since the last record, by name and in parts that add up, or why that is not known."""
    if previous is None:
        return ["This is the first record of the account: there is nothing to compare it with yet."]
    if movement is not None and not any(part.points or part.drivers for part in movement.parts):
        held = ", held by the cap" if score.cap is not None and score.cap.value == movement.now else ""
        return paragraph(f"Nothing has moved since the last record ({_made(previous)}): {points(movement.now)}{held}.")
    heading = f"What moved since the last record ({_made(previous)})"
    if movement is None:
        return [heading, *paragraph(_unsplit(score, previous.score), "  ")]
    parts = [(part, words) for part, words in _parts(movement, previous.score, score) if part.points or part.drivers]
    lines = [line for part, words in parts for line in _part(part, words, score)]
    return [heading, *paragraph(_lead(score, movement, previous.score), "  "), *lines, *_sum(movement, parts)]


def _made(record: Record) -> str:
    return f"{record.period}, {record.status}, as of {format_date(record.score.as_of)}"


def _lead(score: Score, movement: Movement, earlier: Score) -> str:
    """Say from where to where, and the drivers that count most; what they leave is said too, so that it adds up."""
    drivers = movement.drivers
    told = [driver_words(driver, score.as_of) for driver in drivers[:_LEADING]]
    rest = _total(drivers[_LEADING:])
    told += [f"All else: {with_sign(rest)}"] if len(drivers) > _LEADING else []
    return " ".join(f"{sentence}." for sentence in (f"From {_said(earlier)} to {_said(score)}", *told))


def _total(drivers: Sequence[Driver]) -> float:
    return sum(round(10 * driver.points) for driver in drivers) / 10


def _parts(movement: Movement, earlier: Score, score: Score) -> list[tuple[Part, str]]:
    versions = f" (from {clean(earlier.model_version)} to {clean(score.model_version)})"
    return [
        (movement.late, f"what became known late about the time before {format_date(earlier.as_of)}"),
        (movement.time, "time: old events drop out of the windows, renewal comes nearer, signals expire"),
        (movement.behaviour, "news: what happened and what was reported since"),
        (movement.model, f"the model was changed{versions if earlier.model_version != score.model_version else ''}"),
    ]


def _part(part: Part, words: str, score: Score) -> list[str]:
    """Give the lines of a part: its points, then its drivers, the largest first."""
    drivers = sorted(part.drivers, key=lambda driver: -abs(driver.points))
    told = [(driver.points, cause_words(driver, score.as_of)) for driver in drivers[:_LISTED]]
    smaller = drivers[_LISTED:]
    told += [(_total(smaller), count(len(smaller), "smaller one"))] if smaller else []
    lines = [line for change, cause in told for line in marked(f"      {with_sign(change):>5}", cause)]
    return [*marked(f"{with_sign(part.points):>5} ", words), *lines]


def _said(score: Score) -> str:
    return f"{_points(score.final_score)} ({score.tier})"


def _sum(movement: Movement, parts: Sequence[tuple[Part, str]]) -> list[str]:
    terms = [f"{'-' if part.points < 0 else '+'} {points(abs(part.points))}" for part, _ in parts]
    return [f"  {' '.join([points(movement.before), *terms, '=', points(movement.now)])}"]


def _unsplit(score: Score, earlier: Score) -> str:
    """Say why a change has no parts; where there is a number on one side only, what came or was lost."""
    came, lost = _gained(earlier, score), _gained(score, earlier)
    if earlier.final_score is None:
        return f"It had no score then, because too little was known. {_sides('Now known', came)}"
    if score.final_score is None:
        return (
            f"From {_said(earlier)} to no score, because nothing that counts is known any more. {_sides('Lost', lost)}"
        )
    change = difference(earlier.final_score, score.final_score)
    return (
        f"From {_said(earlier)} to {_said(score)}, {with_sign(change)} points. Why cannot be said: "
        "the facts or the model of that record are not known any more."
    )


def _sides(what: str, names: Sequence[str]) -> str:
    return f"{what}: {listed(names)}." if names else "Nothing of that has changed."


def _gained(then: Score, now: Score) -> list[str]:
    """Name what has a score now and had none then."""
    had = _known(then)
    return [name for name in _known(now) if name not in had]


def _known(score: Score) -> list[str]:
    groups = [*(dimension.metrics for dimension in score.dimensions.values()), score.platform_value]
    return [name for group in groups for name, metric in group.items() if metric.score is not None]


def stored_differs(score: Score, stored: Record | None) -> list[str]:
    """Say in lines where the stored record of the period differs from a score, and how to correct it.

    Where the figures of an earlier look are still the same there is nothing to say.
    """
    if stored is None or stored.score == score:
        return []
    older = stored.score.as_of != score.as_of
    differences = _differences(stored.score, score)
    if older and not differences:
        return []
    if "account_deleted" in score.flags:
        return paragraph(f"The record of {stored.period} was written before the account was deleted in Salesforce.")
    reason = f"is as of {moment(stored.score.as_of)}" if older else "differs from what is known now"
    return [
        f"The stored record of this period {reason}:",
        *points_of(differences or ["the figures are the same, but not all that is said about them"]),
        "Metric by metric, and why:",
        f"  healthscore history {clean(score.account_id)} --period {stored.period}",
        f"To {'bring it up to date' if older else 'correct it'}, with the same --store, --config and --accounts:",
        f"  healthscore rescore {clean(score.account_id)} --period {stored.period}",
    ]


def _differences(stored: Score, now: Score) -> list[str]:
    pairs = [
        ("score", _points(stored.final_score), _points(now.final_score)),
        ("tier", stored.tier or "none", now.tier or "none"),
        ("Churn Risk", _points(stored.churn_risk_score), _points(now.churn_risk_score)),
        ("Platform Value", _points(stored.platform_value_score), _points(now.platform_value_score)),
        ("range", _range(stored), _range(now)),
        ("coverage", percent(stored.coverage_pct), percent(now.coverage_pct)),
        ("cap", _cap(stored), _cap(now)),
        ("segment", stored.segment.capitalize(), now.segment.capitalize()),
        ("model", clean(stored.model_version), clean(now.model_version)),
    ]
    return [f"{name}: {before} stored, {after} now" for name, before, after in pairs if before != after]


def _points(result: float | None) -> str:
    return "none" if result is None else points(result)


def _range(score: Score) -> str:
    return f"{_points(score.low)} to {_points(score.high)}"


def _cap(score: Score) -> str:
    return "none" if score.cap is None else points(score.cap.value)
