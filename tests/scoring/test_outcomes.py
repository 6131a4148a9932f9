"""Outcomes: rows of a table as they are read, and when each was decided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.backtest.backtest import latest
from scoring.instants import DAY, parse_instant
from scoring.outcomes import Outcome, OutcomeRow, Outcomes, Refusal, Terms, bad_dates, read_row, sort_out

JUNE = parse_instant("2026-06-01")


def test_a_row_is_read_as_it_stands() -> None:
    """Spaces around a cell say nothing."""
    row = OutcomeRow(" A ", "churned ", "2026-04-02", " 2026-06-01", "1200.5", "price", "2026-03-01")
    treated = parse_instant("2026-03-01")
    assert read_row(row) == Outcome("A", "churned", JUNE, parse_instant("2026-04-02"), 1200.5, "price", treated)


@pytest.mark.parametrize("amount", ["", "a lot", "nan", "inf", "-5"])
def test_an_amount_that_is_none_is_not_known(amount: str) -> None:
    """It is never taken for zero."""
    found = read_row(OutcomeRow("A", "renewed", "", "2026-06-01", amount))
    assert isinstance(found, Outcome)
    assert found.arr is None


def test_a_churn_is_decided_by_its_notice_and_anything_else_before_it_takes_effect() -> None:
    """The notice of a renewal is not used."""
    notice = parse_instant("2026-02-01")
    assert Outcome("A", "churned", JUNE, notice).decided() == notice
    assert Outcome("A", "churned", JUNE).decided(30) == JUNE - 30 * DAY
    assert Outcome("A", "renewed", JUNE, notice).decided() == JUNE - 60 * DAY


def test_an_id_of_15_characters_is_the_same_account() -> None:
    """As everywhere; unless scores know the account by the short one."""
    short, long = "001Qy00000AbCdE", "001Qy00000AbCdEIAV"
    one = Outcome(short, "renewed", JUNE)
    for known in (short, long):
        found = sort_out([one], Terms({known}, JUNE))
        assert [outcome.account_id for outcome in found.usable] == [known]


def test_without_any_line_there_is_nothing_to_hold_outcomes_against() -> None:
    """It is an error, not a result of zeros."""
    with pytest.raises(ValueError, match="no score"):
        latest([])


_rows = st.lists(
    st.builds(
        Outcome,
        st.sampled_from("abz"),
        st.sampled_from(["renewed", "churned"]),
        st.integers(-2, 2).map(lambda days: JUNE + days * DAY),
        st.none() | st.just(JUNE - DAY),
    )
    | st.builds(Refusal, st.just(0), st.just("a"), st.just("bad_date")),
    max_size=8,
)


@given(_rows)
def test_each_row_is_counted_once_or_refused_once(rows: list[Outcome | Refusal]) -> None:
    """Nothing is lost, and of what is used no two speak of one account and day."""
    placed = [
        row if isinstance(row, Outcome) else Refusal(place, row.account_id, row.reason)
        for place, row in enumerate(rows, 1)
    ]
    found = sort_out(placed, Terms(set("ab"), JUNE))
    assert len(found.usable) + len(found.refused) == len(rows)
    assert sum(found.counts.values()) == len(found.usable)
    assert sum(found.reasons.values()) == len(found.refused)
    spoken = [(one.account_id, one.effective) for one in found.usable]
    assert len(spoken) == len(set(spoken))
    assert sort_out(found.usable, Terms(set("ab"), JUNE)) == Outcomes(found.usable)


def test_dates_that_are_none_are_named() -> None:
    """And the effective date where it is missing."""
    assert bad_dates(OutcomeRow("A", "churned", "31.05.2026", "", treated_date="soon")) == [
        "effective_date",
        "notice_date",
        "treated_date",
    ]
    assert bad_dates(OutcomeRow("A", "churned", "", "2026-05-31")) == []
