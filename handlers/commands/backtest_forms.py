"""What a backtest came to is written: one JSON object, figures to four decimals, and lines for people."""

from collections.abc import Mapping, Sequence

import msgspec

from handlers.words.trust import verdict_sentence
from scoring.backtest.figures import LandmarkFigures, WarningFigures
from scoring.backtest.findings import Findings
from scoring.backtest.ledger import Row
from scoring.backtest.misses import Miss
from scoring.instants import Instant, format_date, format_instant
from scoring.outcomes import Outcomes

_DECIMALS = 4


def json_of(found: Findings) -> dict[str, object]:
    """Give all figures by their names in JSON, with the verdict and the ledger."""
    return {
        **figures_json(found.outcomes, found.landmarks, found.warning),
        "verdict": found.verdict.word,
        "verdict_sentence": verdict_sentence(found),
        "misses": found.ledger.misses,
        "ledger": [row_json(row) for row in found.ledger.rows],
    }


def figures_json(
    outcomes: Outcomes, landmarks: Sequence[LandmarkFigures], warning: WarningFigures
) -> dict[str, object]:
    """Give the figures alone."""
    return {
        "refused": outcomes.reasons,
        "outcomes": outcomes.counts,
        "landmarks": [_landmark(one) for one in landmarks],
        "warning": shortened(msgspec.to_builtins(warning)),
    }


def _landmark(figures: LandmarkFigures) -> object:
    line = msgspec.to_builtins(figures)
    treated = line.pop("treated") or {}
    return shortened(line | treated)


def shortened(value: object) -> object:
    """Round all figures to four decimals, however deep."""
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, Mapping):
        return {str(name): shortened(one) for name, one in value.items()}
    return [shortened(one) for one in value] if isinstance(value, list | tuple) else value


def row_json(row: Row) -> dict[str, object]:
    """Write one churn of the ledger; `lead` is null where the churn does not count, `cause` where it was in time."""
    outcome = row.outcome
    return {
        "account_id": outcome.account_id,
        "account_name": row.account_name,
        "notice_date": _date(outcome.notice),
        "decided": format_date(row.decided),
        "effective_date": format_date(outcome.effective),
        "arr": outcome.arr,
        "reason": outcome.reason,
        "counted": row.lead is not None,
        "not_counted": None if row.lead is not None else "too_early",
        "first_alert": _date(row.first),
        "lasting_alert": _date(row.lasting),
        "lead": shortened(row.lead),
        "days_before_effective": shortened(row.days_before_effective),
        "told": msgspec.to_builtins(row.told),
        "tiers": [{"tier": tier, "dates": length} for tier, length in row.path],
        "cause": None if row.miss is None else row.miss.cause,
        "proof": None if row.miss is None else _proof(row.miss),
    }


def _proof(miss: Miss) -> dict[str, object]:
    """Give the figures of a proof; those that say nothing of its cause are left out."""
    told = msgspec.to_builtins(miss)
    told.pop("cause")
    told["as_of"] = format_instant(miss.as_of)
    if miss.capping is not None:
        told["capping"]["as_of"] = format_instant(miss.capping.as_of)
    if miss.was_listed is not None:
        told["was_listed"] |= {"first": _date(miss.was_listed.first), "last": _date(miss.was_listed.last)}
    return {name: shortened(value) for name, value in told.items() if value not in (None, ())}


def _date(instant: Instant | None) -> str | None:
    return None if instant is None else format_date(instant)
