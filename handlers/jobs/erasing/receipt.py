"""The receipt of an erasure: what went, what stays and why, what leaves by itself, what a person must do by hand.

It bears counts, names of places and hashes: nothing in it says who was erased.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from handlers.jobs.erasing.inventory import BY_NAME, places_of
from handlers.stores.tombstones import Kind

FORM = 1


class Stay(msgspec.Struct, frozen=True):
    """Something that is still there, and what to do about it."""

    place: str
    why: str


class Leaves(msgspec.Struct, frozen=True):
    """What nobody can reach and goes by itself: what it is, and when it goes."""

    place: str
    what: str
    when: str


class ByHand(msgspec.Struct, frozen=True):
    """What a person must look after."""

    place: str
    what: str


class Receipt(msgspec.Struct, frozen=True):
    """What came of an erasure, or with `did` false would come of it; `reference` is the hash of who it was."""

    form: int
    at: str
    by: str
    kind: Kind
    reference: str
    did: bool
    erased: dict[str, int]
    shared_owners_kept: int
    stays: tuple[Stay, ...]
    leaves_by_itself: tuple[Leaves, ...]
    by_hand: tuple[ByHand, ...]


@dataclass
class Found:
    """What was found, and taken out where that was asked for: how much of each place, and what stays."""

    counts: dict[str, int] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)

    def add(self, place: str, number: int = 1) -> None:
        """Count something at a place of the inventory."""
        if number:
            self.counts[BY_NAME[place].name] = self.counts.get(place, 0) + number

    def stay(self, place: str, why: str) -> None:
        """Note that something is still there."""
        self.stays.append(Stay(BY_NAME[place].name, why))

    @property
    def total(self) -> int:
        """Count all that was found."""
        return sum(self.counts.values())


def leaving(kind: Kind) -> tuple[Leaves, ...]:
    """Say what leaves by itself, and when."""
    return tuple(Leaves(one.name, one.where, one.leaves) for one in places_of(kind, "leaves"))


def by_hand(kind: Kind, asked: Iterable[str]) -> tuple[ByHand, ...]:
    """Say what a person must do: what no program reaches, and what was not asked for here."""
    unasked = [one for one in places_of(kind, "asked") if one.name not in set(asked)]
    return tuple(ByHand(one.name, one.where) for one in (*places_of(kind, "by hand"), *unasked))
