"""Walks a flow node by node, as its metadata says, over an org in memory."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element as Xml

from tests.salesforce.evaluate import Context, evaluate
from tests.salesforce.flow_parts import Flow, flow, leads_to, value_of
from tests.salesforce.formula import Node, parse
from tests.salesforce.org import OPERATORS, Org, Record, Refused
from tests.salesforce.package import every, named, tag, text
from tests.salesforce.screens import Answers, Visits, show

LONGEST = 200
"""Steps of one interview; ours never come near."""
_MERGE = re.compile(r"\{!([$\w.]+)\}")


class FlowFault(Exception):  # noqa: N818 - as Salesforce calls it
    """A fault that no path of the flow catches: the whole save is undone."""


@dataclass(slots=True)
class Walk:
    """One interview: where it is, what it holds, and what it may save with."""

    org: Org
    parts: Flow
    update: Callable[[str, str, Record], None]
    create: Callable[[str, Record], str]
    delete: Callable[[str, str], None]
    record: Record | None = None
    prior: Record | None = None
    answers: Answers = field(default_factory=dict)
    visits: Visits = field(default_factory=Visits)
    held: dict[str, Any] = field(default_factory=dict)

    def go(self) -> list[str]:
        """Walk from the start to an end, and name the nodes on the way."""
        path: list[str] = []
        at = self._step("start", next(leads_to(self.parts.start)))
        while at is not None:
            path.append(at)
            assert len(path) < LONGEST, f"{self.parts.component.name} goes round"
            node = self.parts.nodes[at]
            at = self._step(at, self._next(node))
        return path

    def enters(self) -> bool:
        """Tell whether the record meets the conditions of the start."""
        formula = text(self.parts.start, "filterFormula")
        if formula is not None:
            return evaluate(parsed(formula), self._context()) is True
        crm_object = self.parts.record or ""
        met = [self._meets(crm_object, one) for one in (self.record, self.prior) if one is not None]
        only_changed = text(self.parts.start, "doesRequireRecordChangedToMeetCriteria") == "true"
        return met[0] and not (only_changed and met[1:] == [True])

    def _meets(self, crm_object: str, record: Record) -> bool:
        return next(self._let_through(self.parts.start, crm_object, [record]), None) is not None

    def _let_through(self, node: Xml, crm_object: str, records: list[Record]) -> Iterator[Record]:
        """Give the records that meet the filters of a node, joined as its logic says."""
        logic, filters = text(node, "filterLogic") or "and", list(self._filters(node))
        for record in records:
            if joined(logic, (self.org.meets(crm_object, record, *part) for part in filters)):
                yield record

    def _step(self, at: str, ahead: str | None) -> str | None:
        self.org.trail.add((self.parts.component.name, at, ahead or "end"))
        return ahead

    def _next(self, node: Xml) -> str | None:
        try:
            self.org.allow(f"{self.parts.component.name}.{text(node, 'name')}")
            return _WALKS[tag(node)](self, node)
        except Refused as refused:
            caught = _target(node, "faultConnector")
            if caught is None:
                raise FlowFault(str(refused)) from refused
            self.held["$Flow.FaultMessage"] = str(refused)
            return caught

    def value(self, name: str) -> Any:  # noqa: ANN401 - a resource holds anything
        """Give what a name stands for."""
        first, _, path = name.partition(".")
        if name in {"$Flow.CurrentDate", "$Flow.CurrentDateTime"}:
            return self.org.now.date() if name == "$Flow.CurrentDate" else self.org.now
        if first == "$User":
            return self._user(path)
        if first == "$Record__Prior":
            return self.org.value(self.parts.record or "", self.prior, path)
        if first == "$Record":
            return self.org.value(self.parts.record or "", self.record, path) if path else self.record
        node = self.parts.nodes.get(first)
        if node is not None:
            return self._part(node, self.held.get(first), path)
        return self._resource(name)

    def _part(self, node: Xml, held: Any, path: str) -> Any:  # noqa: ANN401 - as above
        """Give what a step has found (blank where it failed or was never taken), or a field of it.

        A field of nothing is no blank: Salesforce stops the flow. A condition after one that asks whether
        anything is there is not looked at.
        """
        if path and held is None:
            raise FlowFault(f"failed to access the value for {text(node, 'name')}.{path}")
        return self.org.value(text(node, "object") or "", held, path) if path else held

    def _user(self, path: str) -> Any:  # noqa: ANN401 - as above
        """Give a field of who runs the flow; the id also of one who is no record."""
        held = self.org.records.get("User", {}).get(self.org.user)
        return self.org.user if path == "Id" else self.org.value("User", held, path)

    def _resource(self, name: str) -> Any:  # noqa: ANN401 - as above
        if name in self.held:
            return self.held[name]
        resource = self.parts.resources.get(name)
        kind = None if resource is None else tag(resource)
        if resource is not None and kind == "formulas":
            return evaluate(parsed(text(resource, "expression") or ""), self._context())
        if resource is not None and kind == "textTemplates":
            return self._merged(text(resource, "text") or "")
        return None if resource is None else self.literal(value_of(resource, "value"))

    def _merged(self, said: str) -> str:
        return _MERGE.sub(lambda match: _said(self.value(match[1])), said)

    def _context(self) -> Context:
        return Context(self.value, self.org.now, self.prior is None, self._changed)

    def _changed(self, name: str) -> bool:
        key = name.removeprefix("$Record.")
        return self.prior is not None and self.record is not None and self.prior.get(key) != self.record.get(key)

    def literal(self, element: Xml | None) -> Any:  # noqa: ANN401 - as above
        """Give what a value says: a literal, or what it refers to."""
        if element is None:
            return None
        said = element.text or ""
        if tag(element) in {"elementReference", "numberValue"}:
            return self.value(said) if tag(element) == "elementReference" else float(said)
        return said == "true" if tag(element) == "booleanValue" else said

    def _filters(self, node: Xml) -> Iterator[tuple[str, str, object]]:
        for field_name, operator, value in _filter_items(node):
            yield field_name, operator, self.literal(value)

    def found(self, node: Xml) -> list[Record]:
        """Give the records that a node's filters let through, in its order."""
        crm_object = text(node, "object") or ""
        known = list(self._let_through(node, crm_object, self.org.of(crm_object)))
        by = text(node, "sortField")
        return sorted(known, key=lambda one: one[by], reverse=text(node, "sortOrder") == "Desc") if by else known

    def given(self, node: Xml) -> Record:
        """Give what a node writes."""
        return {
            text(one, "field") or "": self.literal(value_of(one, "value")) for one in every(node, "inputAssignments")
        }

    def holds(self, rule: Xml) -> bool:
        """Tell whether the conditions of a rule hold."""
        met = (
            OPERATORS[text(one, "operator") or ""](
                self.value(text(one, "leftValueReference") or ""), self.literal(value_of(one, "rightValue"))
            )
            for one in every(rule, "conditions")
        )
        return joined(text(rule, "conditionLogic") or "and", met)


