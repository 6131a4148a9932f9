"""Tone: how many messages stand behind the sentiment of an account."""

from dataclasses import dataclass, replace

from scoring.instants import Instant
from scoring.metrics.support_health import felt
from scoring.metrics.support_load import Load, load_of
from scoring.model import Model
from scoring.timeline import Timeline
from scoring.view import view


@dataclass(frozen=True, slots=True)
class Tone:
    """Messages of the support window: so many have a sentiment, so many are `mute`; `before` had one in the two before.

    A message is mute in a language of which no sentiment is known.
    """

    now: int = 0
    mute: int = 0
    before: int = 0


def tone_at(timeline: Timeline, as_of: Instant, model: Model) -> Tone:
    """Count the messages behind an account's sentiment at an instant."""
    return tone_of(load_of(view(timeline, as_of, model), model))


def tone_of(load: Load) -> Tone:
    """Count the messages behind the sentiment of a support load."""
    recent = replace(load, messages=tuple(one for one in load.messages if one.at >= load.since))
    now = len(felt(recent, load.since, load.as_of))
    return Tone(now, len(recent.messages) - now, len(felt(load, load.trend_since, load.since)))
