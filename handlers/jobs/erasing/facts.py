"""Facts of somebody: theirs go, of those that are another's today only the owner's id, of people only their names."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from msgspec import structs

from handlers.jobs.erasing.receipt import Found
from handlers.jobs.erasing.sifting import Sifter
from handlers.jobs.erasing.targets import FACT_SOURCES, Target, facts_in
from handlers.stores.codec import decode_content, encode_content
from handlers.stores.protocol import Store
from handlers.stores.tombstones import OWNER_GONE
from scoring.facts import Fact
from scoring.observations import Message, Observation, Subject


@dataclass(frozen=True)
class Facts:
    """The facts of a customer: their own, and those that are another's too."""

    own: tuple[Subject, ...] = ()
    parts: frozenset[str] = frozenset()
    shared: tuple[Fact, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """Give the ids of what was theirs, parts of conversations too."""
        return self.parts | {one.id for one in self.own}


def facts_of_customer(store: Store, target: Target) -> Facts:
    """Find the facts of all owners of a target, and what is called by their ids without naming them."""
    found: dict[Subject, Fact] = {}
    for source, ids in target.by_source.items():
        found |= {fact.subject: fact for fact in store.facts(source, ids)}
        called = (one for one in store.subjects(source) if one.id in ids and one not in found)
        found |= {fact.subject: fact for fact in facts_in(store, list(called))}
    shared = tuple(fact for fact in found.values() if _others(fact, target))
    own = {subject: fact for subject, fact in found.items() if fact not in shared}
    return Facts(tuple(sorted(own)), frozenset(_parts(own.values())), shared)


def _others(fact: Fact, target: Target) -> set[str]:
    ids = target.by_source.get(fact.subject.source, frozenset())
    return {one.owner for one in fact.observations if one.owner} - ids - {OWNER_GONE}


def _parts(facts: Iterable[Fact]) -> Iterator[str]:
    return (one.content.part for fact in facts for one in fact.observations if isinstance(one.content, Message))


def erase_facts(store: Store, target: Target, facts: Facts, found: Found, *, write: bool) -> None:
    """Forget the facts of a customer, and their ids in the facts of others."""
    found.add("facts", len(facts.own))
    found.add("shared facts", len(facts.shared))
    if not write:
        return
    store.erasing.forget_subjects(facts.own)
    for fact in facts.shared:
        ids = target.by_source[fact.subject.source]
        store.erasing.rewrite_fact(fact, _rewritten(fact, lambda one, ids=ids: _disowned(one, ids)))  # type: ignore[misc]


def _disowned(one: Observation, ids: frozenset[str]) -> Observation:
    return structs.replace(one, owner=OWNER_GONE) if one.owner in ids else one


def _rewritten(fact: Fact, change: Callable[[Observation], Observation]) -> Fact:
    return Fact(fact.subject, frozenset(map(change, fact.observations)))


def erase_person(store: Store, target: Target, found: Found, *, write: bool) -> None:
    """Forget what the CRM's user was, and replace a person's names in all other facts: every fact is read for it."""
    sifter = Sifter(target.terms)
    found.add("facts", len(store.facts_of(target.users)))
    if write:
        store.erasing.forget_subjects(target.users)
    for source in FACT_SOURCES:
        others = (one for one in store.subjects(source) if one not in target.users)
        for fact in facts_in(store, list(others)):
            after = _rewritten(fact, lambda one: _unnamed(one, sifter))
            if after != fact:
                found.add("facts")
                if write:
                    store.erasing.rewrite_fact(fact, after)


def _unnamed(one: Observation, sifter: Sifter) -> Observation:
    form, text = encode_content(one.content)
    said = sifter.text(text)
    return one if said in (text, None) else structs.replace(one, content=decode_content(form, said or ""))


def erase_attributes(store: Store, target: Target, found: Found, *, write: bool) -> None:
    """Replace a person's names in what listings said of owners."""
    sifter = Sifter(target.terms)

    def change(said: str) -> str:
        at, _, pairs = said.partition(" ")
        return f"{at} {sifter.text(pairs) or pairs}"

    for source in FACT_SOURCES:
        found.add("owner attributes", store.erasing.rewrite_attributes(source, change, write=write))
