"""Outcomes that somebody told us: of an account and the day on which it took effect, the last word holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Literal, NamedTuple, TypeAlias

from scoring.facts import CrmRecord, Fact, in_order, record_in
from scoring.instants import DAY, Instant, format_date
from scoring.model import Currencies
from scoring.money import amount, in_corporate, without_rate
from scoring.observations import Fields, Observation, Subject
from scoring.outcomes import KINDS, Kind, Outcome

SOURCE, KIND = "outcomes", "outcome"
"""What stores call the source of told outcomes, and the kind of their subjects; no role of the model is theirs."""

WITHDRAWN: Literal["withdrawn"] = "withdrawn"
"""The word of a row that takes an outcome back."""

Word: TypeAlias = Kind | Literal["withdrawn"]

WORDS: tuple[Word, ...] = (*KINDS, WITHDRAWN)

ONE_RENEWAL = 90 * DAY
"""A told outcome stands in the place of the CRM's nearest one, no further away than this."""


class SaidOutcome(NamedTuple):
    """An outcome as it was told: what is empty there is None. A withdrawn one has its account and day alone."""

    account_id: str
    word: Word
    effective: Instant
    notice: Instant | None = None
    arr: float | None = None
    currency: str | None = None
    reason: str | None = None
    treated: Instant | None = None


def observation_of(said: SaidOutcome, read_at: Instant) -> Observation:
    """State an outcome as it was told at an instant; of one account and day the later word replaces the earlier."""
    values = {
        "arr": said.arr,
        "currency": said.currency,
        "effective_date": said.effective,
        "notice_date": said.notice,
        "outcome": said.word,
        "reason": said.reason,
        "treated_date": said.treated,
    }
    subject = Subject(SOURCE, KIND, f"{said.account_id}@{format_date(said.effective)}")
    return Observation(subject, read_at, Fields(tuple(sorted(values.items())), read_at=read_at), said.account_id)


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of an account: its outcomes, and the days of those that are taken back.

    `flags` name the currencies of amounts that cannot be converted.
    """

    outcomes: tuple[Outcome, ...] = ()
    withdrawn: frozenset[Instant] = frozenset()
    flags: frozenset[str] = frozenset()


def told(facts: Iterable[Fact], account_id: str, currencies: Currencies, until: Instant) -> Told:
    """Read what was told of an account before an instant, whatever ids of it were used."""
    latest: dict[Instant, CrmRecord] = {}
    for fact in (one for one in facts if one.subject.source == SOURCE):
        seen = in_order(one for one in fact.observations if one.known_at < until)
        record = record_in(seen, until, infer=False) if seen else None
        effective = None if record is None else record.instant("effective_date")
        if record is not None and effective is not None and _holds(record, latest.get(effective)):
            latest[effective] = record
    outcomes = [one for at in sorted(latest) if (one := _outcome(latest[at], account_id, at, currencies)) is not None]
    withdrawn = frozenset(at for at, one in latest.items() if one.text("outcome") == WITHDRAWN)
    flags = (flag for one in latest.values() for flag in _unpriced(one, currencies))
    return Told(tuple(outcomes), withdrawn, frozenset(flags))


def _holds(record: CrmRecord, other: CrmRecord | None) -> bool:
    """Tell whether what was said under one id of an account is later than what was said under another."""
    return other is None or (record.first_heard, record.id) > (other.first_heard, other.id)


def _outcome(record: CrmRecord, account_id: str, effective: Instant, currencies: Currencies) -> Outcome | None:
    word = record.text("outcome")
    kind = next((kind for kind in KINDS if kind == word), None)
    if kind is None:
        return None
    money = amount(record.number("arr"), record, currencies)
    return Outcome(
        account_id=account_id,
        kind=kind,
        effective=effective,
        notice=record.instant("notice_date"),
        arr=None if money is None else in_corporate(money, currencies),
        reason=record.text("reason") or "",
        treated=record.instant("treated_date"),
    )


def _unpriced(record: CrmRecord, currencies: Currencies) -> tuple[str, ...]:
    """Flag an amount that cannot be converted, or of which nobody said the currency where there are several."""
    arr = record.number("arr")
    money = amount(arr, record, currencies)
    return ("invalid:currency",) if arr is not None and money is None else without_rate(money, currencies)


def corrected(derived: Sequence[Outcome], said: Told) -> list[Outcome]:
    """Put what was told in the place of what the CRM says: each outcome in that of the nearest one, if it is near.

    What a row leaves open (when notice was given, the revenue), the outcome of its kind that it replaces
    may fill. One that was taken back takes the CRM's of that very day with it.
    """
    left = sorted((one for one in derived if one.effective not in said.withdrawn), key=attrgetter("effective", "kind"))
    replaced = _replaced(said.outcomes, left)
    mine = [_filled(one, left[replaced[at]] if at in replaced else None) for at, one in enumerate(said.outcomes)]
    kept = [one for at, one in enumerate(left) if at not in replaced.values()]
    return sorted([*mine, *kept], key=attrgetter("effective", "kind"))


def _replaced(said: Sequence[Outcome], derived: Sequence[Outcome]) -> dict[int, int]:
    """Give the place of the outcome that each of those told replaces: the nearest pairs first, each once."""
    pairs = sorted(
        (abs(mine.effective - theirs.effective), place, other)
        for place, mine in enumerate(said)
        for other, theirs in enumerate(derived)
        if abs(mine.effective - theirs.effective) <= ONE_RENEWAL
    )
    replaced: dict[int, int] = {}
    for _, place, other in pairs:
        if place not in replaced and other not in replaced.values():
            replaced[place] = other
    return replaced


def _filled(mine: Outcome, theirs: Outcome | None) -> Outcome:
    if theirs is None or theirs.kind != mine.kind:
        return mine
    notice = theirs.notice if theirs.notice is not None and theirs.notice <= mine.effective else None
    return replace(
        mine,
        notice=notice if mine.notice is None else mine.notice,
        arr=theirs.arr if mine.arr is None else mine.arr,
    )
