"""Let a language model read, after the rules, what customers wrote: some messages, within a time, each once."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Protocol

from handlers.clients.bounded import bounded
from handlers.detection.claims import Believed
from handlers.detection.detected import DetectorError, Hit
from handlers.detection.gate import Gate
from handlers.detection.redaction import redacted_quote
from handlers.sources.written import Part
from handlers.stores.protocol import StoreError
from scoring.instants import DAY, Instant
from scoring.observations import Finding, Observation

CALLS_AT_ONCE = 4
_REMEMBERED = 90 * DAY
"""For so long a message is known to have been asked about; an older one suggests nothing any more."""


class Model(Protocol):
    """A language model that reads."""

    @property
    def version(self) -> str:
        """Name the state of the question."""

    def read(self, text: str) -> Believed:
        """Read a text; raises DetectorError."""


class Claims(Protocol):
    """Names that one process has until an instant."""

    def claim(self, name: str, now: Instant, until: Instant) -> bool:
        """Claim a name; tell whether nobody had it."""

    def release(self, name: str) -> None:
        """Give a name up."""


@dataclass(slots=True)
class ReadByModel:
    """What a model read: messages with the findings it adds, what became of the questions, which claims were dropped.

    `outcomes` counts messages that pass the gate: `answered`; `asked_before`; `left` for want of time or number; else
    the reason of a failure, which is never the same as nothing found.
    """

    observations: list[Observation] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)


class ModelReading:
    """Asks a model about messages that pass a gate, at most `most` at once, several side by side."""

    def __init__(
        self,
        model: Model,
        gate: Gate,
        claims: Claims,
        *,
        most: int,
        active: Collection[str],
        now: Callable[[], Instant],
    ) -> None:
        """Read with a model; each message is claimed first. Only `active` categories are kept."""
        self._model, self._gate, self._claims = model, gate, claims
        self._most, self._active, self._now = most, active, now

    def read(self, parts: Iterable[Part], seconds: float) -> ReadByModel:
        """Ask about parts for so many seconds at most; raises nothing that a model or a store does."""
        passing = [part for part in parts if self._gate.lets_through(part.text, part.message.language)]
        asked = passing[: self._most]
        found = ReadByModel(outcomes=Counter(left=len(passing) - len(asked)))
        run = _Run(self._model, self._claims, self._now, monotonic() + seconds)
        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            answers = list(pool.map(run.ask, asked))
        for part, answer in zip(asked, answers, strict=True):
            found.outcomes.update([answer.outcome])
            found.dropped.update(answer.believed.dropped)
            found.observations += self._added(part, answer.believed.hits)
        return replace(found, outcomes=+found.outcomes)

    def _added(self, part: Part, hits: Sequence[Hit]) -> list[Observation]:
        """Give the message anew where there is something to add to what the rules found in it."""
        known = {finding.category for finding in part.message.findings}
        new = [hit for hit in hits if hit.category in self._active and hit.category not in known]
        findings = [finding for hit in new if (finding := self._finding(part.text, hit)).quote]
        if not findings:
            return []
        version = f"{part.message.version}+{self._model.version}"
        message = replace(part.message, findings=(*part.message.findings, *findings), version=version)
        return [Observation(part.subject, part.at, message)]

    def _finding(self, text: str, hit: Hit) -> Finding:
        return Finding(hit.category, redacted_quote(text, hit.quote), hit.rule, self._model.version)


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: str
    believed: Believed = field(default_factory=Believed)


class _Run:
    """One batch of questions: it ends at an instant, or when one fails for a reason that holds for all."""

    def __init__(self, model: Model, claims: Claims, now: Callable[[], Instant], until: float) -> None:
        self._model, self._claims, self._now, self._until = model, claims, now, until
        self._end: str | None = None

    def ask(self, part: Part) -> _Answer:
        """Ask about a part, if there is time, no reason against it, and nobody asked before."""
        left = self._until - monotonic()
        if self._end is not None or left <= 0:
            return _Answer(self._end or "left")
        name = f"words-model/{part.message.version}+{self._model.version}/{part.subject.source}/{part.message.part}"
        try:
            now = self._now()
            if not self._claims.claim(name, now, Instant(now + _REMEMBERED)):
                return _Answer("asked_before")
            return self._answer(part, name, left)
        except StoreError:
            self._end = "uncounted"
            return _Answer(self._end)

    def _answer(self, part: Part, name: str, left: float) -> _Answer:
        try:
            return _Answer("answered", bounded(lambda: self._model.read(part.text), left))
        except TimeoutError:
            reason, is_open = "timed_out", True
        except DetectorError as error:
            reason, is_open = error.reason, error.is_passing or error.is_for_all
            self._end = reason if error.is_for_all else self._end
        if is_open:
            self._claims.release(name)
        return _Answer(reason)
