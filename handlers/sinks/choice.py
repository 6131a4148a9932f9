"""Where the records of a run go: CSV, the CRM, or both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers.clients.remote import Patience

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.loader import Config
    from handlers.jobs.unwritten import Unwritten
    from handlers.settings import SalesforceSettings
    from handlers.sinks.protocol import RecordWriter
    from handlers.sinks.salesforce import SalesforceWriter
    from scoring.record import Record


_PATIENT = Patience()


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
    from handlers.clients.salesforce.client import connect  # noqa: PLC0415  slow to import, and seldom needed
    from handlers.sinks.salesforce import SalesforceWriter  # noqa: PLC0415  as above
    from handlers.sinks.salesforce_standing import Replacing  # noqa: PLC0415  as above

    client = connect(settings, patience)
    may = Replacing(final=replace_final, scored=replace_scored)
    return SalesforceWriter(client, config.record_map, may=may, sleep=patience.wait)
