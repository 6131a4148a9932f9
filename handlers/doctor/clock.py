"""Our clock against that of a system, by the Date header of its answers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Protocol

from handlers.doctor.check import Check
from scoring.instants import SECOND, Instant

MOST_SECONDS = 120


class _Answer(Protocol):
    @property
    def headers(self) -> Mapping[str, str]: ...


@dataclass(slots=True)
class Watch:
    """Notes how many seconds our clock is ahead of a system's; None before an answer said its time."""

    clock: Callable[[], Instant]
    ahead: float | None = None

    def see(self, answer: _Answer, *_: object, **__: object) -> None:
        """Look at an answer: a hook of a session."""
        try:
            theirs = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
        except ValueError:
            return
        self.ahead = self.clock() / SECOND - theirs


def check_clock(system: str, watch: Watch) -> Iterator[Check]:
    """Check our clock, where the system told its own."""
    if watch.ahead is None:
        return
    off = abs(watch.ahead) > MOST_SECONDS
    way = "ahead of" if watch.ahead > 0 else "behind"
    problem = f"this machine's clock is {abs(watch.ahead) / 60:.0f} minutes {way} {system}'s"
    yield Check(system, "clock", False, problem, "set the clock by NTP") if off else Check(system, "clock")
