"""The routes of the portfolio."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.portfolio.page import show
from handlers.desk.routes import Rooms
from handlers.desk.visit import Visit


def portfolio_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes."""
    return [rooms.page("/", _portfolio)]


def _portfolio(visit: Visit) -> Response:
    return visit.page("portfolio/portfolio.html.j2", **show(visit))
