"""Records into HubSpot: each company shows the record of its account's latest month."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from config.record_map import RecordMap
from handlers.clients.crm import RowResult
from handlers.clients.hubspot.accounting import Company
from handlers.clients.hubspot.client import Companies, HubSpotClient
from handlers.clients.remote import SourceError, wait_after
from handlers.sinks.hubspot_values import (
    LONGEST_TEXT,
    NOTHING,
    Shown,
    is_there,
    name_of,
    properties,
    property_of,
    shown,
    shown_by,
    too_long,
)
from handlers.sinks.standing import RANKING, Replacing
from scoring.record import Record

_CAREFUL = Replacing()


class HubSpotWriter:
    """Writes records as properties of the companies that hold the accounts' ids, by batch upsert.

    A company shows one record. It is not replaced by one of an older month, nor by an older one of
    its month, nor a final one by a provisional one, nor in its month one that has a score by one
    without, unless `may` says so. No company is made: where HubSpot has none for an account, its
    record is refused. A row of which HubSpot's answer leaves open what became of it counts as written
    only where the company then has it as it was sent.
    """

    def __init__(self, client: HubSpotClient, record_map: RecordMap, *, may: Replacing = _CAREFUL) -> None:
        """Write to companies by the property that holds the account's id."""
        self._client = client
        self._map = record_map
        self._key = property_of(record_map, "score.account_id")
        self._may_replace = may
        self.failed: dict[str, str] = {}
        self.refused: set[str] = set()
        self.outranked: list[str] = []
        self.waits: dict[str, float] = {}

    def write(self, records: Iterable[Record]) -> None:
        """Write of each account its best record. Raises nothing for rows or calls that fail."""
        self.failed, self.refused, self.outranked, self.waits = {}, set(), [], {}
        by_account = _by_account(records)
        if not by_account:
            return
        try:
            companies = self._read(list(by_account))
        except SourceError as error:
            for record in (one for group in by_account.values() for one in group):
                self._refuse(record, str(error), wait_after(error))
            return
        chosen = (self._chosen(account_id, group, companies) for account_id, group in by_account.items())
        self._write({record.score.account_id: record for record in chosen if record is not None}, companies.found)

    def remove(self, keys: Sequence[str]) -> dict[str, str]:
        """Empty the companies that show records of some keys; give by key why one still does. Raises SourceError."""
        companies = self._read([_account_of(key) for key in keys])
        still = {key: why for key in keys if (why := companies.unsaid.get(_account_of(key)))}
        emptied = {name_of(field): "" for field in self._map if name_of(field) != self._key}
        showing = {_account_of(key): key for key in self._showing(keys, companies.found)}
        results = self._client.upsert(self._key, dict.fromkeys(showing, emptied), _ids(companies.found))
        reasons = {showing[one.key]: "; ".join(one.errors) for one in results}
        if all(one.ok and one.sure for one in results):
            return still
        later = self._read(list(showing)).found
        return still | {key: reasons[key] or "it is still there" for key in self._showing(reasons, later)}

    def _showing(self, keys: Iterable[str], found: Mapping[str, Company]) -> list[str]:
        """Give those keys whose record a company shows."""
        name = property_of(self._map, "record.key")
        told = {key: found[_account_of(key)].properties.get(name) for key in keys if _account_of(key) in found}
        return [key for key, shows in told.items() if shows == key]

    def _read(self, account_ids: Sequence[str], paths: Sequence[str] = ()) -> Companies:
        wanted = paths or ("record.key", "record.period", *RANKING)
        names = [name_of(field) for field in self._map if field.path in wanted]
        return self._client.companies(self._key, sorted(set(account_ids)), names)

    def _chosen(self, account_id: str, records: Sequence[Record], companies: Companies) -> Record | None:
        """Choose the record that the account's company is to show; None where it keeps what it has."""
        company = companies.found.get(account_id)
        if company is None:
            unwritten = _best(records, NOTHING, self._may_replace) or records[-1]
            unknown = f"no company of HubSpot has {self._key} = {account_id}: put the id on the account's company"
            self._refuse(unwritten, companies.unsaid.get(account_id, unknown))
            return None
        there = shown(company.properties, self._map)
        best = _best(records, there, self._may_replace)
        if best is None:
            self.outranked.append(account_id)
        elif there.loses_score(best) and not self._may_replace.scored:
            self._refuse(best, "HubSpot keeps its record of the month, which has a score: this one has none")
        else:
            return best
        return None

    def _write(self, records: Mapping[str, Record], found: Mapping[str, Company]) -> None:
        rows: dict[str, dict[str, str]] = {}
        for account_id, record in records.items():
            row = properties(record, self._map)
            if too_long(row):
                self._refuse(
                    record, f"{', '.join(too_long(row))}: longer than HubSpot keeps ({LONGEST_TEXT:,} characters)"
                )
            else:
                rows[account_id] = row
        results = self._client.upsert(self._key, rows, _ids(found))
        there = self._there([result.key for result in results if not result.sure])
        for result in results:
            company = there.get(result.key)
            if company is None or not is_there(rows[result.key], company.properties, self._map):
                self._judge(records[result.key], result, company)

    def _there(self, account_ids: Sequence[str]) -> Mapping[str, Company]:
        """Read whole companies again; where HubSpot cannot be asked, nothing is known to be there."""
        try:
            return self._read(account_ids, [field.path for field in self._map]).found if account_ids else {}
        except SourceError:
            return {}

    def _judge(self, record: Record, result: RowResult, there: Company | None) -> None:
        if there is not None and not shown(there.properties, self._map).gives_way(record, self._may_replace):
            self.outranked.append(record.score.account_id)
        elif result.created:
            self._refuse(record, "its company went away, and HubSpot made a new one without a name: look at it")
        elif not (result.ok and result.sure):
            self._refuse(record, "; ".join(result.errors) or "HubSpot does not have it as it was sent", result.wait)

    def _refuse(self, record: Record, reason: str, wait: float | None = None) -> None:
        self.failed[record.score.account_id] = reason
        if wait is not None:
            self.waits[record.score.account_id] = wait
        self.refused.add(record.key)


def _by_account(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Sort records by account, and each account's by month; of several with one key the last stands."""
    last = {record.key: record for record in records}.values()
    ordered = sorted(last, key=lambda record: (record.score.account_id, record.period))
    return {account_id: list(group) for account_id, group in groupby(ordered, key=lambda one: one.score.account_id)}


def _best(records: Sequence[Record], there: Shown, may: Replacing) -> Record | None:
    """Give the record that is left where one after the other takes the company's place, as far as it may."""
    best: Record | None = None
    for record in records:
        if there.gives_way(record, may):
            best, there = record, shown_by(record)
    return best


def _ids(found: Mapping[str, Company]) -> dict[str, str]:
    """Give the keys of companies by HubSpot's own ids."""
    return {str(company.id): key for key, company in found.items()}


def _account_of(key: str) -> str:
    return key.rpartition("_")[0]
