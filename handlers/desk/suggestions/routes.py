"""The routes of suggestions: what waits, answers, whether it helps, what is missed."""

from urllib.parse import quote, urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.routes import Rooms
from handlers.desk.suggestions.deciding import decide
from handlers.desk.suggestions.helps import answer_sample, helps_of
from handlers.desk.suggestions.waits import waits_of
from handlers.desk.visit import Visit
from handlers.words.suggestions import CATEGORY_WORDS
from scoring.categories import CATEGORIES

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
    waits = waits_of(visit)
    asked = {"csm": visit.words("csm")} if visit.words("csm") else {}
    addresses = {name: _address(asked | ({"category": name} if name else {})) for name in ("", *waits.counts)}
    return visit.page("suggestions/suggestions.html.j2", waits=waits, addresses=addresses, categories=CATEGORY_WORDS)


def _address(asked: dict[str, str]) -> str:
    return f"{PAGE}?{urlencode(asked)}" if asked else PAGE


def _decide(visit: Visit) -> Response:
    account = decide(visit, str(visit.request.path_params["record"]))
    if visit.form.get("back") == "account":
        return visit.to(f"/accounts/{quote(account, safe='')}?as=live#signals-title")
    asked = {"category": visit.form.get("category", ""), "csm": visit.form.get("csm", "")}
    kept = {"category": asked["category"] if asked["category"] in CATEGORIES else "", "csm": asked["csm"][:100]}
    return visit.to(_address({name: word for name, word in kept.items() if word}))


def _report(visit: Visit) -> Response:
    return visit.page("suggestions/report.html.j2", helps=helps_of(visit), categories=CATEGORY_WORDS)


def _sample(visit: Visit) -> Response:
    answer_sample(visit, str(visit.request.path_params["month"]))
    return visit.to(f"{PAGE}/report#samples")
