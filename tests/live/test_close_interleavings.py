"""A close among rescores, crashes, outages and repetitions: Salesforce has each account's record, or it is named."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.jobs.alerts import kept_list
from handlers.jobs.checkpoints import CursorCheckpoints
from handlers.jobs.closes import noted
from handlers.jobs.closing import Closing
from handlers.jobs.records import Terms
from handlers.jobs.rescore import rescore
from handlers.jobs.runs import Resumable
from handlers.jobs.unwritten import Unwritten, due_of
from handlers.sinks.choice import Sinks
from handlers.sinks.salesforce import SalesforceWriter
from handlers.stores.protocol import Batch, Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.feeds import Covered, Heard
from scoring.instants import DAY, HOUR, SECOND, Instant, parse_instant
from scoring.observations import Fields, Observation, Subject
from tests.fakes.salesforce import FakeSalesforce
from tests.fakes.server import Fault, Response
from tests.live.orgs import CONFIG, client, served

PERIOD, AS_OF = "2026-10", parse_instant("2026-11-01")
ACCOUNTS = tuple(Account(key, {"salesforce": (key,)}) for key in (f"001{n:012d}AAA" for n in range(3)))
POINTS = ("record", "put_records", "set_cursor", "facts")


class Crash(Exception):  # noqa: N818 - it is no error of ours
    """The process is gone."""


@dataclass
class Busy:
    """A store at whose calls something else happens first."""

    store: SqliteStore
    meanwhile: list[tuple[int, Callable[[], None]]]
    calls: int = field(default=0)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        """Give what the store has; at the points that are counted, do first what is due there."""
        real = getattr(self.store, name)
        return self._counted(real) if name in POINTS else real

    def _counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the store takes it
            self.calls += 1
            for at, deed in list(self.meanwhile):
                if at == self.calls:
                    deed()
            return real(*given, **named)

        return act


@dataclass
class World:
    """A store with three accounts, an org, a clock that moves by a second each time it is read."""

    store: SqliteStore
    org: FakeSalesforce
    clock: Instant = AS_OF + 6 * HOUR

    def now(self) -> Instant:
        """Read the clock."""
        self.clock += SECOND
        return self.clock

    def rescore(self, number: int) -> None:
        """Correct a record of the closed month, as somebody asks to."""
        rescore(ACCOUNTS[number], self.store, Terms(PERIOD, AS_OF, CONFIG.model, "provisional", self.now()))

    def close(self, meanwhile: list[tuple[int, Callable[[], None]]]) -> set[str] | None:
        """Close the month; give the accounts that failed, or None where the process crashed."""
        store = cast("Store", Busy(self.store, meanwhile))
        writer = SalesforceWriter(client(self.org), CONFIG.record_map, sleep=lambda _: None)
        unwritten = Unwritten(store, {account.id for account in ACCOUNTS}.intersection)
        close = Terms(PERIOD, AS_OF, CONFIG.model, "final", self.now())
        resumable = Resumable(str(close.now), CursorCheckpoints(store), lambda: False, close.now, chunk=2)

        def sinks(_: str, chunk: Sequence[Account]) -> Sinks:
            return Sinks(crm=writer, due=due_of(unwritten, chunk, PERIOD))

        try:
            closed = Closing(ACCOUNTS, ACCOUNTS, store, close, CONFIG.guards, CONFIG.alerts, resumable, sinks).close()
        except Crash:
            return None
        assert closed.held == []
        return set(closed.run.all_failed)

    def rows(self) -> dict[str, Any]:
        """Give the org's records of the month by account."""
        return {row["Account__c"]: row for row in self.org.records["Health_Score__c"].values()}


def _told(store: SqliteStore) -> None:
    batch = Batch()
    batch.add(Covered("salesforce", AS_OF - 400 * DAY))
    batch.add(Heard("salesforce", AS_OF - HOUR))
    for account in ACCOUNTS:
        fields = Fields((("arr", 300_000.0), ("deleted", False), ("success_tier", "Paid")), created=AS_OF - 400 * DAY)
        batch.add(Observation(Subject("salesforce", "account", account.id), AS_OF - 400 * DAY, fields, account.id))
    store.merge(batch)


@pytest.fixture(name="org", scope="module")
def _org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSalesforce]:
    with (
        pytest.MonkeyPatch.context() as patch,
        served(FakeSalesforce(), tmp_path_factory.mktemp("org"), patch) as org,
    ):
        yield org


deeds = st.tuples(st.integers(1, 16), st.sampled_from(["rescore 0", "rescore 1", "rescore 2", "crash"]))
closes = st.tuples(st.lists(deeds, max_size=4), st.booleans())


@given(st.lists(closes, min_size=1, max_size=4), st.integers(0, 2))
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
def test_whatever_comes_between_salesforce_has_each_record_or_it_is_named(
    org: FakeSalesforce, tmp_path: Path, happened: list[tuple[list[tuple[int, str]], bool]], asked: int
) -> None:
    """Rescores, crashes and outages at any point of several closes; the last close is let alone, and all is there."""
    org.records["Health_Score__c"].clear()
    with closing(SqliteStore(tmp_path / f"{uuid4().hex}.db", durable=False)) as store:
        _told(store)
        world = World(store, org)
        world.rescore(asked)
        for meanwhile, is_down in happened:
            if is_down:
                org.plan("/query", *[Fault("answer", Response(503, "down"))] * 6)
            failed = world.close([(at, _deed(world, said)) for at, said in meanwhile])
            org.faults.clear()
            _check(world, failed)
        assert world.close([]) == set()
        _check(world, set())
        assert world.rows().keys() == {account.id for account in ACCOUNTS}
        _check_alerts(world)


def _check_alerts(world: World) -> None:
    """Every record has the alert that the list of the close has for it, whatever came in between."""
    made = kept_list(world.store, PERIOD)
    assert made is not None
    assert (len(made.listed), made.accounts) == (1, len(ACCOUNTS))
    for record in world.store.records():
        assert record.alert == made.alert(record.score.account_id)
    dated = {account for account, row in world.rows().items() if row.get("Alert_Since__c")}
    assert dated == set(made.since)


def _deed(world: World, said: str) -> Callable[[], None]:
    def crash() -> None:
        raise Crash

    name, _, number = said.partition(" ")
    return crash if name == "crash" else lambda: world.rescore(int(number))


def _check(world: World, failed: set[str] | None) -> None:
    """What did not fail is in Salesforce as a final record; a crash has closed nothing that is not there."""
    if failed is None:
        return
    there = {account for account, row in world.rows().items() if row["Status__c"] == "final"}
    assert {account.id for account in ACCOUNTS} - failed <= there
    said = noted(world.store, PERIOD)
    assert said is not None
    assert said.stage == "closed"
