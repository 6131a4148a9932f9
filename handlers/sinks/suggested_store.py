"""Suggested signals where there is no CRM: the same records, in the store alone."""

from collections.abc import Mapping, Sequence

from handlers.clients.crm import Json
from handlers.sinks.suggested import KIND, SOURCE, Created, Decision, Names, UndecidedError, Wanted, row_of
from handlers.stores.protocol import FactStore
from scoring.facts import CrmRecord, created_at, in_order, record_in
from scoring.instants import Instant, format_instant
from scoring.observations import Subject, Value
from scoring.words import folded

_INSTANTS = frozenset({"accepted_at", "dismissed_at", "date_observed"})


class StoreSuggestions:
    """Tells signals as Salesforce would; the id of each is its key."""

    def __init__(self, store: FactStore, names: Names, now: Instant) -> None:
        """Look into a store for what is there; `now` is when it is."""
        self._store = store
        self._names = names
        self._now = now

    def create(self, wanted: Sequence[Wanted]) -> Created:
        """Create signals of status Suggested; what is there already is left alone."""
        subjects = [Subject(SOURCE, KIND, one.suggestion.key) for one in wanted]
        there = {fact.subject.id for fact in self._store.facts_of(subjects)}
        fresh: dict[str, Wanted] = {}
        for one in wanted:
            if one.suggestion.key not in there:
                fresh.setdefault(one.suggestion.key, one)
        messages = [self._message(key, row_of(one, self._names), self._now, self._now) for key, one in fresh.items()]
        return Created(list(fresh), sorted(there), {}, messages)

    def decide(self, decision: Decision) -> Sequence[Json]:
        """Write a decision where the suggestion still waits, and tell the record as it then is."""
        facts = self._store.facts_of([Subject(SOURCE, KIND, decision.record_id)])
        if not facts:
            raise UndecidedError("this signal is not there: nothing was changed")
        seen = in_order(facts[0].observations)
        record = record_in(seen, Instant(seen[-1].at + 1), infer=True)
        status = "deleted" if record is None or record.yes("deleted") else record.text("status")
        if record is None or folded(status or "") != folded(self._names.suggested):
            raise UndecidedError(f"this signal is {status} already: nothing was changed")
        at = max(self._now, Instant(seen[-1].at + 1))
        row = self._row(record, decision, at)
        return [self._message(decision.record_id, row, created_at(seen) or at, at)]

    def _row(self, record: CrmRecord, decision: Decision, at: Instant) -> dict[str, object]:
        """Write the record as decided; when it was is what a flow of the CRM would note."""
        told = {name: _written(name, value) for name, value in record.values.items()} | {**decision.values}
        told[f"{decision.verdict}_at"] = format_instant(at)
        row = {self._names.apis[name]: value for name, value in told.items() if name in self._names.apis}
        if self._names.crm_object.owner_field is not None:
            row[self._names.crm_object.owner_field] = record.owner
        return row

    def _message(self, record_id: str, row: Mapping[str, object], created: Instant, at: Instant) -> Json:
        told = {"type": "salesforce.record", "object": self._names.crm_object.object}
        stamps = {"Id": record_id, "CreatedDate": format_instant(created), "IsDeleted": False}
        return {**told, "read_at": format_instant(at), "record": {**stamps, **row}}


def _written(name: str, value: Value) -> object:
    if name in _INSTANTS and isinstance(value, float | int) and not isinstance(value, bool):
        return format_instant(Instant(int(value)))
    return value
