"""How often the verdict says what: `python -m tests.scoring.backtest.drifting` on made-up portfolios.

Scores drift at random for a year and a half; those who leave fall, or do not, in the five months before their decision.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import NamedTuple

from scoring.alerts import AlertTerms
from scoring.backtest.backtest import Question, backtest
from scoring.backtest.lines import ScoreLine, score_line_of
from scoring.backtest.verdict import Word, verdict
from scoring.instants import DAY, Instant
from scoring.outcomes import Outcome
from tests.scoring.backtest.ledgers import ENDS, GOOD, churn, measured

DATES = ENDS[-18:]
FALL_DAYS = 150


class World(NamedTuple):
    """So many accounts, how many of them leave, and by how many points these fall before."""

    accounts: int
    churns: int
    fall: float


def judged(world: World, seed: int) -> Word:
    """Give the verdict on one portfolio."""
    drawn, line = Random(seed), score_line_of(measured("x", ENDS[0], GOOD))  # noqa: S311 - no secret
    lines, rows = {}, []
    for n in range(world.accounts):
        name, decided = f"a{n:03}", Instant(DATES[0] + drawn.randrange(120, 480) * DAY)
        leaves = n < world.churns
        lines[name] = list(_drifting(replace(line, account_id=name), drawn, decided, world.fall if leaves else 0.0))
        rows.append(churn(name, decided) if leaves else Outcome(name, "renewed", Instant(decided + 60 * DAY)))
    found = backtest(lines, rows, Question(AlertTerms()))
    chance = Random(seed)  # noqa: S311 - no secret
    return verdict(found.landmark_figures(chance)[0], found.warning_figures(chance)).word


def _drifting(line: ScoreLine, drawn: Random, decided: Instant, fall: float) -> Iterator[ScoreLine]:
    level = drawn.uniform(40, 95)
    for end in DATES:
        level = min(99.0, max(1.0, level + drawn.gauss(0, 4)))
        shown = level - fall if end > decided - FALL_DAYS * DAY else level
        yield replace(line, as_of=end, final_score=round(max(0.0, shown), 1))


if __name__ == "__main__":
    for churns, fall, portfolios in ((20, 0.0, 60), (50, 0.0, 40), (20, 15.0, 30), (20, 30.0, 30)):
        said = Counter(judged(World(200, churns, fall), seed) for seed in range(portfolios))
        sys.stdout.write(f"{churns} of 200 leave, and fall by {fall:g} before: {dict(sorted(said.items()))}\n")
        sys.stdout.flush()
