"""The floor of a store: below it facts may be put away, so whoever scores below it reads those put away, too.

It only rises, and is announced long before anything is put away by it: until then no process goes by an older one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from handlers.stores.dynamodb.change import Change, number
from handlers.stores.dynamodb.tombstones import KNOWN_FOR
from scoring.instants import HOUR, Instant
from scoring.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.stores.dynamodb.change import Item, Value
    from handlers.stores.dynamodb.registry import Registry

ADOPTED_AFTER = KNOWN_FOR + HOUR // 4
"""So long after it was announced, every process knows a floor, also one whose clock differs, or that reads slowly."""

_PARTITION = "archive"
_KEY = "floor"


class Floor(NamedTuple):
    """The scope below which facts may be put away: `announced`, when, and that which was announced before (None)."""

    announced: Scope
    at: Instant
    before: Scope | None = None


class Floors:
    """The floor of a store, as this process read it a moment ago."""

    def __init__(self, registry: Registry, now: Callable[[], Instant]) -> None:
        """Keep it in a registry."""
        self._registry = registry
        self._now = now
        self._read_at = Instant(0)
        self._known: Floor | None = None

    def clear(self) -> None:
        """Read it anew when next asked."""
        self._read_at = Instant(0)

    def hides(self, scope: Scope | None) -> bool:
        """Tell whether something may be put away that a scope (None: all) needs."""
        floor = self._floor()
        return floor is not None and (scope is None or not _is_within(scope, floor.announced))

    def advance(self, scope: Scope) -> Scope | None:
        """Give by which scope facts may be put away now, and announce another one for later; None: by none yet."""
        floor, now = self._floor(), self._now()
        if floor is None:
            self._announce(Floor(scope, now), None)
            return None
        if now < floor.at + ADOPTED_AFTER:
            return floor.before
        if scope != floor.announced and _is_within(scope, floor.announced):
            self._announce(Floor(scope, now, floor.announced), floor)
        return floor.announced

    def _floor(self) -> Floor | None:
        now = self._now()
        if not self._read_at <= now < self._read_at + KNOWN_FOR:
            item = next(iter(self._registry.items(_PARTITION, [_KEY])), None)
            self._known, self._read_at = None if item is None else _floor_in(item), now
        return self._known

    def _announce(self, floor: Floor, known: Floor | None) -> None:
        """Announce a floor, where nobody announced another one since it was read."""
        put: dict[str, Value] = {"since": number(floor.announced.since), "as_of": number(floor.announced.as_of)}
        if floor.before is not None:
            put |= {"before_since": number(floor.before.since), "before_as_of": number(floor.before.as_of)}
        holds = {"at": None if known is None else number(known.at)}
        self._registry.update(_PARTITION, _KEY, Change(put=put | {"at": number(floor.at)}, holds=holds))
        self.clear()


def _is_within(scope: Scope, floor: Scope) -> bool:
    return scope.since >= floor.since and scope.as_of >= floor.as_of


def _floor_in(item: Item) -> Floor:
    announced = Scope(Instant(item["since"]["N"]), Instant(item["as_of"]["N"]))
    if "before_as_of" not in item:
        return Floor(announced, Instant(item["at"]["N"]))
    before = Scope(Instant(item["before_since"]["N"]), Instant(item["before_as_of"]["N"]))
    return Floor(announced, Instant(item["at"]["N"]), before)
