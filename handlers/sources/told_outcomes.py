"""Our own message of an outcome that somebody told us: of an account, on a day."""

from handlers.sources.reading import Json, Taken, UnreadableError, cut, figure, lookup, moment, need, take, text
from scoring.instants import Instant, start_of_day
from scoring.said_outcomes import WITHDRAWN, WORDS, SaidOutcome, Word, observation_of

_LONGEST_REASON = 500
_CODE = 3


def _word(value: object) -> Word:
    found = next((word for word in WORDS if word == value), None)
    if found is None:
        raise ValueError(f"expected one of {', '.join(WORDS)}")
    return found


def _day(value: object) -> Instant:
    return start_of_day(moment(value))


def _amount(value: object) -> float:
    told = figure(value)
    if told < 0:
        raise ValueError("expected an amount of 0 or more")
    return told


def _currency(value: object) -> str:
    code = text(value).strip().upper()
    if len(code) != _CODE or not code.isalpha():
        raise ValueError("expected the code of a currency, such as EUR")
    return code


def read_outcome(message: Json) -> Taken:
    """Read `outcome.told`: what became of an account, or that what was told of it is taken back.

    It makes an account known to no source: a key that nobody else ever named stays unknown.
    """
    taken = Taken()
    account_id, word = need(message, "account_id", lookup), need(message, "outcome", _word)
    effective, read_at = need(message, "effective_date", _day), need(message, "read_at", moment)
    said = SaidOutcome(account_id, word, effective)
    if word != WITHDRAWN:
        said = _with_the_rest(said, message, taken.remarks)
    if word == "churned" and said.notice is not None and said.notice > effective:
        raise UnreadableError("notice_date lies after effective_date")
    taken.statements.append(observation_of(said, read_at))
    return taken


def _with_the_rest(said: SaidOutcome, message: Json, remarks: list[str]) -> SaidOutcome:
    """Add what need not be said. A date that is none refuses the message: without it the outcome is another."""
    reason = take(message, "reason", text, remarks)
    return said._replace(
        notice=need(message, "notice_date", _day) if message.get("notice_date") is not None else None,
        arr=take(message, "arr", _amount, remarks),
        currency=take(message, "currency", _currency, remarks),
        reason=None if not reason else cut(reason, _LONGEST_REASON, "reason", remarks),
        treated=need(message, "treated_date", _day) if message.get("treated_date") is not None else None,
    )
