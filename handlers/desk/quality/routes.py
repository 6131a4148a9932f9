"""The routes of data quality."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.quality.closes import USUAL, closes_of, let_through
from handlers.desk.quality.flags import flagged
from handlers.desk.quality.letters import letters_routes
from handlers.desk.quality.shape import quality_page
from handlers.desk.routes import Rooms
from handlers.desk.visit import Visit

QUALITY = "/quality"


def quality_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes."""
    return [
        rooms.page(QUALITY, _quality, need="ops"),
        rooms.page(f"{QUALITY}/flags", _flags, need="ops"),
        rooms.deed(f"{QUALITY}/closes/{{period}}", _let_through),
        *letters_routes(rooms),
    ]


def _quality(visit: Visit) -> Response:
    with visit.store() as store:
        closes = closes_of(visit, store)
        page = quality_page(visit, store)
    return visit.page("quality/quality.html.j2", quality=page, closes=closes, usual=USUAL, names=_names(visit))


def _names(visit: Visit) -> dict[str, str]:
    """Give the names of accounts, where they have one."""
    return visit.desk.memory.get("names", lambda: {one.id: one.name for one in visit.desk.accounts() if one.name})


def _flags(visit: Visit) -> Response:
    return visit.page("quality/flags.html.j2", flagged=flagged(visit))


def _let_through(visit: Visit) -> Response:
    let_through(visit, str(visit.request.path_params["period"]))
    return visit.to(f"{QUALITY}#closes")
