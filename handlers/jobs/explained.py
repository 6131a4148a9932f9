"""Why an account has its score: all that is said of it, as it is known now, of a month that ended or still runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from config.loader import Config
from config.repairs import Repairs
from handlers.jobs.peers import read_peers
from handlers.jobs.records import AccountReader, Terms
from handlers.stores.models import kept_model
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import Instant
from scoring.measurement import measure_at
from scoring.metrics.tone import Tone, tone_at
from scoring.model import Model, Segment
from scoring.movement import Movement, movement_on
from scoring.peers import Peers
from scoring.periods import period_end, period_of
from scoring.record import Record
from scoring.repair import Outcome, repair
from scoring.score import grade
from scoring.timeline import Timeline


@dataclass(frozen=True)
class Given:
    """What an account is explained from: its facts on a timeline, its records by period, and how more is read.

    `model` gives a model by its version, None where it is not kept; `peers` what others of a segment usually
    have in the latest closed period up to one.
    """

    timeline: Timeline
    records: Sequence[Record]
    model: Callable[[str], Model | None]
    peers: Callable[[Segment, str], Peers | None]

    def before(self, period: str) -> Record | None:
        """Give the latest record before a period."""
        return next((one for one in reversed(self.records) if one.period < period), None)

    def of(self, period: str) -> Record | None:
        """Give the record of a period."""
        return next((one for one in self.records if one.period == period), None)

    @property
    def latest_period(self) -> str | None:
        """Name the period of the latest record."""
        return self.records[-1].period if self.records else None


def given_of(store: Store, account: Account) -> Given:
    """Read from a store what an account is explained from."""
    timeline, records = Timeline(AccountReader(store).read(account)), store.records_of(account.id)
    peers = partial(read_peers, store, account.id)
    return Given(timeline, records, partial(kept_model, store), peers)


@dataclass(frozen=True)
class Explained:
    """A score as it is known now, made like a record, and what it stands beside.

    `stored` is the record of its period, `previous` the latest record before it, `movement` what moved since
    that one (None: that cannot be split), `lifted` what would reach the next tier, `tone` how many messages
    stand behind its sentiment.
    """

    fresh: Record
    stored: Record | None
    previous: Record | None
    movement: Movement | None
    peers: Peers | None
    lifted: Outcome
    tone: Tone


def as_of_of(period: str, now: Instant) -> Instant:
    """Say as of when a period is explained: its end, or now while it runs.

    Raises ValueError where it is no month, or has not begun.
    """
    as_of = min(period_end(period), now)
    if as_of == now and period != period_of(now):
        raise ValueError(f"{period} has not begun")
    return as_of


def explained(given: Given, period: str, config: Config, now: Instant) -> Explained:
    """Explain an account for a period that has begun, under the present model."""
    as_of, model = as_of_of(period, now), config.model
    fresh = scored(given.timeline, Terms(period, as_of, model, "provisional", now))
    previous = given.before(period)
    earlier = None if previous is None else given.model(previous.score.model_version)
    moved = None
    if previous is not None and earlier is not None:
        moved = movement_on(given.timeline, previous, as_of, earlier, model)
    peers = given.peers(fresh.score.segment, period)
    lifted, tone = _lifted(fresh, model, config.repairs), tone_at(given.timeline, as_of, model)
    return Explained(fresh, given.of(period), previous, moved, peers, lifted, tone)


def scored(timeline: Timeline, terms: Terms) -> Record:
    """Score an account on a timeline into a record."""
    measured = measure_at(timeline, terms.as_of, terms.model)
    return Record(terms.period, terms.status, terms.now, measured, grade(measured, terms.model))


def _lifted(fresh: Record, model: Model, repairs: Repairs) -> Outcome:
    return repair(fresh.measurements, model, repairs.ways, repairs.most_metrics)
