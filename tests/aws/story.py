"""What was told to the stack so far; and what a replay of the same events comes to."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random

from config.portfolio import load_portfolio
from handlers.clock import now
from handlers.demo import Demo
from handlers.jobs.alerts import listed, make_list
from handlers.jobs.finalise import finalise
from handlers.jobs.fold import fold_lines
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import AccountFacts
from scoring.record import Record
from scoring.score import Score
from tests.aws.events import AS_OF, Events, events_of
from tests.aws.world import World
from tests.live.orgs import CONFIG

_SEED = 7


@dataclass(slots=True)
class Story:
    """A deployed stack, the events of a month, and those of them that it was told of."""

    world: World
    portfolio: Demo
    events: Events = field(init=False)
    told: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Choose the events."""
        self.events = events_of(self.portfolio)

    def tell(self, count: int | None = None) -> None:
        """Send so many events that were not told yet, of all kinds and in any order; or all."""
        known = set(self.told)
        left = [body for body in self.events if body not in known]
        Random(_SEED).shuffle(left)  # noqa: S311 - a seed, not a secret
        some = list(islice(left, count))
        self.world.send(some)
        self.told += some

    @property
    def store(self) -> DynamoStore:
        """Open the store of the stack."""
        return DynamoStore(self.world.emulator.client("dynamodb"), self.world.stack.name, now)

    def facts(self) -> list[AccountFacts]:
        """Read what the stack knows of each account."""
        return self._read(self.store)

    def facts_of_a_replay(self, folder: Path) -> list[AccountFacts]:
        """Fold what was told into an embedded store, and read what is known of each account."""
        with closing(self._folded(folder)) as store:
            return self._read(store)

    def score_of_a_replay(self, folder: Path, live: Record) -> Score:
        """Fold what was told, and score the account of a live record as of the same instant."""
        (account,) = (one for one in load_portfolio(self.world.mapping) if one.id == live.score.account_id)
        terms = Terms(live.period, live.score.as_of, CONFIG.model, "provisional", now())
        with closing(self._folded(folder)) as store:
            return record_of(AccountReader(store).read(account), terms).score

    def records_of_a_replay(self, folder: Path) -> dict[str, Record]:
        """Fold what was told, and close the period as the command line does; records by key."""
        kept = Kept()
        with closing(self._folded(folder)) as store:
            terms = Terms("2026-10", AS_OF, CONFIG.model, "final", now())
            finalise(load_portfolio(self.world.mapping), store, kept, terms)
            made, _ = make_list(store, terms.period, terms.as_of, CONFIG.alerts, kept.records.values())
        return {key: listed(record, made) for key, record in kept.records.items()}

    def _folded(self, folder: Path) -> Store:
        store = SqliteStore(folder / "replay.db", durable=False)
        for _ in fold_lines(self.told, "events", store, CONFIG.intake, now()):
            pass
        return store

    def _read(self, store: Store) -> list[AccountFacts]:
        reader = AccountReader(store)
        return [reader.read(account) for account in load_portfolio(self.world.mapping)]


class Kept:
    """Keeps the records that a run writes."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self.records: dict[str, Record] = {}

    def write(self, records: Iterable[Record]) -> None:
        """Keep records by their key."""
        self.records.update({record.key: record for record in records})
