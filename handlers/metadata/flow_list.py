"""The page that lists the flows in the order in which an administrator activates them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

from handlers.metadata.project import content_of
from handlers.metadata.reading import said
from handlers.metadata.xml_text import NAMESPACE

_HEAD = """# The flows, in the order in which to activate them

Written by `make metadata` from the flows themselves; do not edit it.

In a sandbox or scratch org they arrive active, and there is nothing to do. In production there are two ways.

**They arrive active.** Setup, Process Automation Settings, *Deploy processes and flows as active*. Salesforce then asks
that Apex tests start three quarters of all active flows without screens *of the org*, yours included, those on a
schedule too, which no test can start. The class `HealthScoreFlowsTest` in `2-automation` starts every flow below but
those on a schedule:

```
sf project deploy start --source-dir 2-automation --target-org prod \\
  --test-level RunSpecifiedTests --tests HealthScoreFlowsTest
```

If your own flows have no tests, the deployment may be refused all the same. This names those that are active and that
no test has started:

```
sf data query --use-tooling-api --target-org prod --query "SELECT Definition.DeveloperName FROM Flow WHERE Status = \
'Active' AND ProcessType IN ('AutoLaunchedFlow', 'Workflow', 'CustomEvent', 'InvocableProcess') AND Id NOT IN (SELECT \
FlowVersionId FROM FlowTestCoverage)"
```

**They arrive inactive**, the setting left as it is. Setup, Flows: open each and *Activate* it, from the first line to
the last. What another flow calls comes before it: a flow that calls an inactive one fails. To turn all off, go from the
last line to the first. Until they are active, leave the class out (a line `2-automation/main/default/classes` in
`.forceignore`): its tests assert what active flows do, and a test that fails holds up every deployment of the org.

| | flow | starts | order | what it does |
|---|---|---|---|---|
"""
_MOMENTS: Mapping[str, str] = {
    "RecordBeforeSave": "before {} is saved",
    "RecordAfterSave": "after {} is saved",
    "RecordBeforeDelete": "before {} is deleted",
}
_LAST = 9_999


@dataclass(frozen=True, slots=True)
class _Flow:
    name: str
    label: str
    starts: str
    order: str
    does: str
    rank: tuple[int, str, int]
    calls: tuple[str, ...]


def flow_list(project: Path) -> tuple[Path, str]:
    """Give the page and its text."""
    flows = [_read(path) for path in sorted(content_of("2-automation", project).glob("flows/*.flow-meta.xml"))]
    lines = (
        f"| {at} | {one.label} | {one.starts} | {one.order} | {one.does} |\n"
        for at, one in enumerate(in_order({one.name: one for one in flows}), start=1)
    )
    return project / "flows.md", _HEAD + "".join(lines)


def in_order(flows: Mapping[str, _Flow]) -> Iterator[_Flow]:
    """Give the flows in turn, what one calls before it."""
    done = set[str]()

    def visit(one: _Flow) -> Iterator[_Flow]:
        if one.name not in done:
            done.add(one.name)
            for called in one.calls:
                yield from visit(flows[called])
            yield one

    for one in sorted(flows.values(), key=lambda flow: flow.rank):
        yield from visit(one)


def _read(path: Path) -> _Flow:
    flow = fromstring(path.read_text())  # noqa: S314 - our own files
    moment, crm_object = _said(flow, "start/triggerType"), _said(flow, "start/object")
    order = _said(flow, "triggerOrder")
    rank = list(_MOMENTS).index(moment) if moment in _MOMENTS else len(_MOMENTS) + (moment == "Scheduled")
    called = tuple(said(one, "flowName") or "" for one in flow.iterfind(f"{{{NAMESPACE}}}subflows"))
    name = path.name.partition(".")[0]
    return _Flow(
        name,
        _said(flow, "label"),
        _starts(flow, moment, crm_object),
        order,
        _said(flow, "description"),
        (rank, crm_object, int(order or _LAST)),
        called,
    )


def _starts(flow: Element, moment: str, crm_object: str) -> str:
    if moment in _MOMENTS:
        return _MOMENTS[moment].format(f"a record of `{crm_object}`")
    if moment == "Scheduled":
        return f"{_said(flow, 'start/schedule/frequency').lower()} at {_said(flow, 'start/schedule/startTime')[:5]}"
    return "by a person" if _said(flow, "processType") == "Flow" else "by other flows, an action or an agent"


def _said(flow: Element, path: str) -> str:
    return said(flow, path) or ""
