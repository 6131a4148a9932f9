"""The impact of a draft as a file: counts alone, no account and no money, to be computed again where it is reviewed."""

from collections.abc import Iterator
from typing import Any

import msgspec

from handlers.jobs.draft_impact import mean_change, moved, rescored, tier_name
from handlers.jobs.gate_limits import Impact
from handlers.jobs.kept import read_kept
from handlers.jobs.portfolio import TIERS
from handlers.words.figures import count
from scoring.what_if import Comparison, Month

IMPACT = "impact.json"
FORM = 1
_NEAR = 0.05
"""Scores in a file stand with one decimal: means that are nearer than this are the same."""


class Sides(msgspec.Struct, frozen=True):
    """How many accounts, under the model in force and under the draft."""

    now: int
    draft: int


class Stated(msgspec.Struct, frozen=True):
    """What a draft does to the accounts of a month-end."""

    period: str
    model_version: str
    draft_version: str
    accounts: int
    tiers: dict[str, Sides]
    tier_changes: int
    score_changes: int
    newly_at_risk: int
    no_more_at_risk: int
    mean_change: float | None
    form: int = FORM


def stated(month: Month, comparison: Comparison) -> Stated:
    """State what a draft does."""
    impact, mean = Impact(month), mean_change(month.cases)
    return Stated(
        month.period,
        comparison.present.version,
        comparison.draft.version,
        len(month.cases),
        {tier: sides for tier in TIERS for sides in [_sides(month, tier)] if sides.now or sides.draft},
        moved(month),
        rescored(month),
        impact.newly_at_risk.accounts,
        impact.no_more_at_risk.accounts,
        None if mean is None else round(mean, 3),
    )


def _sides(month: Month, tier: str) -> Sides:
    now = sum(tier_name(case.now.tier) == tier for case in month.cases)
    return Sides(now, sum(tier_name(case.draft.tier) == tier for case in month.cases))


def written_impact(one: Stated) -> str:
    """Write it as the text of a file."""
    return msgspec.json.format(msgspec.json.encode(one), indent=2).decode() + "\n"


def read_impact(text: str, name: str) -> Stated:
    """Read the text of such a file; raises StoreError where it is none, or of a later form."""
    return read_kept(text, Stated, name)


def differences(said: Stated, found: Stated) -> list[str]:
    """Say where what was stated is not what is found."""
    return [f"{name.replace('_', ' ')}: stated {one}, found {other}" for name, one, other in _unequal(said, found)]


def _unequal(said: Stated, found: Stated) -> Iterator[tuple[str, Any, Any]]:
    for name in Stated.__struct_fields__:
        one, other = getattr(said, name), getattr(found, name)
        if name == "mean_change" and None not in (one, other) and abs(one - other) < _NEAR:
            continue
        if one != other:
            yield name, _words(one), _words(other)


def _words(value: object) -> object:
    if not isinstance(value, dict):
        return "nothing" if value is None else value
    return ", ".join(f"{tier} {one.now} → {one.draft}" for tier, one in value.items())


def impact_words(one: Stated) -> str:
    """Say it in a sentence."""
    mean = "no mean" if one.mean_change is None else f"mean score {one.mean_change:+.2f}"
    return (
        f"{one.period}: {one.tier_changes} of {count(one.accounts, 'account')} change tier, "
        f"{one.newly_at_risk} newly at risk, {one.no_more_at_risk} no more; {mean}"
    )
