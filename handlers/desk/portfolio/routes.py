"""The routes of the portfolio: its page, its file, its saved views."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.downloads import lines_answer
from handlers.desk.portfolio.export import file_lines
from handlers.desk.portfolio.listing import listing
from handlers.desk.portfolio.page import show
from handlers.desk.portfolio.query import asked
from handlers.desk.portfolio.said import NO_RECORD, head_line
from handlers.desk.portfolio.saved import query_of, remove, save
from handlers.desk.routes import Rooms
from handlers.desk.visit import NotThere, Visit


def portfolio_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes."""
    return [
        rooms.page("/", _portfolio),
        rooms.page("/export.csv", _export),
        rooms.deed("/views", _save, need="any"),
        rooms.deed("/views/{view}/remove", _remove, need="any"),
    ]


def _portfolio(visit: Visit) -> Response:
    return visit.page("portfolio/portfolio.html.j2", **show(visit))


def _export(visit: Visit) -> Response:
    found = listing(visit, asked(visit))
    if found.seen.period is None:
        raise NotThere(NO_RECORD)
    with visit.store() as store:
        visit.note(store, "export made", found.seen.period, after=head_line(visit, found))
    return lines_answer(f"portfolio-{found.seen.period}.csv", file_lines(visit, found))


def _save(visit: Visit) -> Response:
    return visit.to(save(visit).to())


def _remove(visit: Visit) -> Response:
    return visit.to(query_of(remove(visit, visit.request.path_params["view"])).to(saved=""))
