"""Cohorts: which conversations stand behind a metric of an account, each with the figure that the metric has of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from scoring.instants import Instant
from scoring.metrics.durations import Wait
from scoring.metrics.support_health import LOOKS
from scoring.metrics.support_load import Load, Looks, load_of
from scoring.model import Model
from scoring.observations import Conversation, Subject
from scoring.timeline import Timeline
from scoring.view import support_conversations, view

Figure: TypeAlias = Wait | bool | int
"""A length of time, whether it counts as what a metric counts, or a rating."""


@dataclass(frozen=True, slots=True)
class Member:
    """One conversation behind a metric, as it was then, and its figure there."""

    subject: Subject
    conversation: Conversation
    figure: Figure


def cohorts(timeline: Timeline, as_of: Instant, model: Model) -> Mapping[str, Sequence[Member]]:
    """Name the conversations behind each support metric of an account, the latest created first.

    A metric's value is made of these figures and nothing else. Where its window is not covered it has no
    value, though some of its conversations may be known.
    """
    seen, known = view(timeline, as_of, model), model.metrics.get("support_health", {})
    named = sorted(support_conversations(timeline, as_of, model), key=_latest_first)
    loads = [(subject, load_of(replace(seen, conversations=(one,)), model)) for one, subject in named]
    return {metric: tuple(_members(how, loads)) for metric, how in LOOKS.items() if metric in known}


def _members(how: Looks[Figure], loads: Sequence[tuple[Subject, Load]]) -> Iterator[Member]:
    """Have a metric look at each conversation alone."""
    for subject, load in loads:
        for figure in how.of_all(load):
            yield Member(subject, load.conversations[0], figure)


def _latest_first(named: tuple[Conversation, Subject]) -> tuple[int, Subject]:
    conversation, subject = named
    return -conversation.created, subject
