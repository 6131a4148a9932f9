"""Suggested signals into Salesforce: created once each by their external id, and changed only while they wait."""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from config.api_names import lacking
from handlers.clients.crm import Crm, Json, RowResult
from handlers.clients.remote import SourceError
from handlers.pulls.salesforce import instant_of, rows
from handlers.sinks.suggested import Created, Decision, Names, UndecidedError, Wanted, only_written, row_of
from scoring.instants import Instant, format_instant
from scoring.words import folded

KEYS_A_QUERY = 200
TRIES = 4
_PAUSE_SECONDS = 1.0
_LOCKED = "UNABLE_TO_LOCK_ROW"
_THERE = "DUPLICATE_VALUE"
_REPEATED = re.compile(r"(data value too large|bad value for restricted picklist field): .*", re.DOTALL)
"""An error of Salesforce that repeats the value, as a whole or cut off."""
KEY = "suggestion_key"


class SalesforceSuggestions:
    """Creates signals of status Suggested, and writes what a person decides of them.

    A key that the org has already, also in the recycle bin, is left alone. A row counts as written only where the
    org then has it, whatever its answer said. Rows go in the order of their accounts, and again where the account
    was locked: a signal locks its account for its roll-ups.
    """

    def __init__(self, crm: Crm, names: Names, now: Instant, sleep: Callable[[float], None] = time.sleep) -> None:
        """Write to an org; `now` is when its records are read."""
        self._crm = crm
        self._now = now
        self._sleep = sleep
        self._given = names
        self._known: Names | None = None

    def create(self, wanted: Sequence[Wanted]) -> Created:
        """Create signals of status Suggested; what is there already is left alone. Raises nothing for rows or calls."""
        by_key = {one.suggestion.key: one for one in wanted}
        try:
            there = self._read(list(by_key))
        except SourceError as error:
            return Created(failed=dict.fromkeys(by_key, str(error)))
        created = Created(there=[key for key in by_key if key in there], messages=self._messages(there.values()))
        fresh = [one for key, one in by_key.items() if key not in there]
        if fresh:
            self._judge(self._insert(self._rows(fresh)), created)
        created.failed = {key: _without_words(reason, by_key[key]) for key, reason in created.failed.items()}
        return created

    def _rows(self, fresh: Iterable[Wanted]) -> list[Json]:
        ordered = sorted(fresh, key=lambda one: (one.account_id, one.suggestion))
        return [{**row_of(one, self._names), **only_written(one, self._names.fields)} for one in ordered]

    def _insert(self, fresh: Sequence[Json]) -> dict[str, RowResult]:
        key, done = self._names.apis[KEY], dict[str, RowResult]()
        for attempt in range(TRIES):
            if not fresh:
                break
            if attempt:
                self._sleep(_PAUSE_SECONDS * attempt)
            told = {one.key: one for one in self._crm.insert(self._names.crm_object.object, key, fresh)}
            done |= told
            fresh = [row for row in fresh if told[str(row[key])].failed_by(_LOCKED)]
        return done

    def _judge(self, told: Mapping[str, RowResult], created: Created) -> None:
        """Count what the org then has; where it cannot be asked, what it surely said that it wrote."""
        try:
            there = self._read(list(told))
        except SourceError:
            there = {key: {} for key, one in told.items() if one.ok and one.sure}
        for key, one in told.items():
            if key not in there:
                created.failed[key] = "; ".join(one.errors) or "Salesforce does not have it, though it took it"
            elif one.failed_by(_THERE):
                created.there.append(key)
            else:
                created.written.append(key)
        created.messages += self._messages(record for record in there.values() if record)

    def decide(self, decision: Decision) -> Sequence[Json]:
        """Write a decision where the suggestion still waits, and tell the record as it then is.

        The org refuses it where somebody saved the record meanwhile. Whatever its answer says, what it then has counts.
        """
        before = self._one(decision)
        if not self._waits(before):
            raise UndecidedError(self._now_is(before), self._messages([before]))
        values = self._values(decision)
        trouble = self._write(decision, values, before)
        after = self._one(decision)
        if trouble is None or all(after.get(name) == value for name, value in self._readable(values).items()):
            return self._messages([after])
        if not self._waits(after):
            raise UndecidedError(self._now_is(after), self._messages([after]))
        raise trouble

    def _write(self, decision: Decision, values: Json, before: Json) -> SourceError | None:
        since = instant_of(before.get("SystemModstamp")) or self._now
        try:
            self._crm.change(self._names.crm_object.object, decision.record_id, values, since)
        except SourceError as error:
            return error
        return None

    def _values(self, decision: Decision) -> dict[str, object]:
        told: dict[str, object] = {self._names.apis[name]: value for name, value in decision.values.items()}
        name = self._names.fields.decided_for
        return told if name is None else {**told, name: decision.person[:255]}

    def _readable(self, values: Json) -> Json:
        return {name: value for name, value in values.items() if name in self._names.crm_object.fields}

    def _waits(self, record: Json) -> bool:
        said = record.get(self._names.apis["status"])
        return not record.get("IsDeleted") and folded(str(said or "")) == folded(self._names.suggested)

    def _now_is(self, record: Json) -> str:
        said = "deleted" if record.get("IsDeleted") else record.get(self._names.apis["status"])
        return f"this signal is {said} in Salesforce already: nothing was changed"

    def _one(self, decision: Decision) -> Json:
        found = list(self._rows_where("Id IN {keys}", [decision.record_id]))
        if not found:
            raise UndecidedError("Salesforce does not have this signal any more, or hides it: nothing was changed")
        return found[0]

    def _read(self, keys: Sequence[str]) -> dict[str, Json]:
        """Read what the org has, by key in lower case; what is in the recycle bin, too."""
        name, found = self._names.apis[KEY], dict[str, Json]()
        for start in range(0, len(keys), KEYS_A_QUERY):
            for row in self._rows_where(f"{name} IN {{keys}}", sorted(keys[start : start + KEYS_A_QUERY])):
                found[str(row[name]).lower()] = row
        return found

    def _rows_where(self, condition: str, keys: Sequence[str]) -> Iterable[Json]:
        seen = self._names.crm_object
        fields = (*seen.system, *seen.names)
        return rows(self._crm, seen.object, fields, f"WHERE {condition}", with_deleted=True, keys=list(keys))

    def _messages(self, records: Iterable[Json]) -> list[Json]:
        told = {"type": "salesforce.record", "object": self._names.crm_object.object}
        return [{**told, "read_at": format_instant(self._now), "record": record} for record in records]

    @property
    def _names(self) -> Names:
        """Give the names as far as the org has them; raises SourceError where it lacks the external id."""
        if self._known is None:
            self._known = _as_there(self._crm, self._given)
        return self._known


def _without_words(reason: str, wanted: Wanted) -> str:
    """Leave out of an error what the customer wrote: an error is logged."""
    said = _REPEATED.sub(r"\1", reason)
    return said.replace(wanted.suggestion.quote, "…") if wanted.suggestion.quote else said


def _as_there(crm: Crm, names: Names) -> Names:
    crm_object, only = names.crm_object, names.fields
    told = crm.describe(crm_object.object).get("fields")
    there = [str(field.get("name")) for field in told if isinstance(field, dict)] if isinstance(told, list) else []
    absent = lacking([*crm_object.fields, *(one for one in (only.quote, only.link, only.decided_for) if one)], there)
    key = names.apis.get(KEY)
    if key is None or key in absent:
        needed = "deploy the Salesforce package, and name it in signal.fields.suggestion_key of config/sources.yaml"
        raise SourceError(f"{crm_object.object} has no field for the external id of a suggestion: {needed}")
    fields = {name: field for name, field in crm_object.fields.items() if name not in absent}
    quote, link, decided_for = (None if one in absent else one for one in (only.quote, only.link, only.decided_for))
    kept = replace(only, quote=quote, link=link, decided_for=decided_for)
    return replace(names, crm_object=replace(crm_object, fields=fields), fields=kept)
