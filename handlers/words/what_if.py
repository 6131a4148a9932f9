"""Why an account would stand otherwise under a draft of the model, in a phrase that a list has room for."""

from collections.abc import Iterable, Sequence

from handlers.words.drivers import brief_cause
from handlers.words.figures import count, number, percent, signed, title, with_sign
from scoring.drivers import Driver
from scoring.verdict import AT_RISK
from scoring.what_if import Case, Month

MOST_DRIVERS = 3


def why(case: Case, drivers: Sequence[Driver]) -> str:
    """Say what makes the difference: what else a tier hangs on, then what moves the score, the points first."""
    return "; ".join([*_beside_points(case), *map(_driver, drivers[:MOST_DRIVERS])])


def _beside_points(case: Case) -> Iterable[str]:
    """Say why a tier differs where the score does not say it."""
    now, draft = case.now, case.draft
    if not case.is_of_other_tier:
        return
    if now.final_score is None or draft.final_score is None:
        yield "no score under the draft" if draft.final_score is None else "a score under the draft alone"
    elif "Unknown" in (now.tier, draft.tier):
        shares = percent(now.coverage_pct), percent(draft.coverage_pct)
        verdict = "enough is known under the draft" if now.tier == "Unknown" else "too little is known under the draft"
        yield verdict if shares[0] == shares[1] else f"coverage {shares[0]} → {shares[1]}"
    elif not case.change:
        yield "the tiers' floors differ"


def _driver(driver: Driver) -> str:
    """Say what one driver is; of a metric that is worth more or less than it was, its name will do."""
    is_same = driver.kind in ("metric", "pillar") and driver.before == driver.after
    return f"{with_sign(driver.points)} {title(driver.name) if is_same else brief_cause(driver)}"


def in_short(month: Month, code: str) -> str:
    """Say in a sentence or two what a draft would do at a month-end, with money in a currency."""
    moved = sum(case.is_of_other_tier for case in month.cases)
    others = len(month.changed) - moved
    if not month.changed:
        return f"No figure of the {count(len(month.cases), 'account')} would differ."
    now, draft = month.groups(AT_RISK)
    money = f"{code} {number(now.worth)} → {number(draft.worth)} ({signed(draft.worth - now.worth)})"
    return (
        f"{number(moved)} of {count(len(month.cases), 'account')} would be of another tier, "
        f"{number(others)} more would have other figures. Money at risk: {money}."
    )
