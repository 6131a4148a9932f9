"""Whether reports name columns of their report type, and dashboards what their reports show."""

import re
from collections.abc import Iterator

from tests.salesforce.package import Component, of_type, text, texts
from tests.salesforce.schema import Field, child, find

_CHART = re.compile(r"<analytics:reportChart\b([^>]*)/>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_FILTERED = re.compile(r"column:'([^']*)'")


def report_type_faults(report_type: Component) -> Iterator[str]:
    """Say what a report type refers to that is not there."""
    base = report_type.text("baseObject") or ""
    relationship = report_type.text("join/relationship") or ""
    if child(base, relationship) is None:
        yield f"join: {relationship} is not there"
    columns = list(_columns(report_type))
    yield from (f"columns: {column} is not there" for column in columns if _found(column) is None)
    yield from (f"columns: {column} stands twice" for column in {*columns} if columns.count(column) > 1)


def _columns(report_type: Component) -> Iterator[str]:
    for column in report_type.all("sections/columns"):
        yield f"{text(column, 'table')}${text(column, 'field')}"


def _found(column: str) -> Field | None:
    """Find the field of a column such as `Account.Health_Scores__r$Final_Score__c`."""
    table, _, name = column.partition("$")
    base, _, relationship = table.partition(".")
    crm_object = child(base, relationship) if relationship else base
    return None if crm_object is None else find(crm_object, name)


def report_faults(report: Component) -> Iterator[str]:
    """Say what a report refers to that is not there."""
    types = {f"{one.name}__c": one for one in of_type("ReportType")}
    report_type = types.get(report.text("reportType") or "")
    if report_type is None:
        yield f"reportType: {report.text('reportType')} is not there"
        return
    there = set(_columns(report_type))
    paths = ("columns/field", "groupingsDown/field", "groupingsAcross/field", "filter/criteriaItems/column")
    named = [name for path in paths for name in texts(report.root, path)]
    yield from (f"{name}: no column of the report type" for name in named if name not in there)
    grouped = texts(report.root, "groupingsDown/field") + texts(report.root, "groupingsAcross/field")
    shown = texts(report.root, "columns/field")
    yield from (
        f"{name}: grouped by and a column at once" for name in shown if name in grouped and name[:8] != "Account$"
    )
    charted = [*texts(report.root, "chart/groupingColumn"), *texts(report.root, "chart/secondaryGroupingColumn")]
    yield from _shown(report, charted, "groupings")
    yield from _shown(report, _summed(report, "chart/chartSummaries/column"), "sums")
    yield from _sorted(report)
    yield from _filters(report)
    yield from _folder(report)


def _summed(component: Component, path: str) -> list[str]:
    return [column for column in texts(component.root, path) if column != "RowCount"]


def _sorted(report: Component) -> Iterator[str]:
    column = report.text("sortColumn")
    if column is not None and column not in texts(report.root, "columns/field"):
        yield f"sortColumn: {column} is not shown"


def page_chart_faults(page: Component, content: str) -> Iterator[str]:
    """Say what is wrong with a report's chart on a page: it needs a report with a chart, and columns to filter by."""
    for shown in _CHART.findall(content):
        said = dict(_ATTRIBUTE.findall(shown))
        report = next((one for one in of_type("Report") if one.name == said.get("developerName")), None)
        if report is None or not report.all("chart"):
            yield f"{page.name}: {said.get('developerName')} is no report with a chart"
        elif said.get("hideOnError") != "false":
            yield f"{page.name}: a chart that fails would say nothing"
        else:
            yield from _chart_filter(page, report, said.get("filter", ""))


def _chart_filter(page: Component, report: Component, said: str) -> Iterator[str]:
    report_type = next(one for one in of_type("ReportType") if f"{one.name}__c" == report.text("reportType"))
    there = {column.replace("$", ".") for column in _columns(report_type)}
    columns = _FILTERED.findall(said)
    if not columns:
        yield f"{page.name}: the chart is of all records"
    yield from (
        f"{page.name}: {column} is no column of {report_type.name}" for column in columns if column not in there
    )


def _filters(report: Component) -> Iterator[str]:
    for item in report.all("filter/criteriaItems"):
        field, value = _found(text(item, "column") or ""), text(item, "value") or ""
        if field is None:
            continue
        words = _words(field)
        if words is not None:
            yield from (f"filter: {word} is no value of {field.name}" for word in value.split(",") if word not in words)
        if field.kind == "yes_no" and value not in {"0", "1"}:
            yield f"filter: {value} is neither 0 nor 1"


def _words(field: Field) -> frozenset[str] | None:
    """Give the words of a picklist, or of the tier that is computed."""
    if field.name == "Final_Tier__c":
        recorded = find(field.crm_object, "Tier__c")
        return None if recorded is None else recorded.words
    return field.words


def _folder(component: Component) -> Iterator[str]:
    folders = {one.name for one in of_type(f"{component.type}Folder")}
    if component.path.parts[1] not in folders:
        yield f"folder: {component.path.parts[1]} is not there"


def dashboard_faults(dashboard: Component) -> Iterator[str]:
    """Say what a dashboard refers to that is not there, and where its parts lie over one another."""
    reports = {f"{one.path.parts[1]}/{one.name}": one for one in of_type("Report")}
    taken: set[tuple[int, int]] = set()
    for place in dashboard.all("dashboardGridLayout/dashboardGridComponents"):
        report = reports.get(text(place, "dashboardComponent/report") or "")
        if report is None:
            yield f"report: {text(place, 'dashboardComponent/report')} is not there"
            continue
        yield from _shown(report, texts(place, "dashboardComponent/groupingColumn"), "groupings")
        sums = texts(place, "dashboardComponent/chartSummary/column")
        yield from _shown(report, [column for column in sums if column != "RowCount"], "sums")
        cells = _cells(*(int(text(place, name) or 0) for name in ("columnIndex", "colSpan", "rowIndex", "rowSpan")))
        if cells & taken or any(column >= 12 for column, _ in cells):
            yield f"{report.name}: lies over another or over the edge"
        taken |= cells
    yield from _folder(dashboard)


def _shown(report: Component, columns: list[str], what: str) -> Iterator[str]:
    if what == "groupings":
        there = texts(report.root, "groupingsDown/field") + texts(report.root, "groupingsAcross/field")
    else:
        there = [text(one, "field") or "" for one in report.all("columns") if text(one, "aggregateTypes")]
    yield from (f"{column}: not among the {what} of {report.name}" for column in columns if column not in there)


def _cells(column: int, width: int, row: int, height: int) -> set[tuple[int, int]]:
    return {(x, y) for x in range(column, column + width) for y in range(row, row + height)}
