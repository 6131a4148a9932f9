"""Made-up portfolios are what they say: the product's own types, the same for one seed, with the churns asked for."""

from pathlib import Path

import pytest

from handlers.commands.outcome_files import read_outcomes
from handlers.commands.score_files import read_score
from scoring.backtest.lines import score_line_of
from tests.trust.generator import Degree, make_portfolio


@pytest.mark.parametrize(("churns", "degree"), [(10, "right"), (20, "moderately"), (50, "badly")])
def test_a_portfolio_has_as_many_churns_as_were_asked_for(churns: int, degree: Degree) -> None:
    """Each with a landmark row, all outcomes usable, some accounts saved, and the same for the same seed."""
    portfolio = make_portfolio(3, churns, degree)
    found = portfolio.backtest()
    assert (found.outcomes.refused, found.outcomes.counts["churned"]) == ((), churns)
    rows = found.landmarks(90).rows
    assert sum(row.is_churn for row in rows) == churns
    assert any(row.is_treated for row in rows)
    assert {len(lines) for lines in portfolio.lines.values()} > {24}
    assert make_portfolio(3, churns, degree).outcomes == portfolio.outcomes
    shuffled = portfolio.shuffled(1).backtest()
    assert sum(row.is_churn for row in shuffled.landmarks(90).rows) == churns
    assert {row.outcome.account_id for row in shuffled.landmarks(90).rows if row.is_churn} != {
        row.outcome.account_id for row in rows if row.is_churn
    }


def test_the_files_of_a_portfolio_say_what_its_lines_and_outcomes_say(tmp_path: Path) -> None:
    """Each score's line is the made-up line; the table of outcomes reads as the outcomes."""
    portfolio = make_portfolio(5, 6, "badly", accounts=12)
    scores, outcomes = portfolio.write(tmp_path)
    lines = [score_line_of(read_score(body)) for body in scores.read_bytes().splitlines()]
    made = [line for own in portfolio.lines.values() for line in own]
    for line, other in zip(sorted(lines, key=str), sorted(made, key=str), strict=True):
        assert (line.account_id, line.as_of, line.final_score) == (other.account_id, other.as_of, other.final_score)
        assert (line.tier, line.renewal_days) == (other.tier, other.renewal_days)
        assert line.groups == pytest.approx(other.groups)
        assert (line.steady, line.quantitative) == pytest.approx((other.steady, other.quantitative))
    assert read_outcomes(outcomes) == portfolio.outcomes
