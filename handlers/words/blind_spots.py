"""Blind spots: what is missing or doubtful of an account, in a few words that a list has room for."""

from collections.abc import Iterator

from handlers.words.figures import group_title, percent
from handlers.words.flags import sentences
from handlers.words.parts import Part, parts_of
from scoring.model import Model
from scoring.record import Record

_LESS = frozenset(("partial", "low_confidence", "small_sample", "waiting", "monitored_critical", "unscored"))
"""Flags that say how sure a figure is, or what the missing parts say already."""


def blind_spots(record: Record, model: Model) -> Iterator[str]:
    """Say in sentences what may hide trouble: groups that are missing, sources that are silent, signals not known."""
    parts = parts_of(record.score, model)
    missing = [part for part in parts if part.missing]
    if len(missing) == len(parts):
        yield "Everything that the model weighs is missing."
    elif missing:
        yield f"{percent(100 - record.score.coverage_pct)} of the model is missing: {', '.join(_groups(parts))}."
    doubts = [flag for flag in record.score.flags if flag.partition(":")[0] not in _LESS]
    yield from sentences(doubts, record.measurements, model)


def _groups(parts: list[Part]) -> Iterator[str]:
    for group in dict.fromkeys(part.group for part in parts if part.missing):
        own = [part for part in parts if part.group == group]
        whole = all(part.missing for part in own)
        yield f"{'all' if whole else 'part'} of {group_title(group)}"
