"""Made-up portfolios with a truth that is known: for tests of what learns from outcomes, and for `make trust-bench`.

    portfolio = make_portfolio(seed=7, churns=20, degree="badly")
    portfolio.lines          # score lines by account, as `in_lines` gives them
    portfolio.outcomes       # outcomes, as `sort_out` takes them
    portfolio.backtest()     # both held against each other
    portfolio.write(folder)  # scores.jsonl and outcomes.csv, as the commands read them

`degree` says how wrong the experts' weights are: `right`, `moderately`, `badly`; TRUTH has what is true. What is
assumed, besides the figures of `Assumptions`: each account renews once a year; it leaves only at a renewal; who
leaves is drawn by true health (a weighted sum of five group scores), some silently, at random; most who leave
decline over the months before, in what truly matters; some who decline are saved by a CSM, some just
recover; the renewal metric falls for everybody near the renewal; scores are noisy from month to month.

The figures of `Assumptions` were chosen so that true weights tell about as well as in docs/trust.md (AUC .77), and
the bounds of `make trust-bench` hold. They matter: where groups of scores hardly go together, or the experts give
much weight to what varies little, wrong weights cost more or less; where scores are less noisy, the steady
rule gains less. Simulation shows that figures are computed rightly, and that one rule beats another under these
assumptions; never how well real churn is predicted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from handlers.commands.lines import score_line
from scoring.alerts import RENEWAL, AlertTerms, Rule
from scoring.backtest.backtest import Backtest, Question, backtest
from scoring.backtest.lines import ScoreLine
from scoring.instants import DAY, Instant, format_date, parse_instant
from scoring.outcomes import NOTICE_DAYS, Outcome
from scoring.plans import PLATFORM_VALUE
from scoring.rounding import shown
from scoring.score import DimensionScore, MetricScore, PartKey, Score, group_weights
from scoring.signals import Cap
from scoring.verdict import capped
from tests.models import the_model

Degree: TypeAlias = Literal["right", "moderately", "badly"]
Array: TypeAlias = NDArray[np.float64]

MODEL = the_model()
GROUPS = (*MODEL.dimensions, PLATFORM_VALUE)
FINANCIAL = "financial_contract"
EXPERT: Mapping[str, float] = {
    **{name: MODEL.churn_risk * share for name, share in MODEL.dimensions.items()},
    PLATFORM_VALUE: MODEL.platform_value,
}
TRUTH: Mapping[Degree, Mapping[str, float]] = {
    "right": EXPERT,
    "moderately": dict(zip(GROUPS, (0.25, 0.13, 0.25, 0.09, 0.28), strict=True)),
    "badly": dict(zip(GROUPS, (0.45, 0.03, 0.42, 0.06, 0.04), strict=True)),
}
"""The true joint weights, where the experts are right, moderately off, and badly off."""

FIRST = parse_instant("2024-12-01")
YEAR = 365


@dataclass(frozen=True)
class Assumptions:
    """The figures of a made-up world: shares of 1, scores in points, lengths of time in months or days."""

    accounts: int = 200
    months: int = 24
    churns: int = 20
    degree: Degree = "right"
    silent: float = 0.3
    saved: float = 0.25
    recovered: float = 0.25
    downgraded: float = 0.05
    pull: float = 1.3
    level: float = 76.0
    common_spread: float = 8.0
    group_spread: float = 9.0
    platform_spread: float = 18.0
    noise: float = 9.5
    memory: float = 0.2
    depth: tuple[float, float] = (12.0, 28.0)
    decline_days: tuple[float, float] = (240.0, 360.0)
    notice_days: tuple[int, int] = (60, 100)
    without_relationship: float = 0.15
    without_platform: float = 0.05


class Fate(NamedTuple):
    """What became of an account at one of its renewals."""

    account: int
    effective: int
    kind: Literal["renewed", "churned", "downgraded"]
    notice: int | None = None
    declines_from: float | None = None
    treated: int | None = None
    depth: float = 0.0

    @property
    def decided(self) -> int:
        """Give the day of the decision."""
        return self.effective - NOTICE_DAYS if self.notice is None else self.notice


@dataclass(frozen=True)
class Portfolio:
    """Score lines and outcomes of a made-up portfolio; `true_risk` is that of each line, in true weights."""

    assumptions: Assumptions
    lines: Mapping[str, list[ScoreLine]]
    outcomes: list[Outcome]
    caps: Mapping[tuple[str, Instant], Cap]

    def backtest(self, rule: Rule = "level", budget: float = 0.10) -> Backtest:
        """Hold the lines against the outcomes."""
        return backtest(self.lines, self.outcomes, Question(AlertTerms(rule, budget)))

    def shuffled(self, seed: int) -> "Portfolio":
        """Give the same with outcomes that were dealt out anew among the renewals that have a landmark row."""
        rows = {id(row.outcome) for row in self.backtest().landmarks(90).rows}
        dealt = [one for one in self.outcomes if id(one) in rows]
        kinds = [(one.kind, one.notice is not None) for one in dealt]
        Random(seed).shuffle(kinds)  # noqa: S311 - to be repeated
        anew = [
            replace(one, kind=kind, notice=one.decided() if noticed and kind == "churned" else None, treated=None)
            for one, (kind, noticed) in zip(dealt, kinds, strict=True)
        ]
        return replace(self, outcomes=[*(one for one in self.outcomes if id(one) not in rows), *anew])

    def scores(self) -> Iterator[Score]:
        """Give whole scores of all lines, in the order of instants; their lines are these lines."""
        every = [line for own in self.lines.values() for line in own]
        for line in sorted(every, key=lambda one: (one.as_of, one.account_id)):
            yield _score(line, self.caps.get((line.account_id, line.as_of)))

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write scores.jsonl and outcomes.csv into a folder, and name them."""
        scores, outcomes = folder / "scores.jsonl", folder / "outcomes.csv"
        scores.write_bytes(b"".join(score_line(score) + b"\n" for score in self.scores()))
        outcomes.write_text("\n".join([_HEADER, *map(_row, self.outcomes), ""]))
        return scores, outcomes


