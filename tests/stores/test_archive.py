"""What no score needs is put away in DynamoDB: no reader misses anything, whoever writes, closes or dies meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.floor import ADOPTED_AFTER
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.keeping import Mark
from scoring.account import AccountFacts
from scoring.facts import HISTORY, LOOKBACK, Fact, gather
from scoring.instants import DAY, HOUR, SECOND, Duration, Instant
from scoring.observations import Conversation, Observation, Reading, Subject
from scoring.scope import Scope, in_scope
from tests.engines import CREDENTIALS
from tests.fakes.dynamodb.service import Answer, FakeDynamoDB, Request, in_memory
from tests.scoring.test_scope import scope_at
from tests.scoring.test_time import ACCOUNT, START, account_facts, instants, observations
from tests.stores.places import batch_of, holdings

TALK = Subject("intercom", "conversation", "1")
WIDE = Duration(500 * DAY)
BEGIN = Instant(START + WIDE // 2)
"""When the clock begins: nothing that is said leaves within the days that follow."""


class KilledError(BaseException):
    """The process ended here."""


@dataclass
class Clock:
    """A clock that goes on when it is told to."""

    at: Instant = BEGIN

    def now(self) -> Instant:
        """Give the instant."""
        return self.at


@dataclass
class World:
    """Tables, a clock, and something that happens before one of the calls that are made."""

    fake: FakeDynamoDB
    clock: Clock = field(default_factory=Clock)
    said: list[Observation] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the tables."""
        with closing(connect()) as client:
            create_tables(client, Tables("archive"))

    @contextmanager
    def store(self) -> Iterator[DynamoStore]:
        """Open the store as a process of its own does."""
        with closing(DynamoStore(connect(), "archive", self.clock.now, calls_at_once=1)) as store:
            yield store

    def tell(self, *told: Observation) -> None:
        """Have another process merge observations."""
        self.said += told
        with self.store() as store:
            store.merge(batch_of(*told))

    def close(self, as_of: Instant, call: int = 0, do: Callable[[], None] = lambda: None) -> None:
        """Put away as a close does, in a floor that has settled; before the so-manieth call something is done."""
        with self.store() as store:
            self._put_away(store, as_of)
            self.clock.at = Instant(self.clock.at + ADOPTED_AFTER)
        with self.store() as store, self.before(call, do):
            self._put_away(store, as_of)
        self.clock.at = Instant(self.clock.at + HOUR)

    def _put_away(self, store: DynamoStore, as_of: Instant) -> None:
        scope = scope_at(as_of)
        facts = tuple(every(store, scope))
        owners = account_facts([], [], START).owners
        store.keeping.put_away(AccountFacts(ACCOUNT, facts, owners), scope, HISTORY)

    @contextmanager
    def before(self, call: int, do: Callable[[], None]) -> Iterator[None]:
        """Do something before the so-manieth change of an item from now on, once."""
        answer, left = self.fake.answer, [call]

        def counted(operation: str, request: Request) -> Answer:
            left[0] -= operation == "UpdateItem"
            if operation == "UpdateItem" and left[0] == 0:
                do()
            return answer(operation, request)

        self.fake.answer = counted  # type: ignore[method-assign]  # it is asked through the same name
        try:
            yield
        finally:
            self.fake.answer = answer  # type: ignore[method-assign]


@contextmanager
def world() -> Iterator[World]:
    """Give an empty world."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        with in_memory() as fake:
            yield World(fake)


def every(store: DynamoStore, scope: Scope | None = None) -> list[Fact]:
    """Read the account's facts."""
    return sorted(
        chain.from_iterable(store.facts(source, keys, scope) for source, keys in ACCOUNT.owners.items()),
        key=lambda fact: fact.subject,
    )


def owned(said: list[Observation]) -> list[Fact]:
    """Gather observations of subjects that were ever the account's."""
    keys = {key for keys in ACCOUNT.owners.values() for key in keys}
    return [fact for fact in gather(said) if any(one.owner in keys for one in fact.observations)]


def talk(state: str, days: int, owner: str | None = "acme") -> Observation:
    """Say how a conversation is so many days after the start."""
    at = Instant(START + days * DAY)
    return Observation(TALK, at, Conversation(START, state, parts=days), owner)


def reading(days: int) -> Observation:
    """Say the usage of a day."""
    at = Instant(START + days * DAY)
    return Observation(Subject("looker", "reading", f"77@{days}"), at, Reading(at, (("messaging", 1.0),)), "77")


def day(days: int) -> Instant:
    """Give an instant so many days after the start."""
    return Instant(START + days * DAY)


some = st.lists(observations, min_size=1, max_size=4)
calls = st.integers(0, 12)
steps = st.one_of(
    st.tuples(some, calls, st.just([])),
    st.tuples(instants, calls, some | st.just([])),
)
OPENED = [talk("open", 60)]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, min_size=1, max_size=6), st.lists(instants, max_size=4))
@example([([talk("closed", 1)], 0, []), (day(400), 2, OPENED)], [])
@example([([talk("closed", 1)], 0, []), (day(400), 1, [talk("open", 60, None)])], [])
@example([([talk("closed", 1)], 0, []), (day(400), 2, [talk("open", 60, None)])], [])
@example([([talk("closed", 1)], 0, []), (day(400), 2, [])], [])
@example([([talk("closed", 1)], 0, []), (day(400), 0, []), (OPENED, 2, [])], [])
@example([([talk("closed", 1)], 0, []), (day(400), 0, []), ([talk("open", 60, None)], 2, [])], [])
def test_nobody_misses_anything_whoever_writes_closes_or_dies(
    life: list[tuple[list[Observation] | Instant, int, list[Observation]]], later: list[Instant]
) -> None:
    """All is all, and what is in a scope is in what a scope is read for; a batch that died is delivered again."""
    with world() as at:
        for what, call, meanwhile in life:
            if isinstance(what, list):
                _deliver(at, what, call)
            else:
                with suppress(KilledError):
                    at.close(what, call, partial(at.tell, *meanwhile) if meanwhile else _die)
        expected = owned(at.said)
        asked = [scope_at(what) for what, _, _ in life if not isinstance(what, list)] + [scope_at(t) for t in later]
        with at.store() as store:
            assert every(store) == expected
            for scope in asked:
                assert set(in_scope(expected, scope)) <= set(every(store, scope)) <= set(expected)


