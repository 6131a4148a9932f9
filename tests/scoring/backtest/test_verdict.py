"""The verdict by intervals: each rule at its edge."""

from dataclasses import replace

import pytest

from scoring.backtest.figures import EverAlerted, LandmarkFigures, ShuffledLead, WarningFigures
from scoring.backtest.resamples import Interval
from scoring.backtest.verdict import Reason, Verdict, Word, churns_for, verdict, width_with
from tests.scoring.backtest.drifting import World, judged

NINETY = LandmarkFigures(
    days=90,
    rows=220,
    churns=20,
    no_landmark=0,
    unscored=0,
    base_rate=0.0909,
    auc=0.7,
    auc_95=(0.6, 0.8),
    brier=0.08,
    brier_base=0.0826,
    brier_skill=0.03,
    brier_skill_95=(-0.02, 0.08),
    calibration_slope=1.0,
    calibration_intercept=0.0,
    red_rows=20,
    red_churn_rate=0.3,
    red_ratio=3.3,
    red_ratio_95=(1.5, 5.0),
    recall_at_budget=0.4,
    arr_recall_at_budget=0.3,
    treated=None,
)
WARNING = WarningFigures(
    churns=22,
    alerts=480,
    share_green=0.6,
    precision=0.2,
    precision_base=0.05,
    lift=4.0,
    median_lead=40.0,
    median_lead_95=(0.0, 90.0),
    recall_at_lead={30: 0.6, 60: 0.45, 90: 0.3},
    recall_at_lead_95={30: (0.4, 0.8), 60: (0.25, 0.65), 90: (0.1, 0.5)},
    shuffled=ShuffledLead(0.0, {30: 0.1, 60: 0.09, 90: 0.08}),
    ever_alerted_12m=EverAlerted(0.7, 0.2),
    below_green_60_90=0.6,
    below_green_60_90_95=(0.4, 0.8),
)


@pytest.mark.parametrize(
    ("auc_95", "recall_95", "word", "reason"),
    [
        ((0.51, 0.80), (0.10, 0.60), "warns", "both"),
        ((0.50, 0.80), (0.10, 0.60), "cannot tell", "lists_only"),
        ((0.51, 0.80), (0.09, 0.60), "cannot tell", "ranks_only"),
        ((0.50, 0.60), (0.09, 0.60), "cannot tell", "wide"),
        ((0.45, 0.59), (0.09, 0.60), "no better than chance", "useless"),
        ((0.52, 0.59), (0.10, 0.60), "no better than chance", "useless"),
        ((0.40, 0.50), (0.09, 0.60), "no better than chance", "useless"),
        ((0.30, 0.49), (0.00, 0.05), "no better than chance", "wrong_way"),
        (None, (0.10, 0.60), "cannot tell", "no_interval"),
        ((0.51, 0.80), None, "cannot tell", "no_interval"),
    ],
)
def test_the_intervals_decide(auc_95: Interval | None, recall_95: Interval | None, word: Word, reason: Reason) -> None:
    """The AUC's against one half and against what is of use, the lead's against what any account would have had."""
    warning = replace(WARNING, recall_at_lead_95={**WARNING.recall_at_lead_95, 60: recall_95})
    assert verdict(replace(NINETY, auc_95=auc_95), warning) == Verdict(word, reason, 20)


@pytest.mark.parametrize(("at_ninety", "leads"), [(9, 22), (20, 9), (0, 0)])
def test_under_ten_churns_nothing_can_be_told(at_ninety: int, leads: int) -> None:
    """However clear it looks; the fewer of the two tables count."""
    found = verdict(replace(NINETY, churns=at_ninety, auc_95=(0.9, 1.0)), replace(WARNING, churns=leads))
    assert found == Verdict("cannot tell", "few_churns", min(at_ninety, leads))
    assert verdict(replace(NINETY, churns=10), WARNING).word == "warns"


def test_without_a_book_to_compare_with_nothing_can_be_told() -> None:
    """There is no chance to be better than."""
    warning = replace(WARNING, shuffled=ShuffledLead(None, {30: None, 60: None, 90: None}))
    assert verdict(NINETY, warning) == Verdict("cannot tell", "no_interval", 20)


def test_an_interval_narrows_with_the_root_of_the_churns() -> None:
    """With 20 churns it is .21 wide, with four times as many half of it."""
    assert [round(width_with(churns), 3) for churns in (5, 20, 80)] == [0.42, 0.21, 0.105]
    assert [churns_for(width) for width in (0.42, 0.21, 0.105, 0.1)] == [5, 20, 80, 89]


@pytest.mark.parametrize("seed", range(2))
def test_scores_that_drift_at_random_do_not_warn(seed: int) -> None:
    """Nor are scores that fall by thirty points no better than chance."""
    assert judged(World(60, 12, 0.0), seed) != "warns"
    assert judged(World(60, 12, 30.0), seed) != "no better than chance"
