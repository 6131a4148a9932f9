"""Accounts whose customers wrote something that suggests a signal, in a store, and who asks for it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from config.loader import Config
from config.words import WordsTerms
from handlers.jobs.suggestions import Suggesting, names_of
from handlers.sinks.conversation_links import ConversationLinks
from handlers.sinks.suggested_store import StoreSuggestions
from handlers.stores.protocol import Batch, Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.instants import DAY, HOUR, Instant, parse_instant
from scoring.observations import Conversation, Finding, Message, Observation, Subject
from tests.live.orgs import CONFIG

NOW = parse_instant("2026-11-20T12:00:00Z")
READING: Config = replace(CONFIG, words=WordsTerms("rules"))
LINKS = ConversationLinks({"intercom": "https://app.intercom.com/a/inbox/w1/inbox/conversation/"})
QUOTE = "we will not renew"


def account(number: int) -> Account:
    """Give an account by its number."""
    return Account(
        f"001{number:012d}AAA", {"intercom": (f"company-{number}",), "salesforce": (f"001{number:012d}AAA",)}
    )


def opened(*numbers: int, at: Instant = NOW - DAY) -> SqliteStore:
    """Open a store in memory in which the customers of some accounts wrote each that they cancel."""
    return opened_at(Path(":memory:"), *numbers, at=at)


def opened_at(path: Path, *numbers: int, quote: str = QUOTE, at: Instant = NOW - DAY) -> SqliteStore:
    """Open the same in a file."""
    store = SqliteStore(path, durable=False)
    batch = Batch()
    for number in numbers:
        batch.add(Observation(_conversation(number), at - HOUR, Conversation(at - HOUR, "open"), f"company-{number}"))
    store.merge(batch)
    for number in numbers:
        wrote(store, number, "cancellation", at, quote=quote)
    return store


def wrote(store: Store, number: int, category: str, at: Instant, part: str = "1", quote: str = QUOTE) -> None:
    """Let the customer of an account write something that suggests a signal."""
    found = Finding(category, quote, f"{category}/test", "1")
    batch = Batch()
    batch.add(Observation(_conversation(number), at, Message(f"{number}0{part}", "en", -0.5, (found,), "1")))
    store.merge(batch)


def _conversation(number: int) -> Subject:
    return Subject("intercom", "conversation", f"c{number}")


def suggesting(store: Store, now: Instant = NOW, config: Config = READING) -> Suggesting:
    """Give who finds what is due."""
    return Suggesting(store, config, LINKS, now)


def in_store(store: Store, now: Instant = NOW) -> StoreSuggestions:
    """Give the sink of a store alone."""
    return StoreSuggestions(store, names_of(READING), now)


def told(records: Mapping[str, Mapping[str, object]], *names: str) -> list[tuple[object, ...]]:
    """Give some fields of records, sorted."""
    return sorted((tuple(record.get(name) for name in names) for record in records.values()), key=str)
