"""Suggested signals: what the messages of accounts suggest becomes signals, each once, and somebody answers them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from config.loader import Config
from handlers.clients.crm import Json
from handlers.environment import SettingsError
from handlers.jobs.fold import read_message
from handlers.jobs.muted import muted_in
from handlers.jobs.records import AccountReader
from handlers.jobs.suggested_accounts import note_suggested
from handlers.parts import in_parts
from handlers.sinks.conversation_links import ConversationLinks
from handlers.sinks.suggested import KIND, SOURCE, Created, Names, SuggestionSink, Wanted
from handlers.stores.protocol import Batch, FactStore, Store
from handlers.words.suggestions import in_words
from scoring.account import Account, AccountFacts
from scoring.facts import record_at
from scoring.instants import Instant
from scoring.messages import messages_at
from scoring.observations import Observation, Subject
from scoring.suggestion_answers import Answer, answers_of
from scoring.suggestions import Suggestion, due, suggestions_of
from scoring.timeline import Timeline

AT_ONCE = 200
"""So many suggestions are written at once: one call of the CRM takes no more."""


@dataclass(slots=True)
class Suggested:
    """What became of the suggestions of some accounts: how many were due, and by key what became of them."""

    accounts: int = 0
    due: list[Wanted] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def add(self, wanted: Iterable[Wanted], created: Created) -> None:
        """Count some more."""
        self.due += wanted
        self.written += created.written
        self.there += created.there
        self.failed |= created.failed


def word_for(config: Config, place: str, meaning: str) -> str:
    """Give the CRM's word of a meaning, such as Active of `signal.status`; raises SettingsError where there is none."""
    words = config.intake.words.get(place, ())
    found = next((word for word in words if config.model.words[place].meaning(word) == meaning), None)
    if found is None:
        raise SettingsError(f"sources.yaml gives no word the meaning {meaning} (words.{place}): add one")
    return found


def names_of(config: Config) -> Names:
    """Say how suggestions are written; raises SettingsError where config lacks a name."""
    crm_object = next(one for one in config.intake.objects.values() if one.kind == KIND)
    if not any(one.name == "suggestion_key" for one in crm_object.fields.values()):
        raise SettingsError("sources.yaml lacks suggestion_key of signal: without it suggestions would double")
    return Names(crm_object, config.words.salesforce, word_for(config, "signal.status", "Suggested"))


@dataclass(frozen=True, slots=True)
class Suggesting:
    """Finds what is due of accounts, and has it written."""

    store: Store
    config: Config
    links: ConversationLinks
    now: Instant

    def answers(self, facts: AccountFacts) -> list[Answer]:
        """Read how suggestions of an account were answered."""
        return answers_of(Timeline(facts), self.now, self.config.model, self.config.words.crm_words)

    def found(self, facts: AccountFacts) -> list[Suggestion]:
        """Give all that the kept messages of an account suggest, whether due or not."""
        return suggestions_of(messages_at(facts, self.now))

    def due(self, facts: AccountFacts) -> list[Suggestion]:
        """Give what is to be put before a CSM now; nothing without messages, or where the CRM deleted the account."""
        words = self.config.words
        found = self.found(facts) if words.on else []
        if not found or _is_deleted(facts, self.now):
            return []
        speaking = words.active - muted_in(self.store)
        return due(found, self.answers(facts), self.now, speaking, words.days)

    def wanted(self, facts: AccountFacts) -> Iterator[Wanted]:
        """Give the same as signals of the CRM."""
        account_id, words = crm_owner(facts.account), self.config.words.crm_words
        for one in self.due(facts):
            link = self.links.to(one.source, one.conversation)
            yield Wanted(account_id, one, words[one.category], in_words(one), link)

    def suggest(self, accounts: Iterable[Account], sink: SuggestionSink | None) -> Suggested:
        """Write what is due of accounts, many in one call; without a sink only say what is.

        Asked again, also while another asks, nothing doubles. What is written is in the store at once.
        """
        reader, told = AccountReader(self.store), Suggested()
        listed = list(accounts)
        told.accounts = len(listed)
        wanted = (one for account in listed for one in self.wanted(reader.read(account)))
        for some in in_parts(wanted, AT_ONCE):
            created = Created() if sink is None else sink.create(some)
            take_in(created.messages, self.store, self.config, self.now)
            if created.messages:
                note_suggested(self.store, (one.account_id for one in some), self.now)
            told.add(some, created)
        return told


def _is_deleted(facts: AccountFacts, now: Instant) -> bool:
    """Tell whether the CRM has deleted an account: it would take no signal of it."""
    own = Subject(SOURCE, "account", crm_owner(facts.account))
    record = next((record_at(fact, now) for fact in facts.facts if fact.subject == own), None)
    return record is not None and record.yes("deleted") is True


def by_key(found: Iterable[Suggestion]) -> dict[str, Suggestion]:
    """Give suggestions by their keys, as signals bear them: the words of the customer stand there alone."""
    return {one.key: one for one in found}


def crm_owner(account: Account) -> str:
    """Give the id by which the CRM has an account."""
    return next(iter(account.owners.get(SOURCE, ())), account.id)


def take_in(messages: Sequence[Json], store: FactStore, config: Config, now: Instant) -> None:
    """Take in records as they were written: what they say, and nothing of whether their source is alive.

    Raises UnreadableError where one cannot be read.
    """
    batch = Batch()
    for message in messages:
        taken = read_message(msgspec.json.encode(message), config.intake, now)
        for statement in taken.statements:
            if isinstance(statement, Observation):
                batch.add(statement)
    if batch.observations:
        store.merge(batch)
