"""What files that were taken in before said and the last one does not: a set that only grows keeps it."""

from collections.abc import Collection, Iterator, Mapping

from config.source import INTERCOM
from handlers.jobs.sheet_coverage import Held, source_of
from handlers.stores.protocol import FactStore
from scoring.facts import ENTIRE, Fact, without_messages
from scoring.ids import to_18
from scoring.instants import Instant
from scoring.observations import Conversation, Fields, Observation, Subject

_KINDS: Mapping[str, str] = {
    "conversations": "conversation",
    "payments": "payment",
    "opportunities": "opportunity",
    "signals": "signal",
}
_AT_ONCE = 500


def missing(store: FactStore, kind: str, ids: Collection[str], held: Held) -> list[str]:
    """Give the ids of subjects of the time that a file holds which it does not have; later ones are none of them."""
    source, given = source_of(kind), set(map(to_18, ids))
    if source is None:
        return []
    known = (one for one in store.subjects(source) if one.kind == _KINDS[kind] and one.id != ENTIRE)
    absent = [one for one in known if one.id not in given]
    parts = (absent[start : start + _AT_ONCE] for start in range(0, len(absent), _AT_ONCE))
    facts = (fact for part in parts for fact in store.facts_of(part))
    return sorted(fact.subject.id for fact in facts if _is_of(fact, held))


def contradicted(
    store: FactStore, spans: Mapping[str, tuple[Instant, Instant]], read_at: Collection[Instant]
) -> list[str]:
    """Give the conversations that former files, read at these instants, had begin earlier or change later.

    `spans` are from their beginning to their last change, as they are known now.
    """
    subjects = [Subject(INTERCOM.name, "conversation", one) for one in spans] if read_at else []
    parts = (subjects[start : start + _AT_ONCE] for start in range(0, len(subjects), _AT_ONCE))
    facts = (fact for part in parts for fact in store.facts_of(part))
    return sorted(fact.subject.id for fact in facts if _strays(fact, *spans[fact.subject.id], read_at))


def _strays(fact: Fact, began: Instant, latest: Instant, read_at: Collection[Instant]) -> bool:
    said = (
        one for one in fact.observations if isinstance(one.content, Conversation) and one.content.known_at in read_at
    )
    return any(not began <= one.at <= latest for one in said)


def _is_of(fact: Fact, held: Held) -> bool:
    """Tell whether a fact began in the time that is held, and nothing was said of it since; messages say nothing."""
    instants = [at for one in without_messages(fact.observations) for at in _instants(one)]
    return bool(instants) and held.since <= min(instants) and max(instants) <= held.until


def _instants(observation: Observation) -> Iterator[Instant]:
    """Give the instants that an observation speaks of."""
    yield observation.at
    content = observation.content
    if isinstance(content, Conversation):
        yield content.created
    if isinstance(content, Fields):
        yield from (at for at in (content.created, content.read_at) if at is not None)
