"""An account, and all that is known of it when it is scored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from scoring.facts import Fact
from scoring.feeds import Feed
from scoring.instants import Instant
from scoring.model import Segment

OwnerKey: TypeAlias = tuple[str, str]
"""A source, and an id that an owner goes by there."""


@dataclass(frozen=True, slots=True)
class Account:
    """One row of the portfolio: a Salesforce account id (18 characters) and the owners mapped to it.

    `owners` maps a source to the owners' keys as the mapping names them; `csm` is who looks after the
    account where somebody said otherwise than the CRM does.
    """

    id: str
    owners: Mapping[str, tuple[str, ...]]
    name: str | None = None
    segment: Segment | None = None
    csm: str | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner as a source knows it: every id it goes by, its name, since when it is known.

    `attributes` are names and values that a listing gave of it, sorted.
    """

    source: str
    ids: frozenset[str]
    name: str | None = None
    since: Instant | None = None
    attributes: tuple[tuple[str, str], ...] = ()


def keys_of(owners: Iterable[Owner]) -> frozenset[OwnerKey]:
    """Give the keys that owners go by."""
    return frozenset([(owner.source, key) for owner in owners for key in owner.ids])


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What is known of one account: all facts that were ever its owners', and the feeds.

    `owners` has one entry for each mapped owner; one that nothing ever named has no `since`.
    `gaps` are the facts of subject id `*`: objects that changed unseen as a whole.
    """

    account: Account
    facts: tuple[Fact, ...] = ()
    owners: tuple[Owner, ...] = ()
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    gaps: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """A source named an owner at an instant: all of `ids` are the same owner, the first its key.

    `attributes` are names and values that it gave besides, sorted.
    """

    source: str
    ids: tuple[str, ...]
    at: Instant
    name: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
