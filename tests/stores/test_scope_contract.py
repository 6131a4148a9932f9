"""The contract of a scoped read, proved on each implementation: nothing that a score can use is left out."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from itertools import count
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from config.loader import load_config
from handlers.jobs.movements import RecordMaker
from handlers.jobs.records import AccountReader, Terms
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account, Naming
from scoring.compaction import compact
from scoring.facts import Fact, gather
from scoring.feeds import Covered, Heard
from scoring.instants import DAY, Instant
from scoring.observations import Conversation, Observation, Reading, Subject
from scoring.scope import Scope, in_scope
from tests.scoring.spans import BEGIN, ID, moments, spans
from tests.stores.places import Place, batch_of
from tests.stores.test_store_contract import pieces

OWNERS = {"intercom": ("acme", "5f-acme", "foreign"), "looker": ("77", "78", "foreign"), "salesforce": (ID, "foreign")}
MODEL = load_config().model

windows = st.integers(0, 120).map(lambda days: days * DAY)


def apart(observation: Observation, number: int) -> Observation:
    """Say the same of a subject and an owner that only this example has."""
    subject = observation.subject._replace(id=f"{number}-{observation.subject.id}")
    return structs.replace(observation, subject=subject, owner=observation.owner and f"{number}-{observation.owner}")


def holds_in(store: Store, number: int, scope: Scope) -> list[Fact]:
    """Hold what is given in a scope against all, owner by owner and together; give all."""
    every: dict[Fact, None] = {}
    for source, names in OWNERS.items():
        owners = [f"{number}-{name}" for name in names]
        for asked in ([*owners], *([one] for one in owners)):
            known, given_ = store.facts(source, asked), store.facts(source, asked, scope)
            assert set(in_scope(known, scope)) <= set(given_) <= set(known)
            assert given_ == sorted(given_, key=lambda fact: fact.subject)
            every |= dict.fromkeys(known)
    return list(every)


def compacted(store: Store, facts: Iterable[Fact], horizon: Instant) -> None:
    """Forget what no view from a horizon on can see."""
    for fact in facts:
        if gone := fact.observations - compact(fact, horizon).observations:
            store.discard(fact.subject, gone)


def test_what_is_in_scope_is_given_however_it_came(place: Place) -> None:
    """After every merge of a shuffled, repeated and split stream, and after a compaction in between."""
    store, examples = place.open("scope"), count()

    @settings(max_examples=5 * place.examples, suppress_health_check=list(HealthCheck), deadline=None)
    @given(spans, st.randoms(use_true_random=False), moments, windows, st.none() | moments)
    def holds(drawn: list[Observation], random: Random, as_of: Instant, width: int, horizon: Instant | None) -> None:
        number, scope = next(examples), Scope(Instant(as_of - width), as_of)
        for piece in pieces([apart(one, number) for one in drawn], random):
            store.merge(batch_of(*piece))
            every = holds_in(store, number, scope)
            if horizon is not None:
                compacted(store, every, Instant(horizon + 400 * DAY))
                holds_in(store, number, scope)

    holds()


def test_what_was_rewritten_is_given_too(place: Place) -> None:
    """Where somebody is erased out of a fact, the rest is in scope as before."""
    store, examples = place.open("rewritten"), count()

    @settings(max_examples=place.examples, suppress_health_check=list(HealthCheck), deadline=None)
    @given(spans, st.data(), moments, windows)
    def holds(drawn: list[Observation], data: st.DataObject, as_of: Instant, width: int) -> None:
        number, scope = next(examples), Scope(Instant(as_of - width), as_of)
        store.merge(batch_of(*(apart(one, number) for one in drawn)))
        for fact in holds_in(store, number, scope)[:3]:
            kept = data.draw(st.sets(st.sampled_from(sorted(fact.observations, key=repr)), min_size=1))
            store.erasing.rewrite_fact(fact, Fact(fact.subject, frozenset(kept)))
        holds_in(store, number, scope)

    holds()


def test_a_record_of_what_is_in_scope_is_the_record_of_all(place: Place) -> None:
    """To the last member, at the end of any month, of whatever customers and owners."""
    examples = count()

    @settings(max_examples=max(3, place.examples // 3), suppress_health_check=list(HealthCheck), deadline=None)
    @given(spans, st.lists(st.tuples(moments, st.booleans()), max_size=4), moments)
    def holds(drawn: list[Observation], namings: list[tuple[Instant, bool]], as_of: Instant) -> None:
        with closing(place.opener(f"records-{next(examples)}")) as store:
            known = [Naming(source, (name,), BEGIN) for source, names in OWNERS.items() for name in names[:2]]
            joined = [
                Naming("intercom", ("acme", "5f-acme") if both else ("acme",), at, "Acme") for at, both in namings
            ]
            feeds = [Covered(source, BEGIN) for source in OWNERS] + [Heard(source, as_of) for source in OWNERS]
            store.merge(batch_of(*drawn, *known, *joined, *feeds))
            maker = RecordMaker(store)
            account = Account(ID, {"intercom": ("acme",), "looker": ("77", "78"), "salesforce": (ID,)})
            terms = Terms("2026-01", as_of, MODEL, "provisional", as_of)
            read = maker.read(account, terms)
            every = replace(read, facts=AccountReader(store).read(account))
            assert maker.make(read, terms) == maker.make(every, terms)

    holds()


SINCE, AS_OF = Instant(BEGIN + 100 * DAY), Instant(BEGIN + 200 * DAY)


def talk(name: str, at: Instant, state: str, owner: str | None = "acme") -> Observation:
    """Say a conversation of long ago."""
    return Observation(Subject("intercom", "conversation", name), at, Conversation(BEGIN, state), owner)


def reading(name: str, date: Instant, owner: str | None = "77", at: Instant = BEGIN) -> Observation:
    """Say a reading."""
    return Observation(Subject("looker", "reading", name), at, Reading(date, (("messaging", 7.0),)), owner)


def test_edges_of_a_scope(place: Place) -> None:
    """What touches it is in; what was said of two is never left out, nor does it stand in front of another."""
    store = place.open("edges")
    old = Instant(BEGIN + DAY)
    needed = [
        talk("1", SINCE, "closed"),
        talk("2", old, "open"),
        talk("3", old, "closed"),
        talk("3", old, "open"),
        talk("4", old, "closed"),
        talk("4", Instant(old + 1), "open", None),
        reading("1", AS_OF),
        reading("2", Instant(BEGIN + 2 * DAY), "78"),
        reading("3", AS_OF, "78"),
        reading("3", AS_OF, "77", Instant(BEGIN + 1)),
    ]
    unseen = [
        talk("5", AS_OF, "open"),
        talk("6", Instant(SINCE - 1), "closed"),
        reading("4", Instant(AS_OF - 1)),
        reading("5", Instant(AS_OF + 1), "78"),
    ]
    store.merge(batch_of(*needed))
    store.merge(batch_of(*unseen))
    scope = Scope(SINCE, AS_OF)
    found = [*store.facts("intercom", ["acme"], scope), *store.facts("looker", ["77", "78"], scope)]
    assert {*gather(needed)} <= {*found} <= {*gather([*needed, *unseen])}
    if isinstance(store, SqliteStore):
        assert found == list(gather(needed))
