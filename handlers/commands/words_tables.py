"""How good a detector is, for people and as JSON lines: a line a language, then a line a category."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from handlers.detection.evaluation import CategoryQuality, Judged, Precision, Quality, quality
from scoring.proportions import Proportion

_WIDTHS = (24, 34, 34)


@dataclass(frozen=True, slots=True)
class Cost:
    """What detection cost: of so many messages and characters, so many seconds of CPU."""

    messages: int
    characters: int
    seconds: float

    @property
    def each(self) -> float:
        """Give the microseconds for a message."""
        return self.seconds / max(self.messages, 1) * 1e6

    @property
    def thousand(self) -> float:
        """Give the microseconds for 1,000 characters."""
        return self.seconds / max(self.characters, 1) * 1e9


def quality_tables(by_language: Mapping[str, Sequence[Judged]], prevalence: float, cost: Cost) -> Iterator[str]:
    """Give the tables of every language, and of all but English together, and what detection cost."""
    for name, answers in _groups(by_language).items():
        yield from _language(name, quality(answers), prevalence)
    yield (
        f"{cost.messages:,} messages of {cost.characters:,} characters: {cost.each:,.0f} \u00b5s CPU a message,"
        f" {cost.thousand:,.0f} \u00b5s for 1,000 characters; rules are compiled on the way, when first needed"
    )
    yield (
        "In brackets: the limits that hold 95 % (Wilson). Labelled files have far more signals than life: precision"
        f" is reckoned for {prevalence:.1%} of messages, without hard negatives."
    )


def _groups(by_language: Mapping[str, Sequence[Judged]]) -> dict[str, Sequence[Judged]]:
    others = [one for name, answers in by_language.items() if name != "en" for one in answers]
    pooled = {"all but en": others} if len(by_language) > 2 else {}
    return {**by_language, **pooled}


def _language(name: str, told: Quality, prevalence: float) -> Iterator[str]:
    yield f"{name}: {told.messages:,} messages"
    yield _row("  false alarms", _share(told.false_alarms), f"hard negatives {_share(told.hard)}")
    yield _row("  found as what it is", _mean(told.recall), f"found, and right {_share(told.right)}")
    yield _row("  only implied", _share(told.indirect), f"precision {_precision(told.precision(prevalence))}")
    for one in told.found:
        if one.found.whole:
            yield _row(f"    {one.category}", _share(one.right), f"found at all {one.found.part}/{one.found.whole}")
    yield ""


def _row(*cells: str) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=False)).rstrip()


def _share(told: Proportion) -> str:
    if told.share is None:
        return "none to look at"
    return f"{told.part}/{told.whole} {told.share:.1%} [{told.low:.1%}, {told.high:.1%}]"


def _mean(share: float | None) -> str:
    return "none to look at" if share is None else f"{share:.1%} (mean of categories)"


def _precision(told: Precision) -> str:
    if told.value is None or told.low is None or told.high is None:
        return "not known"
    return f"{told.value:.0%} [{told.low:.0%}, {told.high:.0%}]"


def quality_json(by_language: Mapping[str, Sequence[Judged]], prevalence: float, cost: Cost) -> Iterator[str]:
    """Give the same as JSON lines, one a language."""
    for name, answers in _groups(by_language).items():
        told = quality(answers)
        line = {
            "lang": name,
            "messages": told.messages,
            "false_alarms": _json(told.false_alarms),
            "hard_negatives": _json(told.hard),
            "recall": told.recall,
            "right": _json(told.right),
            "indirect": _json(told.indirect),
            "prevalence": prevalence,
            "precision": msgspec.to_builtins(told.precision(prevalence)),
            "categories": {one.category: _found(one) for one in told.found},
            "microseconds_per_1000_characters": cost.thousand,
        }
        yield msgspec.json.encode(line).decode()


def _found(one: CategoryQuality) -> dict[str, object]:
    return {"found": _json(one.found), "right": _json(one.right)}


def _json(told: Proportion) -> dict[str, object]:
    return {"part": told.part, "of": told.whole, "share": told.share, "low": told.low, "high": told.high}
