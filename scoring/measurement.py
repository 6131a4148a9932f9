"""From what is known of an account to its measurements, and so to its score."""

from collections.abc import Iterable
from functools import partial

from scoring.account import AccountFacts
from scoring.customer import csm_of
from scoring.facts import CrmRecord
from scoring.instants import DAY, HOUR, Instant
from scoring.metrics.adoption_engagement import PLATFORM_VALUE
from scoring.metrics.catalogue import MEASURED
from scoring.metrics.financial_contract import next_renewal
from scoring.model import Model, window_days
from scoring.score import Measurements, Score, grade
from scoring.signals import Signal, from_record, is_apart
from scoring.suggestion_terms import DAYS
from scoring.timeline import Timeline
from scoring.view import AccountView, view


def score(facts: AccountFacts, as_of: Instant, model: Model) -> Score:
    """Score an account as of an instant (exclusive): the same inputs give the same bytes."""
    return grade(measure(facts, as_of, model), model)


def measure(facts: AccountFacts, as_of: Instant, model: Model) -> Measurements:
    """Measure an account as of an instant (exclusive)."""
    return measure_at(Timeline(facts), as_of, model)


def measure_at(timeline: Timeline, as_of: Instant, model: Model) -> Measurements:
    """Measure as `measure` does; at many instants one timeline is sorted once."""
    facts, seen = timeline.known, view(timeline, as_of, model)
    return Measurements(
        account_id=facts.account.id,
        account_name=_name(facts, seen),
        segment=seen.segment,
        as_of=as_of,
        dimensions={dimension.name: dimension.measures(seen, model) for dimension in MEASURED},
        pillars=PLATFORM_VALUE.measures(seen, model),
        signals=tuple(one for record, one in _signals(seen, model) if not _stands_apart(record, one, as_of)),
        signals_known=seen.signals_known,
        flags=tuple(sorted(seen.flags)),
        window_days=window_days(model),
        age_hours={name: None if s.age is None else s.age // HOUR for name, s in seen.sources.states.items()},
        csm=csm_of(seen.profile, partial(timeline.users, as_of), facts.account.csm),
        arr=None if seen.arr_said is None else seen.arr_said.value,
        currency=None if seen.arr_said is None else seen.arr_said.currency,
        renewal=next_renewal(seen, model),
    )


def suggested_at(
    timeline: Timeline, as_of: Instant, model: Model, days: int = DAYS.expire, *, of_ours: bool = True
) -> tuple[Signal, ...]:
    """Give the signals that were suggested and not decided on strictly before `as_of`; no score knows of them.

    One that nobody decides on in so many days waits no longer. Without `of_ours` they are those alone that bear no key
    of a suggestion: other programs suggested them.
    """
    signals = _signals(view(timeline, as_of, model), model)
    return tuple(
        one
        for record, one in signals
        if one.status == "Suggested"
        and as_of < record.first_heard + days * DAY
        and (of_ours or record.text("suggestion_key") is None)
    )


def _signals(seen: AccountView, model: Model) -> Iterable[tuple[CrmRecord, Signal]]:
    return ((record, from_record(record, model.words)) for record in seen.of("signal"))


def _stands_apart(record: CrmRecord, one: Signal, as_of: Instant) -> bool:
    """Tell whether a signal counts nowhere yet: one that was accepted counts from then on, whenever it was observed."""
    accepted = record.instant("accepted_at")
    if accepted is None:
        return is_apart(one) or (one.status == "Expired" and record.text("suggestion_key") is not None)
    return is_apart(one) or accepted >= as_of


def _name(facts: AccountFacts, seen: AccountView) -> str | None:
    if facts.account.name is not None:
        return facts.account.name
    return seen.profile.text("name") if seen.profile is not None else None
