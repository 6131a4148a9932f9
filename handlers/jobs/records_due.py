"""Records that are due: what the latest close should have left, and what the CRM has not taken yet."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.record_map import Sink
from handlers.jobs.closes import closed_before
from handlers.jobs.unwritten import Unwritten
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.periods import period_end
from scoring.summary import Summary

_AFTER_ALL = "9999-12"


@dataclass(frozen=True, slots=True)
class RecordsDue:
    """What is due of the records of the latest closed month, by account.

    `lacking` have no record of it, `open` one that is still provisional, `other` one as of another instant or under
    another model than the close; `unwritten` are the keys of records that the CRM has not taken. `model` is
    what the month was closed under.
    """

    period: str | None = None
    model: str | None = None
    lacking: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    unwritten: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Count them all."""
        return len(self.lacking) + len(self.open) + len(self.other) + len(self.unwritten)


def latest_closed(store: Store) -> str | None:
    """Name the latest month that was closed: as its close noted, else as the records say."""
    noted = closed_before(store, _AFTER_ALL)
    if noted:
        return noted[0][0]
    finals = (one for one in reversed(store.summarised()) if any(s.status == "final" for s in store.summaries(one)))
    return next(finals, None)


def records_due(store: Store, accounts: Sequence[Account], sink: Sink) -> RecordsDue:
    """Say which records are due."""
    portfolio = {account.id for account in accounts}
    unwritten = tuple(Unwritten(store, portfolio.intersection, sink).due())
    period = latest_closed(store)
    if period is None:
        return RecordsDue(unwritten=unwritten)
    kept = [one for one in store.summaries(period) if one.account_id in portfolio]
    finals = [one for one in kept if one.status == "final"]
    model = _usual_model(finals)
    return RecordsDue(
        period,
        model,
        tuple(sorted(portfolio - {one.account_id for one in kept})),
        tuple(one.account_id for one in kept if one.status == "provisional"),
        tuple(one.account_id for one in finals if one.model_version != model or one.as_of != period_end(period)),
        unwritten,
    )


def _usual_model(finals: Iterable[Summary]) -> str | None:
    """Give the model of most records; of two that tie the smaller."""
    counted = Counter(one.model_version for one in finals)
    return min(counted, key=lambda version: (-counted[version], version), default=None)
