"""Rows of observations, read as facts."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from handlers.stores.codec import decode_observation, decode_subject
from scoring.facts import Fact


def facts_in(rows: Iterable[tuple[Any, ...]]) -> list[Fact]:
    """Read rows that are in the order of their subjects; give the facts by subject."""
    facts = []
    for key, group in groupby(rows, itemgetter(0)):
        subject = decode_subject(key)
        facts.append(Fact(subject, frozenset([decode_observation(subject, *said) for _, *said in group])))
    return sorted(facts, key=attrgetter("subject"))
