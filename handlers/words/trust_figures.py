"""The figures of a backtest in plain sentences: pairs, leads, money, misses, treated accounts, chances."""

from collections.abc import Iterator, Mapping
from math import floor, fsum

from handlers.words.figures import count, number
from handlers.words.ledger import TITLES
from handlers.words.trust import between, of_100, whole_percent
from scoring.alerts import AlertTerms, Rule
from scoring.backtest.discrimination import FEWEST_CHURNS
from scoring.backtest.figures import LandmarkFigures
from scoring.backtest.findings import Findings
from scoring.backtest.ledger import IN_TIME
from scoring.backtest.verdict import EVEN

_RULES: Mapping[Rule, str] = {
    "level": "the accounts with the lowest scores of the day",
    "steady": "accounts whose renewal is due, the lowest smoothed scores first; who is on it stays while nearly as low",
}

_UNNAMED = "Half of the churns, or more, were not named at all"


def pairs(figures: LandmarkFigures) -> str:
    """Say what the AUC is, as pairs of a hundred."""
    if figures.auc is None:
        return f"{figures.days} days before the decision there is no pair of one that left and one that stayed."
    return (
        f"{figures.days} days before the decision: take one account that left and one that stayed. In "
        f"{of_100(figures.auc)} of 100 such pairs the one that left had the lower score ({between(figures.auc_95, '')} "
        f"by {count(figures.churns, 'churn')}). A coin gets 50."
    )


def list_words(terms: AlertTerms) -> str:
    """Say what the alert list is."""
    return f"{whole_percent(terms.budget)} of the accounts at each date: {_RULES[terms.rule]} (rule {terms.rule})"


def recall(found: Findings, days: int = IN_TIME) -> str:
    """Say how many churns were on the alert list so many days ahead, and how many accounts would be by chance."""
    own, twin = found.warning.recall_at_lead[days], found.warning.shuffled.recall_at_lead[days]
    if own is None:
        return "No churn counts: none was decided 90 days after the first score, or later."
    hit = sum(row.lead is not None and row.lead >= days for row in found.ledger.rows)
    limits = between(found.warning.recall_at_lead_95[days])
    return (
        f"{hit} of {count(found.warning.churns, 'churn')} were on the list {days} days or more before their decision, "
        f"and stayed on it ({whole_percent(own)}; {limits}). Of any accounts {whole_percent(twin)} were."
    )


def money(found: Findings) -> str:
    """Say how much of the yearly revenue that left was named in time; empty where no amount is known."""
    known = [(row.outcome.arr, row.is_in_time) for row in found.ledger.counted if row.outcome.arr is not None]
    whole = fsum(arr for arr, _ in known)
    if not whole:
        return ""
    named, lack = fsum(arr for arr, is_in_time in known if is_in_time), len(found.ledger.counted) - len(known)
    without = f" Not in it: {count(lack, 'churn')} without an amount." if lack else ""
    share = whole_percent(named / whole)
    return f"Of ARR {number(whole)} that left, {number(named)} was named in time ({share}).{without}"


def median_lead(found: Findings) -> str:
    """Say how early the middle churn was known."""
    own, twin = found.warning.median_lead, found.warning.shuffled.median_lead
    if own is None:
        return ""
    said = f"Half of the churns were named {count(floor(own), 'day')} ahead or more" if own else _UNNAMED
    return f"{said}. Half of any accounts: {count(floor(twin), 'day')} or more." if twin else f"{said}."


def came_true(found: Findings) -> str:
    """Say how often an alert was followed by a notice, and how often any account's month was."""
    figures = found.warning
    if not found.outcomes.counts["churned"]:
        known = "churn" if found.outcomes.usable else "outcome"
        return f"No {known} is known: whether an alert came true cannot be said."
    if figures.precision is None:
        return "No alert had the time to come true yet."
    return (
        f"Of the alerts that had the time to, {whole_percent(figures.precision)} came true: the account gave notice "
        f"within {found.span.horizon_days} days. Of all accounts, alerted or not, {_small(figures.precision_base)} did."
    )


def _small(share: float | None) -> str:
    return "-" if share is None else f"{number(100 * share)}%"


def misses(found: Findings) -> Iterator[str]:
    """Count the churns that were not alerted in time, by cause."""
    for cause, amount in found.ledger.misses.items():
        yield f"{TITLES[cause]} ({cause}): {amount}"


def treated(figures: LandmarkFigures) -> str:
    """Say what accounts for which somebody stepped in may hide, and whether it has bounds; empty where nobody did."""
    hidden = figures.treated
    if hidden is None:
        return ""
    said = f"Somebody stepped in for {count(hidden.treated_rows, 'account')} before the decision."
    low, high = hidden.auc_without_treated, hidden.auc_treated_as_churned
    if low is None or high is None:
        return f"{said} Whether they would have left otherwise nobody knows."
    low_sign, high_sign = ("", "") if figures.bounds is None else (" (too low)", " (too high)")
    unbound = _UNBOUND if figures.bounds is None else ""
    return (
        f"{said} Whether they would have left otherwise nobody knows: without them it is {of_100(low)} of 100 pairs"
        f"{low_sign}, counted as churns {of_100(high)}{high_sign}.{unbound} Only accounts that are left alone at "
        "random would show more."
    )


_UNBOUND = (
    " Both are shown, and here they bound nothing: the figure that was found does not lie between them, from the "
    "first up to the second."
)


def calibration(figures: LandmarkFigures) -> str:
    """Say whether the chances that the score stands for are too bold; where there are too few churns, why not."""
    if figures.calibration_slope is None:
        return (
            f"Whether a score stands for a certain chance of leaving cannot be said: that needs {FEWEST_CHURNS} churns "
            f"with a score, and there are {figures.churns}."
        )
    slope = figures.calibration_slope
    if slope <= 0:
        return _upside_down(figures, slope)
    return (
        f"Where a score is turned into a chance of leaving, on churns that were held out, {_fit(slope)} "
        f"(slope {slope:.2f}; 1 is right). By so few churns the slope itself is uncertain."
    )


def _upside_down(figures: LandmarkFigures, slope: float) -> str:
    """Say that no chance is to be read from a score, and why the score may tell well who leaves all the same."""
    skill = figures.brier_skill
    worse = skill is not None and skill < 0
    further = f" Who gives each account the average is nearer to the truth (skill {skill:.2f})." if worse else ""
    ranks = figures.auc is not None and figures.auc > EVEN
    return (
        "Do not read a score as a chance of leaving: on churns that were held out, the chances are upside down. Where "
        f"they were higher, no more accounts left, or even fewer (slope {slope:.2f}; 1 is right).{further}"
        f"{_RANKS_STILL if ranks else ''} By so few churns the slope itself is uncertain."
    )


_RANKS_STILL = (
    " That those who left had the lower scores holds all the same: quarters differ in how many leave, so chances "
    "that were learned in the others mislead in the one held out, while the order of its accounts may be right."
)


def _fit(slope: float) -> str:
    if slope < 0.8:
        return "the chances are too bold: high ones are too high, low ones too low"
    return "the chances are about right" if slope <= 1.25 else "the chances are too cautious"
