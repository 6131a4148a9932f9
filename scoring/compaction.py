"""What may be forgotten of a fact: no view at or after a horizon can see it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter, itemgetter

from msgspec import structs

from scoring.facts import LOOKBACK, Fact, deletes, in_order, is_create, without_messages
from scoring.first_seen import undated
from scoring.instants import Instant
from scoring.messages import unseeable
from scoring.observations import Conversation, Fields, Gap, Message, Observation, Reading, Tombstone


def compact(fact: Fact, horizon: Instant) -> Fact:
    """Drop the observations that no view at or after `horizon` can see, and earlier looks at the same."""
    kept = _first_and_last_looks(without_messages(fact.observations))
    seen = kept - _hidden(kept, horizon - LOOKBACK)
    messages = fact.observations.difference(without_messages(fact.observations))
    return Fact(fact.subject, seen | (messages - unseeable(fact.observations, horizon)) if messages else seen)


def may_forget(fact: Fact, horizon: Instant) -> bool:
    """Tell at a glance whether `compact` may drop anything of a fact."""
    said = fact.observations
    if len(said) > 1 and len({(o.at, o.owner) for o in said}) < len(said):
        return True
    return bool([o for o in said if o.at < horizon or type(o.content) is Message])


def _first_and_last_looks(observations: Iterable[Observation]) -> frozenset[Observation]:
    """Of observations that differ only in when they were known, keep the first and the last: no view needs more."""
    moments: defaultdict[tuple[Instant, str | None], list[Observation]] = defaultdict(list)
    for observation in observations:
        moments[observation.at, observation.owner].append(observation)
    return frozenset(one for same in moments.values() for one in (same if len(same) == 1 else _ends(same)))


def _ends(observations: Iterable[Observation]) -> Iterator[Observation]:
    looks: defaultdict[Observation, list[Observation]] = defaultdict(list)
    for observation in observations:
        looks[structs.replace(observation, content=undated(observation.content))].append(observation)
    by_known = attrgetter("known_at")
    return (end(same, key=by_known) for same in looks.values() for end in (min, max))


def _hidden(observations: Iterable[Observation], horizon: Instant) -> frozenset[Observation]:
    old = in_order(o for o in observations if o.at < horizon)
    return frozenset(old) - _needed(old) if old else frozenset()


def _needed(old: Sequence[Observation]) -> set[Observation]:
    newest_first = list(reversed(old))
    kinds = [
        [o for o in newest_first if o.owner is not None],
        [o for o in newest_first if o.owner],
        [o for o in newest_first if isinstance(o.content, (Conversation, Reading))],
        [o for o in newest_first if isinstance(o.content, Gap)],
        [o for o in newest_first if deletes(o)],
        [o for o in newest_first if is_create(o)],
        [o for o in old if isinstance(o.content, Tombstone)],
    ]
    firsts = {kind[0] for kind in [*kinds, old] if kind}
    return firsts | _winners(newest_first) | _telling(old)


def _winners(newest_first: Iterable[Observation]) -> set[Observation]:
    """Keep what was said last of each field, and last apart from what a creation left empty."""
    winners: dict[tuple[str, bool], Observation] = {}
    for observation in newest_first:
        content = observation.content
        if isinstance(content, Fields):
            for name, value in content.values:
                winners.setdefault((name, value is None and content.is_create), observation)
    return set(winners.values())


def _telling(old: Iterable[Observation]) -> set[Observation]:
    """Keep the last re-read, the earliest creation told, and of each field one that gave it a value."""
    records = [(o, o.content) for o in old if isinstance(o.content, Fields)]
    rereads = [(content.read_at, o) for o, content in records if content.read_at is not None]
    created = [(content.created, o) for o, content in records if content.created is not None]
    had = {name: o for o, content in records for name, value in content.values if value is not None}
    ends = [max(rereads, key=itemgetter(0))[1]] if rereads else []
    starts = [min(created, key=itemgetter(0))[1]] if created else []
    return {*ends, *starts, *had.values()}
