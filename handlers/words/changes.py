"""What moved a score since the last record, and where a stored record says otherwise, in words."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.words.drivers import cause_words, driver_words, listed
from handlers.words.figures import count, moment, percent, points, with_sign
from handlers.words.layout import Passage, clean, marked, paragraph, points_of
from scoring.drivers import Driver
from scoring.instants import format_date
from scoring.movement import Movement, Part
from scoring.record import Record
from scoring.rounding import difference
from scoring.score import Score
from scoring.summary import MOST_DRIVERS

FIRST = "This is the first record of the account: there is nothing to compare it with yet."
_LEADING = MOST_DRIVERS
"""So many drivers are told in the first sentence: as many as a record keeps."""
_LISTED = 5
"""So many drivers of a part are listed; the smaller ones are added up."""


class Stood(NamedTuple):
    """Where a score stood: its figure and its tier."""

    score: float | None
    tier: str | None


def moved(score: Score, movement: Movement | None, previous: Record | None) -> list[str]:
    """Say in lines what moved since the last record, by name and in parts that add up, or why that is not known."""
    if previous is None:
        return [FIRST]
    if movement is not None and not has_moved(movement):
        return paragraph(unmoved(score, movement, previous))
    heading = f"What moved since the last record ({made(previous)})"
    if movement is None:
        return [heading, *paragraph(unsplit(score, previous.score), "  ")]
    parts = [(part, words) for part, words in parts_said(movement, previous.score, score) if _is_said(part)]
    lines = [line for part, words in parts for line in _part(part, words, score)]
    sum_ = f"  {sum_of(movement, [part for part, _ in parts])}"
    return [heading, *paragraph(lead(score, movement, previous.score), "  "), *lines, sum_]


def has_moved(movement: Movement) -> bool:
    """Tell whether anything moved, even where it came to nothing in all."""
    return any(_is_said(part) for part in movement.parts)


def _is_said(part: Part) -> bool:
    return bool(part.points or part.drivers)


def unmoved(score: Score, movement: Movement, previous: Record) -> str:
    """Say that nothing moved."""
    return nothing_moved(score, movement.now, made(previous))


def nothing_moved(score: Score, now: float, since: str) -> str:
    """Say that a score is what it was in the last record, which `since` describes."""
    held = ", held by the cap" if score.cap is not None and score.cap.value == now else ""
    return f"Nothing has moved since the last record ({since}): {points(now)}{held}."


def made(record: Record) -> str:
    """Say what a record is: of which month, final or not, as of when."""
    return f"{record.period}, {record.status}, as of {format_date(record.score.as_of)}"


def lead(score: Score, movement: Movement, earlier: Score) -> str:
    """Say from where to where, and the drivers that count most; what they leave is said too, so that it adds up."""
    return led(now_of(earlier), score, movement.drivers[:_LEADING], total(movement.drivers[_LEADING:]))


def led(then: Stood, score: Score, leading: Sequence[Driver], rest: float) -> str:
    """Say from where to where, the leading drivers, and the points of all else where there are any."""
    told = [driver_words(driver, score.as_of) for driver in leading]
    told += [f"All else: {with_sign(rest)}"] if rest else []
    return " ".join(f"{sentence}." for sentence in (f"From {_said(then)} to {_said(now_of(score))}", *told))


def total(drivers: Sequence[Driver]) -> float:
    """Add up the points of drivers."""
    return sum(round(10 * driver.points) for driver in drivers) / 10


def parts_said(movement: Movement, earlier: Score, score: Score) -> list[tuple[Part, str]]:
    """Give the four parts of a movement, and what each is."""
    versions = f" (from {clean(earlier.model_version)} to {clean(score.model_version)})"
    return [
        (movement.late, f"what became known late about the time before {format_date(earlier.as_of)}"),
        (movement.time, "time: old events drop out of the windows, renewal comes nearer, signals expire"),
        (movement.behaviour, "news: what happened and what was reported since"),
        (movement.model, f"the model was changed{versions if earlier.model_version != score.model_version else ''}"),
    ]


def _part(part: Part, words: str, score: Score) -> list[str]:
    """Give the lines of a part: its points, then its drivers, the largest first."""
    told = listing(part.drivers, score)
    lines = [line for change, cause in told for line in marked(f"      {with_sign(change):>5}", cause)]
    return [*marked(f"{with_sign(part.points):>5} ", words), *lines]


def listing(drivers: Sequence[Driver], score: Score) -> list[tuple[float, str]]:
    """List drivers by points and words, the largest first; the smaller of many are added up, so that all adds up."""
    largest = sorted(drivers, key=lambda driver: -abs(driver.points))
    told = [(driver.points, cause_words(driver, score.as_of)) for driver in largest[:_LISTED]]
    smaller = largest[_LISTED:]
    return [*told, (total(smaller), count(len(smaller), "smaller one"))] if smaller else told


def now_of(score: Score) -> Stood:
    """Give where a score stands."""
    return Stood(score.final_score, score.tier)


def _said(stood: Stood) -> str:
    return f"{_points(stood.score)} ({stood.tier})"


def sum_of(movement: Movement, parts: Sequence[Part]) -> str:
    """Write parts of a movement as a sum."""
    terms = [f"{'-' if part.points < 0 else '+'} {points(abs(part.points))}" for part in parts]
    return " ".join([points(movement.before), *terms, "=", points(movement.now)])


def unsplit(score: Score, earlier: Score) -> str:
    """Say why a change has no parts; where there is a number on one side only, what came or was lost."""
    came, lost = _gained(earlier, score), _gained(score, earlier)
    plain = unexplained(now_of(earlier), score)
    if earlier.final_score is None:
        return f"{plain} {_sides('Now known', came)}"
    return f"{plain} {_sides('Lost', lost)}" if score.final_score is None else plain


def unexplained(then: Stood, score: Score) -> str:
    """Say from where to where a score came, where no driver can be named."""
    change = difference(then.score, score.final_score)
    if change is None:
        gone = f"From {_said(then)} to no score, because nothing that counts is known any more."
        return "It had no score then, because too little was known." if then.score is None else gone
    return (
        f"From {_said(then)} to {_said(now_of(score))}, {with_sign(change)} points. Why cannot be said: "
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
    said = differing(score, stored)
    if said is None or stored is None:
        return []
    if not said.points:
        return paragraph(said.text)
    account, period = clean(score.account_id), stored.period
    verb = "bring it up to date" if stored.score.as_of != score.as_of else "correct it"
    return [
        said.text,
        *points_of(said.points),
        "Metric by metric, and why:",
        f"  healthscore history {account} --period {period}",
        f"To {verb}, with the same --store, --config and --accounts:",
        f"  healthscore rescore {account} --period {period}",
    ]


def differing(score: Score, stored: Record | None) -> Passage | None:
    """Say where the stored record of the period differs from a score; None where there is nothing to say.

    The points are empty where nothing can be corrected: the account is deleted in the CRM.
    """
    if stored is None or stored.score == score:
        return None
    older = stored.score.as_of != score.as_of
    differences = _differences(stored.score, score)
    if older and not differences:
        return None
    if "account_deleted" in score.flags:
        return Passage(f"The record of {stored.period} was written before the account was deleted in Salesforce.")
    reason = f"is as of {moment(stored.score.as_of)}" if older else "differs from what is known now"
    same = ["the figures are the same, but not all that is said about them"]
    return Passage(f"The stored record of this period {reason}:", tuple(differences or same))


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
