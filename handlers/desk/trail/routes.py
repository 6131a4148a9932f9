"""The routes of the audit; that somebody took it along is a line of it too."""

from collections.abc import Iterator, Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.downloads import csv_answer
from handlers.desk.routes import Rooms
from handlers.desk.trail.query import SPANS, Trail, trail_of
from handlers.desk.visit import Visit

AUDIT = "/audit"
_HEAD = ("at", "person", "name", "act", "subject", "before", "after", "reason")


def audit_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes."""
    return [
        rooms.page(AUDIT, _page, need="ops"),
        rooms.page(f"{AUDIT}.csv", _file, need="ops"),
    ]


def _page(visit: Visit) -> Response:
    return visit.page("trail/trail.html.j2", trail=trail_of(visit), spans=SPANS)


def _file(visit: Visit) -> Response:
    trail = trail_of(visit)
    with visit.store() as store:
        visit.note(store, "export made", "audit", after=trail.said)
    return csv_answer("healthscore-audit.csv", _rows(trail), bom=False)


def _rows(trail: Trail) -> Iterator[Sequence[object]]:
    yield _HEAD
    for one in trail.lines:
        yield tuple(getattr(one, name) for name in _HEAD)
