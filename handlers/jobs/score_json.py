"""A score as JSON, in the field names of the command-line contract."""

from scoring.instants import format_instant
from scoring.score import Score


def score_json(score: Score) -> dict[str, object]:
    """Give a score as a JSON object, for msgspec to write.

    Cap, dimensions and metrics stand as they are: their fields are those of the contract, and a score has some thirty.
    """
    named = {} if score.account_name is None else {"account_name": score.account_name}
    return {
        "account_id": score.account_id,
        **named,
        "segment": score.segment,
        "as_of": format_instant(score.as_of),
        "model_version": score.model_version,
        "quantitative_score": score.quantitative_score,
        "final_score": score.final_score,
        "tier": score.tier,
        "churn_risk_score": score.churn_risk_score,
        "platform_value_score": score.platform_value_score,
        "coverage_pct": score.coverage_pct,
        "low": score.low,
        "high": score.high,
        "cap": score.cap,
        "dimensions": score.dimensions,
        "platform_value": score.platform_value,
        "flags": score.flags,
    }
