"""Small portfolios by hand: an account is a line of what was measured at each month-end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random

from scoring.alerts import AlertTerms
from scoring.backtest.backtest import Backtest, Question, backtest
from scoring.backtest.ledger import Details, Ledger, Row, ledger
from scoring.backtest.lines import in_lines, score_line_of
from scoring.instants import DAY, Instant, parse_instant
from scoring.metrics.measure import Measure
from scoring.outcomes import Outcome, Refusal
from scoring.periods import period_end, periods_to
from scoring.score import Measurements, Score, grade
from scoring.signals import Signal
from tests.models import the_model

MODEL = the_model()
PERIODS = periods_to("2026-12", 24)
ENDS = tuple(period_end(period) for period in PERIODS)

GOOD = {
    "p1_p2_volume": 0,
    "first_response_minutes": 20.0,
    "close_time_hours": 3.0,
    "payment_health": 0,
    "days_to_renewal": 200,
    "arr_trajectory_pct": 10.0,
    "staff_login_trend": 30.0,
    "feature_breadth_pct": 95.0,
    "platform_score": 95.0,
    "qbr_attendance_pct": 90.0,
    "responsiveness": 1.0,
    "messaging": 90.0,
    "automations": 90.0,
}
"""A metric of every group is known, and all but the pillars have full points."""

CAPPING = Signal("Critical", "Confirmed", "Active", parse_instant("2026-01-01"))


def measured(account_id: str, as_of: Instant, values: Mapping[str, float | None], **more: object) -> Score:
    """Grade an account of which these values are known."""
    made = {
        dimension: {name: Measure(values.get(name)) for name in metrics} for dimension, metrics in MODEL.metrics.items()
    }
    pillars = {name: Measure(values.get(name)) for name in MODEL.pillars}
    one = Measurements(account_id, "standard", as_of, made, pillars, account_name=f"Hotel {account_id}")
    return grade(replace(one, **more), MODEL)  # type: ignore[arg-type]


def steady_account(account_id: str, values: Mapping[str, float | None] = GOOD, upto: int = len(ENDS)) -> list[Score]:
    """Give an account of which the same is known at every month-end."""
    return [measured(account_id, end, values) for end in ENDS[:upto]]


def book(worst: Mapping[str, float | None] = GOOD, size: int = 9) -> list[Score]:
    """Give accounts that stay, the first of them always the worst: it fills a budget of one in ten."""
    bad = {"messaging": 0.0, "automations": 0.0, "feature_breadth_pct": 0.0, "platform_score": 0.0}
    one = measured("stays0", ENDS[0], {**worst, **bad})
    others = measured("stays", ENDS[0], {**GOOD, "messaging": 80})
    names = {"stays0": one} | {f"stays{n}": others for n in range(1, size)}
    return [replace(score, account_id=name, as_of=end) for name, score in names.items() for end in ENDS]


def churn(account_id: str, decided: Instant, days: int = 60, **more: object) -> Outcome:
    """Give a churn that took effect so many days after its notice."""
    one = Outcome(account_id, "churned", Instant(decided + days * DAY), decided, 1000.0)
    return replace(one, **more)  # type: ignore[arg-type]


def held(scores: Iterable[Score], outcomes: Sequence[Outcome | Refusal], terms: AlertTerms | None = None) -> Backtest:
    """Hold scores against outcomes; all dates up to the end of 2026 are known."""
    question = Question(terms or AlertTerms(), until=Instant(ENDS[-1] + 400 * DAY))
    return backtest(in_lines(map(score_line_of, scores)), outcomes, question)


def by_account(scores: Iterable[Score]) -> dict[str, list[Score]]:
    """Put scores by account."""
    found: dict[str, list[Score]] = {}
    for score in scores:
        found.setdefault(score.account_id, []).append(score)
    return found


def ledger_of(scores: Sequence[Score], outcomes: Sequence[Outcome], terms: AlertTerms | None = None) -> Ledger:
    """Make the ledger of scores and outcomes."""
    return ledger(held(scores, outcomes, terms), Details(by_account(scores), MODEL.thresholds))


def only_row(scores: Sequence[Score], outcome: Outcome, terms: AlertTerms | None = None) -> Row:
    """Give the one row of a ledger of one churn among accounts that stay."""
    (row,) = ledger_of([*book(), *scores], [outcome], terms).rows
    return row


def portfolio(seed: int) -> tuple[list[Score], list[Outcome]]:
    """Draw a portfolio in which accounts decline, fall silent or leave unseen; of a third the renewal comes nearer."""
    drawn = Random(seed)  # noqa: S311
    scores = []
    for n in range(8):
        values, slope = dict(GOOD), drawn.choice([0.0, 0.0, 6.0])
        for month, end in enumerate(ENDS[:15]):
            values["days_to_renewal"] = 200 if n % 3 else (430 - 30 * month + 20 * n) % 365
            values["messaging"] = max(0.0, values["messaging"] - drawn.random() * slope)
            values["platform_score"] = max(0.0, values["platform_score"] - drawn.random() * slope)
            values["payment_health"] = drawn.choice([0, 0, 0, 2, 4])
            known = values if drawn.random() > 0.05 else dict.fromkeys(values)
            scores.append(measured(f"a{n:02}", end, known))
    names = drawn.sample([f"a{n:02}" for n in range(8)], drawn.randint(0, 5))
    days = [drawn.randint(-40, 480) for _ in names]
    return scores, [
        churn(name, Instant(ENDS[0] + day * DAY), drawn.choice([0, 60])) for name, day in zip(names, days, strict=True)
    ]
