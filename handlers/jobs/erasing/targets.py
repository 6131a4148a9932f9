"""Who is to be erased: by which ids and names an account, a company or a person is known to the store."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

import msgspec

from config.source import ACCOUNTS, SOURCES
from handlers.jobs.erasing.terms import Terms
from handlers.stores.accounts import owned
from handlers.stores.protocol import RefusedError, Store
from handlers.stores.tombstones import (
    KEY,
    Kind,
    account_word,
    is_buried,
    name_of,
    owner_word,
    person_word,
    subject_word,
)
from scoring.account import Account, OwnerKey
from scoring.customer import USER
from scoring.facts import Fact
from scoring.ids import has_form, to_18
from scoring.observations import Fields, Subject

FACT_SOURCES = (*SOURCES, "outcomes")
"""All sources that facts can be of."""

AT_ONCE = 500


class Target(msgspec.Struct, frozen=True):
    """Somebody who is to be erased: the id that was given, all owners and names that it stands for.

    `users` are the CRM's records of a person, `shared` how many owners of an account stay, since another has them too.
    `is_unmapped` where neither the store nor a mapping knows the account: its owners in other sources are not found.
    `spared` are names of others that have one of theirs in them: "Four Seasons" is no part of "Four Seasons Bangkok".
    """

    kind: Kind
    id: str
    owners: tuple[OwnerKey, ...] = ()
    names: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    users: tuple[Subject, ...] = ()
    periods: tuple[str, ...] = ()
    shared: int = 0
    spared: tuple[str, ...] = ()
    is_unmapped: bool = False

    @property
    def words(self) -> list[str]:
        """Give what is remembered of them, once they are erased: nothing of it is kept but its hash."""
        if self.kind == "person":
            told = [person_word(one) for one in (self.id, *self.names, *self.also)]
            return [*told, *map(subject_word, self.users)]
        owners = [owner_word(*one) for one in self.owners]
        return [account_word(self.id), *owners] if self.kind == "account" else owners

    @property
    def terms(self) -> Terms:
        """Give the words that they are looked for by."""
        words = _words(self)
        return Terms(self.kind, words, words, frozenset(self.spared))

    @property
    def by_source(self) -> Mapping[str, frozenset[str]]:
        """Give the ids of the owners by source."""
        return {name: frozenset(key for source, key in self.owners if source == name) for name, _ in self.owners}


_LONG = 18


def _words(target: Target) -> frozenset[str]:
    """Give all ids and names of a target."""
    ids = {key for _, key in target.owners}
    ids |= {target.id if target.kind != "company" else target.id.partition("=")[2]}
    ids |= {key[:-3] for key in ids if has_form(key) and len(key) == _LONG}
    return frozenset((*ids, *target.names, *target.also))


def _sparing(target: Target, others: Iterable[str]) -> Target:
    """Give a target that names nobody within the names of others."""
    terms = target.terms
    spared = {one for one in others if terms.is_within(one) and not terms.is_one(one, "id")}
    return msgspec.structs.replace(target, spared=tuple(sorted(spared)))


def find_account(store: Store, accounts: Iterable[Account], account_id: str) -> Target:
    """Find all that an account stands for: its owners by every id that they go by, its names; not what others share."""
    every = list(accounts)
    kept = store.portfolio.account(account_id)
    told = [one for one in (kept, *every) if one is not None and one.id == account_id]
    others = [one for one in every if one.id != account_id]
    named = {(ACCOUNTS.name, account_id)}.union(*map(owned, told))
    theirs = _closed(store, named)
    taken = _closed(store, set[OwnerKey]().union(*map(owned, others))) | {(ACCOUNTS.name, one.id) for one in others}
    own = {one for one in theirs if one not in taken}
    names = _names(store, own) | _recorded(store, account_id) | {one.name for one in told if one.name}
    theirs_too = _words_of_others(store, own, others)
    target = Target(
        "account",
        account_id,
        tuple(sorted(own)),
        tuple(sorted(names - theirs_too)),
        periods=tuple(period for key, period in store.record_keys() if key == account_id),
        shared=len({one for one in named if one not in own}),
        is_unmapped=not told and not is_buried(store, name_of(store.cursor(KEY) or "", "account", account_id)),
    )
    return _sparing(target, theirs_too)


def _closed(store: Store, owners: Iterable[OwnerKey]) -> set[OwnerKey]:
    """Give owners by every id that they go by."""
    return {(source, key) for source, one in owners for key in {one, *store.owner(source, one).ids}}


def _names(store: Store, owners: Iterable[OwnerKey]) -> set[str]:
    return {name for source, key in owners if (name := store.owner(source, key).name)}


def _recorded(store: Store, account_id: str) -> set[str]:
    summaries = (one for period in store.summarised() for one in store.summaries(period))
    return {one.account_name for one in summaries if one.account_id == account_id and one.account_name}


def _words_of_others(store: Store, own: Collection[OwnerKey], others: Iterable[Account]) -> set[str]:
    """Give ids and names of others: a name that they bear, too, names nobody surely."""
    told = {one for account in others for one in (account.id, account.name) if one}
    for source in SOURCES:
        for one in store.owners(source):
            if not any((source, key) in own for key in one.ids):
                told |= {*one.ids, *((one.name,) if one.name else ())}
    return told


def find_company(store: Store, accounts: Iterable[Account], said: str) -> Target:
    """Find a company by `SOURCE=ID`, or by its id alone where one source knows it. Raises RefusedError."""
    source, key = _company(store, said)
    own = _closed(store, {(source, key)})
    others = _words_of_others(store, own, accounts)
    names = _names(store, own) - others
    return _sparing(Target("company", f"{source}={key}", tuple(sorted(own)), tuple(sorted(names))), others)


def _company(store: Store, said: str) -> OwnerKey:
    source, is_named, key = said.partition("=")
    if is_named and source in FACT_SOURCES and key:
        return source, key
    known = [one for one in SOURCES if store.owner(one, said).since is not None]
    if len(known) == 1:
        return known[0], said
    places = f"{' and '.join(known)} know one of that id" if known else "no source knows it"
    raise RefusedError(f"which company is {said!r}? {places}: name it as SOURCE=ID, e.g. intercom={said}")


def find_person(store: Store, said: str, also: Collection[str]) -> Target:
    """Find a person by mail address, name or id: the CRM's user of it adds its other names. Raises RefusedError."""
    wanted = {person_word(one) for one in (said, *also)}
    every = list(user_facts(store))
    users = [fact for fact in every if wanted & {person_word(one) for one in _known_as(fact)}]
    if len(users) > 1 and not also:
        raise RefusedError(f"{len(users)} users of the CRM are called {said!r}: give the mail address or id of one")
    names = {name for fact in users for name in _known_as(fact)} - {said, *also}
    others = {name for fact in every if fact not in users for name in _known_as(fact)}
    subjects = tuple(one.subject for one in users)
    return _sparing(Target("person", said, (), tuple(sorted(names)), tuple(sorted(also)), subjects), others)


def user_facts(store: Store) -> Iterator[Fact]:
    """List the facts of users of the CRM."""
    for source in SOURCES:
        yield from facts_in(store, (one for one in store.subjects(source) if one.kind == USER))


def facts_in(store: Store, subjects: Iterable[Subject]) -> Iterator[Fact]:
    """Give the facts of subjects, some hundreds at a time."""
    stream = iter(subjects)
    while some := list(islice(stream, AT_ONCE)):
        yield from store.facts_of(some)


def _known_as(fact: Fact) -> set[str]:
    told = {fact.subject.id}
    for one in fact.observations:
        if isinstance(one.content, Fields):
            told |= {value for name, value in one.content.values if name in ("name", "mail") and isinstance(value, str)}
    return {one for one in told if one}


def account_id_of(said: str) -> str:
    """Give the id of an account as it is kept."""
    return to_18(said.strip()) if has_form(said.strip()) else said.strip()
