"""The routes of the monthly report."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.downloads import csv_answer, file_answer
from handlers.desk.routes import Rooms
from handlers.desk.visit import NotThere, Visit
from handlers.jobs.portfolio import Asked
from handlers.jobs.report import MonthReport, ReportReader, latest_closed
from handlers.pages.report import report_html
from handlers.words.report import headline, sentences, standing, tables
from scoring.account import Account
from scoring.model import SEGMENTS
from scoring.periods import period_start


def report_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes; files stand before the page, whose month would take their names in."""
    return [
        rooms.page("/report", _latest, need="leader"),
        rooms.page("/report/{period}.csv", _file, need="leader"),
        rooms.page("/report/{period}.html", _html, need="leader"),
        rooms.page("/report/{period}", _page, need="leader"),
    ]


def _latest(visit: Visit) -> Response:
    """Lead to the report that the address asks for, else to that of the latest month that is closed."""
    asked = visit.period()
    if asked is None:
        with visit.store() as store:
            asked = latest_closed(store)
    if asked is None:
        return visit.page("report/report.html.j2", report=None, period=None)
    return visit.to(f"/report/{asked}{_query(visit)}")


def _query(visit: Visit) -> str:
    """Give what the report is narrowed to, as an address has it."""
    kept = [(name, visit.words(name)) for name in ("segment", "csm") if visit.words(name)]
    return f"?{urlencode(kept)}" if kept else ""


def _report(visit: Visit) -> MonthReport:
    period = visit.request.path_params["period"]
    try:
        period_start(period)
    except ValueError as error:
        raise NotThere("There is no such month: write it as 2026-10.") from error
    if period not in visit.desk.periods():
        raise NotThere(
            f"There is no record of {period}. Months with records: {', '.join(visit.desk.periods()) or 'none'}."
        )
    asked = Asked(segment=visit.chosen("segment", SEGMENTS) or None, csm=visit.words("csm") or None)
    key = ("report", period, asked.segment, asked.csm)
    return visit.desk.memory.get(key, lambda: _read(visit, period, asked))


def _read(visit: Visit, period: str, asked: Asked) -> MonthReport:
    def find(ids: Collection[str]) -> Iterable[Account]:
        return [one for one in visit.desk.accounts() if one.id in ids]

    with visit.store() as store:
        return ReportReader(store, visit.desk.config, visit.desk.terms, find).read(period, visit.now, asked)


def _page(visit: Visit) -> Response:
    report = _report(visit)
    return visit.page(
        "report/report.html.j2",
        report=report,
        period=report.period,
        title=headline(report),
        sentences=list(sentences(report)),
        standing=standing(report),
        tables={one.key: one for one in tables(report)},
        filters=_query(visit),
        shares=list(_shares(report)),
        segments=SEGMENTS,
    )


def _shares(report: MonthReport) -> Iterator[tuple[str, Sequence[tuple[str, float, float]]]]:
    """Give bars of the tiers, before and now: by tier where it begins and how wide it is, in per cent."""
    for named, totals in ((report.before, report.totals_before), (report.period, report.totals.tiers)):
        whole = 0 if totals is None else sum(one.accounts for one in totals.values())
        if totals is not None and named is not None and whole:
            yield named, list(_bar({tier: 100 * one.accounts / whole for tier, one in totals.items()}))


def _bar(shares: Mapping[str, float]) -> Iterator[tuple[str, float, float]]:
    start = 0.0
    for tier, share in shares.items():
        yield tier, round(start, 2), round(share, 2)
        start += share


def _file(visit: Visit) -> Response:
    """Answer with all rows of all tables."""
    report = _report(visit)
    with visit.store() as store:
        visit.note(store, "export made", f"report {report.period}")
    return csv_answer(f"healthscore-report-{report.period}.csv", _rows(report))


def _rows(report: MonthReport) -> Iterator[Sequence[str]]:
    yield [headline(report)]
    yield [standing(report)]
    for sentence in sentences(report):
        yield [sentence]
    for table in tables(report):
        yield []
        yield [table.title]
        yield [*(column.name for column in table.columns), *(["Account ID"] if table.key != "tiers" else [])]
        for row in table.rows:
            yield [*row.cells, *([row.account_id] if row.account_id else [])]


def _html(visit: Visit) -> Response:
    """Answer with the report as a file of its own, as it is mailed: kept, not opened here."""
    report = _report(visit)
    with visit.store() as store:
        visit.note(store, "export made", f"report {report.period}")
    return file_answer(f"healthscore-report-{report.period}.html", "text/html", report_html(report))
