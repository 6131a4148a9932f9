"""Writes all that a store holds as lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import BinaryIO

from handlers.jobs.portable.format import ENCODER, FORM, PROGRAM, Foot, Head, Sum, written
from handlers.stores.whole import Tell, WholeStore
from scoring.instants import Instant, format_instant

_NOW_AND_THEN = 1_000


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to."""

    lines: int
    counts: dict[str, int]
    sha256: str


def export(store: WholeStore, place: str, now: Instant, out: BinaryIO, tell: Tell) -> Exported:
    """Write all that a store holds, and give what it came to; `place` is what the store is called in --store."""
    total = Sum()
    out.write(ENCODER.encode(Head(FORM, PROGRAM, version("healthscore"), place, format_instant(now))) + b"\n")
    with store.read(now) as rows:
        out.writelines(_told(written(rows, total), tell))
    foot: Foot = total.foot()
    out.write(ENCODER.encode(foot) + b"\n")
    return Exported(total.lines, foot.counts, foot.sha256)


def _told(lines: Iterator[bytes], tell: Tell) -> Iterator[bytes]:
    for done, line in enumerate(lines, 1):
        if done % _NOW_AND_THEN == 0:
            tell(done)
        yield line
