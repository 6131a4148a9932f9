"""What a job came to, by account, and what that costs."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.bench.bill import PRICES

CPU_SHARE: Final = 1024 / 1769
"""A function of 1 GB has so much of a core: a second of work lasts so much longer."""

SLACK: Final = 1.1
"""A figure is flat where at the larger size it is no more than so many times that of the smallest."""

LEAST: Final = 0.02
"""What is less than this an account is not looked at: a call of a whole job is a little more, or less, by rounding."""


@dataclass(slots=True)
class Count:
    """What some work came to: calls by kind, read and write units, messages sent, seconds of the processor."""

    calls: Counter[str] = field(default_factory=Counter)
    reads: float = 0.0
    writes: float = 0.0
    seconds: float = 0.0

    def add(self, other: "Count", times: float = 1) -> None:
        """Add what other work came to, so many times."""
        for kind, number in other.calls.items():
            self.calls[kind] += round(number * times)
        self.reads += other.reads * times
        self.writes += other.writes * times
        self.seconds += other.seconds * times

    def of(self, service: str) -> int:
        """Count the calls of a service."""
        return sum(number for kind, number in self.calls.items() if kind.startswith(service))


@dataclass(frozen=True, slots=True)
class Result:
    """A job at a size: what it came to, the memory that it took at most (in MB), of how many parts one was done."""

    job: str
    accounts: int
    months: int
    count: Count
    peak: float
    every: int = 1

    def each(self, figure: float) -> float:
        """Give a figure by account."""
        return figure / self.accounts

    @property
    def dollars(self) -> float:
        """Give what it costs: units, queues, states, buckets, and functions by the processor's time they need."""
        lambda_seconds = self.count.seconds / CPU_SHARE
        return (
            self.count.reads * PRICES["read"]
            + self.count.writes * PRICES["write"]
            + self.count.of("SQS") * PRICES["sqs"]
            + self.count.of("states") * PRICES["transition"]
            + self.count.of("S3") * S3_PUT
            + lambda_seconds * PRICES["second"]
        )


S3_PUT: Final = 5e-6
"""What a PUT of S3 costs; a GET is a twelfth of it, and is counted as one."""

FIGURES: Final[Mapping[str, Callable[[Result], float]]] = {
    "DynamoDB calls": lambda one: one.count.of("DynamoDB"),
    "read units": lambda one: one.count.reads,
    "write units": lambda one: one.count.writes,
    "SQS calls": lambda one: one.count.of("SQS"),
    "messages": lambda one: one.count.of("messages"),
    "Salesforce calls": lambda one: one.count.of("Salesforce"),
    "rows of Salesforce": lambda one: one.count.of("rows of Salesforce"),
    "Looker calls": lambda one: one.count.of("Looker"),
    "Intercom calls": lambda one: one.count.of("Intercom"),
    "states, S3 calls": lambda one: one.count.of("states") + one.count.of("S3"),
    "CPU ms": lambda one: 1_000 * one.count.seconds,
    "dollars": lambda one: one.dollars,
}
"""What of a result must be flat by account; time of the processor is shown, and judged by no limit but the eye's."""

UNJUDGED: Final = frozenset({"CPU ms", "dollars"})


def growing(small: Result, large: Result) -> list[str]:
    """Name the figures that grow with the portfolio, by account: each is more than a tenth above the smaller one's."""
    told = []
    for name, figure in FIGURES.items():
        before, after = small.each(figure(small)), large.each(figure(large))
        if name not in UNJUDGED and after > max(before * SLACK, before + LEAST):
            told.append(
                f"{large.job} of {large.accounts:,}: {name} {after:.3f} an account, {before:.3f} at {small.accounts:,}"
            )
    return told
