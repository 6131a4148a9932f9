"""The routes of an account: its page, its course and its receipt as data."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.account.course import course_of
from handlers.desk.account.data import receipt_data, trend_data
from handlers.desk.account.page import page_of
from handlers.desk.account.reading import read_account
from handlers.desk.account.standings import Standings
from handlers.desk.routes import Rooms
from handlers.desk.visit import Visit

_KINDS = ("record", "known", "live")


def account_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes."""
    return [
        rooms.page("/accounts/{id}", _account),
        rooms.page("/accounts/{id}/trend.json", _trend),
        rooms.page("/accounts/{id}/receipt.json", _receipt),
    ]


def _standings(visit: Visit) -> Standings:
    read = read_account(visit, visit.request.path_params["id"])
    return Standings(read, visit.desk.config, visit.now, visit.chosen("as", _KINDS, "known"))


def _account(visit: Visit) -> Response:
    return visit.page("account/account.html.j2", page=page_of(visit, _standings(visit)))


def _trend(visit: Visit) -> Response:
    standings = _standings(visit)
    return Response(trend_data(standings, course_of(standings)), media_type="application/json")


def _receipt(visit: Visit) -> Response:
    return Response(receipt_data(_standings(visit)), media_type="application/json")
