"""Laws of the backtest: it agrees with the definitions said plainly, and no later fact changes what was known."""

from collections.abc import Sequence
from math import exp
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.commands.backtest import figures_of
from scoring.alerts import AlertTerms, Rule
from scoring.backtest.backtest import Backtest, Question, backtest
from scoring.backtest.lines import ScoreLine, in_lines
from scoring.backtest.statistics import PRIOR_SD, auc, calibration, fit_chance, logit, median_of, tied
from scoring.instants import DAY, Instant
from scoring.outcomes import Kind, Outcome
from scoring.periods import period_end, periods_to
from tests.scoring.backtests import line
from tests.scoring.naive_backtest import Naive

CALENDAR = [period_end(period) for period in periods_to("2025-08", 8)]
ACCOUNTS = tuple("abcdefghijkl")

_scores = st.none() | st.integers(30, 100).map(float)
_days = st.none() | st.integers(-10, 300).map(float)


@st.composite
def portfolios(draw: st.DrawFn) -> tuple[list[ScoreLine], list[Outcome]]:
    """Draw lines with gaps, and an outcome of some accounts."""
    rows = draw(st.lists(st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(CALENDAR), _scores, _days), min_size=1))
    lines = [line(*row[:3], renewal_days=row[3]) for row in {row[:2]: row for row in rows}.values()]
    named = draw(st.lists(st.sampled_from(sorted({one.account_id for one in lines})), unique=True))
    return lines, [draw(_outcome(account_id)) for account_id in named]


@st.composite
def _outcome(draw: st.DrawFn, account_id: str) -> Outcome:
    kinds: list[Kind] = ["renewed", "churned", "churned", "downgraded"]
    effective = Instant(CALENDAR[0] + draw(st.integers(0, 300)) * DAY)
    notice = draw(st.none() | st.integers(0, 120).map(lambda days: Instant(effective - days * DAY)))
    return Outcome(account_id, draw(st.sampled_from(kinds)), effective, notice)


def ask(
    lines: Sequence[ScoreLine], outcomes: Sequence[Outcome], rule: Rule, budget: float, until: Instant | None = None
) -> Backtest:
    """Ask under a horizon of 60 days."""
    return backtest(in_lines(lines), outcomes, Question(AlertTerms(rule, budget), 60, until))


def near(value: float | None) -> object:
    """Compare a figure as near as floats are; nothing is nothing."""
    return None if value is None else pytest.approx(value)


@given(portfolios(), st.sampled_from(["level", "steady"]), st.sampled_from([0.05, 0.1, 0.25, 0.5]))
@settings(max_examples=150)
def test_the_engine_agrees_with_the_definitions_said_plainly(
    portfolio: tuple[list[ScoreLine], list[Outcome]], rule: Rule, budget: float
) -> None:
    """Lists, landmark rows, leads, shares and precision are those of the naive program."""
    lines, rows = portfolio
    found = ask(lines, rows, rule, budget)
    naive = Naive(lines, found.outcomes.usable, budget, rule, found.span.until, 60)
    assert [sorted(one) for one in found.alarms.lists] == [sorted(naive.listed[as_of]) for as_of in naive.calendar]
    for days in (90, 180):
        table = found.landmarks(days)
        assert [(row.outcome, row.line) for row in table.rows] == naive.rows(days)
    printed = found.warning_figures(Random(0))  # noqa: S311 - no secret
    assert printed.churns == len(naive.counted())
    assert printed.median_lead == near(naive.median_lead())
    assert printed.shuffled.recall_at_lead == {days: near(naive.shuffled_recall(days)) for days in (30, 60, 90)}
    assert printed.ever_alerted_12m.churned == near(naive.ever())
    alerts, base = naive.precision()
    assert printed.precision == near(alerts)
    assert printed.precision_base == near(base)
    first, _ = found.landmark_figures(Random(0))  # noqa: S311 - no secret
    assert first.auc == near(naive.auc(90))


