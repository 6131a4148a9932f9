"""Agreement of opinions and scores: figures worked by hand, and by a second, naive program."""

import json
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.agreement import (
    LADDER,
    Rated,
    agreement,
    is_comparable,
    matrix,
    rank_correlation,
    share_limits,
    weighted_kappa,
)

CASES = json.loads((Path(__file__).parents[1] / "cases" / "agreement.json").read_text())
OPINIONS = st.lists(
    st.builds(
        Rated,
        st.sampled_from("ABCDE"),
        st.sampled_from(LADDER),
        st.sampled_from(LADDER),
        st.sampled_from([12.5, 60.0, 75.9, 80.0, 97.1]),
    ),
    max_size=12,
)


def chance() -> Random:
    """Give a chance that is the same in each test."""
    return Random(7)  # noqa: S311 - a seed, not a secret


@pytest.mark.parametrize("case", CASES, ids=[case["name"].partition(":")[0] for case in CASES])
def test_figures_are_those_worked_by_hand(case: dict[str, Any]) -> None:
    """Exact agreement, kappa and Spearman."""
    found = agreement([Rated(*one) for one in case["rated"]], chance())
    said = {"exact": found.exact.value, "kappa": found.kappa.value, "spearman": found.spearman.value}
    assert said == pytest.approx(case["expected"])


@given(OPINIONS)
def test_a_naive_program_finds_the_same(rated: list[Rated]) -> None:
    """By the tables of what was seen and what chance gives, and by counting who is lower."""
    assert weighted_kappa(rated) == pytest.approx(_kappa(rated))
    assert rank_correlation(rated) == pytest.approx(_spearman(rated))


def _kappa(rated: list[Rated]) -> float | None:
    seen = expected = 0.0
    for row, column in product(range(4), repeat=2):
        rows = sum(LADDER[row] == one.opinion for one in rated)
        columns = sum(LADDER[column] == one.tier for one in rated)
        both = sum((one.opinion, one.tier) == (LADDER[row], LADDER[column]) for one in rated)
        seen += (row - column) ** 2 * both
        expected += (row - column) ** 2 * rows * columns / max(len(rated), 1)
    return 1 - seen / expected if expected else None


def _spearman(rated: list[Rated]) -> float | None:
    xs = _ranks([float(LADDER.index(one.opinion)) for one in rated])
    ys = _ranks([one.score for one in rated])
    if len(set(xs)) < 2 or len(set(ys)) < 2:
        return None
    mean = sum(xs) / len(xs)
    top = sum((x - mean) * (y - mean) for x, y in zip(xs, ys, strict=True))
    return float(top / (sum((x - mean) ** 2 for x in xs) * sum((y - mean) ** 2 for y in ys)) ** 0.5)


def _ranks(values: list[float]) -> list[float]:
    return [sum(v < one for v in values) + (sum(v == one for v in values) + 1) / 2 for one in values]


def test_the_table_has_opinions_in_rows_and_scores_in_columns() -> None:
    """The worst first."""
    rated = [Rated("A", "Critical", "Healthy", 80.0), Rated("B", "Champion", "Champion", 95.0)]
    assert matrix(rated) == ((0, 0, 1, 0), (0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 1))
    assert [one.apart for one in rated] == [2, 0]


def _mixed(size: int) -> list[Rated]:
    """Make opinions of which three in four name the tier, and the rest the next better one."""
    tiers = [LADDER[n % 4] for n in range(size)]
    said = [LADDER[min(n % 4 + (n % 16 > 11), 3)] for n in range(size)]
    return [Rated(f"{n}", said[n], tiers[n], 25.0 * (n % 4) + n / size) for n in range(size)]


def test_more_accounts_make_the_limits_narrower() -> None:
    """The same agreement of 16 and of 96: the limits hold the figure, and those of 96 are less than half as wide."""
    few, many = (agreement(_mixed(size), chance()).kappa for size in (16, 96))
    assert few.value == pytest.approx(many.value)
    for found in (few, many):
        assert found.value is not None
        assert found.limits is not None
        assert found.limits[0] < found.value < found.limits[1]
    assert few.limits is not None
    assert many.limits is not None
    assert 2 * (many.limits[1] - many.limits[0]) < few.limits[1] - few.limits[0]


def test_the_same_draws_give_the_same_limits() -> None:
    """Asked again with the same chance."""
    assert agreement(_mixed(24), chance()) == agreement(_mixed(24), chance())


def test_opinions_on_one_account_are_no_evidence_of_others() -> None:
    """Ten people on the same two accounts leave the limits as wide as one: accounts are drawn, not opinions."""
    one = [Rated("A", "Healthy", "Healthy", 80.0), Rated("B", "Critical", "At Risk", 62.0)]
    single, tenfold = agreement(one, chance()), agreement(one * 10, chance())
    assert (tenfold.opinions, tenfold.accounts) == (20, 2)
    assert tenfold.exact == single.exact
    assert single.exact.limits == (0.0, 1.0)


@pytest.mark.parametrize(
    ("opinion", "tier", "can"),
    [("Healthy", "At Risk", True), (None, "Healthy", False), ("Healthy", None, False), ("Healthy", "Unknown", False)],
)
def test_who_cannot_say_and_unknown_are_no_opinions(opinion: str | None, tier: str | None, *, can: bool) -> None:
    """Nor is an account without a score."""
    assert is_comparable(opinion, tier) is can


@pytest.mark.parametrize(
    ("hits", "of", "limits"),
    [(8, 10, (0.4902, 0.9433)), (0, 5, (0.0, 0.4345)), (5, 5, (0.5655, 1.0)), (50, 100, (0.4038, 0.5962))],
)
def test_a_share_has_the_limits_of_wilson(hits: int, of: int, limits: tuple[float, float]) -> None:
    """As tables of the interval give them; never below nothing, never above all."""
    assert share_limits(hits, of) == pytest.approx(limits, abs=5e-5)


def test_a_share_of_nothing_has_no_limits() -> None:
    """Nothing can be said."""
    assert share_limits(0, 0) is None
