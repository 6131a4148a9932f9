"""The routes of the portfolio."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.routes import Rooms
from handlers.desk.seen import seen_lines
from handlers.desk.visit import Visit


def portfolio_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes."""
    return [rooms.page("/", _portfolio)]


def _portfolio(visit: Visit) -> Response:
    seen = seen_lines(visit)
    return visit.page("portfolio/portfolio.html.j2", seen=seen)
