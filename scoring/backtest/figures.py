"""The figures of a backtest, by the names that they have in its JSON. Shares are of 1, leads in days."""

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.backtest.resamples import Interval


@dataclass(frozen=True, slots=True)
class LandmarkFigures:
    """How well the score so many days before the decision tells who churned; None is what cannot be told."""

    days: int
    rows: int
    churns: int
    no_landmark: int
    unscored: int
    base_rate: float | None
    auc: float | None
    auc_95: Interval | None
    brier: float | None
    brier_base: float | None
    brier_skill: float | None
    brier_skill_95: Interval | None
    calibration_slope: float | None
    calibration_intercept: float | None
    red_rows: int
    red_churn_rate: float | None
    red_ratio: float | None
    red_ratio_95: Interval | None
    recall_at_budget: float | None
    arr_recall_at_budget: float | None
    treated: "TreatedFigures | None"

    @property
    def bounds(self) -> Interval | None:
        """Give the AUC without treated accounts and that with them as churned, where the AUC found lies between."""
        if self.treated is None or self.auc is None:
            return None
        low, high = self.treated.auc_without_treated, self.treated.auc_treated_as_churned
        return None if low is None or high is None or not low <= self.auc <= high else (low, high)


@dataclass(frozen=True, slots=True)
class TreatedFigures:
    """What accounts that somebody stepped in for may hide: the AUC without them, and with them as churned.

    Mostly the first is too low and the second too high. They bound nothing where the AUC found is not between.
    """

    treated_rows: int
    auc_without_treated: float | None
    auc_treated_as_churned: float | None


@dataclass(frozen=True, slots=True)
class ShuffledLead:
    """What warnings would be worth if they were about any account of the book."""

    median_lead: float | None
    recall_at_lead: Mapping[int, float | None]


@dataclass(frozen=True, slots=True)
class EverAlerted:
    """The share alerted at any time in the twelve months before: worthless without its shuffled twin."""

    churned: float | None
    shuffled: float | None


@dataclass(frozen=True, slots=True)
class WarningFigures:
    """How early the alert list named the accounts that churned, and how many others it named."""

    churns: int
    alerts: int
    share_green: float | None
    precision: float | None
    precision_base: float | None
    lift: float | None
    median_lead: float | None
    median_lead_95: Interval | None
    recall_at_lead: Mapping[int, float | None]
    recall_at_lead_95: Mapping[int, Interval | None]
    shuffled: ShuffledLead
    ever_alerted_12m: EverAlerted
    below_green_60_90: float | None
    below_green_60_90_95: Interval | None
