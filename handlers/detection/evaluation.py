"""How good a detector is: its answers held against labels, by language and category, with limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from scoring.categories import CATEGORIES, Category
from scoring.proportions import Proportion

Kind: TypeAlias = Literal["signal", "hard_negative", "ordinary"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message, and the category that a detector gave it (None: none).

    `category` is the label of a signal, None of every other message; a signal is `direct` where its words say it,
    and not only imply it.
    """

    language: str
    kind: Kind
    category: Category | None
    given: Category | None
    direct: bool = True

    @property
    def is_hit(self) -> bool:
        """Tell whether the detector found anything."""
        return self.given is not None


@dataclass(frozen=True, slots=True)
class CategoryQuality:
    """Of the direct signals of a category: how many were found at all, and how many as what they are."""

    category: Category
    found: Proportion
    right: Proportion


@dataclass(frozen=True, slots=True)
class Quality:
    """How a detector does on some messages.

    `false_alarms` is of ordinary messages, `hard` of those that have the words without the meaning; `indirect` how
    many of the signals that are only implied were found; `right` how many of the direct signals that were found
    were given their own category.
    """

    messages: int
    false_alarms: Proportion
    hard: Proportion
    found: tuple[CategoryQuality, ...]
    indirect: Proportion
    right: Proportion

    @property
    def recall(self) -> float | None:
        """Give the mean over categories of the share of direct signals that were found as what they are."""
        shares = [share for one in self.found if (share := one.right.share) is not None]
        return sum(shares) / len(shares) if shares else None

    @property
    def direct(self) -> Proportion:
        """Give how many of all direct signals were found as what they are."""
        return Proportion(sum(one.right.part for one in self.found), sum(one.right.whole for one in self.found))

    def precision(self, prevalence: float) -> "Precision":
        """Say how many of a hundred findings are signals where this share of all messages is one.

        Bayes' rule: the labelled share of signals says nothing of life. Hard negatives are rare in life, and their
        share is not known: they are left out, so life is somewhat worse. The limits join the worse limits of both
        shares, so they are wider than 95 %.
        """
        found, alarms = self.direct, self.false_alarms
        return Precision(
            _bayes(prevalence, found.share, alarms.share),
            _bayes(prevalence, found.low, alarms.high),
            _bayes(prevalence, found.high, alarms.low),
        )


@dataclass(frozen=True, slots=True)
class Precision:
    """The share of findings that are right, and its limits; None where nothing was measured."""

    value: float | None
    low: float | None
    high: float | None


def _bayes(prevalence: float, found: float | None, alarms: float | None) -> float | None:
    if found is None or alarms is None:
        return None
    right = prevalence * found
    every = right + (1 - prevalence) * alarms
    return right / every if every else None


def quality(answers: Iterable[Judged]) -> Quality:
    """Measure a detector by its answers."""
    every = list(answers)
    signals = [one for one in every if one.kind == "signal"]
    direct = [one for one in signals if one.direct]
    hits = [one for one in direct if one.is_hit]
    return Quality(
        messages=len(every),
        false_alarms=_share_of_hits([one for one in every if one.kind == "ordinary"]),
        hard=_share_of_hits([one for one in every if one.kind == "hard_negative"]),
        found=tuple(_found(name, [one for one in direct if one.category == name]) for name in CATEGORIES),
        indirect=_share_of_hits([one for one in signals if not one.direct]),
        right=Proportion(sum(map(_is_right, hits)), len(hits)),
    )


def _share_of_hits(answers: Sequence[Judged]) -> Proportion:
    return Proportion(sum(one.is_hit for one in answers), len(answers))


def _found(category: Category, answers: Sequence[Judged]) -> CategoryQuality:
    return CategoryQuality(category, _share_of_hits(answers), Proportion(sum(map(_is_right, answers)), len(answers)))


def _is_right(answer: Judged) -> bool:
    return answer.given == answer.category
