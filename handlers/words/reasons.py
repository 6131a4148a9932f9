"""Why a score stands where it does, as a row has room for: the cap, what moved it, what is missing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal, TypeAlias

from config.source import label_of
from handlers.words.drivers import brief_cause
from handlers.words.figures import percent, points, title, with_sign
from handlers.words.layout import clean
from scoring.metrics.catalogue import BY_NAME
from scoring.model import CapRule
from scoring.summary import Summary

Way: TypeAlias = Literal["up", "down", "level"]

MOST = 2
"""So many reasons stand in a row."""

CAP_WORDS: Mapping[CapRule, str] = {
    "critical_confirmed": "a confirmed Critical signal",
    "critical_2plus": "two or more Critical signals",
    "critical_1": "a Critical signal",
    "moderate_1plus": "a Moderate signal",
}
"""What each rule of caps asks for."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: what leads, such as the points, and what they are of; `way` says whether it is good news."""

    lead: str
    text: str
    way: Way = "level"


def reasons(summary: Summary, cap_by: Sequence[str] = ()) -> list[Reason]:
    """Say in at most two reasons why a score stands where it does.

    `cap_by` are the categories of the signals behind the cap, which a summary has only where the cap is new.
    """
    found = list(islice(chain(_unknown(summary), _cap(summary, cap_by), _moved(summary)), MOST))
    return found or [_quiet(summary)]


def is_capped(summary: Summary) -> bool:
    """Tell whether a score is as low as it is because of a cap: it stands at the cap itself."""
    return summary.cap is not None and summary.final_score is not None and summary.final_score >= summary.cap.value


def new_cap_by(summary: Summary) -> tuple[str, ...]:
    """Give the categories of the signals that made the cap since the record before; nothing where it is not new."""
    drivers = () if summary.moved is None else summary.moved.drivers
    signals = (one for driver in drivers if driver.kind == "cap" and driver.points < 0 for one in driver.signals)
    return tuple(dict.fromkeys(clean(one.category) for one in signals if one.category))


def _unknown(summary: Summary) -> Iterator[Reason]:
    if summary.tier is None:
        yield Reason("No score", "nothing that counts is known yet", "down")
    elif summary.tier == "Unknown":
        said = next(iter(brief_doubts(summary)), "too little to name a tier")
        yield Reason(f"{percent(summary.coverage_pct)} known", said, "down")


def _cap(summary: Summary, cap_by: Sequence[str]) -> Iterator[Reason]:
    if summary.cap is not None and is_capped(summary):
        about = " and ".join(new_cap_by(summary) or cap_by) or CAP_WORDS[summary.cap.rule]
        yield Reason(f"Capped at {points(summary.cap.value).removesuffix('.0')}", about, "down")


def _moved(summary: Summary) -> Iterator[Reason]:
    for driver in () if summary.moved is None else summary.moved.drivers:
        is_said = driver.kind == "cap" and driver.points < 0 and is_capped(summary)
        if not is_said:
            yield Reason(with_sign(driver.points), brief_cause(driver), _way(driver.points))


def _quiet(summary: Summary) -> Reason:
    return Reason("", "First record" if summary.moved is None else "As it was")


def _way(value: float) -> Way:
    return "up" if value > 0 else "down" if value < 0 else "level"


_DOUBTS: Mapping[str, Callable[[str], str]] = {
    "signals_unknown": lambda _: "churn signals are not known",
    "dead": lambda name: f"{label_of(name)} is silent, its figures are left out",
    "stale": lambda name: f"{label_of(name)} is out of date",
    "unmapped": lambda name: f"not mapped in {label_of(name)}",
    "unknown_owner": lambda name: f"{label_of(name)} does not know its id",
    "hole": lambda name: f"{label_of(name)} has days without data",
    "unknown_word": lambda name: f"a word in {name} has no meaning yet",
    "currency": lambda name: f"no exchange rate for {name}",
    "invalid": lambda name: f"a wrong value of {title(name) if name in BY_NAME else name}",
    "reread": lambda name: f"a change to {name} is not read yet",
    "segment_assumed": lambda _: "scored as Standard: tier and ARR are empty",
    "account_deleted": lambda _: "deleted in the CRM",
}
"""What is doubtful of an account, by the word of its flag; what matters most stands first."""


def brief_doubts(summary: Summary) -> list[str]:
    """Say what is missing or doubtful of an account, what matters most first."""
    return list(_doubts(summary.flags))


def _doubts(flags: Iterable[str]) -> Iterator[str]:
    told = [(word, name) for word, _, name in (flag.partition(":") for flag in flags) if word in _DOUBTS]
    for word, name in sorted(told, key=_weight):
        yield clean(_DOUBTS[word](name))


def _weight(told: tuple[str, str]) -> int:
    return list(_DOUBTS).index(told[0])
