"""The monthly report as one file of HTML, with its style in it: to be mailed, forwarded, printed; and as plain text.

It needs no template engine, so that a close on AWS can make it: all text from outside is escaped here.
"""

from collections.abc import Iterable, Iterator
from html import escape

from handlers.jobs.report import MonthReport
from handlers.words.report import Row, Table, headline, sentences, standing, tables

_INK = {
    "Champion": "#1b3f7d",
    "Healthy": "#12566a",
    "At Risk": "#6b4700",
    "Critical": "#8a210a",
}
_STYLE = """
body { margin: 0 auto; padding: 16px; max-width: 60em; color: #14181f; background: #fff;
  font: 14px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
h1 { font-size: 22px; margin: 0 0 8px; } h2 { font-size: 15px; margin: 18px 0 4px; } p { margin: 0 0 6px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 3px 8px 3px 0; text-align: left; vertical-align: top; }
th { color: #596373; font-size: 12px; font-weight: normal; border-bottom: 1px solid #c3cad4; }
td { border-bottom: 1px solid #e3e7ed; } .figure { text-align: right; white-space: nowrap; }
.soft { color: #596373; font-size: 12px; } .provisional { color: #8a210a; font-weight: bold; }
@media print { body { padding: 0; font-size: 10px; } h1 { font-size: 16px; } h2 { font-size: 12px; margin: 8px 0 2px; }
  tr { page-break-inside: avoid; } @page { size: A4; margin: 12mm; } }
"""


def report_html(report: MonthReport) -> str:
    """Write the whole report as a file that loads nothing."""
    title = escape(headline(report))
    said = "".join(f"<p>{escape(sentence)}</p>\n" for sentence in sentences(report))
    mark = '<p class="provisional">Provisional</p>\n' if report.is_provisional else ""
    body = "".join(map(_table, tables(report))) if report.entries else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f'{mark}{said}{body}<p class="soft">{escape(standing(report))}</p>\n</body>\n</html>\n'
    )


def _table(table: Table) -> str:
    if not table.rows:
        return f"<h2>{escape(table.title)}</h2>\n<p>{escape(table.empty)}</p>\n"
    heads = "".join(f'<th{_class(one.kind)} scope="col">{escape(one.name)}</th>' for one in table.columns)
    rows = "\n".join(_row(table, row) for row in table.shown)
    more = f'<p class="soft">And {table.left} more.</p>\n' if table.left else ""
    return f"<h2>{escape(table.title)}</h2>\n<table>\n<tr>{heads}</tr>\n{rows}\n</table>\n{more}"


def _row(table: Table, row: Row) -> str:
    cells = zip(table.columns, row.cells, strict=True)
    return f"<tr>{''.join(_cell(column.kind, text) for column, text in cells)}</tr>"


def _cell(kind: str, text: str) -> str:
    if kind == "tier" and text in _INK:
        return f'<td><b style="color:{_INK[text]}">{escape(text)}</b></td>'
    if kind == "account":
        return f"<td><b>{escape(text)}</b></td>"
    return f"<td{_class(kind)}>{escape(text)}</td>"


def _class(kind: str) -> str:
    return ' class="figure" align="right"' if kind == "figure" else ""


def report_text(report: MonthReport) -> str:
    """Write the report as plain text, for whoever reads mail without HTML."""
    mark = ["PROVISIONAL", ""] if report.is_provisional else []
    lines = [headline(report), "", *mark, *sentences(report), ""]
    for table in tables(report) if report.entries else ():
        lines += [table.title, *(_text(table) if table.rows else [f"  {table.empty}"]), ""]
    return "\n".join([*lines, standing(report), ""])


def _text(table: Table) -> Iterator[str]:
    names = [column.name for column in table.columns]
    for row in table.shown:
        yield f"  {row.cells[0]}: {', '.join(_named(names[1:], row.cells[1:]))}"
    if table.left:
        yield f"  And {table.left} more."


def _named(names: Iterable[str], cells: Iterable[str]) -> Iterator[str]:
    return (f"{name} {cell}" for name, cell in zip(names, cells, strict=True))
