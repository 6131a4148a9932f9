"""What if: the same facts under two models, by month-ends; sums of tiers and money by hand."""

from dataclasses import replace

import pytest

from scoring.account import AccountFacts
from scoring.instants import DAY
from scoring.model import Currencies, Model, Windows
from scoring.periods import period_end
from scoring.score import grade
from scoring.timeline import Timeline
from scoring.verdict import AT_RISK
from scoring.what_if import Case, Comparison, Group, Month, Pair, Standing, add, months_of
from tests.models import the_model
from tests.scoring.accounts import AS_OF, conversation, days, known, profile, reading, record

MODEL = replace(the_model(), version="now", currencies=Currencies("USD", {"EUR": 0.5}))
WEIGHED = replace(MODEL, version="draft", churn_risk=0.1, platform_value=0.9)
WINDOWED = replace(MODEL, version="draft", windows=Windows(5, 365))
PILLARS = dict.fromkeys(MODEL.pillars, 40.0)

FACTS = known(
    profile(arr=50_000.0, currency="EUR", name="Palace", success_tier="Paid"),
    *(conversation(str(n), days(10 + n), delivered_as="customer_initiated", priority="priority") for n in range(9)),
    record("payment", "1", days(50), status="Failed", date=float(days(50))),
    reading(days(35), **PILLARS),
    reading(days(2), **dict.fromkeys(MODEL.pillars, 90.0)),
)


def standing(facts: AccountFacts, period: str, model: Model) -> Standing:
    """Say how an account stands at a month-end, by `grade`."""
    comparison = Comparison(model, model)
    score = grade(comparison.measure(Timeline(facts), period_end(period)).now, model)
    return Standing(score.final_score, score.tier, score.low, score.high, score.coverage_pct)


@pytest.mark.parametrize(("draft", "is_anew"), [(WEIGHED, False), (WINDOWED, True), (MODEL, False)])
def test_each_month_end_stands_as_graded_alone_under_each_model(draft: Model, is_anew: bool) -> None:  # noqa: FBT001
    """Weights alone: measured once; other windows: measured anew under the draft."""
    comparison, months = Comparison(MODEL, draft), months_of(("2026-09", "2026-10"))
    timeline = Timeline(FACTS)
    add(months, [[comparison.measure(timeline, month.as_of) for month in months]], comparison)
    assert comparison.is_measured_anew == is_anew
    for month in months:
        (case,) = month.cases
        assert case.now == standing(FACTS, month.period, MODEL)
        assert case.draft == standing(FACTS, month.period, draft)
        assert (case.account_name, case.worth) == ("Palace", 100_000.0)
    assert bool(months[-1].changed) == (draft is not MODEL)


def test_an_account_that_was_deleted_is_named_and_not_counted() -> None:
    """As a close leaves it out."""
    gone = known(profile(name="Gone"), profile(days(3), deleted=True))
    comparison, months = Comparison(MODEL, WEIGHED), months_of(("2026-08", "2026-10"))
    pairs = [[comparison.measure(Timeline(facts), month.as_of) for month in months] for facts in (gone, FACTS)]
    add(months, pairs, comparison)
    assert [(len(month.cases), month.deleted) for month in months] == [(2, []), (1, [FACTS.account.id])]


def test_no_account_adds_nothing() -> None:
    """A batch in which each fails."""
    months = months_of(("2026-10",))
    add(months, [], Comparison(MODEL, MODEL))
    assert months == [Month("2026-10", AS_OF)]


def case(number: int, now: tuple[float | None, str | None], draft: tuple[float | None, str | None]) -> Case:
    """Give a case whose ARR is its number, or unknown for 0."""
    sides = (Standing(*side, None, None, 80.0) for side in (now, draft))
    return Case(f"{number}", None, float(number) or None, *sides)


CASES = [
    case(0, (50.0, "Critical"), (50.0, "Critical")),
    case(1, (80.0, "Healthy"), (80.3, "Healthy")),
    case(2, (76.0, "Healthy"), (75.9, "At Risk")),
    case(4, (None, None), (70.0, "At Risk")),
    case(8, (70.0, "Unknown"), (90.3, "Champion")),
    case(16, (80.0, "Healthy"), (70.9, "Healthy")),
]


def test_sums_of_tiers_and_money_are_those_of_each_side() -> None:
    """What nobody can say is safe counts as at risk; an ARR that is not known is counted, not summed."""
    month = Month("2026-10", AS_OF, CASES)
    assert month.groups(["Healthy"]) == (Group(3, 19.0, 0), Group(2, 17.0, 0))
    assert month.groups([None]) == (Group(1, 4.0, 0), Group(0, 0.0, 0))
    assert month.groups(AT_RISK) == (Group(3, 12.0, 1), Group(3, 6.0, 1))


def test_changes_are_those_of_another_tier_first_then_the_greatest() -> None:
    """Who had no score has changed the most; who stays as it is has not."""
    month = Month("2026-10", AS_OF, CASES)
    assert [(one.account_id, one.change) for one in month.changed] == [
        ("4", None),
        ("8", 20.3),
        ("2", -0.1),
        ("16", -9.1),
        ("1", 0.3),
    ]


@pytest.mark.parametrize(("arr", "currency", "worth"), [(None, None, None), (10.0, "GBP", None), (10.0, "USD", 10.0)])
def test_money_is_in_the_corporate_currency_of_the_present_model(
    arr: float | None, currency: str | None, worth: float | None
) -> None:
    """Without a rate it is not known."""
    measured = Comparison(MODEL, MODEL).measure(Timeline(FACTS), AS_OF - DAY).now
    pair = replace(measured, arr=arr, currency=currency)
    dearer = replace(MODEL, currencies=Currencies("USD", {"EUR": 0.1}))
    (found,) = Comparison(MODEL, dearer).cases([Pair(pair, pair)])
    assert found.worth == worth
