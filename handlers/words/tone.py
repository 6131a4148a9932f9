"""How customers feel, by what they write, in words: the value, and how many messages stand behind it."""

from handlers.words.figures import count, short, title
from handlers.words.layout import paragraph
from scoring.metrics.measure import Measure
from scoring.metrics.tone import Tone
from scoring.model import Model
from scoring.score import Measurements

SENTIMENT, TREND, CX = "customer_sentiment", "customer_sentiment_trend", "fin_cx_score"
HEADING = "How its people write"


def tone_lines(measurements: Measurements, tone: Tone | None, model: Model) -> list[str]:
    """Say in lines how the account's people write; nothing where that is not known."""
    said = tone_said(measurements, tone, model)
    return [HEADING, *paragraph(said, "  ")] if said else []


def tone_said(measurements: Measurements, tone: Tone | None, model: Model) -> str:
    """Say how the account's people write, over how many messages; empty where that is not known."""
    measures = measurements.dimensions.get("support_health", {})
    now = _raw(measures.get(SENTIMENT))
    if now is None or tone is None:
        return ""
    said = (_now(now, tone, model), _trend(_raw(measures.get(TREND)), tone, model), _cx(_raw(measures.get(CX))))
    return " ".join(one for one in (*said, _weight(model)) if one)


def _raw(measure: Measure | None) -> float | None:
    return None if measure is None else measure.raw


def _now(raw: float, tone: Tone, model: Model) -> str:
    days = f"{model.windows.support_days:g} days"
    mute = f"; {count(tone.mute, 'more message')} in other languages" if tone.mute else ""
    few = ", too few to build on" if tone.now < 5 else ""
    name = title(SENTIMENT)
    return f"{name.capitalize()} {short(SENTIMENT, raw)}, over {count(tone.now, 'message')} in {days}{few}{mute}."


def _trend(raw: float | None, tone: Tone, model: Model) -> str:
    days = f"{2 * model.windows.support_days:g} days before"
    if raw is None:
        return f"It cannot be compared with the {days}."
    few = ", too few to build on" if tone.before < 5 else ""
    return f"Against the {days} ({count(tone.before, 'message')}{few}): {short(TREND, raw)}."


def _cx(raw: float | None) -> str:
    return "" if raw is None else f"Beside it, {title(CX)}: {short(CX, raw)}."


def _weight(model: Model) -> str:
    shares = model.metrics.get("support_health", {})
    return "" if shares.get(SENTIMENT) or shares.get(TREND) else "It counts nothing in the score."