@given(portfolios(), st.sampled_from(["level", "steady"]), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_lines_and_of_outcomes_changes_no_figure(
    portfolio: tuple[list[ScoreLine], list[Outcome]], rule: Rule, shuffle: Random
) -> None:
    """Shuffled input gives the same figures, limits among them."""
    lines, rows = portfolio
    mixed, others = list(lines), list(rows)
    shuffle.shuffle(mixed)
    shuffle.shuffle(others)
    assert figures_of(ask(lines, rows, rule, 0.25)) == figures_of(ask(mixed, others, rule, 0.25))


@given(portfolios(), st.sampled_from(["level", "steady"]), st.sampled_from(CALENDAR))
@settings(max_examples=50)
def test_what_comes_later_changes_no_list_of_before(
    portfolio: tuple[list[ScoreLine], list[Outcome]], rule: Rule, now: Instant
) -> None:
    """Without scores and outcomes of after an instant, its list is the same: nothing leaks back."""
    lines, rows = portfolio
    known = [one for one in lines if one.as_of <= now]
    told = [one for one in rows if one.decided() <= now]
    if known:
        early = ask(known, told, rule, 0.25, now).alarms.lists
        assert early == ask(lines, rows, rule, 0.25, CALENDAR[-1] + 400 * DAY).alarms.lists[: len(early)]


@given(
    st.lists(st.tuples(st.integers(0, 1000).map(lambda tenths: tenths / 10), st.booleans()), min_size=2, max_size=40)
)
@settings(max_examples=100)
def test_a_fitted_chance_is_where_the_penalised_likelihood_is_highest(rows: list[tuple[float, bool]]) -> None:
    """The derivatives of the objective, which is convex, vanish; without both kinds there is no chance."""
    risks, churned = [risk for risk, _ in rows], [churns for _, churns in rows]
    fitted = fit_chance(risks, churned)
    if len(set(churned)) < 2:
        assert fitted is None
        return
    assert fitted is not None
    misses = [fitted.chance(risk) - churns for risk, churns in rows]
    along = [(risk - fitted.centre) / fitted.spread for risk in risks]
    assert sum(misses) == pytest.approx(0, abs=1e-7)
    slope = sum(miss * x for miss, x in zip(misses, along, strict=True)) + fitted.slope / PRIOR_SD**2
    assert slope == pytest.approx(0, abs=1e-7)


def test_calibration_of_true_chances_is_one_and_zero() -> None:
    """Where as many churn as was said at each chance, the slope is 1 and the intercept 0."""
    groups = [(0.1, 10), (0.3, 10), (0.5, 10), (0.8, 10)]
    chances = [chance for chance, of in groups for _ in range(of)]
    churned = [place < round(chance * of) for chance, of in groups for place in range(of)]
    slope, intercept = calibration(chances, churned)
    assert slope == pytest.approx(1.0)
    assert intercept == pytest.approx(0.0, abs=1e-9)


def test_chances_that_are_twice_too_bold_have_half_the_slope() -> None:
    """Logits doubled: the slope is one half."""
    groups = [(0.2, 50), (0.4, 50), (0.6, 50)]
    bold = [1 / (1 + exp(-2 * logit(chance))) for chance, of in groups for _ in range(of)]
    churned = [place < round(chance * of) for chance, of in groups for place in range(of)]
    assert calibration(bold, churned)[0] == pytest.approx(0.5)


def test_a_score_that_tells_all_apart_has_no_calibration_slope() -> None:
    """The likelihood grows for ever: no slope is given."""
    slope, intercept = calibration([0.2, 0.3, 0.6, 0.7], [False, False, True, True])
    assert slope is None
    assert intercept is not None


def test_chances_that_are_nearly_one_and_the_same_still_have_a_slope() -> None:
    """Steps that floats cannot make smaller end the search at the best that they can tell."""
    chance = Random(3)  # noqa: S311 - no secret
    for _ in range(60):
        chances = [1 / (1 + exp(-5 - 1e-4 * chance.gauss(0, 1))) for _ in range(12)]
        churned = [chance.random() < 0.5 for _ in range(12)]
        slope, _ = calibration(chances, churned)
        assert slope is None or abs(slope) < 1e6


def test_one_kind_of_outcome_has_no_calibration() -> None:
    """Where nobody churned nothing can be said."""
    assert calibration([0.2, 0.3], [False, False]) == (None, None)


def test_a_median_by_weight_is_between_the_two_around_a_half() -> None:
    """Of equal halves the middle, else the value that the half lies in; of nothing none."""
    assert median_of([(1.0, 0.5), (3.0, 0.5)]) == 2.0
    assert median_of([(1.0, 0.4), (3.0, 0.6)]) == 3.0
    assert median_of([(1.0, 1.0)]) == 1.0
    assert median_of([]) is None


def test_random_scores_tell_nothing() -> None:
    """The AUC of scores without any relation to churn is near one half."""
    chance = Random(7)  # noqa: S311 - no secret
    churned = [place % 8 == 0 for place in range(4000)]
    risks = [chance.random() for _ in churned]
    assert auc(tied(risks, churned), [1] * len(risks)) == pytest.approx(0.5, abs=0.05)
