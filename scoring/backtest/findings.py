"""What a backtest came to: figures, verdict and ledger, as the page and the words for a CS leader need them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, inf
from typing import NamedTuple

from scoring.alerts import AlertTerms
from scoring.backtest.backtest import Backtest
from scoring.backtest.figures import LandmarkFigures, WarningFigures
from scoring.backtest.landmarks import LANDMARKS, Landmarks
from scoring.backtest.ledger import Details, Ledger, ledger
from scoring.backtest.resamples import Chance
from scoring.backtest.verdict import Verdict, verdict
from scoring.backtest.warnings import Span, Warnings
from scoring.instants import Instant
from scoring.outcomes import Outcomes

LEAD_STEPS = (30, 60, 90, 180)
"""Where one group of leads ends and the next begins, in days; no lead at all is a group of its own."""


class LeadGroup(NamedTuple):
    """Leads from so many days up to, not with, so many: the churns that had one, and the share of any accounts.

    The first group, from 0 to 0, is no lead at all; the last has no end.
    """

    start: float
    end: float
    churns: int
    shuffled: float


class TierGroup(NamedTuple):
    """The outcomes whose account was in a tier at a landmark: how many, and how many of them churned."""

    tier: str | None
    rows: int
    churned: int


@dataclass(frozen=True)
class Findings:
    """All that a backtest came to. `tiers` are those at the first landmark, `dates` the calendar's first and last."""

    alert_terms: AlertTerms
    span: Span
    dates: tuple[Instant, Instant]
    snapshots: int
    accounts: int
    outcomes: Outcomes
    landmarks: Sequence[LandmarkFigures]
    warning: WarningFigures
    verdict: Verdict
    ledger: Ledger
    leads: Sequence[LeadGroup]
    tiers: Sequence[TierGroup]

    @property
    def ninety(self) -> LandmarkFigures:
        """Give the figures at the first landmark, by which the verdict goes."""
        return self.landmarks[0]


def findings(found: Backtest, details: Details, chance: Chance) -> Findings:
    """Work out all that a backtest comes to; limits by draws of `chance`, the landmarks' before the warning's."""
    figures, warning = found.landmark_figures(chance), found.warning_figures(chance)
    calendar = found.book.calendar
    return Findings(
        alert_terms=found.alert_terms,
        span=found.span,
        dates=(calendar[0], calendar[-1]),
        snapshots=len(calendar),
        accounts=len(found.lines),
        outcomes=found.outcomes,
        landmarks=figures,
        warning=warning,
        verdict=verdict(figures[0], warning),
        ledger=ledger(found, details),
        leads=lead_groups(Warnings(found.book, found.alarms, found.leads)),
        tiers=tier_groups(found.landmarks(LANDMARKS[0])),
    )


def lead_groups(found: Warnings) -> list[LeadGroup]:
    """Group the leads of the churns that count; beside each group the share of any accounts, each churn weighs one."""
    own = Counter(_group(lead.days) for lead in found.leads)
    twins = [twin for twin in map(found.shuffled, found.leads) if twin]
    shares = [_shares(twin) for twin in twins]
    edges = [(0.0, 0.0), *zip((0, *LEAD_STEPS), (*LEAD_STEPS, inf), strict=True)]
    return [
        LeadGroup(start, end, own[place], fsum(one[place] for one in shares) / len(shares) if shares else 0.0)
        for place, (start, end) in enumerate(edges)
    ]


def _group(days: float) -> int:
    """Say to which group a lead belongs; 0 is no lead."""
    return 0 if days <= 0 else 1 + sum(days >= step for step in LEAD_STEPS)


def _shares(twin: Counter[float]) -> list[float]:
    grouped = [0] * (len(LEAD_STEPS) + 2)
    for days, accounts in twin.items():
        grouped[_group(days)] += accounts
    return [accounts / twin.total() for accounts in grouped]


def tier_groups(found: Landmarks) -> list[TierGroup]:
    """Count the rows of a landmark by tier, and those of them that churned, by the lowest score of each tier."""
    lowest: dict[str | None, float] = {}
    rows, churned = Counter[str | None](), Counter[str | None]()
    for row in found.rows:
        tier = row.line.tier
        lowest[tier] = min(row.score, lowest.get(tier, row.score))
        rows[tier] += 1
        churned[tier] += row.is_churn
    return [TierGroup(tier, rows[tier], churned[tier]) for tier in _ordered(rows, lowest)]


def _ordered(tiers: Iterable[str | None], lowest: Mapping[str | None, float]) -> list[str | None]:
    return sorted(tiers, key=lambda tier: (tier == "Unknown", lowest[tier], tier or ""))
