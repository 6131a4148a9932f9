"""A small org in memory: records, with formulas and roll-ups computed as the metadata says."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element as Xml

from tests.salesforce.evaluate import Context, evaluate
from tests.salesforce.formula import Node, parse
from tests.salesforce.package import cached, every, fields, of_type, text
from tests.salesforce.schema import Field, find, objects, parent
from tests.salesforce.settings import settings

Record: TypeAlias = dict[str, Any]
_PARENT_KEYS = {"Owner": "OwnerId", "Account": "AccountId"}


class Refused(Exception):  # noqa: N818 - as Salesforce says it
    """A write that the org does not take."""


class Org:
    """Records by object and id, those of custom metadata among them. `now` is the org's clock.

    `refusing` names what fails: an object that takes no new record (`Task`), a step of a flow, such as a
    lookup (`Health_Notify.Get_Type`), `Notification`, `Mail`. `user` is who saves, with custom `permissions`.
    """

    def __init__(self, now: datetime = datetime(2026, 11, 26, 12, tzinfo=UTC)) -> None:
        """Begin empty."""
        self.now = now
        self.records: dict[str, dict[str, Record]] = {}
        self.refusing: set[str] = set()
        self.user = "User-0"
        self.permissions: set[str] = set()
        self.sent: list[Record] = []
        self.mails: list[Record] = []
        self.trail: set[tuple[str, str, str]] = set()
        self._numbers: Counter[str] = Counter()
        for crm_object, setting in settings():
            self.keep(crm_object, **setting)

    def keep(self, crm_object: str, **given: Any) -> str:  # noqa: ANN401 - a field holds anything
        """Put a record there as it is, without rules or flows, and give its id."""
        self._numbers[crm_object] += 1
        record_id = f"{crm_object}-{self._numbers[crm_object]}"
        self.records.setdefault(crm_object, {})[record_id] = {
            "Id": record_id,
            "Name": record_id,
            **_defaults(crm_object, self.now.date()),
            **given,
        }
        return record_id

    def derive(self, crm_object: str, record: Record) -> None:
        """Set what follows from the stage of an opportunity, where the org knows the stage."""
        for stage in self.of("OpportunityStage") if crm_object == "Opportunity" else ():
            if stage["ApiName"] == record.get("StageName"):
                record |= {"IsClosed": stage["IsClosed"], "IsWon": stage["IsWon"]}

    def allow(self, deed: str) -> None:
        """Refuse a deed that is to fail."""
        if deed in self.refusing:
            raise Refused(f"no {deed} today")

    def notify(self, said: Record) -> None:
        """Send a notification; Salesforce takes none that is too long, or for nobody."""
        self.allow("Notification")
        if len(said["title"]) > 250 or len(said["body"]) > 750 or not said["recipientIds"]:
            raise Refused("INVALID_INPUT: a title of 250 characters, a text of 750, and a recipient")
        self.sent.append(said)

    def mail(self, said: Record) -> None:
        """Send an e-mail."""
        self.allow("Mail")
        self.mails.append(said)

    def of(self, crm_object: str) -> list[Record]:
        """Give all records of an object."""
        return list(self.records.get(crm_object, {}).values())

    def value(self, crm_object: str, record: Record | None, path: str) -> Any:  # noqa: ANN401 - as above
        """Give the value at a path from a record: a field, a formula, a roll-up, a parent's field."""
        if record is None:
            return None
        first, _, rest = path.partition(".")
        if first == "$Permission":
            return rest in self.permissions
        if rest:
            up = parent(crm_object, first)
            key = f"{first[:-3]}__c" if first.endswith("__r") else _PARENT_KEYS[first]
            return None if up is None else self.value(up, self.records.get(up, {}).get(record.get(key, "")), rest)
        field = find(crm_object, path)
        if field is None:
            raise KeyError(f"{crm_object}.{path}")
        return self._computed(field, record) if field.is_computed else record.get(path)

    def _computed(self, field: Field, record: Record) -> Any:  # noqa: ANN401 - as above
        if field.formula is None:
            return float(sum(all(self.meets(*part) for part in parts) for parts in self._rolled(field, record)))
        value = evaluate(_parsed(field.formula), self._context(field.crm_object, record))
        return value or None if field.kind == "text" else value

    def _rolled(self, field: Field, record: Record) -> Iterable[list[tuple[str, Record, str, str, object]]]:
        detail, key, filters = _roll_up(field)
        for one in self.of(detail):
            if one[key] == record["Id"]:
                yield [(detail, one, name, operator, value) for name, operator, value in filters]

    def _context(self, crm_object: str, record: Record) -> Context:
        return Context(lambda name: self.value(crm_object, record, name), self.now)

    def _saving(self, crm_object: str, record: Record, prior: Record | None) -> Context:
        """Give what a validation rule may ask for: what is saved, and what was there before."""

        def before(name: str) -> Any:  # noqa: ANN401 - as above
            return self.value(crm_object, prior, name)

        def changed(name: str) -> bool:
            return prior is not None and before(name) != self.value(crm_object, record, name)

        return replace(self._context(crm_object, record), is_new=prior is None, changed=changed, prior=before)

    def meets(self, crm_object: str, record: Record, name: str, operator: str, value: object) -> bool:
        """Tell whether a record's field stands to a value as an operator says."""
        return OPERATORS[operator](self.value(crm_object, record, name), value)

    def check(self, crm_object: str, record: Record, prior: Record | None = None) -> None:
        """Refuse a record that lacks what is required, has a wrong word or too long a text, or breaks a rule."""
        for field in objects()[crm_object].values():
            held = record.get(field.name)
            if field.is_required and held is None:
                raise Refused(f"REQUIRED_FIELD_MISSING: {field.name}")
            if field.words is not None and held is not None and held not in field.words:
                raise Refused(f"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: {field.name}: {held}")
            if field.length is not None and len(held or "") > field.length:
                raise Refused(f"STRING_TOO_LONG: {field.name}: more than {field.length} characters")
        for formula, message in _rules(crm_object):
            if evaluate(_parsed(formula), self._saving(crm_object, record, prior)) is True:
                raise Refused(message)


