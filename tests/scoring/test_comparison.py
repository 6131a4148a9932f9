"""Two models on the same rows: better, worse, or nobody can tell."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.backtest.comparison import LEAST_DIFFERENCE, Compared, PairedRow, compare, tail_of
from scoring.backtest.statistics import auc, tied

TELLS, NOTHING = [*range(10), *range(20, 40)], [5] * 30


def rows(base: list[int], draft: list[int], churns: int = 10) -> list[PairedRow]:
    """Give a row an account, the first of which churned, with the scores that each model gave."""
    return [
        PairedRow(f"A{place:02d}", place < churns, float(one), float(other))
        for place, (one, other) in enumerate(zip(base, draft, strict=True))
    ]


def seeded(number: int = 1) -> Random:
    """Give the chances of a seed."""
    return Random(number)  # noqa: S311  to be repeated


def compared(given: list[PairedRow]) -> Compared:
    """Compare with chances of one seed."""
    return compare(given, seeded())


def test_a_draft_that_ranks_worse_beyond_noise_is_worse() -> None:
    """The base knows all, the draft nothing: AUC 1 against 0.5, in every draw."""
    found = compared(rows(TELLS, NOTHING))
    assert (found.base_auc, found.draft_auc, found.difference) == (1.0, 0.5, -0.5)
    assert (found.difference_95, found.verdict) == ((-0.5, -0.5), "worse")
    assert (found.rows, found.churns, found.churns_needed) == (30, 10, None)


def test_a_draft_that_ranks_better_beyond_noise_is_better() -> None:
    """The other way round."""
    assert compared(rows(NOTHING, TELLS)).verdict == "better"


def test_the_draft_that_is_the_base_can_not_be_told_from_it() -> None:
    """Nothing differs, in no draw."""
    found = compared(rows(TELLS, TELLS))
    assert (found.difference, found.difference_95, found.verdict) == (0.0, (0.0, 0.0), "cannot tell")
    assert (found.detectable, found.churns_needed) == (LEAST_DIFFERENCE, None)


def test_under_ten_churned_accounts_nothing_is_told_and_ten_are_asked_for() -> None:
    """However plain it looks."""
    found = compared(rows(TELLS, NOTHING, churns=9))
    assert (found.verdict, found.churns, found.churns_needed, found.difference) == ("cannot tell", 9, 10, None)
    assert (found.base_auc, found.draft_auc) == (1.0, 0.5)


def test_without_any_churn_there_is_no_auc() -> None:
    """And without any row."""
    assert compared(rows(TELLS, NOTHING, churns=0)) == Compared(30, 0, churns_needed=10)
    assert compared([]) == Compared(0, 0, churns_needed=10)


def test_with_few_accounts_that_stayed_nothing_is_told() -> None:
    """More churns would not help."""
    found = compared(rows(TELLS, NOTHING, churns=25))
    assert (found.verdict, found.churns, found.churns_needed, found.difference) == ("cannot tell", 25, None, None)


def test_churns_are_counted_by_account() -> None:
    """Ten churned rows of nine accounts are nine: they are no independent news."""
    given = rows(TELLS, NOTHING)
    assert compared([replace_account(given[0], given[1].account_id), *given[1:]]).churns == 9


def replace_account(row: PairedRow, account_id: str) -> PairedRow:
    """Give a row to another account."""
    return row._replace(account_id=account_id)


def test_a_sure_difference_that_is_too_small_to_matter_stops_nobody() -> None:
    """Half of the churned rows come to tie with 6 of 200 that stayed: 0.5 x 0.5 x 0.03 of all pairs."""
    stayed = [PairedRow(f"B{n:03d}", False, 101.0 + n, 101.0 + n) for n in range(200)]
    churned = [PairedRow(f"A{n:03d}", True, 50.0, 100.0 if n % 2 else 50.0) for n in range(50)]
    given = [
        *churned,
        *(row if place > 5 else row._replace(base=100.0, draft=100.0) for place, row in enumerate(stayed)),
    ]
    found = compared(given)
    assert found.difference is not None
    assert found.difference_95 is not None
    assert found.difference_95[1] < 0
    assert found.difference == pytest.approx(-0.0075)
    assert (found.verdict, found.churns_needed) == ("cannot tell", None)


def test_a_difference_within_noise_says_how_many_churns_it_takes() -> None:
    """The interval's half width over the difference, squared, times the churns there are."""
    rng = seeded(3)
    given = [PairedRow(f"A{n:02d}", n < 20, rng.gauss(50, 9), rng.gauss(50 - 2 * (n < 20), 9)) for n in range(80)]
    found = compared(given)
    assert found.verdict == "cannot tell"
    assert found.difference is not None
    assert found.difference_95 is not None
    low, high = found.difference_95
    assert found.detectable == (high - low) / 2
    assert found.churns_needed is not None
    assert found.churns_needed == pytest.approx(20 * ((high - low) / 2 / found.difference) ** 2, abs=1)


@pytest.mark.parametrize(("accounts", "tail"), [(10, 0.0086), (20, 0.0159), (50, 0.0212), (100_000, 0.0250)])
def test_limits_are_widened_for_few_accounts(accounts: int, tail: float) -> None:
    """By Student's t and n / (n - 1): t of 9 degrees is 2.262, so 10 accounts leave 0.86 % on either side."""
    assert tail_of(accounts) == pytest.approx(tail, abs=0.0001)


SCORES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=24, max_size=40)


def drawn(scores: list[tuple[int, int]]) -> list[PairedRow]:
    """Give rows of 20 accounts or more, half of which churned; some have two."""
    some = [PairedRow(f"A{n:02d}", n % 2 == 0, float(b), float(d)) for n, (b, d) in enumerate(scores)]
    return [*some, *(row._replace(base=row.draft, draft=row.base) for row in some[:4])]


@settings(max_examples=15, deadline=None)
@given(SCORES)
def test_each_auc_is_that_of_the_backtest(scores: list[tuple[int, int]]) -> None:
    """Ties are one half."""
    given, found = drawn(scores), compared(drawn(scores))
    for side, told in ((0, found.base_auc), (1, found.draft_auc)):
        ranked = tied([100.0 - (row.base, row.draft)[side] for row in given], [row.is_churn for row in given])
        assert told == pytest.approx(auc(ranked, [1] * len(given)))


@settings(max_examples=15, deadline=None)
@given(SCORES)
def test_swapping_base_and_draft_flips_all(scores: list[tuple[int, int]]) -> None:
    """The same draws, the other sign: what was better is worse."""
    given = drawn(scores)
    found = compared(given)
    other = compared([row._replace(base=row.draft, draft=row.base) for row in given])
    flipped = {"better": "worse", "worse": "better", "cannot tell": "cannot tell"}
    assert (other.base_auc, other.draft_auc) == (found.draft_auc, found.base_auc)
    assert other.verdict == flipped[found.verdict]
    assert other.churns_needed == found.churns_needed
    assert found.difference_95 is not None
    assert other.difference_95 == pytest.approx(tuple(-one for one in reversed(found.difference_95)))


@settings(max_examples=10, deadline=None)
@given(SCORES, st.randoms())
def test_the_order_of_rows_is_nothing(scores: list[tuple[int, int]], rng: Random) -> None:
    """Shuffled rows give the same to the last digit."""
    given = drawn(scores)
    shuffled = given.copy()
    rng.shuffle(shuffled)
    assert compared(shuffled) == compared(given)
