"""Where the records of a run go, and the usage that is pulled before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers.adapters.remote import SourceError, patient_session
from handlers.adapters.writer import CsvWriter
from handlers.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from config.loader import Config
    from handlers.adapters.salesforce_writer import SalesforceWriter
    from handlers.adapters.store import Store
    from handlers.adapters.writer import RecordWriter
    from handlers.jobs.finalise import Close
    from handlers.settings import SalesforceSettings
    from scoring.account import Account
    from scoring.record import Record


@dataclass(slots=True)
class Sinks:
    """Writes records as CSV, to the CRM, or both. `failed` says by account what the CRM refused."""

    csv: RecordWriter | None = None
    crm: SalesforceWriter | None = None
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
            records = list(records)
            self.crm.write(records)
            self.failed = self.crm.failed
        if self.csv is not None:
            self.csv.write(records)


def writer_for(settings: SalesforceSettings | None, config: Config, path: Path) -> Sinks:
    """Give the sinks of a run."""
    csv = CsvWriter(path, config.record_map)
    return Sinks(csv, None if settings is None else crm_writer(settings, config))


def crm_writer(settings: SalesforceSettings, config: Config) -> SalesforceWriter:
    """Give the writer of records to Salesforce."""
    from handlers.adapters.salesforce import SalesforceClient  # noqa: PLC0415  slow to import, and seldom needed
    from handlers.adapters.salesforce_writer import SalesforceWriter  # noqa: PLC0415  as above

    return SalesforceWriter(SalesforceClient(settings, patient_session()), config.record_map)


def write_one(record: Record, settings: Settings, config: Config) -> dict[str, str]:
    """Write one record to the CRM, where the environment names one; say by account why it was refused."""
    if settings.salesforce is None:
        return {}
    writer = crm_writer(settings.salesforce, config)
    writer.write([record])
    return writer.failed


def pull_usage(settings: Settings, config: Config, accounts: tuple[Account, ...], store: Store, close: Close) -> None:
    """Take in the usage readings of the day that a period ends on, where Looker can be asked."""
    if settings.looker is None:
        return
    from handlers.jobs.sweep import Sweeper, folding, take_in  # noqa: PLC0415  as above
    from handlers.jobs.systems import clients_of  # noqa: PLC0415  as above

    clients = clients_of(Settings(looker=settings.looker))
    sweeper = Sweeper(clients, config.intake, config.looker, accounts, store, close.now)
    failures: dict[str, str] = {}
    for _ in take_in(sweeper.usage((close.as_of,)), folding(store, config.intake, close.now), store, failures):
        pass
    if failures:
        raise SourceError(failures["looker"])
