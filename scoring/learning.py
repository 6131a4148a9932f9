"""What answers teach: how often the suggestions of a category were right, and whether it may go on speaking."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from scoring.categories import CATEGORIES, Category
from scoring.instants import DAY, Instant
from scoring.proportions import Proportion
from scoring.suggestion_answers import Answer
from scoring.suggestion_terms import DAYS, MUTING, Muting, SuggestionDays

COUNTED_DAYS = 365
"""Suggestions that were made in so many days count: rules change, and a category that was muted may speak again."""


@dataclass(frozen=True, slots=True)
class Learned:
    """How suggestions of a category were answered.

    `right` are those that were accepted, or dismissed for a reason that says that they were true (it was known
    already), of all that were answered. `unanswered` waited until they expired.
    """

    category: Category
    right: Proportion
    waiting: int
    unanswered: int
    is_muted: bool


def learned(
    answers: Iterable[Answer],
    now: Instant,
    wrong: Collection[str],
    muting: Muting = MUTING,
    days: SuggestionDays = DAYS,
) -> tuple[Learned, ...]:
    """Say of every category how its suggestions were answered; `wrong` are the reasons that say it was no signal.

    A category is muted where, after so many answers, the lower limit of Wilson's interval of its precision is below
    the least that is asked. A dismissal without any reason counts as wrong.
    """
    counted: Counter[tuple[str, str]] = Counter()
    for one in answers:
        if one.suggested is not None and one.made >= now - COUNTED_DAYS * DAY:
            counted[one.suggested, _outcome(one, now, wrong, days)] += 1
    return tuple(_learned(name, counted, muting) for name in CATEGORIES)


def _learned(name: Category, counted: Counter[tuple[str, str]], muting: Muting) -> Learned:
    right, wrong = counted[name, "right"], counted[name, "wrong"]
    told = Proportion(right, right + wrong)
    is_muted = told.whole >= muting.after and told.low < muting.below
    return Learned(name, told, counted[name, "waiting"], counted[name, "unanswered"], is_muted)


def _outcome(one: Answer, now: Instant, wrong: Collection[str], days: SuggestionDays) -> str:
    if one.is_accepted:
        return "right"
    if one.dismissed_at is not None:
        return "wrong" if one.reason is None or one.reason in wrong else "right"
    return "waiting" if one.waits(now, days) else "unanswered"