@cached
def _defaults(crm_object: str, today: date) -> Record:
    found = {name: _default(field.root, today) for name, field in fields(crm_object).items()}
    return {name: value for name, value in found.items() if value is not None}


def _default(field: Xml, today: date) -> object:
    said = text(field, "defaultValue")
    if said is not None:
        return {"false": False, "true": True, "TODAY()": today}[said]
    values = every(field, "valueSet/valueSetDefinition/value")
    return next((text(one, "fullName") for one in values if text(one, "default") == "true"), None)


@cache
def _roll_up(field: Field) -> tuple[str, str, tuple[tuple[str, str, str | None], ...]]:
    """Give the object that is counted, its field for the master, and what a record must meet."""
    assert field.component is not None
    detail, _, key = (field.component.text("summaryForeignKey") or "").partition(".")
    filters = (
        ((text(item, "field") or "").partition(".")[2], _OPERATIONS[text(item, "operation") or ""], text(item, "value"))
        for item in field.component.all("summaryFilterItems")
    )
    return detail, key, tuple(filters)


@cached
def _rules(crm_object: str) -> list[tuple[str, str]]:
    rules = (rule for rule in of_type("ValidationRule") if rule.object == crm_object)
    return [(rule.text("errorConditionFormula") or "", rule.text("errorMessage") or "") for rule in rules]


@cache
def _parsed(formula: str) -> Node:
    return parse(formula)


def _ordered(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: left is not None and right is not None and holds(left, right)


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "EqualTo": lambda left, right: left == right,
    "NotEqualTo": lambda left, right: left != right,
    "LessThanOrEqualTo": _ordered(lambda left, right: left <= right),
    "GreaterThanOrEqualTo": _ordered(lambda left, right: left >= right),
    "Contains": lambda left, right: right in (left or ""),
    "IsNull": lambda left, right: (left is None) == right,
}
_OPERATIONS = {"equals": "EqualTo", "notEqual": "NotEqualTo"}
