"""From what is known of an account to its measurements, and so to its score."""

from scoring.account import AccountFacts
from scoring.customer import csm_of
from scoring.instants import HOUR, Instant
from scoring.metrics.adoption_engagement import PLATFORM_VALUE
from scoring.metrics.catalogue import MEASURED
from scoring.metrics.financial_contract import next_renewal
from scoring.model import Model, window_days
from scoring.score import Measurements, Score, grade
from scoring.signals import from_record
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
        signals=tuple(from_record(record, model.words) for record in seen.of("signal")),
        signals_known=seen.signals_known,
        flags=tuple(sorted(seen.flags)),
        window_days=window_days(model),
        age_hours={name: None if s.age is None else s.age // HOUR for name, s in seen.sources.states.items()},
        csm=csm_of(seen.profile, facts.facts, as_of, facts.account.csm),
        arr=None if seen.arr_said is None else seen.arr_said.value,
        currency=None if seen.arr_said is None else seen.arr_said.currency,
        renewal=next_renewal(seen, model),
    )


def _name(facts: AccountFacts, seen: AccountView) -> str | None:
    if facts.account.name is not None:
        return facts.account.name
    return seen.profile.text("name") if seen.profile is not None else None
