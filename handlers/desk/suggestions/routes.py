"""The routes of suggestions: what waits, answers, whether it helps, what is missed."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.routes import Rooms
from handlers.desk.suggestions.deciding import decide
from handlers.desk.suggestions.helps import answer_sample, helps_of
from handlers.desk.suggestions.waits import waits_of
from handlers.desk.visit import Visit
from handlers.jobs.suggestion_answers import REASONS
from handlers.words.suggestions import CATEGORY_WORDS
from scoring.signals import CONFIDENCES, SEVERITIES

PAGE = "/suggestions"


def suggestion_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes; those with a name of their own stand before those of a suggestion."""
    return [
        rooms.page(PAGE, _show),
        rooms.page(f"{PAGE}/report", _report),
        rooms.deed(f"{PAGE}/samples/{{month}}", _sample, need="any"),
        rooms.deed(f"{PAGE}/{{record}}", _decide, need="any"),
    ]


def _show(visit: Visit) -> Response:
    return visit.page(
        "suggestions/suggestions.html.j2",
        waits=waits_of(visit),
        severities=SEVERITIES,
        confidences=CONFIDENCES,
        reasons=REASONS,
        categories=CATEGORY_WORDS,
    )


def _decide(visit: Visit) -> Response:
    decide(visit, str(visit.request.path_params["record"]))
    back = visit.form.get("account", "")
    return visit.to(f"/accounts/{back}?as=live#signals-title" if back in visit.desk.by_id() else PAGE)


def _report(visit: Visit) -> Response:
    return visit.page("suggestions/report.html.j2", helps=helps_of(visit), categories=CATEGORY_WORDS)


def _sample(visit: Visit) -> Response:
    answer_sample(visit, str(visit.request.path_params["month"]))
    return visit.to(f"{PAGE}/report#samples")
