"""Files of scores: JSON lines as `score` and `replay` write them."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from handlers.commands.inputs import STDIN, opened, refuse_unreadable
from handlers.commands.session import Session
from scoring.instants import Instant, parse_instant
from scoring.model import CapRule, Segment
from scoring.score import DimensionScore, MetricScore, Score
from scoring.signals import Cap

Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]


class _Metric(msgspec.Struct):
    raw: float | None = None
    score: float | None = None
    weight: float | None = 0.0
    points: float | None = 0.0


class _Dimension(msgspec.Struct):
    score: Percent | None = None
    metrics: dict[str, _Metric] = {}
    coverage_pct: Percent = 0.0


class _Cap(msgspec.Struct):
    value: Percent
    rule: CapRule


class _Line(msgspec.Struct):
    account_id: Annotated[str, msgspec.Meta(min_length=1)]
    as_of: str
    final_score: Percent | None
    tier: str | None = None
    dimensions: dict[str, _Dimension] = {}
    platform_value: dict[str, _Metric] = {}
    segment: Segment = "standard"
    model_version: str = ""
    quantitative_score: Percent | None = None
    churn_risk_score: Percent | None = None
    platform_value_score: Percent | None = None
    coverage_pct: Percent = 0.0
    low: Percent | None = None
    high: Percent | None = None
    cap: _Cap | None = None
    account_name: str | None = None
    flags: tuple[str, ...] = ()


_decode = msgspec.json.Decoder(_Line).decode


def read_score(body: bytes) -> Score:
    """Read one line of scores. Raises ValueError with what is wrong where it is none."""
    try:
        line = _decode(body)
    except msgspec.DecodeError as error:
        raise ValueError(f"no line of scores: {error}") from error
    cap = None if line.cap is None else Cap(line.cap.value, line.cap.rule)
    return Score(
        account_id=line.account_id,
        account_name=line.account_name,
        segment=line.segment,
        as_of=_instant(line.as_of),
        model_version=line.model_version,
        quantitative_score=line.quantitative_score,
        final_score=line.final_score,
        tier=line.tier,
        churn_risk_score=line.churn_risk_score,
        platform_value_score=line.platform_value_score,
        coverage_pct=line.coverage_pct,
        low=line.low,
        high=line.high,
        cap=cap,
        dimensions={
            name: DimensionScore(one.score, one.coverage_pct, _metrics(one.metrics))
            for name, one in line.dimensions.items()
        },
        platform_value=_metrics(line.platform_value),
        flags=line.flags,
    )


def _instant(text: str) -> Instant:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise ValueError(f"as_of is {text!r}: expected an instant such as 2026-11-01T00:00:00Z") from error


def _metrics(metrics: dict[str, _Metric]) -> dict[str, MetricScore]:
    return {
        name: MetricScore(one.raw, one.score, one.weight or 0.0, one.points or 0.0) for name, one in metrics.items()
    }


class ScoreFile:
    """A file of scores that is read once; `bad` counts the lines that could not be, each named on stderr."""

    def __init__(self, session: Session, file: str) -> None:
        """Refuse a file that cannot be read."""
        refuse_unreadable([file])
        self._session = session
        self._file = file
        self.bad = 0

    def __iter__(self) -> Iterator[Score]:
        """Give the scores, in the order of their lines."""
        with opened(self._file) as lines:
            for number, body in lines:
                try:
                    yield read_score(body)
                except ValueError as error:
                    self.bad += 1
                    name = "stdin" if self._file == STDIN else self._file
                    self._session.warn(f"{name} line {number}: {error}")
