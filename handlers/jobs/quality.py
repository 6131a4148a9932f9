"""The quality of what is known: what a store waits for, and what scores were flagged for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from config.loader import Config
from config.portfolio import form_of
from handlers.jobs.records import AccountReader
from handlers.jobs.records_due import RecordsDue, records_due
from handlers.jobs.unknown_words import UnknownWord, words_without_meaning
from handlers.stores.protocol import FactStore, Reread, Store
from scoring.account import Account, Owner
from scoring.feeds import Feed
from scoring.instants import Instant
from scoring.observations import Reading
from scoring.summary import Summary

MOST_COUNTED = 500
"""Of so many owners of a source that have no account it is counted how much is known."""

_MOST_HOLED = 3
"""The holes of a source are the same for all its customers: so many accounts are asked for them."""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """The owners of a source that no account is mapped to: how many, and of how many of those counted there are facts.

    `busy` names these, each by its ids with the number of its facts, the most first.
    """

    owners: int
    counted: int
    busy: tuple[tuple[Owner, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """What a store waits for; `flags` counts the accounts of the latest month by flag, `holes` has days by source."""

    feeds: Mapping[str, Feed]
    rereads: Sequence[Reread]
    unattributed: Mapping[str, int]
    unmapped: Mapping[str, Unmapped]
    words: Sequence[UnknownWord]
    due: RecordsDue
    flags: Sequence[tuple[str, int]] = ()
    holes: Mapping[str, tuple[Instant, ...]] = field(default_factory=dict)


def quality_of(
    store: Store, config: Config, accounts: Sequence[Account], summaries: Sequence[Summary], now: Instant
) -> Quality:
    """Count what a store waits for; the `summaries` are those of the latest month."""
    by_id = {account.id: account for account in accounts}
    return Quality(
        feeds=store.feeds(),
        rereads=store.rereads(),
        unattributed=store.unattributed(),
        unmapped={source: _unmapped(store, source, accounts) for source in form_of(config).names},
        words=words_without_meaning(summaries, by_id, store, config.model, now),
        due=records_due(store, accounts, config.sink),
        flags=flag_counts(summaries),
        holes=_holes(store, by_id, summaries),
    )


def flag_counts(summaries: Iterable[Summary]) -> list[tuple[str, int]]:
    """Count accounts by flag, the most first."""
    counted = Counter(flag for one in summaries for flag in one.flags)
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _unmapped(store: FactStore, source: str, accounts: Iterable[Account]) -> Unmapped:
    mapped = {key for account in accounts for key in account.owners.get(source, ())}
    free = [owner for owner in store.owners(source) if not owner.ids & mapped]
    counted = [(owner, len(store.facts(source, owner.ids))) for owner in free[:MOST_COUNTED]]
    busy = sorted((one for one in counted if one[1]), key=lambda one: (-one[1], min(one[0].ids)))
    return Unmapped(len(free), len(counted), tuple(busy))


def _holes(
    store: FactStore, accounts: Mapping[str, Account], summaries: Iterable[Summary]
) -> Mapping[str, tuple[Instant, ...]]:
    """Give by source the days of which its latest readings say that nobody's usage is known."""
    flagged: dict[str, list[str]] = {}
    for one in summaries:
        for flag in one.flags:
            if flag.startswith("hole:") and one.account_id in accounts:
                flagged.setdefault(flag.removeprefix("hole:"), []).append(one.account_id)
    if not flagged:
        return {}
    reader = AccountReader(store)
    return {
        source: tuple(sorted({day for one in ids[:_MOST_HOLED] for day in _days(reader, accounts[one], source)}))
        for source, ids in sorted(flagged.items())
    }


def _days(reader: AccountReader, account: Account, source: str) -> tuple[Instant, ...]:
    readings = [
        said.content
        for fact in reader.read(account).facts
        if fact.subject.source == source
        for said in fact.observations
        if isinstance(said.content, Reading)
    ]
    return max(readings, key=lambda one: one.date).holes if readings else ()
