"""What the gate says of a draft, as one object of JSON."""

from collections.abc import Mapping, Sequence

import msgspec

from handlers.jobs.gate_limits import Change, Impact, joint_weights, weight_moves
from handlers.jobs.gate_verdict import Judged
from handlers.jobs.portfolio import TIERS, UNSCORED
from handlers.words.what_if import why
from scoring.backtest.comparison import DAYS, LEAST_DIFFERENCE
from scoring.instants import format_date, format_instant
from scoring.verdict import AT_RISK
from scoring.what_if import Case, Group, Month

_DECIMALS = 4


def json_of(judged: Judged) -> dict[str, object]:
    """Give all that the gate found; accounts by their ids alone."""
    change, tried = judged.change, judged.tried
    return {
        "verdict": judged.verdict,
        "stopped_by": judged.stopped_by,
        "base_version": change.base.version,
        "draft_version": change.draft.version,
        "currency": change.base.currencies.corporate,
        "impact": None if judged.impact is None else _impact(judged.impact),
        "months": [] if tried is None else [_month(month) for month in tried.months],
        "changes": [] if judged.impact is None else [_case(judged, one) for one in judged.impact.moved],
        "weights": _weights(change),
        "comparison": _comparison(judged),
        "outcomes": _outcomes(judged),
        "limits": [
            {"limit": name, "seen": seen, "let_through": name in judged.word.limits} for name, seen in judged.passed
        ],
        "reason": judged.word.reason or None,
        "scores_of_base": None if tried is None else tried.own,
        "not_given_again": None if tried is None else tried.not_given_again,
    }


def _impact(impact: Impact) -> dict[str, object]:
    month = impact.month
    return {
        **_month(month),
        "tiers": {tier: _sides(month.groups([None if tier == UNSCORED else tier])) for tier in TIERS},
        "newly_at_risk": _group(impact.newly_at_risk),
        "no_more_at_risk": _group(impact.no_more_at_risk),
        "all": _group(impact.everybody),
        "scored_under_both": impact.scored,
        "tier_known_under_both": impact.tiered,
        "scores_changed": sum(case.change != 0 for case in month.changed),
    }


def _month(month: Month) -> dict[str, object]:
    return {
        "period": month.period,
        "as_of": format_instant(month.as_of),
        "accounts": len(month.cases),
        "recorded": month.recorded,
        "tier_changes": sum(case.is_of_other_tier for case in month.cases),
        "at_risk": _sides(month.groups(AT_RISK)),
    }


def _sides(groups: tuple[Group, Group]) -> dict[str, object]:
    base, draft = map(_group, groups)
    return {"base": base, "draft": draft}


def _group(one: Group) -> dict[str, object]:
    return {"accounts": one.accounts, "arr": one.worth, "without_arr": one.without_worth}


def _case(judged: Judged, case: Case) -> dict[str, object]:
    drivers = () if judged.tried is None else judged.tried.drivers.get(case.account_id, ())
    return {
        "account_id": case.account_id,
        "arr": case.worth,
        "base": case.now._asdict(),
        "draft": case.draft._asdict(),
        "change": case.change,
        "why": why(case, drivers),
    }


def _weights(change: Change) -> dict[str, object]:
    base, draft, moves = (
        joint_weights(change.base),
        joint_weights(change.draft),
        weight_moves(change.base, change.draft),
    )
    every = {name: {"base": base[name], "draft": draft[name], "move_points": moves[name]} for name in base}
    return {name: _rounded(sides) for name, sides in every.items()}


def _comparison(judged: Judged) -> object:
    if judged.compared is None:
        return None
    found = {"days": DAYS, "figure": "auc", "least_difference": LEAST_DIFFERENCE}
    return _rounded({**found, **msgspec.to_builtins(judged.compared)})


def _outcomes(judged: Judged) -> object:
    found = judged.renewals
    if found is None:
        return None
    return {
        **found.outcomes.counts,
        "refused": found.outcomes.reasons,
        "no_landmark": found.no_landmark,
        "unscored": found.unscored,
        "until": format_date(found.until),
    }


def _rounded(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_rounded(one) for one in value]
    return round(value, _DECIMALS) if isinstance(value, float) else value
