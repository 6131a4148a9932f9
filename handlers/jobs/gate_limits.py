"""The limits of the gate: what a draft does to a portfolio, and which limits it passes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, get_args

from config.gate import GateLimits
from handlers.words.figures import count, group_title, number, percent
from scoring.measuring import measures_alike
from scoring.model import Model
from scoring.verdict import AT_RISK
from scoring.what_if import Case, Group, Month, group_of

GateLimit: TypeAlias = Literal["tier_changes", "newly_at_risk", "weight_move", "unmeasured"]
GATE_LIMITS: tuple[GateLimit, ...] = get_args(GateLimit)

_TINY = 1e-9


class Passed(NamedTuple):
    """A limit that a draft passes, and what was seen."""

    limit: GateLimit
    seen: str


@dataclass(frozen=True, slots=True)
class Impact:
    """What a draft does to the accounts of a month-end."""

    month: Month

    @property
    def accounts(self) -> int:
        """Count the accounts."""
        return len(self.month.cases)

    @property
    def scored(self) -> int:
        """Count the accounts that have a number under both models."""
        return sum(case.change is not None for case in self.month.cases)

    @property
    def tiered(self) -> int:
        """Count the accounts whose tier is known under both: the others cannot be seen to change it."""
        unknown = "Unknown", None
        return sum(case.now.tier not in unknown and case.draft.tier not in unknown for case in self.month.cases)

    @property
    def is_thin(self) -> bool:
        """Tell whether so few accounts have a tier that no change of tiers is no news."""
        return not self.accounts or 2 * self.tiered < self.accounts

    @property
    def moved(self) -> list[Case]:
        """List the accounts that change their tier, those whose score moves most first."""
        return [case for case in self.month.changed if case.is_of_other_tier]

    @property
    def everybody(self) -> Group:
        """Sum up all accounts."""
        return group_of(self.month.cases)

    @property
    def newly_at_risk(self) -> Group:
        """Sum up the accounts that are at risk under the draft alone."""
        return group_of(one for one in self.month.cases if one.now.tier not in AT_RISK and one.draft.tier in AT_RISK)

    @property
    def no_more_at_risk(self) -> Group:
        """Sum up the accounts that are at risk under the base alone."""
        return group_of(one for one in self.month.cases if one.now.tier in AT_RISK and one.draft.tier not in AT_RISK)


def joint_weights(model: Model) -> dict[str, float]:
    """Give what each dimension and Platform Value weigh in the whole score."""
    own = {name: model.churn_risk * share for name, share in model.dimensions.items()}
    return {**own, "platform_value": model.platform_value}


def weight_moves(base: Model, draft: Model) -> dict[str, float]:
    """Give by how many points each joint weight moves."""
    before, after = joint_weights(base), joint_weights(draft)
    return {name: 100 * (after[name] - before[name]) for name in before}


@dataclass(frozen=True, slots=True)
class Change:
    """A draft beside the base: what it does (None: no account was tried), and whether all of it could be tried."""

    base: Model
    draft: Model
    impact: Impact | None
    is_measured: bool = True


def passed(change: Change, limits: GateLimits) -> list[Passed]:
    """Name the limits that a draft passes."""
    found = {
        "tier_changes": _tier_changes(change.impact, limits),
        "newly_at_risk": _newly_at_risk(change.impact, limits),
        "weight_move": _weight_move(change, limits),
        "unmeasured": _unmeasured(change, limits),
    }
    return [Passed(name, seen) for name in GATE_LIMITS for seen in [found[name]] if seen is not None]


def _tier_changes(impact: Impact | None, limits: GateLimits) -> str | None:
    limit, moved = limits.tier_changes_pct, 0 if impact is None else len(impact.moved)
    if impact is None or limit is None or moved < limits.tier_changes_least or not _over(moved, impact.accounts, limit):
        return None
    return f"{moved} of {count(impact.accounts, 'account')} change their tier at once, more than {percent(limit)}"


def _newly_at_risk(impact: Impact | None, limits: GateLimits) -> str | None:
    limit = limits.newly_at_risk_pct
    if impact is None or limit is None:
        return None
    new, everybody = impact.newly_at_risk, impact.everybody
    if _over(new.worth, everybody.worth, limit):
        share = percent(100 * new.worth / everybody.worth)
        return f"{count(new.accounts, 'account')} with {share} of the ARR newly at risk, more than {percent(limit)}"
    if not new.without_worth or not _over(new.accounts, everybody.accounts, limit):
        return None
    unknown = f"the ARR of {number(new.without_worth)} of them is not known"
    return (
        f"{new.accounts} of {count(everybody.accounts, 'account')} newly at risk, more than {percent(limit)}; {unknown}"
    )


def _over(part: float, whole: float, limit: float) -> bool:
    return 100 * part > limit * whole + _TINY


def _weight_move(change: Change, limits: GateLimits) -> str | None:
    limit, moves = limits.weight_move_points, weight_moves(change.base, change.draft)
    far = {} if limit is None else {name: move for name, move in moves.items() if abs(move) > limit + _TINY}
    said = [f"{group_title(name)} {move:+.1f}" for name, move in far.items()]
    return f"more than {limit:g} points of the whole score: {', '.join(said)}" if said else None


def _unmeasured(change: Change, limits: GateLimits) -> str | None:
    if change.is_measured or not limits.unmeasured:
        return None
    return "the draft measures otherwise than the base, and scores of a file cannot show what that changes"


def measured_by_lines(base: Model, draft: Model) -> bool:
    """Tell whether lines of scores can show all that a draft changes; signals have no dates there."""
    return measures_alike(base, draft) and base.expiry_days == draft.expiry_days


def stopping(found: Iterable[Passed], let_through: Iterable[str]) -> list[Passed]:
    """Leave out the limits that a person has named."""
    named = set(let_through)
    return [one for one in found if one.limit not in named]
