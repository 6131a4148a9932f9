"""The spreads of metrics at the closes of a store: as they were noted, else made of the records of the period."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from config.guards import Guards
from handlers.jobs.closes import KNOWN_CLOSES, noted
from handlers.stores.protocol import Store
from scoring.drift import Finding, Gathering, Spreads, Values, drift, values_of

NOT_CLOSED = frozenset({"held", "withdrawn"})


@dataclass(frozen=True)
class Drift:
    """A close beside those before it, the latest first: the spreads of each, and what stands out of it."""

    period: str
    spreads: Spreads
    earlier: Sequence[tuple[str, Spreads]]
    findings: Sequence[Finding]


class Closes:
    """The closes of a store, the earliest first; the values of the last two periods that were read stay at hand."""

    def __init__(self, store: Store) -> None:
        """Look at a store."""
        self._store = store
        self._values: dict[str, dict[str, Values]] = {}
        self._spreads: dict[str, Spreads] = {}

    @cached_property
    def periods(self) -> list[str]:
        """List the periods that were closed: those with a final record, unless a guard holds them."""
        return [period for period in self._store.summarised() if self._is_closed(period)]

    @property
    def seen(self) -> list[str]:
        """List the same, and those that a guard holds: they were looked at, and must be by a person."""
        return sorted({*self.periods, *(period for period in self._store.summarised() if self._is_held(period))})

    def drift(self, period: str, limits: Guards) -> Drift:
        """Hold the close of a period against the last twelve before it."""
        before = [one for one in self.periods if one < period][-KNOWN_CLOSES:]
        earlier = [(one, self.spreads(one)) for one in before]
        now = self.spreads(period)
        found = drift(now, [spreads for _, spreads in earlier], limits.drift)
        return Drift(period, now, earlier[::-1], found)

    def spreads(self, period: str) -> Spreads:
        """Give the spreads of a close: as it noted them; of one before there were any, from its records."""
        if period not in self._spreads:
            said = noted(self._store, period)
            is_noted = said is not None and said.digest.spreads
            self._spreads[period] = said.digest.spreads if said is not None and is_noted else self._made(period)
        return self._spreads[period]

    def _made(self, period: str) -> Spreads:
        before = max((one for one in self.periods if one < period), default=None)
        earlier = {} if before is None else self._of(before)
        gathering = Gathering()
        for account_id, values in self._of(period).items():
            gathering.add(values, earlier.get(account_id))
        return gathering.spreads()

    def _of(self, period: str) -> dict[str, Values]:
        if period not in self._values:
            latest = dict(list(self._values.items())[-1:])
            self._values = latest | {period: dict(self._read(period))}
        return self._values[period]

    def _read(self, period: str) -> Iterator[tuple[str, Values]]:
        for one in self._store.summaries(period):
            record = self._store.record(one.account_id, period)
            if record is not None and record.status == "final":
                yield one.account_id, values_of(record.score)

    def _is_held(self, period: str) -> bool:
        said = noted(self._store, period)
        return said is not None and said.stage == "held" and bool(said.digest.spreads)

    def _is_closed(self, period: str) -> bool:
        said = noted(self._store, period)
        is_open = said is not None and said.stage in NOT_CLOSED
        return not is_open and any(one.status == "final" for one in self._store.summaries(period))
