"""Our own messages about owners and feeds, and of outcomes that somebody told."""

from config.source import SOURCES
from handlers.sources.attributes import attributes_of
from handlers.sources.kinds import own
from handlers.sources.reading import (
    Json,
    Taken,
    few,
    json_object,
    key,
    listed,
    members,
    moment,
    name_of,
    need,
    take,
    text,
)
from handlers.sources.told_outcomes import read_outcome
from scoring.account import Naming
from scoring.feeds import Covered, Heard

_MOST_IDS = 100
"""An owner goes by a handful of ids; a list of them must fit where it is kept."""


def _source(value: object) -> str:
    name = text(value)
    if name not in SOURCES:
        raise ValueError(f"expected one of {', '.join(SOURCES)}")
    return name


def read_owner(message: Json) -> Taken:
    """Read `owner.listed`: an owner that a listing named, with all its ids."""
    source = need(message, "source", _source)
    at = need(message, "at", moment)
    taken = Taken([Heard(source, at)])
    others = few(listed(message, "also", key, taken.remarks), _MOST_IDS, "also", taken.remarks)
    ids = (need(message, "owner", key), *others)
    same = tuple(dict.fromkeys(SOURCES[source].key(one) for one in ids))
    attributes = attributes_of(members(take(message, "attributes", json_object, taken.remarks)))
    taken.statements.append(Naming(source, same, at, name_of(message, taken.remarks), attributes))
    return taken


def read_covered(message: Json) -> Taken:
    """Read `feed.covered`: since when a source has told everything."""
    return Taken([Covered(need(message, "source", _source), need(message, "since", moment))])


def read_heard(message: Json) -> Taken:
    """Read `feed.heard`: a sign of life of a source."""
    return Taken([Heard(need(message, "source", _source), need(message, "at", moment))])


KINDS = (
    own(read_owner, "owner.listed"),
    own(read_covered, "feed.covered"),
    own(read_heard, "feed.heard"),
    own(read_outcome, "outcome.told"),
)
