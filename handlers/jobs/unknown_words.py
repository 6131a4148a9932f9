"""Words without a meaning: which they are, found in the facts of accounts that a score was flagged for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from handlers.jobs.records import AccountReader
from handlers.stores.protocol import FactStore
from handlers.words.meanings import CONVERSATION, COUNTS_EMPTY
from scoring.account import Account
from scoring.facts import Fact, conversation_at, record_at
from scoring.instants import Instant
from scoring.load import unknown_words
from scoring.model import Model
from scoring.summary import Summary
from scoring.words import Words

MOST_LOOKED_AT = 12
"""So many accounts of each field are looked at: a word that is common in an org is found in the first few."""

_FLAG = "unknown_word:"


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A field with words that nobody gave a meaning: `place` is our name of it, `name` the source's.

    `accounts` has all that are flagged for it; of the first few of them `words` has what stands there, each with
    how many records bear it.
    """

    place: str
    name: str
    accounts: tuple[str, ...]
    words: tuple[tuple[str, int], ...]


def words_without_meaning(
    summaries: Iterable[Summary], accounts: Mapping[str, Account], store: FactStore, model: Model, now: Instant
) -> list[UnknownWord]:
    """Give the fields that scores were flagged for, and the words that stand in them now, the most accounts first."""
    flagged = _flagged(summaries)
    places = {words.name: place for place, words in model.words.items()}
    reader = AccountReader(store) if flagged else None
    found = []
    for name, ids in flagged.items():
        known = [accounts[one] for one in ids[:MOST_LOOKED_AT] if one in accounts]
        words = _words(places[name], known, reader, model, now) if reader is not None and name in places else ()
        found.append(UnknownWord(places.get(name, name), name, tuple(ids), words))
    return sorted(found, key=lambda one: (-len(one.accounts), one.name))


def _flagged(summaries: Iterable[Summary]) -> Mapping[str, list[str]]:
    """Give by field the accounts that are flagged for a word in it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in summaries:
        for flag in one.flags:
            if flag.startswith(_FLAG):
                found[flag.removeprefix(_FLAG)].append(one.account_id)
    return found


def _words(
    place: str, accounts: Sequence[Account], reader: AccountReader, model: Model, now: Instant
) -> tuple[tuple[str, int], ...]:
    counted: defaultdict[str, int] = defaultdict(int)
    for account in accounts:
        for fact in reader.read(account).facts:
            for word in _in_fact(fact, place, model, now):
                counted[word] += 1
    return tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def _in_fact(fact: Fact, place: str, model: Model, now: Instant) -> Iterator[str]:
    kind, _, name = place.partition(".")
    if fact.subject.kind != kind:
        return
    words = model.words[place]
    if kind == CONVERSATION:
        seen = conversation_at(fact, now)
        word = None if seen is None else getattr(seen[0], name)
        if seen is not None and word and words.flag in unknown_words([seen[0]], now, model):
            yield word
    else:
        yield from _in_record(fact, place, words, now)


def _in_record(fact: Fact, place: str, words: Words, now: Instant) -> Iterator[str]:
    record = record_at(fact, now)
    if record is None or record.yes("deleted"):
        return
    word = record.text(place.partition(".")[2]) or ""
    if words.meaning(word) is None and (word or place in COUNTS_EMPTY):
        yield word
