"""A calibration is printed: JSON for programs, and what it means in words, on stderr."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from handlers.commands.backtest_forms import shortened
from handlers.commands.session import Session
from handlers.words.figures import count
from scoring.backtest.backtest import Backtest
from scoring.metrics.catalogue import TITLES

LANDMARK = 90
"""Weights are learned from how accounts stood so many days before the decision."""

if TYPE_CHECKING:
    from handlers.calibrate.calibration import Calibration


def json_of(found: "Calibration") -> object:
    """Give a calibration as JSON, figures to four decimals."""
    line = {
        "level": found.level,
        "rows": found.rows,
        "churns": found.churns,
        "kappa": found.kappa,
        "prior": found.prior,
        "fitted": found.fitted,
        "proposal": found.proposal,
        "shortened": found.shortened,
        "guard": {"share": found.guard.share, "needed": found.guard.needed},
        "adopt": found.verdict.adopt,
        "indicative": found.verdict.is_indicative,
        "reasons": found.verdict.reasons,
        "weights_90": found.weights_90,
    }
    return shortened(line | ({"metrics": found.metrics} if found.metrics else {}))


def say(session: Session, found: "Calibration", evidence: Backtest, folder: Path) -> None:
    """Say what was learned and what to do with it."""
    out = session.stderr
    for line in _lines(found, evidence, folder):
        out.print(line, markup=False)


def _lines(found: "Calibration", evidence: Backtest, folder: Path) -> list[str]:
    shortened_words = ", shortened so that none moves by more than ten points" if found.shortened else ""
    adopt = "may be adopted" if found.verdict.adopt else "should not be adopted"
    return [
        f"Learned from {count(found.rows, 'renewal')}, {count(found.churns, 'churn')} among them.",
        *_doubts(evidence),
        f"Weights in percent: now, as learned (90 % interval), proposed{shortened_words}:",
        *(_weight_line(found, group) for group in found.prior),
        f"The proposal {adopt}:",
        *(f"  {reason}" for reason in found.verdict.reasons),
        f"It stands in {folder}; see who would change tier: healthscore what-if --draft {folder}",
        "How well it tells who will leave is known only when it has happened: calibrate again after more renewals.",
    ]


def _doubts(evidence: Backtest) -> Iterator[str]:
    """Say which outcomes are not counted, and what treatment hides."""
    named = ", ".join(f"{number} {reason}" for reason, number in evidence.outcomes.reasons.items())
    if named:
        yield f"Not counted, rows of outcomes: {named}."
    treated = sum(row.is_treated and not row.is_churn for row in evidence.landmarks(LANDMARK).rows)
    if treated:
        yield (
            f"Somebody had stepped in before {count(treated, 'renewal')}, counted as renewed: what warned there "
            "seems to tell less than it does."
        )


def _weight_line(found: "Calibration", group: str) -> str:
    low, high = found.weights_90[group]
    now, learned, proposed = (100 * weights[group] for weights in (found.prior, found.fitted, found.proposal))
    interval = f"({100 * low:.0f} to {100 * high:.0f})"
    return f"  {TITLES.get(group, group):<26}{now:>4.0f}{learned:>6.0f} {interval:<11}{proposed:>5.0f}"