@cache
def _filter_items(node: Xml) -> list[tuple[str, str, Xml | None]]:
    """Read the filters of a node once."""
    return [
        (text(item, "field") or "", text(item, "operator") or "", value_of(item, "value"))
        for item in every(node, "filters")
    ]


def joined(logic: str, met: Iterable[bool]) -> bool:
    """Join conditions: all of them (`and`), one of them (`or`), or by their numbers: `1 AND (2 OR 3)`."""
    if logic in {"and", "or"}:
        return all(met) if logic == "and" else any(met)
    each = list(met)
    numbered = re.sub(r"\d+", lambda number: f"C{number[0]}", logic).replace(" AND ", " && ").replace(" OR ", " || ")
    return evaluate(parsed(numbered), Context(lambda name: each[int(name[1:]) - 1])) is True


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _target(node: Xml, kind: str) -> str | None:
    return text(node, f"{kind}/targetReference")


@cache
def parsed(formula: str) -> Node:
    """Read a formula once."""
    return parse(formula)


def _decide(walk: Walk, node: Xml) -> str | None:
    for rule in every(node, "rules"):
        if walk.holds(rule):
            return _target(rule, "connector")
    return _target(node, "defaultConnector")


def _look_up(walk: Walk, node: Xml) -> str | None:
    found = walk.found(node)
    is_one = text(node, "getFirstRecordOnly") == "true"
    walk.held[text(node, "name") or ""] = next(iter(found), None) if is_one else found
    return _target(node, "connector")


def _create(walk: Walk, node: Xml) -> str | None:
    created = walk.create(text(node, "object") or "", walk.given(node))
    walk.held[text(node, "assignRecordIdToReference") or text(node, "name") or ""] = created
    return _target(node, "connector")


def _update(walk: Walk, node: Xml) -> str | None:
    is_record = text(node, "inputReference") == "$Record"
    crm_object = (walk.parts.record if is_record else text(node, "object")) or ""
    changes = walk.given(node)
    for one in [walk.record] if is_record and walk.record else walk.found(node):
        walk.update(crm_object, one["Id"], changes)
    return _target(node, "connector")


def _delete(walk: Walk, node: Xml) -> str | None:
    assert walk.record is not None
    walk.delete(walk.parts.record or "", walk.record["Id"])
    return _target(node, "connector")


def _assign(walk: Walk, node: Xml) -> str | None:
    for item in every(node, "assignmentItems"):
        name, value = text(item, "assignToReference") or "", walk.literal(value_of(item, "value"))
        if name.startswith("$Record."):
            assert walk.record is not None
            walk.record[name.removeprefix("$Record.")] = value
        elif text(item, "operator") == "Add":
            walk.held[name] = [*walk.held.get(name, []), value]
        elif text(item, "operator") == "AssignCount":
            walk.held[name] = float(len(value)) if isinstance(value, list) else None
        else:
            walk.held[name] = value
    return _target(node, "connector")


_ACTIONS: Mapping[str, Callable[[Org, Record], None]] = {
    "customNotificationAction": Org.notify,
    "emailSimple": Org.mail,
}


def _act(walk: Walk, node: Xml) -> str | None:
    said = {text(one, "name") or "": walk.literal(value_of(one, "value")) for one in every(node, "inputParameters")}
    _ACTIONS[text(node, "actionType") or ""](walk.org, said)
    return _target(node, "connector")


def _call(walk: Walk, node: Xml) -> str | None:
    called = flow(named("Flow", text(node, "flowName") or ""))
    inputs = {text(one, "name") or "": walk.literal(value_of(one, "value")) for one in every(node, "inputAssignments")}
    within = Walk(walk.org, called, walk.update, walk.create, walk.delete, held=inputs)
    within.go()
    for one in every(node, "outputAssignments"):
        walk.held[text(one, "assignToReference") or ""] = within.value(text(one, "name") or "")
    return _target(node, "connector")


_WALKS: Mapping[str, Callable[[Walk, Xml], str | None]] = {
    "decisions": _decide,
    "recordLookups": _look_up,
    "recordCreates": _create,
    "recordUpdates": _update,
    "recordDeletes": _delete,
    "assignments": _assign,
    "actionCalls": _act,
    "subflows": _call,
    "screens": show,
}
