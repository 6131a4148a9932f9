"""Live scores: once a day the running month's scores go to the CRM, of the accounts that look different now."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from config.guards import Guards
from handlers.jobs.closes import noted, situation
from handlers.jobs.faults import UnfinishedError
from handlers.jobs.guards import Comparison, Held, holding, unconfirmed
from handlers.jobs.live_sent import Sent
from handlers.jobs.records import Terms
from handlers.jobs.run import Run
from handlers.jobs.stored import AT_ONCE, stored
from handlers.parts import in_parts
from handlers.sinks.protocol import CrmWriter
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.appearance import Appearance, appearance
from scoring.periods import period_of, period_start
from scoring.record import Record

COLLECTION = 200
"""Records that one call writes; which of them are written is noted after each call."""


@dataclass(slots=True)
class Lived:
    """What became of a day's live scores.

    `waits` says why nothing was done, `held` which guards hold it. `written` counts the records that the CRM took,
    `same` those that look as they did, `outranked` names the accounts of which the CRM keeps what it has, `lost`
    those that lost their score: the CRM keeps their last one until the close. `failed` says by account why it
    could not be scored, or was refused: it is tried again the next day.
    """

    period: str
    accounts: int = 0
    written: int = 0
    same: int = 0
    waits: str = ""
    held: list[Held] = field(default_factory=list)
    outranked: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Live:
    """A day's live scores: of which accounts, in which store, on which terms, to which CRM.

    Their provisional records of the running month are in the store. The CRM is asked for nothing where nothing looks
    different. `is_late` says that the time is running out.
    """

    accounts: Sequence[Account]
    store: Store
    terms: Terms
    limits: Guards
    crm: CrmWriter
    sent: Sent
    is_late: Callable[[], bool] = lambda: False
    collection: int = COLLECTION

    @property
    def before(self) -> str:
        """Name the month before."""
        return period_of(period_start(self.terms.period) - 1)

    def waits(self) -> str:
        """Say why the running month may not begin in the CRM yet; nothing where it may.

        So what is provisional never stands beside a month that is not final, and a change since last month is
        one since a final score.
        """
        said = noted(self.store, self.before)
        if said is not None and said.stage == "closed":
            return ""
        return f"{self.before} is not closed: its scores come first"

    def write(self, run: Run) -> Lived:
        """Write what looks different of the accounts that a run has scored; nothing where a guard holds it.

        Raises UnfinishedError where the time ran out: asked again, it goes on behind what was noted.
        """
        lived = Lived(self.terms.period, len(self.accounts), failed=dict(run.failed))
        comparison, changed = Comparison(), list[Record]()
        known = self.sent.known(self.terms.period)
        for record, before in self._records(run):
            comparison.add(record, before)
            account_id = record.score.account_id
            shown = known.shown.get(account_id) or _look(before)
            if self._is_news(record, shown, lived, is_sure=account_id not in known.unsure):
                changed.append(record)
        found = situation(self.store, comparison, self.terms.period, self.terms.as_of)
        lived.held = unconfirmed(holding(found, self.limits), self.terms.confirmed)
        if not lived.held:
            self._send(changed, lived)
        return lived

    def _records(self, run: Run) -> Iterator[tuple[Record, Record | None]]:
        """Give each account's provisional record of the running month, and its final one of the month before."""
        ids = (account.id for account in run.remaining(self.accounts))
        for some in in_parts(ids, AT_ONCE):
            records, befores = (stored(self.store, some, period) for period in (self.terms.period, self.before))
            for record, before in ((records(account_id), befores(account_id)) for account_id in some):
                if record is not None and record.status == "provisional":
                    yield record, before if before is not None and before.status == "final" else None

    def _is_news(self, record: Record, shown: Appearance | None, lived: Lived, *, is_sure: bool) -> bool:
        """Tell whether a record is to be written; one without a score waits for the close."""
        look = appearance(record.score)
        if look.score is None:
            if shown is not None and shown.score is not None:
                lived.lost.append(record.score.account_id)
            return False
        is_same = is_sure and look == shown
        lived.same += is_same
        return not is_same

    def _send(self, changed: Sequence[Record], lived: Lived) -> None:
        for start in range(0, len(changed), self.collection):
            records = changed[start : start + self.collection]
            if self.is_late():
                raise UnfinishedError(f"live: {lived.written} of {len(changed)} records are written: ask again")
            self.sent.begin(self.terms.period, [record.score.account_id for record in records])
            self.crm.write(records)
            taken = [record for record in records if record.key not in self.crm.refused]
            self.sent.note(self.terms.period, {one.score.account_id: appearance(one.score) for one in taken})
            lived.failed |= self.crm.failed
            lived.outranked += self.crm.outranked
            lived.written += len(taken) - len(self.crm.outranked)


def _look(record: Record | None) -> Appearance | None:
    return None if record is None else appearance(record.score)
