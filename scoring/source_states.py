"""Sources at an instant: how long ago each was heard, what it covers, whether it is stale or dead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scoring.account import OwnerKey
from scoring.feeds import Feed, last_heard
from scoring.instants import DAY, Duration, Instant
from scoring.model import FeedLimits, Model
from scoring.observations import Reading
from scoring.roles import Role


@dataclass(frozen=True, slots=True)
class SourceState:
    """What a source is good for at an instant: its age since last heard, its coverage."""

    age: Duration | None = None
    covered_since: Instant | None = None
    stale: bool = False
    dead: bool = False

    def covers(self, start: Instant) -> bool:
        """Tell whether a window that begins at `start` is wholly covered."""
        return not self.dead and self.covered_since is not None and self.covered_since <= start


@dataclass(frozen=True, slots=True)
class AccountSources:
    """The sources in use as one account sees them: how each stands, and the role it plays.

    The account has owners in those that are `mapped`; of these, `known` know every one of its owners.
    """

    states: Mapping[str, SourceState]
    playing: Mapping[Role, frozenset[str]]
    mapped: frozenset[str]
    known: frozenset[str]

    def cover(self, role: Role, start: Instant) -> bool:
        """Tell whether all sources of a role that the account is in know it and cover a window from `start` on.

        What several sources of a role say is one whole: where one of them is silent, all of it is unsure.
        """
        mine = self.mapped & self.playing[role]
        return bool(mine) and mine <= self.known and all(self.states[source].covers(start) for source in mine)

    def is_covered(self, role: Role, start: Instant) -> bool:
        """Tell whether all sources of a role cover a window from `start` on, whomever they know."""
        return all(self.states[source].covers(start) for source in self.playing[role])

    def know_in(self, role: Role) -> bool:
        """Tell whether every source of a role knows the account."""
        return self.playing[role] <= self.known


def source_states(
    feeds: Mapping[str, Feed], readings: Mapping[OwnerKey, Reading], as_of: Instant, model: Model
) -> dict[str, SourceState]:
    """Say how each source stands; one of usage is as old as the account's latest reading of it."""
    states = {}
    for source, role in sorted(model.roles.items()):
        if role == "usage":
            dates = [reading.date for (of, _), reading in readings.items() if of == source]
            states[source] = state_of(Feed(), max(dates, default=None), as_of, model.limits[source])
        else:
            feed = feeds.get(source, Feed())
            states[source] = state_of(feed, last_heard(feed, as_of), as_of, model.limits[source])
    return states


def state_of(feed: Feed, heard: Instant | None, as_of: Instant, limits: FeedLimits) -> SourceState:
    """Say how a source stands that was last heard at an instant (None: never)."""
    age = None if heard is None else as_of - heard
    started = feed.covered_since is not None and feed.covered_since < as_of
    silent = age is None and started
    dead = limits.dead_days is not None and (silent or (age is not None and age > limits.dead_days * DAY))
    stale = silent or (age is not None and age > limits.stale_days * DAY)
    return SourceState(age, feed.covered_since, stale and not dead, dead)


def source_flags(sources: AccountSources) -> Iterable[str]:
    """Flag the sources that an account has no owner in, and those of its own that are silent."""
    yield from (f"unmapped:{source}" for source in sources.states if source not in sources.mapped)
    yield from (f"stale:{source}" for source in sources.mapped if sources.states[source].stale)
    yield from (f"dead:{source}" for source in sources.mapped if sources.states[source].dead)
