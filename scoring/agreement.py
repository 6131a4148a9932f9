"""How well people's opinions and the score agree: on tiers and on their order, each with its interval."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import NamedTuple, TypeAlias

from scoring.backtest.resamples import RESAMPLES, Chance, Interval, interval
from scoring.proportions import NORMAL

LADDER = ("Critical", "At Risk", "Healthy", "Champion")
"""The tiers that an opinion and a score may agree on, the worst first."""

_PLACE = {tier: place for place, tier in enumerate(LADDER)}


class Rated(NamedTuple):
    """What one person thinks of an account, and what the score says of it."""

    account_id: str
    opinion: str
    tier: str
    score: float

    @property
    def apart(self) -> int:
        """Count the tiers from the opinion to the score: above zero where the score is the better one."""
        return _PLACE[self.tier] - _PLACE[self.opinion]


class Figure(NamedTuple):
    """A figure, and the limits that hold 95 % of what resamples gave; None where nothing can be said."""

    value: float | None
    limits: Interval | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far so many opinions, on so many accounts, agree with the score.

    `matrix` counts opinions by tier (its rows) and tiers of the score (its columns), the worst first.
    `exact` is the share that names the very tier, `kappa` Cohen's with quadratic weights, `spearman` the
    correlation of the orders of opinions and scores.
    """

    opinions: int
    accounts: int
    matrix: tuple[tuple[int, ...], ...]
    exact: Figure
    kappa: Figure
    spearman: Figure


_Statistic: TypeAlias = Callable[[Sequence[Rated]], float | None]


def is_comparable(opinion: str | None, tier: str | None) -> bool:
    """Tell whether an opinion and a tier can be held against each other: who cannot say, and Unknown, cannot."""
    return opinion in _PLACE and tier in _PLACE


def agreement(rated: Sequence[Rated], chance: Chance) -> Agreement:
    """Say how far opinions and scores agree; accounts are drawn for the limits, with all opinions on each."""
    by_account: dict[str, list[Rated]] = {}
    for one in rated:
        by_account.setdefault(one.account_id, []).append(one)
    draws = list(_draws(by_account, chance))
    exact, kappa, spearman = (_figure(of, rated, draws) for of in (exact_share, weighted_kappa, rank_correlation))
    return Agreement(len(rated), len(by_account), matrix(rated), exact, kappa, spearman)


def _draws(by_account: Mapping[str, Sequence[Rated]], chance: Chance) -> Iterable[Sequence[Rated]]:
    accounts = list(by_account)
    for _ in range(RESAMPLES if accounts else 0):
        drawn = chance.choices(accounts, k=len(accounts))
        yield [one for account_id in drawn for one in by_account[account_id]]


def _figure(of: _Statistic, rated: Sequence[Rated], draws: Iterable[Sequence[Rated]]) -> Figure:
    value = of(rated)
    return Figure(value, None if value is None else interval(map(of, draws)))


def matrix(rated: Iterable[Rated]) -> tuple[tuple[int, ...], ...]:
    """Count opinions by tier of the opinion, and of the score."""
    counts = [[0] * len(LADDER) for _ in LADDER]
    for one in rated:
        counts[_PLACE[one.opinion]][_PLACE[one.tier]] += 1
    return tuple(map(tuple, counts))


def exact_share(rated: Sequence[Rated]) -> float | None:
    """Give the share of opinions that name the tier of the score; None of none."""
    return sum(one.opinion == one.tier for one in rated) / len(rated) if rated else None


def weighted_kappa(rated: Sequence[Rated]) -> float | None:
    """Give Cohen's kappa with quadratic weights: 1 where all agree, 0 where as much as by chance.

    None where all opinions and all scores are of one and the same tier: nothing could disagree.
    """
    opinions, tiers = [_PLACE[one.opinion] for one in rated], [_PLACE[one.tier] for one in rated]
    seen = len(rated) * sum((a - b) ** 2 for a, b in zip(opinions, tiers, strict=True))
    squares = sum(a * a for a in opinions) + sum(b * b for b in tiers)
    expected = len(rated) * squares - 2 * sum(opinions) * sum(tiers)
    return 1 - seen / expected if expected else None


def rank_correlation(rated: Sequence[Rated]) -> float | None:
    """Give Spearman's correlation of opinions and scores, ties sharing the middle of their ranks.

    None where all opinions, or all scores, are alike.
    """
    xs, ys = middle_ranks([_PLACE[one.opinion] for one in rated]), middle_ranks([one.score for one in rated])
    middle = (len(rated) + 1) / 2
    spread = sqrt(fsum((x - middle) ** 2 for x in xs) * fsum((y - middle) ** 2 for y in ys))
    together = fsum((x - middle) * (y - middle) for x, y in zip(xs, ys, strict=True))
    return together / spread if spread else None


def middle_ranks(values: Sequence[float]) -> list[float]:
    """Give the rank of each value, from 1; values that tie share the middle of their ranks."""
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values), 1):
        places.setdefault(value, []).append(place)
    return [(places[value][0] + places[value][-1]) / 2 for value in values]


def share_limits(hits: int, of: int) -> Interval | None:
    """Give the limits that hold a share with 95 % (Wilson's score interval); None of nothing."""
    if not of:
        return None
    share, grown = hits / of, NORMAL**2 / of
    middle = (share + grown / 2) / (1 + grown)
    reach = NORMAL * sqrt(share * (1 - share) / of + grown / (4 * of)) / (1 + grown)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
