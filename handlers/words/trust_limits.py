"""What so many churns can show, and what nobody can read from them, in plain sentences."""

from collections.abc import Iterator

from handlers.words.figures import count
from handlers.words.trust import between, of_100, whole_percent
from scoring.backtest.figures import LandmarkFigures
from scoring.backtest.findings import Findings
from scoring.backtest.verdict import churns_for
from scoring.backtest.warnings import GREEN

NARROW = 0.1


def can_show(found: Findings) -> Iterator[str]:
    """Say what the evidence is good for."""
    counted = count(found.warning.churns, "churn")
    yield f"Of each of {counted}: whether the list named it, when, and why not. These are facts, not estimates."
    ninety = found.ninety
    if ninety.auc_95 is not None:
        low, high = ninety.auc_95
        half = of_100((high - low) / 2)
        yield (
            f"Whether those who leave have lower scores: give or take about {half} of 100 pairs, by "
            f"{count(ninety.churns, 'churn')}."
        )
    yield "Whether the list beats names drawn at random from the same accounts: chance stands beside each figure."


def cannot_show(found: Findings) -> Iterator[str]:
    """Say what must not be read from it."""
    if found.ninety.auc_95 is not None:
        low, high = found.ninety.auc_95
        yield (
            "Small differences: two quarters, two teams or two sets of weights that differ by less than the whole "
            f"range, {of_100(high - low)} of 100 pairs, may be the same. To know it give or take about "
            f"{of_100(NARROW / 2)}, about {churns_for(NARROW)} churns are needed."
        )
    yield (
        "Whether calls helped. An account that was called and stayed counts as one that stayed, and makes the score "
        "look worse than it is. Only accounts that are left alone at random would tell."
    )
    yield "How often the next alert will be right. The past is what was measured; customers, product and team change."
    yield (
        "How good the score is by its red accounts alone. A list of everybody would name every churn: look at who left "
        "from green, and at how often any account leaves."
    )


def from_green(found: Findings) -> str:
    """Say how many of those who left were in a good tier, beside how many of all scores are; empty of nobody."""
    if not found.ninety.churns:
        return ""
    green = sum(one.churned for one in found.tiers if one.tier in GREEN)
    share = whole_percent(found.warning.share_green)
    return (
        f"Of {count(found.ninety.churns, 'churn')} with a score, {green} were Healthy or Champion 90 days before their "
        f"decision. Of all scores in the book {share} are."
    )


def below_green(found: Findings) -> str:
    """Say how many were in a bad tier two to three months ahead; empty where no churn counts."""
    figures = found.warning
    if figures.below_green_60_90 is None:
        return ""
    return (
        f"60 to 90 days before their decision {whole_percent(figures.below_green_60_90)} of the churns were At Risk or "
        f"Critical ({between(figures.below_green_60_90_95)})."
    )


def red(figures: LandmarkFigures) -> str:
    """Say how much more often Critical accounts left; empty where there were none."""
    if figures.red_ratio is None or figures.red_churn_rate is None:
        return ""
    limits = "" if figures.red_ratio_95 is None else f" ({_times(*figures.red_ratio_95)})"
    return (
        f"Critical accounts left {figures.red_ratio:.1f} times as often as all{limits}: "
        f"{whole_percent(figures.red_churn_rate)} of {figures.red_rows}, against {whole_percent(figures.base_rate)}."
    )


def _times(low: float, high: float) -> str:
    return f"{low:.1f} to {high:.1f} times"


def ever_alerted(found: Findings) -> str:
    """Say how many were named at any time in the year before, never without what chance gives; empty where unknown."""
    ever = found.warning.ever_alerted_12m
    if ever.churned is None or ever.shuffled is None:
        return ""
    return (
        f"Named at least once in the 12 months before: {whole_percent(ever.churned)}; of any accounts "
        f"{whole_percent(ever.shuffled)}. Alone this figure is worthless: whoever names many, names most once."
    )
