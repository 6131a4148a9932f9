"""Zendesk Support's REST interface in small, as public captures show it (docs/zendesk.md): one account."""

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from scoring.instants import SECOND, parse_instant
from tests.fakes.server import FakeServer, Request, Response

Json: TypeAlias = dict[str, Any]

EMAIL = "bot@acme.example"
TOKEN = "zd-api-token-6wiIBWbGkBMo1mRDMuVwkw1EPsNkeUj95PIz2akv"  # noqa: S105 - opens this fake alone
CLIENT_ID, CLIENT_SECRET = "healthscore", "zd-client-secret-2f1e0d"
HOLDS_BACK = 60
ARCHIVED_AFTER_DAYS = 120
EXPORTS_A_MINUTE = 10
EXPORT = "/api/v2/incremental/tickets/cursor.json"


def error(status: int, name: str, description: str) -> Response:
    """Answer as Zendesk does where something is wrong."""
    return Response(status, {"error": name, "description": description})


NOT_FOUND = error(404, "RecordNotFound", "Not found")


class FakeZendesk(FakeServer):
    """Serves what its lists hold; a test may change them, and whatever may go wrong, at any time.

    `bare` are the ids of tickets whose metrics an export leaves out; an export answers 504 to a page
    of more than `most`. Each token lasts `lasts` seconds.
    """

    def __init__(self, clock: Callable[[], float], tickets: Iterable[Json] = ()) -> None:
        """Serve an account that looks at a clock of Unix time in seconds."""
        super().__init__(self._routed)
        self._clock = clock
        self.tickets = list(tickets)
        self.metrics: dict[int, Json] = {}
        self.organizations: list[Json] = []
        self.webhooks: list[Json] = []
        self.role = "admin"
        self.bare: set[int] = set()
        self.most = 1000
        self.page = 1000
        self.lasts = 7200
        self.sorts = True
        self.side_loads = True
        self.archived: set[int] = set()
        self.tokens: dict[str, float] = {}
        self.clients = {CLIENT_ID: CLIENT_SECRET}
        self.api_tokens = {TOKEN}
        self._exports: list[float] = []

    def put(self, ticket: Json, metrics: Json) -> None:
        """Keep a ticket and its metrics, in place of what was there of it."""
        self.tickets = [one for one in self.tickets if one["id"] != ticket["id"]] + [ticket]
        self.metrics[ticket["id"]] = metrics

    def _routed(self, request: Request) -> Response:
        if (request.method, request.path) == ("POST", "/oauth/tokens"):
            return self._grant(request.json())
        if not self._is_signed_in(request.headers.get("authorization", "")):
            return error(401, "invalid_token", "The access token provided is expired, revoked, malformed or invalid")
        routes: Mapping[str, Callable[[Request], Response]] = {
            "/api/v2/users/me.json": lambda _: Response(200, {"user": {"id": 1, "role": self.role, "email": EMAIL}}),
            EXPORT: self._export,
            "/api/v2/tickets.json": self._list,
            "/api/v2/organizations.json": lambda asked: _listed(asked, "organizations", self.organizations, _by_id),
            "/api/v2/webhooks": lambda _: Response(200, {"webhooks": self.webhooks, "meta": {"has_more": False}}),
        }
        route = routes.get(request.path)
        return self._one(request) if route is None else route(request)

    def _grant(self, asked: Json) -> Response:
        known = (asked.get("client_id"), asked.get("client_secret")) in self.clients.items()
        if not known or asked.get("grant_type") != "client_credentials":
            return error(401, "invalid_client", f"Client authentication failed for {asked.get('client_secret')}")
        token = f"access-{len(self.tokens)}"
        self.tokens[token] = self._clock() + self.lasts
        told = {"access_token": token, "token_type": "bearer", "scope": asked["scope"], "expires_in": self.lasts}
        return Response(200, told)

    def _is_signed_in(self, header: str) -> bool:
        basics = {base64.b64encode(f"{EMAIL}/token:{token}".encode()).decode() for token in self.api_tokens}
        bearer = header.removeprefix("Bearer ")
        return header.removeprefix("Basic ") in basics or self._clock() < self.tokens.get(bearer, 0.0)

    def _export(self, request: Request) -> Response:
        now = self._clock()
        self._exports = [at for at in self._exports if at > now - 60]
        if len(self._exports) >= EXPORTS_A_MINUTE:
            return Response(429, {"error": "TooManyRequests"}, {"Retry-After": str(int(self._exports[0] + 61 - now))})
        self._exports.append(now)
        left = EXPORTS_A_MINUTE - len(self._exports)
        resets = int(self._exports[0] + 60 - now) + 1
        answer = self._exported(request, now)
        limit = {"zendesk-ratelimit-incremental-exports": f"total=10; remaining={left}; resets={resets}"}
        return Response(answer.status, answer.body, limit)

    def _exported(self, request: Request, now: float) -> Response:
        if self.role != "admin":
            return error(403, "Forbidden", "You do not have access to this page")
        size = int(request.query.get("per_page", "1000"))
        if size > self.most:
            return Response(504, "upstream request timeout")
        after = _place(request.query)
        if after is None:
            return error(422, "InvalidCursor", "cursor is not valid")
        if "start_time" in request.query and after[0] > now - HOLDS_BACK:
            return error(422, "StartTimeTooRecent", "Too recent start_time. Use a start_time older than 60 seconds")
        ready = [one for one in self.tickets if one["generated_timestamp"] <= now - HOLDS_BACK]
        rest = [one for one in sorted(ready, key=_generated) if _generated(one) > after]
        found = rest[: min(size, self.page)]
        cursor = _cursor(_generated(found[-1])) if found else request.query.get("cursor")
        told = {
            "tickets": found,
            "after_cursor": cursor,
            "before_cursor": None,
            "end_of_stream": len(found) == len(rest),
        }
        return Response(200, told | self._side_load(request, found))

    def _side_load(self, request: Request, found: Iterable[Json]) -> Json:
        if request.query.get("include") != "metric_sets" or not self.side_loads:
            return {}
        return {"metric_sets": [self.metrics[one["id"]] for one in found if self._has_metrics(one)]}

    def _has_metrics(self, ticket: Json) -> bool:
        return ticket["id"] in self.metrics and ticket["id"] not in self.bare and ticket["status"] != "deleted"

    def _list(self, request: Request) -> Response:
        there = [one for one in self.tickets if one["status"] != "deleted" and one["id"] not in self.archived]
        by_update = self.sorts and request.query.get("sort") == "updated_at"
        answer = _listed(request, "tickets", there, _by_update if by_update else _by_id)
        assert isinstance(answer.body, dict)
        return Response(200, answer.body | self._side_load(request, answer.body["tickets"]))

    def _one(self, request: Request) -> Response:
        found = re.fullmatch(r"/api/v2/tickets/(\d+)/metrics\.json", request.path)
        kept = {one["id"] for one in self.tickets if one["status"] != "deleted"}
        number = int(found[1]) if found else -1
        there = number in kept and number in self.metrics
        return Response(200, {"ticket_metric": self.metrics[number]}) if there else NOT_FOUND


