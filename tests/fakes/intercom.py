"""Intercom's REST interface in small, after its OpenAPI description 2.16: one workspace on this machine."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.fakes.server import FakeServer, Request, Response

Json: TypeAlias = dict[str, Any]

TOKEN = "dG9rOmludGVyY29tLXNlY3JldA=="  # noqa: S105 - opens this fake alone
VERSIONS = frozenset({"2.15", "2.16"})
RATE_WINDOW = 10.0
SCROLL_EXPIRES = 60.0
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda mine, given: bool(mine == given),
    "IN": lambda mine, given: mine in given,
    ">": lambda mine, given: bool(mine > given),
    "<": lambda mine, given: bool(mine < given),
}
OR_EQUAL: Mapping[str, Callable[[Any, Any], bool]] = {
    **OPERATORS,
    ">": lambda mine, given: bool(mine >= given),
    "<": lambda mine, given: bool(mine <= given),
}


def error(status: int, code: str, message: str) -> Response:
    """Answer as Intercom does where something is wrong."""
    listed = [{"code": code, "message": message}]
    return Response(status, {"type": "error.list", "request_id": "002je5a3asm5btar2flg", "errors": listed})


NOT_FOUND = error(404, "not_found", "Resource Not Found")


class StillClock:
    """Unix time in seconds that passes only when somebody waits; remembers each wait."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        """Start at a time."""
        self.now = now
        self.waits: list[float] = []

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.waits.append(seconds)
        self.now += seconds


@dataclass(slots=True)
class Scroll:
    """The one scroll that may be open: its parameter, how many companies it gave, when it was last used."""

    param: str
    given: int
    used: float


class FakeIntercom(FakeServer):
    """Serves what its lists hold; a test may change them, and the limits, at any time.

    Deletions come in the order of `order_of_deleted` (`asc`, `desc`, or `mixed`: by their ids),
    else in that which is asked for.
    """

    def __init__(self, clock: Callable[[], float], conversations: Iterable[Json] = ()) -> None:
        """Serve a workspace that looks at a clock of Unix time in seconds."""
        super().__init__(self._limited)
        self._clock = clock
        self.conversations = list(conversations)
        self.deleted: list[Json] = []
        self.order_of_deleted: str | None = None
        self.companies: list[Json] = []
        self.contact_companies: dict[str, list[Json]] = {}
        self.admin: Json = {"type": "admin", "id": "991267459", "app": {"type": "app", "id_code": "abc123def"}}
        self.or_equal = True
        self.limit = 1_666
        self.scroll_page = 100
        self.scroll: Scroll | None = None
        self.scrolls = 0
        self.valid = {TOKEN}
        self._used, self._reset = 0, 0.0

    def _limited(self, request: Request) -> Response:
        if self._clock() >= self._reset:
            self._used, self._reset = 0, self._clock() // 1 + RATE_WINDOW
        self._used += 1
        over = self._used > self.limit
        answer = error(429, "rate_limit_exceeded", "Exceeded rate limit") if over else self._signed_in(request)
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(self.limit - self._used, 0)),
            "X-RateLimit-Reset": str(int(self._reset)),
        }
        return Response(answer.status, answer.body, {**headers, **answer.headers})

    def _signed_in(self, request: Request) -> Response:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.valid:
            return error(401, "unauthorized", "Access Token Invalid")
        if request.headers.get("intercom-version") not in VERSIONS:
            return error(400, "intercom_version_invalid", "The requested version could not be found")
        return self._routed(request)

    def _routed(self, request: Request) -> Response:
        routes: Mapping[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/me"): lambda _: Response(200, self.admin),
            ("POST", "/conversations/search"): self._search,
            ("GET", "/conversations/deleted"): self._deleted,
            ("GET", "/companies/scroll"): self._scroll,
            ("POST", "/companies/list"): lambda asked: _numbered(asked, "data", "list", self.companies, 15),
        }
        route = routes.get((request.method, request.path))
        return self._one(request) if route is None else route(request)

    def _one(self, request: Request) -> Response:
        if found := re.fullmatch(r"/conversations/([^/]+)", request.path):
            kept = [item for item in self.conversations if item["id"] == found[1]]
            return Response(200, kept[0]) if kept else NOT_FOUND
        if found := re.fullmatch(r"/contacts/([^/]+)/companies", request.path):
            companies = self.contact_companies.get(found[1])
            missing = error(404, "not_found", "User Not Found")
            return missing if companies is None else _numbered(request, "data", "list", companies, 50)
        return NOT_FOUND

    def _search(self, request: Request) -> Response:
        asked = request.json()
        per_page = asked["pagination"].get("per_page", 20)
        if per_page > 150 or asked["sort"] != {"field": "updated_at", "order": "ascending"}:
            return error(400, "parameter_invalid", "pagination or sort is invalid")
        rules = OR_EQUAL if self.or_equal else OPERATORS
        filters = asked["query"]["value"]
        found = [item for item in self.conversations if all(_holds(item, rule, rules) for rule in filters)]
        return _page_of(sorted(found, key=_place), per_page, asked["pagination"].get("starting_after"))

    def _deleted(self, request: Request) -> Response:
        late = (self.order_of_deleted or request.query.get("order", "desc")) == "desc"
        by_id = self.order_of_deleted == "mixed"
        listed = sorted(self.deleted, key=lambda item: str(item["id"] if by_id else item["deleted_at"]), reverse=late)
        return _numbered(request, "conversations", "conversations.list", listed, 20)

    def _scroll(self, request: Request) -> Response:
        given, now = request.query.get("scroll_param"), self._clock()
        if self.scroll is not None and now - self.scroll.used >= SCROLL_EXPIRES:
            self.scroll = None
        if given is None and self.scroll is not None:
            return error(400, "scroll_exists", "scroll already exists for this workspace")
        if given is None:
            self.scrolls += 1
            self.scroll = Scroll(f"69352cd2-ab5b-42ac-b004-{self.scrolls:012}", 0, now)
        if self.scroll is None or given not in (None, self.scroll.param):
            return error(404, "not_found", "scroll parameter not found")
        return self._next_of(self.scroll)

    def _next_of(self, scroll: Scroll) -> Response:
        data = self.companies[scroll.given : scroll.given + self.scroll_page]
        scroll.given, scroll.used = scroll.given + len(data), self._clock()
        self.scroll = scroll if data else None
        told = {"type": "list", "data": data, "pages": None, "total_count": None, "scroll_param": scroll.param}
        return Response(200, told)


def _holds(item: Json, rule: Json, rules: Mapping[str, Callable[[Any, Any], bool]]) -> bool:
    return rules[rule["operator"]](item[rule["field"]], rule["value"])


def _place(item: Json) -> tuple[int, str]:
    return item["updated_at"], item["id"]


def _page_of(found: list[Json], per_page: int, cursor: str | None) -> Response:
    after: list[Any] = json.loads(base64.b64decode(cursor)) if cursor else [0, "", 1]
    rest = [item for item in found if _place(item) > (after[0], after[1])]
    page = rest[:per_page]
    pages: Json = {"type": "pages", "page": after[2], "per_page": per_page, "total_pages": -(-len(found) // per_page)}
    if len(rest) > per_page:
        place = json.dumps([*_place(page[-1]), after[2] + 1])
        pages["next"] = {"per_page": per_page, "starting_after": base64.b64encode(place.encode()).decode()}
    listed = [{name: value for name, value in item.items() if name != "conversation_parts"} for item in page]
    told = {"type": "conversation.list", "pages": pages, "total_count": len(found), "conversations": listed}
    return Response(200, told)


def _numbered(request: Request, name: str, kind: str, items: list[Json], default: int) -> Response:
    page, per_page = int(request.query.get("page", "1")), int(request.query.get("per_page", str(default)))
    total = max(-(-len(items) // per_page), 1)
    following = f"https://api.intercom.io{request.path}?per_page={per_page}&page={page + 1}" if page < total else None
    pages = {"type": "pages", "next": following, "page": page, "per_page": per_page, "total_pages": total}
    listed = items[(page - 1) * per_page : page * per_page]
    return Response(200, {"type": kind, name: listed, "pages": pages, "total_count": len(items)})
