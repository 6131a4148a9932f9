"""Records of made-up accounts, as alerts need them: a score as shown, a smoothed one, days to the renewal."""

from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from scoring.alert_list import AlertList, Roll, roll
from scoring.alerts import RENEWAL, Alert, AlertTerms
from scoring.instants import Instant
from scoring.periods import period_end
from scoring.record import Record
from scoring.score import Measurements, MetricScore, grade
from tests.models import the_model
from tests.scoring.accounts import AS_OF

STEADY = AlertTerms("steady", 0.25)
_BARE = Measurements("", "paid", AS_OF, {}, {})


def named(account_id: str, final: float | None, smoothed: float | None, days: float | None = None) -> Record:
    """Give a record of October whose smoothed steady score is given: of nothing but the renewal is there a metric."""
    score = grade(_BARE, the_model())
    contract = score.dimensions["financial_contract"]
    metrics = {**contract.metrics, RENEWAL: MetricScore(days, None, 0.0, 0.0)}
    dimensions = {**score.dimensions, "financial_contract": structs.replace(contract, metrics=metrics)}
    made = replace(score, account_id=account_id, final_score=final, dimensions=dimensions)
    return Record("2026-10", "final", AS_OF, replace(_BARE, account_id=account_id), made, None, smoothed)


def at(record: Record, period: str, alert: Alert | None = None) -> Record:
    """Give a record of another period, with the alert that it has so far."""
    return replace(record, period=period, score=replace(record.score, as_of=end(period)), alert=alert)


def end(period: str) -> Instant:
    """Say when a period ends."""
    return period_end(period)


def rolled(records: Sequence[Record], period: str = "2026-10", terms: AlertTerms = STEADY) -> Roll:
    """Take records together as those of a close."""
    return roll(period, end(period), terms, records)


def closed(
    records: Sequence[Record], before: AlertList | None = None, period: str = "2026-10", terms: AlertTerms = STEADY
) -> AlertList:
    """Make the list of a close of these records."""
    return rolled(records, period, terms).listing(before)