def _die() -> None:
    raise KilledError


def _deliver(at: World, told: list[Observation], call: int) -> None:
    """Merge a batch; where the process dies, the queue delivers it again."""
    try:
        with at.before(call, _die):
            at.tell(*told)
    except KilledError:
        at.tell(*told)


def owners_listed() -> dict[str, str]:
    """Give by whom the index lists each subject."""
    with closing(connect()) as client:
        items = client.scan(TableName=Tables("archive").facts)["Items"]
    return {item["subject"]["S"]: item["owner"]["S"] for item in items if "of" not in item and "owner" in item}


def test_only_what_no_score_needs_is_put_away() -> None:
    """Closed conversations that no window reaches, and readings that another stands in front of."""
    with world() as at:
        at.tell(talk("closed", 1), reading(1), reading(200), reading(201))
        at.close(day(200))
        assert owners_listed() == {
            "intercom/conversation/1": "~intercom/acme",
            "looker/reading/77@1": "~looker/77",
            "looker/reading/77@200": "looker/77",
            "looker/reading/77@201": "looker/77",
        }
        with at.store() as store:
            assert [fact.subject.id for fact in every(store, scope_at(day(201)))] == ["77@200", "77@201"]
            assert every(store, scope_at(day(199))) == every(store) == owned(at.said)


def test_what_is_put_away_leaves_once_nobody_can_ask_for_it() -> None:
    """Thirteen months after the last instant that needs it, and one that was reopened does not.

    A draft's windows may reach further back than those of the model that put a conversation away.
    """
    with world() as at:
        at.tell(talk("closed", 1), reading(1), reading(200))
        at.close(day(200))
        last = day(1) + LOOKBACK
        for instant, ids in (
            (day(200) - HOUR, ["1", "77@1", "77@200"]),
            (day(200) + HOUR, ["1", "77@200"]),
            (last, ["1", "77@200"]),
            (last + HOUR, ["77@200"]),
        ):
            at.clock.at = Instant(instant + HISTORY)
            with at.store() as store:
                assert [fact.subject.id for fact in every(store)] == ids
        at.clock.at = BEGIN
        at.tell(talk("open", 300, None))
        at.clock.at = Instant(START + 4 * WIDE)
        with at.store() as store:
            assert [fact.subject.id for fact in every(store)] == ["1", "77@200"]


def test_no_date_of_what_is_put_away_lies_behind() -> None:
    """DynamoDB never removes what expired more than five years ago; and the parts of an item must outlast it."""
    with world() as at:
        at.clock.at = Instant(START + 4_000 * DAY)
        at.tell(talk("closed", 1), reading(1), reading(200))
        at.close(day(200))
        with closing(connect()) as client:
            items = client.scan(TableName=Tables("archive").facts)["Items"]
        told = {item["subject"]["S"]: int(item["expires"]["N"]) * SECOND for item in items if "expires" in item}
        assert len(told) == 2
        assert all(at.clock.at - HOUR <= expires <= at.clock.at for expires in told.values())
        with at.store() as store:
            assert [fact.subject.id for fact in every(store)] == ["77@200"]


def test_a_fact_of_nobody_that_was_put_away_is_marked_as_any_other() -> None:
    """And what a process left half done is listed again by the weekly look."""
    with world() as at:
        at.tell(talk("closed", 1))
        at.close(day(200))
        with at.store() as store:
            store.keeping.mark({TALK: Mark(at.clock.at)})
            assert [one.mark for one in holdings(store, at.clock.at)] == [Mark(at.clock.at)]
            store.keeping.mark({TALK: None})
        assert owners_listed() == {"intercom/conversation/1": "intercom/acme"}
        at.close(day(210))
        with suppress(KilledError), at.before(2, _die):
            at.tell(talk("open", 300, None))
        assert owners_listed() == {"intercom/conversation/1": "~intercom/acme"}
        with at.store() as store:
            assert len(holdings(store, at.clock.at)) == 1
        assert owners_listed() == {"intercom/conversation/1": "intercom/acme"}


def test_nothing_is_put_away_by_a_floor_that_some_process_may_not_know() -> None:
    """It is announced first, and an older one serves until it has settled."""
    with world() as at:
        at.tell(talk("closed", 1))
        with at.store() as store:
            for _ in range(3):
                at._put_away(store, day(200))  # noqa: SLF001 - what a close does, at one moment
        assert owners_listed() == {"intercom/conversation/1": "intercom/acme"}


def test_what_was_put_away_can_be_erased() -> None:
    """Whole, as any other fact."""
    with world() as at:
        at.tell(talk("closed", 1, "another"), talk("closed", 2))
        at.close(day(200))
        assert owners_listed() == {"intercom/conversation/1": "~intercom/acme"}
        with at.store() as store:
            store.erasing.forget_subjects([TALK])
            assert every(store) == store.facts("intercom", ["another"]) == []
