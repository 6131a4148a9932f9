"""What answers teach: read from the signals of all accounts, and which categories suggest nothing from then on."""

from collections.abc import Iterable, Iterator

import msgspec

from config.loader import Config
from handlers.jobs.kept import keep, read_kept
from handlers.jobs.muted import keep_muted, muted_in
from handlers.jobs.suggestion_answers import WRONG
from handlers.sinks.suggested import KIND, SOURCE
from handlers.stores.protocol import FactStore
from scoring.instants import DAY, Instant, format_instant, parse_instant
from scoring.learning import Learned, learned
from scoring.suggestion_answers import Answer, answer_of

AT_ONCE = 200
LEARNED = "words/learned"
"""The cursor of when a store last learned."""
SAID = "words/said"


class Said(msgspec.Struct, frozen=True):
    """What was learned last, and when: where not all signals can be read for a page, it shows this."""

    at: str
    learned: tuple[Learned, ...] = ()


def learn(store: FactStore, config: Config, now: Instant) -> tuple[Learned, ...]:
    """Say of every category how its suggestions were answered, and mute those that were too often wrong."""
    said = said_of(store, config, now)
    keep_muted(store, (one.category for one in said if one.is_muted))
    store.set_cursor(SAID, keep(Said(format_instant(now), said)))
    return said


def learn_daily(store: FactStore, config: Config, now: Instant) -> tuple[str, ...]:
    """Do the same once a day, where messages are read; gives the categories that are muted now and were not before."""
    if not config.words.on or not _is_due(store.cursor(LEARNED), now):
        return ()
    before = muted_in(store)
    muted = muted_names(learn(store, config, now))
    store.set_cursor(LEARNED, format_instant(now))
    return tuple(one for one in muted if one not in before)


def _is_due(last: str | None, now: Instant) -> bool:
    return last is None or now >= parse_instant(last) + DAY


def said_of(store: FactStore, config: Config, now: Instant) -> tuple[Learned, ...]:
    """Say of every category how its suggestions were answered; nothing is muted by looking."""
    return learned(every_answer(store, config, now), now, WRONG, config.words.mute, config.words.days)


def last_said(store: FactStore) -> Said | None:
    """Give what was learned last; None where nothing ever was."""
    kept = store.cursor(SAID)
    return None if kept is None else read_kept(kept, Said, SAID)


def every_answer(store: FactStore, config: Config, now: Instant) -> Iterator[Answer]:
    """Give all churn signals that the CRM has, whoever's they are, as they stand."""
    subjects = sorted(one for one in store.subjects(SOURCE) if one.kind == KIND)
    for start in range(0, len(subjects), AT_ONCE):
        for fact in store.facts_of(subjects[start : start + AT_ONCE]):
            answer = answer_of(fact, now, config.model, config.words.crm_words)
            if answer is not None:
                yield answer


def muted_names(said: Iterable[Learned]) -> tuple[str, ...]:
    """Name the categories that are muted."""
    return tuple(one.category for one in said if one.is_muted)
