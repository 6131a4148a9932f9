"""Saves, deletes and nightly runs in an org in memory, with the package's flows set off as Salesforce does."""

from collections.abc import Iterator
from copy import copy
from itertools import product

from tests.salesforce.flow_parts import flow, leads_to
from tests.salesforce.org import Org, Record, Refused
from tests.salesforce.package import Component, cached, named, of_type, tag, text
from tests.salesforce.screens import Answers
from tests.salesforce.walk import Walk

DEEPEST = 5
"""How often saves may set off saves; ours never come near."""


class Automated:
    """An org whose saves set off the flows of the package."""

    def __init__(self, org: Org) -> None:
        """Automate an org."""
        self.org = org
        self._depth = 0

    def create(self, crm_object: str, given: Record) -> str:
        """Save a new record, and give its id."""
        self.org.allow(crm_object)
        record_id = self.org.keep(crm_object, **given)
        try:
            self._save(crm_object, self.org.records[crm_object][record_id], None)
        except Refused:
            del self.org.records[crm_object][record_id]
            raise
        return record_id

    def create_all(self, crm_object: str, given: list[Record]) -> list[str]:
        """Save new records in one batch: before the save none of them sees another, after it each sees all."""
        self.org.allow(crm_object)
        ids = [self.org.keep(crm_object, **one) for one in given]
        records = {record_id: self.org.records[crm_object].pop(record_id) for record_id in ids}
        for record in records.values():
            self._before(crm_object, record, None)
        self.org.records[crm_object] |= records
        self._after(crm_object, list(records.values()), None)
        return ids

    def update(self, crm_object: str, record_id: str, changes: Record) -> None:
        """Save changes of a record."""
        record = self.org.records[crm_object][record_id]
        prior = copy(record)
        record |= changes
        try:
            self._save(crm_object, record, prior)
        except Refused:
            record.clear()
            record |= prior
            raise

    def upsert(self, crm_object: str, key: str, given: Record) -> str:
        """Save a record under its external key."""
        there = [one["Id"] for one in self.org.of(crm_object) if one.get(key) == given[key]]
        if not there:
            return self.create(crm_object, given)
        self.update(crm_object, there[0], given)
        return str(there[0])

    def delete(self, crm_object: str, record_id: str) -> None:
        """Delete a record, and what cannot be without it."""
        record = self.org.records[crm_object][record_id]
        for triggered in _triggered(crm_object, "RecordBeforeDelete"):
            self._run(triggered, record, record)
        del self.org.records[crm_object][record_id]
        for detail, key in details(crm_object):
            kept = {one["Id"]: one for one in self.org.of(detail) if one.get(key) != record_id}
            self.org.records[detail] = kept

    def run_daily(self, name: str) -> list[list[str]]:
        """Run a scheduled flow over the records that it takes, and give the path of each."""
        component = named("Flow", name)
        records = self.org.of(flow(component).record or "")
        walks = [self._walk(component, record, None) for record in records]
        return [walk.go() for walk in walks if walk.enters()]

    def screens(self, name: str, answers: Answers, **inputs: str) -> list[str]:
        """Go through the screens of a flow."""
        walk = self._walk(named("Flow", name), None, None)
        walk.answers, walk.held = answers, dict(inputs)
        return walk.go()

    def call(self, name: str, **inputs: object) -> list[str]:
        """Run a flow that others call, and give its path."""
        walk = self._walk(named("Flow", name), None, None)
        walk.held = dict(inputs)
        return walk.go()

    def outputs(self, name: str, **inputs: object) -> Record:
        """Run a flow that others call, and give what it holds at its end."""
        walk = self._walk(named("Flow", name), None, None)
        walk.held = dict(inputs)
        walk.go()
        return walk.held

    def _save(self, crm_object: str, record: Record, prior: Record | None) -> None:
        self._before(crm_object, record, prior)
        self._after(crm_object, [record], prior)

    def _before(self, crm_object: str, record: Record, prior: Record | None) -> None:
        for triggered in _triggered(crm_object, "RecordBeforeSave"):
            self._run(triggered, record, prior)
        self.org.derive(crm_object, record)
        self.org.check(crm_object, record, prior)

    def _after(self, crm_object: str, records: list[Record], prior: Record | None) -> None:
        self._depth += 1
        assert self._depth < DEEPEST, "flows set off one another without end"
        saved = [copy(record) for record in records]
        for triggered, record in product(_triggered(crm_object, "RecordAfterSave"), saved):
            self._run(triggered, record, prior)
        self._depth -= 1

    def _run(self, component: Component, record: Record, prior: Record | None) -> None:
        walk = self._walk(component, record, prior)
        if walk.enters():
            walk.go()

    def _walk(self, component: Component, record: Record | None, prior: Record | None) -> Walk:
        return Walk(self.org, flow(component), self.update, self.create, self.delete, record, prior)


@cached
def _triggered(crm_object: str, moment: str) -> list[Component]:
    starts = ((component, component.all("start")[0]) for component in of_type("Flow"))
    found = [
        one for one, start in starts if (text(start, "object"), text(start, "triggerType")) == (crm_object, moment)
    ]
    return sorted(found, key=lambda one: int(one.text("triggerOrder") or 0))


@cached
def details(crm_object: str) -> list[tuple[str, str]]:
    """Give the objects whose records are deleted with one of an object, and their fields for it."""
    masters = (one for one in of_type("CustomField") if one.text("type") == "MasterDetail")
    own = [(one.object, one.name) for one in masters if one.text("referenceTo") == crm_object]
    activities = [("Task", "WhatId")] if crm_object in {"Account", "Opportunity"} else []
    return [*own, *activities, *([("Opportunity", "AccountId")] if crm_object == "Account" else [])]


def edges(component: Component) -> Iterator[tuple[str, str, str]]:
    """Give every step that a flow can take."""
    parts = flow(component)
    yield from ((component.name, "start", target) for target in leads_to(parts.start))
    for name, node in parts.nodes.items():
        yield from ((component.name, name, target) for target in leads_to(node))
        way = "defaultConnector" if tag(node) == "decisions" else "connector"
        if text(node, f"{way}/targetReference") is None:
            yield component.name, name, "end"
