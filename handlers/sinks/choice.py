"""Where the records of a run go: CSV, the CRM, or both."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers.clients.remote import Patience
from handlers.settings import HubSpotSettings
from handlers.sinks.spoken import Models, nothing_known, spoken
from handlers.sinks.standing import Replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from config.loader import Config
    from config.record_map import RecordMap, Sink
    from handlers.jobs.unwritten import Due
    from handlers.settings import SalesforceSettings
    from handlers.sinks.protocol import CrmWriter, RecordWriter
    from scoring.record import Record

CRMS: Mapping[Sink, str] = {"salesforce": "Salesforce", "hubspot": "HubSpot"}
"""What people call each CRM that records are written to."""

_PATIENT = Patience()


@dataclass(slots=True)
class Sinks:
    """Writes records as CSV, to the CRM, or both. `failed` says by account what the CRM refused.

    `waits` names those of the failed that waiting may mend, each with the seconds that the CRM asks for.

    With `due`, what is refused stays due, and what was due before is written too: so many records
    were `retried`.
    """

    csv: RecordWriter | None = None
    crm: CrmWriter | None = None
    due: Due | None = None
    retried: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)
    waits: Mapping[str, float] = field(default_factory=dict)

    @property
    def outranked(self) -> list[str]:
        """Name the accounts that keep a newer record in the CRM."""
        return [] if self.crm is None else self.crm.outranked

    @property
    def in_crm(self) -> bool:
        """Tell whether records go to the CRM."""
        return self.crm is not None

    def write(self, records: Iterable[Record]) -> None:
        """Write all records of a run to each sink; they are read to their end where there is none, too."""
        if self.crm is not None:
            records = self._write_crm(records, self.crm)
        if self.csv is not None:
            self.csv.write(records)
        else:
            deque(records, maxlen=0)

    def _write_crm(self, records: Iterable[Record], crm: CrmWriter) -> list[Record]:
        before = [] if self.due is None else self.due.begin()
        kept = list(records)
        new = {record.key for record in kept}
        late = [record for record in before if record.key not in new]
        crm.write([*late, *kept])
        if self.due is not None:
            self.due.end(record for record in (*late, *kept) if record.key in crm.refused)
        self.retried, self.failed, self.waits = len(late), crm.failed, crm.waits
        return kept


def crm_writer(
    settings: SalesforceSettings | HubSpotSettings,
    config: Config,
    patience: Patience = _PATIENT,
    *,
    models: Models = nothing_known,
    replace_final: bool = False,
    replace_scored: bool = False,
) -> CrmWriter:
    """Give the writer of records to the CRM that the settings are of.

    `models` gives the model of a record that was made under another one than the config's.
    """
    may = Replacing(final=replace_final, scored=replace_scored)
    if isinstance(settings, HubSpotSettings):
        return _hubspot(settings, spoken(config.model, config.record_map, models), patience, may)
    return _salesforce(settings, spoken(config.model, config.record_map, models), patience, may)


def _salesforce(settings: SalesforceSettings, record_map: RecordMap, patience: Patience, may: Replacing) -> CrmWriter:
    from handlers.clients.salesforce.client import connect  # noqa: PLC0415  slow to import, and seldom needed
    from handlers.sinks.salesforce import SalesforceWriter  # noqa: PLC0415  as above

    return SalesforceWriter(connect(settings, patience), record_map, may=may, sleep=patience.wait)


def _hubspot(settings: HubSpotSettings, record_map: RecordMap, patience: Patience, may: Replacing) -> CrmWriter:
    from handlers.clients.hubspot.client import connect  # noqa: PLC0415  as above
    from handlers.sinks.hubspot import HubSpotWriter  # noqa: PLC0415  as above

    return HubSpotWriter(connect(settings, patience), record_map, may=may)
