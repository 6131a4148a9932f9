"""The sheet that a leader forwards: who is at risk, what moved, what it is worth, what is not known."""

from collections.abc import Iterable, Sequence
from functools import partial

from handlers.sinks.workbook.columns import UNSCORED, Column, Sheet, Value, account_columns, instant, name, tier
from handlers.spool import Spooled
from handlers.words.alerts import reason_of
from handlers.words.blind_spots import blind_spots
from handlers.words.drivers import driver_words
from handlers.words.figures import points
from scoring.instants import format_date
from scoring.model import Currencies, Model
from scoring.money import worth as worth_of
from scoring.record import Record
from scoring.rounding import difference
from scoring.verdict import AT_RISK

_AT_RISK = tuple(one or UNSCORED for one in AT_RISK)


def portfolio(records: Spooled, model: Model) -> Sheet:
    """Make the sheet of a portfolio, the most money at risk first."""
    ordered = records.ordered(partial(_place, currencies=model.currencies))
    return Sheet(
        "Portfolio", (*account_columns(model), *_figures(), *_worth(model.currencies), *_doubts(model)), ordered
    )


def at_risk(record: Record, currencies: Currencies) -> float | None:
    """Give an account's ARR in the corporate currency where it may be lost; None where it is not known."""
    return worth(record, currencies) if tier(record) in _AT_RISK else 0.0


def worth(record: Record, currencies: Currencies) -> float | None:
    """Give an account's ARR in the corporate currency; None where it is not known, or has no rate."""
    return worth_of(record.measurements.arr, record.measurements.currency, currencies)


def _place(record: Record, currencies: Currencies) -> tuple[bool, float, str]:
    safe = tier(record) not in _AT_RISK
    return safe, -(worth(record, currencies) or 0.0), name(record).casefold()


def _figures() -> Iterable[Column]:
    yield Column("Score", "0 to 100, high is healthy, after the cap.", "score", 8, lambda r: r.score.final_score)
    yield Column("Change", "Points since the account's record before this one.", "change", 9, _change)
    yield Column("Tier before", "The tier of the record before this one.", "text", 12, _before)
    yield Column(
        "What moved it", "What moved the score most since that record, and by how many points.", "words", 48, _moved
    )
    yield Column("Lowest", "The score if all that is missing were at its worst.", "score", 8, lambda r: r.score.low)
    yield Column("Highest", "The score if all that is missing were at its best.", "score", 8, lambda r: r.score.high)
    yield Column(
        "Alert", "Since when and why the account is among the few to call first; this is no tier.", "words", 40, _alert
    )
    yield Column("Cap", "What churn signals in force limit the score to, if any.", "words", 26, _cap)


def _worth(currencies: Currencies) -> Sequence[Column]:
    code = currencies.corporate
    return (
        Column("ARR", "Annual recurring revenue, in its own currency.", "money", 14, lambda r: r.measurements.arr),
        Column("Currency", "The currency of the ARR.", "text", 9, lambda r: r.measurements.currency),
        Column(
            f"At risk ({code})",
            f"The ARR in {code} of an account that is {', '.join(_AT_RISK[:-1])} or {_AT_RISK[-1]}; 0 of the others, "
            "empty where the ARR or its rate is not known. The sheet is sorted by it.",
            "money",
            14,
            lambda r: at_risk(r, currencies),
        ),
        Column("Renewal", "When the next open renewal closes.", "date", 12, lambda r: instant(r.measurements.renewal)),
        Column("CSM", "Who looks after the account.", "text", 22, _csm),
    )


def _doubts(model: Model) -> Iterable[Column]:
    yield Column("Segment", "Paid or Standard: which thresholds hold.", "text", 10, lambda r: r.score.segment.title())
    yield Column("Coverage", "How much of the model's weight rests on data.", "percent", 10, _coverage)
    yield Column(
        "Blind spots", "What is missing or doubtful, and so may hide trouble.", "words", 60, lambda r: _blind(r, model)
    )
    yield Column("Account id", "The account's id in the CRM.", "text", 20, lambda r: r.score.account_id)


def _change(record: Record) -> Value:
    return None if record.moved is None else difference(record.moved.score, record.score.final_score)


def _before(record: Record) -> Value:
    return None if record.moved is None else record.moved.tier or UNSCORED


def _moved(record: Record) -> Value:
    drivers = () if record.moved is None else record.moved.drivers
    return "; ".join(driver_words(driver, record.score.as_of) for driver in drivers) or None


def _alert(record: Record) -> Value:
    return None if record.alert is None else f"Since {format_date(record.alert.since)}: {reason_of(record.alert)}"


def _cap(record: Record) -> Value:
    if record.score.cap is None:
        return None
    without = record.score.quantitative_score
    bites = without is not None and without > record.score.cap.value
    return f"{points(record.score.cap.value)}{f'; without it {points(without)}' if bites and without else ''}"


def _csm(record: Record) -> Value:
    csm = record.measurements.csm
    return None if csm is None else csm.name or csm.id


def _coverage(record: Record) -> Value:
    return record.score.coverage_pct / 100


def _blind(record: Record, model: Model) -> Value:
    return " ".join(blind_spots(record, model)) or None
