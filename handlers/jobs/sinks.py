"""Where the records of a run go, and the usage that is pulled before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers.adapters.remote import Patience, SourceError
from handlers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.loader import Config
    from handlers.adapters.salesforce_writer import SalesforceWriter
    from handlers.adapters.store import Store
    from handlers.adapters.writer import RecordWriter
    from handlers.jobs.finalise import Close
    from handlers.jobs.unwritten import Unwritten
    from handlers.settings import SalesforceSettings
    from scoring.account import Account
    from scoring.record import Record


_PATIENT = Patience()
USAGE_SECONDS = 600.0
"""The usage of a close is waited for no longer: without it the period is closed all the same."""


@dataclass(slots=True)
class Sinks:
    """Writes records as CSV, to the CRM, or both. `failed` says by account what the CRM refused.

    With `unwritten`, what is refused stays due, and what was due before is written too: so many
    records were `retried`.
    """

    csv: RecordWriter | None = None
    crm: SalesforceWriter | None = None
    unwritten: Unwritten | None = None
    retried: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def outranked(self) -> list[str]:
        """Name the accounts that keep a newer record in the CRM."""
        return [] if self.crm is None else self.crm.outranked

    @property
    def in_crm(self) -> bool:
        """Tell whether records go to the CRM."""
        return self.crm is not None

    def write(self, records: Iterable[Record]) -> None:
        """Write all records of a run to each sink."""
        if self.crm is not None:
            records = self._write_crm(records, self.crm)
        if self.csv is not None:
            self.csv.write(records)

    def _write_crm(self, records: Iterable[Record], crm: SalesforceWriter) -> list[Record]:
        due = [] if self.unwritten is None else self.unwritten.begin()
        kept = list(records)
        new = {record.key for record in kept}
        late = [record for record in due if record.key not in new]
        crm.write([*late, *kept])
        if self.unwritten is not None:
            self.unwritten.end(record for record in (*late, *kept) if record.key in crm.refused)
        self.retried, self.failed = len(late), crm.failed
        return kept


def crm_writer(
    settings: SalesforceSettings,
    config: Config,
    patience: Patience = _PATIENT,
    *,
    replace_final: bool = False,
    replace_scored: bool = False,
) -> SalesforceWriter:
    """Give the writer of records to Salesforce."""
    from handlers.adapters.salesforce import connect  # noqa: PLC0415  slow to import, and seldom needed
    from handlers.adapters.salesforce_standing import Replacing  # noqa: PLC0415  as above
    from handlers.adapters.salesforce_writer import SalesforceWriter  # noqa: PLC0415  as above

    client = connect(settings, patience)
    may = Replacing(final=replace_final, scored=replace_scored)
    return SalesforceWriter(client, config.record_map, may=may, sleep=patience.wait)


def pull_usage(
    settings: Settings,
    config: Config,
    accounts: tuple[Account, ...],
    store: Store,
    close: Close,
    patience: Patience = _PATIENT,
) -> None:
    """Take in the usage readings of the day that a period ends on, where Looker can be asked.

    Raises SourceError where it cannot be used, or not in time: a period can be closed with what is
    known all the same.
    """
    if settings.looker is None:
        return
    from handlers.jobs.sweep import Sweeper, folding, take_in  # noqa: PLC0415  as above
    from handlers.jobs.systems import clients_of  # noqa: PLC0415  as above

    clients = clients_of(Settings(looker=settings.looker), patience=patience.within(USAGE_SECONDS))
    sweeper = Sweeper(clients, config.intake, config.looker, accounts, store, close.now)
    failures: dict[str, str] = {}
    for _ in take_in(sweeper.usage((close.as_of,)), folding(store, config.intake, close.now), store, failures):
        pass
    if failures:
        raise SourceError(failures["looker"])
