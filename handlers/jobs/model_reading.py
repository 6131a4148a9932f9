"""Let a language model read, after the rules, what customers wrote: some messages, within a time, each once."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from msgspec import structs

from handlers.clients.bedrock.settings import CALLS_AT_ONCE
from handlers.clients.bounded import bounded
from handlers.detection.claims import Believed
from handlers.detection.detected import DetectorError, Hit
from handlers.detection.gate import Gate
from handlers.detection.redaction import redacted_quote
from handlers.sources.written import Part
from handlers.stores.protocol import StoreError
from scoring.instants import DAY, Instant
from scoring.observations import Finding, Observation

_STORE_SECONDS = 5.0
"""A store that takes longer to write a claim is taken for one that is away."""

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


@dataclass(frozen=True, slots=True)
class Limits:
    """How many questions a batch may ask, about messages of how many days; of which categories findings are kept."""

    most: int
    days: int
    active: Collection[str]


@dataclass(slots=True)
class ReadByModel:
    """What a model read: messages with the findings it adds, what became of the questions, which claims were dropped.

    `outcomes` counts messages that are young enough and pass the gate: `answered`; `asked_before`; `left` for want of
    time or number; else the reason of a failure, which is never the same as nothing found.
    """

    observations: list[Observation] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)


class ModelReading:
    """Asks a model about messages that pass a gate, within limits, several side by side."""

    def __init__(self, model: Model, gate: Gate, claims: Claims, limits: Limits, now: Callable[[], Instant]) -> None:
        """Read with a model; each message is claimed first."""
        self._model, self._gate, self._claims, self._limits, self._now = model, gate, claims, limits, now

    def read(self, parts: Iterable[Part], seconds: float) -> ReadByModel:
        """Ask about parts, the latest first, for so many seconds; raises nothing that a model or a store does."""
        since = self._now() - self._limits.days * DAY
        young = sorted((part for part in parts if part.at >= since), key=lambda part: part.at, reverse=True)
        passing = [part for part in young if self._gate.lets_through(part.text, part.message.language)]
        run = _Run(self._model, self._claims, self._now, monotonic() + seconds, self._limits.most)
        found = ReadByModel()
        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            asked = [(part, pool.submit(run.ask, part)) for part in passing if run.claims(part, found.outcomes)]
        for part, future in asked:
            answer = future.result()
            found.outcomes.update([answer.outcome])
            found.dropped.update(answer.believed.dropped)
            found.observations += self._added(part, answer.believed.hits)
        return found

    def _added(self, part: Part, hits: Sequence[Hit]) -> list[Observation]:
        """Give the message anew where there is something to add to what the rules found in it."""
        known = {finding.category for finding in part.message.findings}
        new = [hit for hit in hits if hit.category in self._limits.active and hit.category not in known]
        findings = [finding for hit in new if (finding := self._finding(part.text, hit)).quote]
        if not findings:
            return []
        version = _version(part, self._model)
        message = structs.replace(part.message, findings=(*part.message.findings, *findings), version=version)
        return [Observation(part.subject, part.at, message)]

    def _finding(self, text: str, hit: Hit) -> Finding:
        return Finding(hit.category, redacted_quote(text, hit.quote), hit.rule, self._model.version)


@dataclass(frozen=True, slots=True)
class _Reply:
    outcome: str
    believed: Believed = field(default_factory=Believed)


class _Run:
    """One batch of questions: it ends at an instant, or when one fails for a reason that holds for all."""

    def __init__(self, model: Model, claims: Claims, now: Callable[[], Instant], until: float, most: int) -> None:
        self._model, self._claims, self._now, self._until, self._most = model, claims, now, until, most
        self._end: str | None = None

    def claims(self, part: Part, outcomes: Counter[str]) -> bool:
        """Claim a part, if there is time and room, and nobody asked before; else count why not."""
        why_not = self._end or self._why_not(part)
        if why_not is not None:
            outcomes.update([why_not])
        return why_not is None

    def _why_not(self, part: Part) -> str | None:
        if self._most <= 0 or self._until <= monotonic():
            return "left"
        now = self._now()
        until = Instant(now + _REMEMBERED)
        try:
            is_new = bounded(lambda: self._claims.claim(self._name(part), now, until), _STORE_SECONDS)
        except (StoreError, TimeoutError):
            self._end = "uncounted"
            return self._end
        self._most -= is_new
        return None if is_new else "asked_before"

    def ask(self, part: Part) -> _Reply:
        """Ask about a part that is claimed; where asking again may help, the claim is given up."""
        try:
            answer, is_open = self._asked(part)
            if is_open:
                bounded(lambda: self._claims.release(self._name(part)), _STORE_SECONDS)
        except (StoreError, TimeoutError):
            self._end = "uncounted"
            return _Reply(self._end)
        return answer

    def _asked(self, part: Part) -> tuple[_Reply, bool]:
        left = self._until - monotonic()
        if self._end is not None or left <= 0:
            return _Reply(self._end or "left"), True
        try:
            return _Reply("answered", bounded(lambda: self._model.read(part.text), left)), False
        except TimeoutError:
            return _Reply("timed_out"), True
        except DetectorError as error:
            self._end = error.reason if error.is_for_all else self._end
            return _Reply(error.reason), error.is_passing or error.is_for_all

    def _name(self, part: Part) -> str:
        return f"words-model/{_version(part, self._model)}/{part.subject.source}/{part.message.part}"


def _version(part: Part, model: Model) -> str:
    """Name the state of the rules that read a part and of the model's question, together."""
    return f"{part.message.version}+{model.version}"
