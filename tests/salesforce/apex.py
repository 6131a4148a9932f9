"""Runs our Apex in an org in memory: what a script saves sets off the package's flows, what a test asserts must hold.

What must be said of any org, not of ours (required fields of others, duplicate rules, stages), is not run here.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from tests.salesforce.apex_library import METHODS, OF_ANY_ORG, OPERATIONS, STATIC
from tests.salesforce.apex_query import query
from tests.salesforce.apex_syntax import Returned, Script, Statements
from tests.salesforce.apex_tokens import Scope, Value
from tests.salesforce.apex_values import Class, Found, Interview, SObject
from tests.salesforce.flow_parts import flow
from tests.salesforce.office import Office
from tests.salesforce.org import Record
from tests.salesforce.package import named, tag
from tests.salesforce.schema import find, objects


class Runner:
    """Runs one script or class in an office."""

    def __init__(self, office: Office, script: Script) -> None:
        """Know the script's methods and what it declares."""
        self.office, self.script = office, script
        self.names: dict[str, Value] = {}
        self.rows = 0
        self.asked: list[int] = []

    def go(self) -> None:
        """Run what stands outside methods."""
        for step in self.script.top:
            step(Scope(self, self.names))

    def name(self, name: str) -> Value:
        """Give a constant, or the class of that name."""
        return self.names.get(name, Class(name))

    def member(self, of: Value, name: str) -> Value:
        """Give a field of a record."""
        if isinstance(of, Class):
            return Class(f"{of.name}.{name}")
        if isinstance(of, Found):
            (of,) = of
        assert isinstance(of, SObject), f"{name} of {of!r}"
        if name.endswith("__r") or name in {"Owner", "Account"}:
            return SObject(name, {key.partition(".")[2]: one for key, one in of.values.items() if key.startswith(name)})
        return of.values[name]

    def set_member(self, of: Value, name: str, value: Value) -> None:
        """Set a field of a record."""
        of.put(name, value)

    def operate(self, sign: str, left: Value, right: Value) -> Value:
        """Compare, add and so on."""
        return OPERATIONS[sign](left, right)

    def call(self, of: Value, name: str, given: list[Value]) -> Value:
        """Call a method of ours, of a class, or of a value."""
        if of is None:
            return OF_ANY_ORG[name](self, *given) if name in OF_ANY_ORG else self.own(name, given)
        if isinstance(of, Class):
            return STATIC[f"{of.name}.{name}"](self, *given)
        if isinstance(of, Interview):
            return self._interview(of, name, given)
        return METHODS[type(of)][name](of, *given)

    def own(self, name: str, given: list[Value]) -> Value:
        """Call a method of the script; it sees the constants of a class, not what a script declared."""
        method = self.script.methods[name]
        names = dict(zip(method.parameters, given, strict=True))
        try:
            method.body(Scope(self, names))
        except Returned as returned:
            return returned.value
        return None

    def make(self, kind: str, given: list[Value], fields: Mapping[str, Value]) -> Value:
        """Make a list, a map or a record."""
        if kind in {"List", "Set"}:
            return list(given[0]) if given and isinstance(given[0], list) else list(given)
        if kind == "Map":
            return dict(given)
        assert kind in objects(), f"{kind} is not there"
        made = SObject(kind)
        for name, value in fields.items():
            made.put(name, value)
        return made

    def query(self, text: str, names: Mapping[str, Value]) -> Value:
        """Ask the org."""
        crm_object, found = query(self.office.org, text, {**self.names, **names})
        return Found(SObject(crm_object, one) for one in found)

    def save(self, deed: str, what: Value) -> None:
        """Save one record or a list of them; count the rows, and what the flows that are set off ask of the org."""
        records = [what] if isinstance(what, SObject) else list(what)
        self.rows += len(records)
        earlier, self.office.org.trail = self.office.org.trail, set()
        {"insert": self._insert, "update": self._update, "delete": self._delete}[deed](records)
        self.asked.append(sum(_asks(*step) for step in {(flow, node) for flow, node, _ in self.office.org.trail}))
        self.office.org.trail |= earlier

    def _update(self, records: list[SObject]) -> None:
        for one in records:
            changes = {name: value for name, value in one.values.items() if _is_written(one.kind, name)}
            self.office.does.update(one.kind, one.values["Id"], changes)

    def _delete(self, records: list[SObject]) -> None:
        for one in records:
            self.office.does.delete(one.kind, one.values["Id"])

    def _insert(self, records: list[SObject]) -> None:
        owner: Record = {"OwnerId": self.office.owner}
        owned = {"Account": owner, "Opportunity": {**owner, "IsClosed": False, "IsWon": False}}
        for kind in dict.fromkeys(one.kind for one in records):
            of_kind = [one for one in records if one.kind == kind]
            ids = self.office.does.create_all(kind, [{**owned.get(kind, {}), **one.values} for one in of_kind])
            for one, record_id in zip(of_kind, ids, strict=True):
                one.values["Id"] = record_id

    def _interview(self, interview: Interview, name: str, given: list[Value]) -> Value:
        if name == "getVariableValue":
            return interview.values.get(given[0])
        assert name == "start"
        interview.values |= self.office.does.outputs(interview.flow, **interview.values)
        return None


def _asks(name: str, node: str) -> bool:
    """Tell whether a step of a flow is a query or a save: of records saved together, each makes one."""
    return node != "start" and tag(flow(named("Flow", name)).nodes[node]).startswith("record")


def _is_written(crm_object: str, name: str) -> bool:
    known = find(crm_object, name)
    return known is not None and "." not in name and not known.is_computed and name not in {"Id", "CreatedDate"}


@cache
def read(source: str) -> Script:
    """Read a class or a script, once."""
    return Statements(source).script()


def run_script(office: Office, source: str) -> Runner:
    """Run an anonymous script, and give what ran it."""
    runner = Runner(office, read(source))
    runner.go()
    return runner


def run_test(source: str, name: str) -> Office:
    """Run one test of a class in an office of its own."""
    office = Office()
    run_script(office, source).own(name, [])
    return office


def tests_of(source: str) -> Iterator[str]:
    """Name the tests of a class."""
    return (name for name, method in read(source).methods.items() if method.is_test)