def _generated(ticket: Json) -> tuple[float, int]:
    return ticket["generated_timestamp"], ticket["id"]


def _by_id(item: Json) -> tuple[Any, ...]:
    return (item["id"],)


def _by_update(item: Json) -> tuple[Any, ...]:
    return parse_instant(item["updated_at"]) // SECOND, item["id"]


def _cursor(place: tuple[float, int]) -> str:
    return base64.b64encode(f"{place[0]:.1f}||{place[1]}|".encode()).decode()


def _place(query: Mapping[str, str]) -> tuple[float, int] | None:
    if "cursor" not in query:
        return float(query["start_time"]), -1
    found = re.fullmatch(rb"([\d.]+)\|\|(\d+)\|", base64.b64decode(query["cursor"] + "=="))
    return None if found is None else (float(found[1]), int(found[2]))


def _listed(request: Request, name: str, items: list[Json], order: Callable[[Json], tuple[Any, ...]]) -> Response:
    size, after = int(request.query.get("page[size]", "100")), request.query.get("page[after]")
    if size > 100:
        return error(400, "InvalidPaginationParameter", "page[size] is too large")
    ordered = sorted(items, key=order)
    start = 0 if after is None else next((n for n, one in enumerate(ordered) if str(order(one)) == after), -1) + 1
    page = ordered[start : start + size]
    more = start + size < len(ordered)
    meta = {"has_more": more, "after_cursor": str(order(page[-1])) if page else None}
    return Response(200, {name: page, "meta": meta, "links": {}})
