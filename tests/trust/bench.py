"""What is measured on made-up portfolios: of calibration, of its guard, of alert rules, and laws of chance.

Each figure is of one portfolio, made from its seed alone, so that portfolios can be measured side by side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from math import fsum
from random import Random
from time import process_time
from typing import NamedTuple

import numpy as np

from handlers.calibrate.arrays import Rows, Vector, joint_parts, rows_of
from handlers.calibrate.estimator import fit
from handlers.calibrate.guard import guard
from handlers.calibrate.health import HealthOf
from handlers.calibrate.step import percents, step
from scoring.alerts import AlertTerms, Rule
from scoring.backtest.backtest import Backtest, Question, backtest
from scoring.backtest.discrimination import Table
from scoring.backtest.lines import ScoreLine
from scoring.backtest.statistics import auc, tied
from scoring.backtest.warnings import Warnings
from scoring.rounding import shown
from tests.trust.examples import examples_of
from tests.trust.generator import MODEL, Degree, Portfolio, make_portfolio

PARTS = joint_parts(MODEL)
FRESH, FRESH_ACCOUNTS, FRESH_CHURNS = 6, 1_000, 100
"""Proposals are tried on so many fresh portfolios of so many accounts and churns; their seeds are far from others'."""

LEAD = 60


class Case(NamedTuple):
    """A portfolio to be measured, and on how many fresh ones what was learned from it is tried."""

    seed: int
    churns: int
    degree: Degree
    fresh: int = FRESH

    def make(self) -> Portfolio:
        """Make it."""
        return make_portfolio(self.seed, self.churns, self.degree)


@cache
def fresh_rows(degree: Degree, portfolios: int) -> Rows:
    """Give landmark rows of renewals that no proposal has seen, of the same world."""
    found = [
        rows_of(examples_of(make_portfolio(900_000 + number, FRESH_CHURNS, degree, FRESH_ACCOUNTS)), PARTS)
        for number in range(portfolios)
    ]
    scores, known = (np.vstack(arrays) for arrays in zip(*((one.scores, one.known) for one in found), strict=True))
    return Rows(PARTS, scores, known, np.concatenate([one.churned for one in found]))


@cache
def experts_auc(degree: Degree, portfolios: int = FRESH) -> float:
    """Give the AUC of the experts' weights on fresh renewals."""
    return _auc_on_fresh(PARTS.expert, degree, portfolios)


def _auc_on_fresh(weights: Vector, degree: Degree, portfolios: int) -> float:
    rows = fresh_rows(degree, portfolios)
    risks, churned = 100.0 - HealthOf(rows).score(weights), rows.churned > 0
    found = auc(tied(risks.tolist(), churned.tolist()), [1] * len(risks))
    assert found is not None
    return found


def gain(case: Case) -> float:
    """Say by how much the proposal's AUC on fresh renewals is above that of the experts' weights, without caps."""
    fitted = fit(rows_of(examples_of(case.make()), PARTS)).weights
    proposed = np.array(percents(step(PARTS, fitted).weights.tolist())) / 100
    return _auc_on_fresh(proposed, case.degree, case.fresh) - experts_auc(case.degree, case.fresh)


def guard_holds(case: Case) -> bool:
    """Tell whether the guard would let a proposal pass."""
    return _guarded(case.make(), case.seed)


def guard_holds_on_shuffled(case: Case) -> bool:
    """Tell whether the guard would let a proposal pass that was learned from outcomes dealt out at random."""
    return _guarded(case.make().shuffled(case.seed), case.seed)


def _guarded(portfolio: Portfolio, seed: int) -> bool:
    examples = examples_of(portfolio)
    chance = Random(seed)  # noqa: S311 - to be repeated
    return guard(rows_of(examples, PARTS), [one.row for one in examples], chance).holds


def seconds(case: Case) -> tuple[float, float]:
    """Say how long a fit takes, and the guard, on one core."""
    examples = examples_of(case.make())
    rows, landmark_rows = rows_of(examples, PARTS), [one.row for one in examples]
    chance = Random(case.seed)  # noqa: S311 - to be repeated
    began = process_time()
    fit(rows)
    fitted = process_time()
    guard(rows, landmark_rows, chance)
    return fitted - began, process_time() - fitted


def shows_skill_on_shuffled(case: Case) -> bool:
    """Tell whether scores seem to have skill about outcomes that were dealt out at random."""
    table = Table(case.make().shuffled(case.seed).backtest().landmarks(90).rows)
    return (table.skill(table.once) or 0.0) > 0


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """Of one rule of alerts: the share of churns with a lead of 60 days, that of any account, and of new alerts."""

    recall: float
    shuffled: float
    new: float


def rule_figures(found: Backtest) -> RuleFigures:
    """Measure a rule; an alert is new where the account was not on the list before (the first list is none)."""
    warnings = Warnings(found.book, found.alarms, found.leads)
    lists = [frozenset(named) for named in found.alarms.lists]
    new = sum(len(now - before) for before, now in pairwise(lists))
    return RuleFigures(
        _mean([lead.days >= LEAD for lead in found.leads]),
        _mean([_reached(warnings.shuffled(lead)) for lead in found.leads]),
        new / sum(map(len, lists[1:])),
    )


def _reached(leads: Mapping[float, int]) -> float:
    return sum(count for days, count in leads.items() if days >= LEAD) / sum(leads.values())


def steady_and_level(case: Case) -> tuple[RuleFigures, RuleFigures]:
    """Measure the rules `steady` and `level` on one portfolio, at the same budget."""
    portfolio = case.make()
    rules: tuple[Rule, Rule] = ("steady", "level")
    steady, level = (rule_figures(portfolio.backtest(rule)) for rule in rules)
    return steady, level


@dataclass(frozen=True, slots=True)
class ChanceFigures:
    """Of scores drawn at random: the AUC, and the recall beside that of any account."""

    auc: float
    rule: RuleFigures


def random_scores(case: Case) -> ChanceFigures:
    """Measure scores that are drawn at random, month by month."""
    portfolio, chance = case.make(), Random(case.seed)  # noqa: S311 - to be repeated
    lines = {name: [_drawn(line, chance) for line in own] for name, own in portfolio.lines.items()}
    found = backtest(lines, portfolio.outcomes, Question(AlertTerms()))
    table = Table(found.landmarks(90).rows)
    return ChanceFigures(table.auc(table.once) or 0.0, rule_figures(found))


def _drawn(line: ScoreLine, chance: Random) -> ScoreLine:
    return replace(line, final_score=shown(chance.uniform(0, 100)))


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)