def make_portfolio(seed: int, churns: int = 20, degree: Degree = "right", accounts: int = 200) -> Portfolio:
    """Make a portfolio; the same arguments give the same one."""
    return World(Assumptions(accounts=accounts, churns=churns, degree=degree), seed).portfolio()


class World:
    """A made-up world, drawn step by step from one seed."""

    def __init__(self, assumptions: Assumptions, seed: int) -> None:
        """Draw what accounts are like before anything happens."""
        self.assumed = assumptions
        self.chance = np.random.default_rng([seed, assumptions.churns, assumptions.accounts])
        self.truth = np.array([TRUTH[assumptions.degree][name] for name in GROUPS])
        self.renews = self.chance.integers(1, YEAR + 1, assumptions.accounts)
        self.undisturbed = self._undisturbed()

    @cached_property
    def days(self) -> NDArray[np.int64]:
        """Give the instants of the scores, the firsts of months, as days from the first of them."""
        year, month = 2024, 12
        firsts = [(year + (month - 1 + n) // 12, (month - 1 + n) % 12 + 1) for n in range(self.assumed.months)]
        return np.array([(parse_instant(f"{y}-{m:02d}-01") - FIRST) // DAY for y, m in firsts])

    def _undisturbed(self) -> Array:
        """Draw group scores by account, month and group: a level of the account's own, and noise that lingers."""
        assumed, chance = self.assumed, self.chance
        shape = (assumed.accounts, assumed.months, len(GROUPS))
        common = chance.normal(0, assumed.common_spread, (assumed.accounts, 1, 1))
        spreads = [*(assumed.group_spread for _ in MODEL.dimensions), assumed.platform_spread]
        own = chance.normal(0, spreads, (assumed.accounts, 1, len(GROUPS)))
        fresh = chance.normal(0, assumed.noise, shape)
        noise = fresh.copy()
        carried = assumed.memory, (1 - assumed.memory**2) ** 0.5
        for before, now in pairwise(range(assumed.months)):
            noise[:, now] = carried[0] * noise[:, before] + carried[1] * fresh[:, now]
        return np.asarray(assumed.level + common + own + noise)

    def portfolio(self) -> Portfolio:
        """Make the portfolio."""
        fates = self._fates()
        scores = self._disturbed(fates)
        return self._told(fates, scores)

    def _fates(self) -> list[Fate]:
        """Draw what becomes of each renewal; who churned does not renew again."""
        renewals = self._renewals()
        warned, silent = self._leaving(renewals)
        fates = {renewal: self._leaves(renewal, declines=renewal in warned) for renewal in (*warned, *silent)}
        gone = {renewal[0]: renewal[1] for renewal in fates}
        staying = [one for one in renewals if one not in fates and one[1] < gone.get(one[0], one[1] + 1)]
        fates |= {renewal: self._stays(renewal) for renewal in staying}
        fates |= self._declining(staying)
        return [fates[renewal] for renewal in sorted(fates)]

    def _renewals(self) -> list[tuple[int, int]]:
        last = int(self.days[-1])
        every = [(account, int(day) + year * YEAR) for account, day in enumerate(self.renews) for year in range(2)]
        return [(account, effective) for account, effective in every if effective <= last]

    def _leaving(self, renewals: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Choose who churns: most by how bad they truly are, some at random; only where there is a landmark row."""
        seen = [one for one in renewals if one[1] - self.assumed.notice_days[1] - 90 > 0]
        health = np.array([self._health(account, effective) for account, effective in seen])
        spread = health.std() or 1.0
        drawn = -self.assumed.pull * (health - health.mean()) / spread + self.chance.gumbel(size=len(seen))
        silent = round(self.assumed.silent * self.assumed.churns)
        by_health = _one_each([seen[place] for place in np.argsort(-drawn)], self.assumed.churns - silent, set())
        others = [seen[place] for place in self.chance.permutation(len(seen))]
        return by_health, _one_each(others, silent, {account for account, _ in by_health})

    def _health(self, account: int, effective: int) -> float:
        """Give the true health of an account in the half year before its decision."""
        near = (self.days > effective - NOTICE_DAYS - 180) & (self.days <= effective - NOTICE_DAYS)
        return float(self.undisturbed[account, near].mean(axis=0) @ self.truth)

    def _leaves(self, renewal: tuple[int, int], *, declines: bool) -> Fate:
        account, effective = renewal
        notice = effective - int(self.chance.integers(*self.assumed.notice_days, endpoint=True))
        said = None if self.chance.random() < 0.2 else notice
        fate = Fate(account, effective, "churned", said)
        return self._with_decline(fate) if declines else fate

    def _with_decline(self, fate: Fate) -> Fate:
        long, depth = self.chance.uniform(*self.assumed.decline_days), self.chance.uniform(*self.assumed.depth)
        return fate._replace(declines_from=fate.decided - float(long), depth=float(depth))

    def _stays(self, renewal: tuple[int, int]) -> Fate:
        downgrades = self.chance.random() < self.assumed.downgraded
        return Fate(renewal[0], renewal[1], "downgraded" if downgrades else "renewed")

    def _declining(self, staying: list[tuple[int, int]]) -> dict[tuple[int, int], Fate]:
        """Let some decline who stay: saved by a CSM from some day on, or recovered by themselves."""
        churns = self.assumed.churns
        saved, recovered = round(self.assumed.saved * churns), round(self.assumed.recovered * churns)
        order = self.chance.permutation(len(staying))[: saved + recovered]
        found = {}
        for place, number in enumerate(order):
            account, effective = staying[number]
            fate = self._with_decline(Fate(account, effective, "renewed"))
            helped = fate.decided - int(self.chance.integers(20, 100))
            found[staying[number]] = fate._replace(treated=helped) if place < saved else fate
        return found

    def _disturbed(self, fates: list[Fate]) -> Array:
        """Let accounts decline as their fates say, and those that gave notice fall."""
        scores = self.undisturbed.copy()
        where = self.truth / self.truth.max()
        for fate in fates:
            if fate.declines_from is not None:
                scores[fate.account] -= np.outer(self._fallen(fate), where)
            if fate.kind == "churned":
                scores[fate.account, self.days > fate.decided] -= 15.0
        return np.asarray(np.round(np.clip(scores, 0.0, 100.0), 1), dtype=np.float64)

    def _fallen(self, fate: Fate) -> Array:
        """Say month by month how far an account has fallen: on a line, back within 90 days where it stays."""
        since = (self.days - (fate.declines_from or 0.0)) / (fate.decided - (fate.declines_from or 0.0))
        fallen = np.clip(since, 0.0, 1.0)
        if fate.kind != "churned":
            turned = fate.treated if fate.treated is not None else fate.decided - 45
            back = np.clip(1 - (self.days - turned) / 90, 0.0, 1.0)
            fallen = np.where(self.days > turned, np.minimum(fallen, back), fallen)
        return np.asarray(fate.depth * fallen)

    def _told(self, fates: list[Fate], scores: Array) -> Portfolio:
        names = [f"001{number:012d}AAA" for number in range(self.assumed.accounts)]
        gone = {fate.account: fate.effective for fate in fates if fate.kind == "churned"}
        caps = self._caps(fates, names)
        known, shares = self._known(), (MODEL.metrics[FINANCIAL][RENEWAL], GROUPS.index(FINANCIAL))
        ahead = self._days_ahead()
        groups = scores.copy()
        groups[:, :, shares[1]] = shares[0] * _renewal_score(ahead) + (1 - shares[0]) * scores[:, :, shares[1]]
        whole, steady = quantitative(groups, known).tolist(), quantitative(scores, known).tolist()
        lines = {}
        for account, name in enumerate(names):
            own = [group for group, is_known in zip(GROUPS, known[account], strict=True) if is_known]
            told = groups[account][:, known[account]].tolist()
            lines[name] = [
                _line(name, _at(int(day)), (whole[account][month], steady[account][month]), float(left), groups_then)
                for month, (day, left) in enumerate(zip(self.days, ahead[account], strict=True))
                if day < gone.get(account, day + 1)
                for groups_then in [dict(zip(own, told[month], strict=True))]
            ]
            lines[name] = [_capped(line, caps.get((name, line.as_of))) for line in lines[name]]
        worth = np.round(self.chance.lognormal(11.5, 0.8, self.assumed.accounts), -2)
        outcomes = [_outcome(fate, names[fate.account], float(worth[fate.account])) for fate in fates]
        return Portfolio(self.assumed, lines, outcomes, caps)

    def _known(self) -> NDArray[np.bool_]:
        """Draw which groups are known of which account."""
        lacking = self.chance.random((self.assumed.accounts, 2))
        known = np.ones((self.assumed.accounts, len(GROUPS)), dtype=np.bool_)
        known[:, GROUPS.index("relationship_expansion")] = lacking[:, 0] >= self.assumed.without_relationship
        known[:, GROUPS.index(PLATFORM_VALUE)] = lacking[:, 1] >= self.assumed.without_platform
        return known

    def _days_ahead(self) -> NDArray[np.int64]:
        """Give the days to the next renewal, by account and month."""
        ahead = self.renews[:, None] - self.days[None, :]
        return np.asarray(ahead + YEAR * np.ceil(np.maximum(-ahead, 0) / YEAR)).astype(np.int64)

    def _caps(self, fates: list[Fate], names: list[str]) -> dict[tuple[str, Instant], Cap]:
        """Let CSMs raise signals: of some that decline, late; of a few others, for nothing."""
        found: dict[tuple[str, Instant], Cap] = {}
        for fate in fates:
            declines = fate.declines_from is not None
            if self.chance.random() < (0.25 if declines else 0.02):
                begins = fate.decided - int(self.chance.integers(10, 120))
                value, rule = (65.0, "critical_1") if self.chance.random() < 0.4 else (75.0, "moderate_1plus")
                for day in self.days[(self.days >= begins) & (self.days < begins + 90)]:
                    found[names[fate.account], _at(int(day))] = Cap(value, rule)  # type: ignore[arg-type]
        return found


def _one_each(ordered: list[tuple[int, int]], wanted: int, taken: set[int]) -> list[tuple[int, int]]:
    """Take the first so many renewals, one of an account."""
    chosen: dict[int, tuple[int, int]] = {}
    for renewal in ordered:
        if len(chosen) < wanted and renewal[0] not in taken:
            chosen.setdefault(renewal[0], renewal)
    return list(chosen.values())


def quantitative(groups: Array, known: NDArray[np.bool_], weights: Mapping[str, float] = EXPERT) -> Array:
    """Give quantitative scores by account and month under joint weights, by the model's rule for missing groups."""
    joint = np.array([weights[name] for name in GROUPS])
    present = joint[:-1] * known[:, :-1]
    churn_risk = (groups[:, :, :-1] * present[:, None, :]).sum(axis=2) / present.sum(axis=1)[:, None]
    platform = np.where(known[:, -1], joint[-1], 0.0)[:, None]
    side = joint[:-1].sum()
    return np.asarray((side * churn_risk + platform * groups[:, :, -1]) / (side + platform))


def _line(
    name: str, as_of: Instant, scores: tuple[float, float], renewal_days: float, groups: dict[str, float]
) -> ScoreLine:
    """Make a line without a cap, of the quantitative score and the steady one."""
    whole, steady = scores
    return ScoreLine(name, as_of, shown(whole), _tier(shown(whole)), steady, whole, renewal_days, groups)


def _tier(final: float) -> str:
    return next(name for name, floor in MODEL.tiers if final >= floor)


def _capped(line: ScoreLine, cap: Cap | None) -> ScoreLine:
    if cap is None or line.final_score is None:
        return line
    final = capped(line.final_score, cap)
    return replace(line, final_score=final, steady=capped(line.steady, cap), tier=_tier(final))


def _renewal_score(days: NDArray[np.int64]) -> Array:
    """Score the days to a renewal: 100 from 180 on, 50 at 90, 0 up to 30, linear between; to one decimal."""
    return np.round(np.interp(days, [30, 90, 180], [0, 50, 100]) + 1e-9, 1)


def _at(day: int) -> Instant:
    return Instant(FIRST + day * DAY)


def _outcome(fate: Fate, account_id: str, arr: float) -> Outcome:
    notice, treated = (None if day is None else _at(day) for day in (fate.notice, fate.treated))
    return Outcome(account_id, fate.kind, _at(fate.effective), notice, arr, "", treated)


@cache
def _part_weights(known: frozenset[str]) -> dict[PartKey, float]:
    shares = {**MODEL.metrics, PLATFORM_VALUE: MODEL.pillars}
    parts = [(group, name) for group in GROUPS if group in known for name, share in shares[group].items() if share > 0]
    return group_weights(parts, MODEL)


def _score(line: ScoreLine, cap: Cap | None) -> Score:
    """Make the whole score of a line: each metric has its group's score, but for the renewal's."""
    weights = _part_weights(frozenset(line.groups))
    due = float(_renewal_score(np.array(int(line.renewal_days or 0))))
    share = MODEL.metrics[FINANCIAL][RENEWAL]
    rest = shown((line.groups[FINANCIAL] - share * due) / (1 - share))
    groups = dict(line.groups) | {FINANCIAL: rest}
    parts = {
        group: {
            name: _metric(due, line.renewal_days, weights[group, name])
            if name == RENEWAL
            else _metric(groups[group], groups[group], weights[group, name])
            for name in names
            if (group, name) in weights
        }
        for group, names in {**MODEL.metrics, PLATFORM_VALUE: MODEL.pillars}.items()
    }
    pillars = parts.pop(PLATFORM_VALUE)
    return Score(
        account_id=line.account_id,
        account_name=None,
        segment="standard",
        as_of=line.as_of,
        model_version=MODEL.version,
        quantitative_score=None if line.quantitative is None else shown(line.quantitative),
        final_score=line.final_score,
        tier=line.tier,
        churn_risk_score=None,
        platform_value_score=None,
        coverage_pct=shown(100.0 * sum(EXPERT[group] for group in line.groups)),
        low=None,
        high=None,
        cap=cap,
        dimensions={name: DimensionScore(None, 100.0, metrics) for name, metrics in parts.items()},
        platform_value=pillars,
        flags=(),
    )


def _metric(score: float, raw: float | None, weight: float) -> MetricScore:
    return MetricScore(raw, score, weight, weight * score)


_HEADER = "account_id,outcome,notice_date,effective_date,arr,reason,treated_date"


def _row(one: Outcome) -> str:
    notice, treated = ("" if at is None else format_date(at) for at in (one.notice, one.treated))
    return f"{one.account_id},{one.kind},{notice},{format_date(one.effective)},{one.arr},{one.reason},{treated}"
