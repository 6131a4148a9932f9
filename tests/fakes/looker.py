"""Looker's API over HTTP: login, the explore's metadata, and inline queries computed from a table of daily use."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Any, Literal

from scoring.instants import DAY, format_date, parse_instant
from tests.fakes.server import FakeServer, Request, Response

CLIENT_ID, CLIENT_SECRET = "reader", "s3cret-of-looker"
VIEW = "daily_usage"
CUSTOMER, NAME, DATE = f"{VIEW}.customer_id", f"{VIEW}.customer_name", f"{VIEW}.usage_date"
EXPLORE = f"/api/4.0/lookml_models/customer_success/explores/{VIEW}"
DIMENSIONS = (CUSTOMER, NAME, DATE)
SUMS = (f"{VIEW}.staff_logins", f"{VIEW}.admin_logins")
LATEST = tuple(
    f"{VIEW}.{name}"
    for name in (
        "active_modules available_modules platform_score active_staff licensed_seats messaging_score "
        "automations_score contactless_score requests_score staff_adoption_score"
    ).split()
)
_STEP = re.compile(r'if\(\$\{([a-z_.]+)\} >= date\((\d+), (\d+), (\d+)\), "(\w+)", ')
_RANGE = re.compile(r"\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Day:
    """The use of one customer on one day (`YYYY-MM-DD`): values by the last part of their field's name."""

    customer: object
    day: str
    values: Mapping[str, object]
    name: str | None = None


@dataclass(slots=True)
class FakeLooker:
    """One instance with one explore. `rows_count` says what its rows count; a token lasts `uses` calls.

    `types` are the LookML types of fields that are no sums (logins), or no values of a day (the rest):
    `count_distinct` counts what is in the tuples of days. `metadata` says whether the API user may see them.
    """

    days: list[Day] = field(default_factory=list)
    rows_count: Literal["daily", "30_days"] = "daily"
    custom_fields: bool = True
    text_numbers: bool = False
    most_rows: int | None = None
    uses: int = 1000
    types: dict[str, str] = field(default_factory=dict)
    views: dict[str, str] = field(default_factory=dict)
    filtered_by: tuple[str, ...] = ()
    metadata: bool = True
    clients: dict[str, str] = field(default_factory=lambda: {CLIENT_ID: CLIENT_SECRET})
    tokens: dict[str, int] = field(default_factory=dict)
    server: FakeServer = field(init=False)

    def __post_init__(self) -> None:
        """Have a server of its own."""
        self.server = FakeServer(self.serve)

    @property
    def paths(self) -> list[str]:
        """Give the last part of each call's path, in order."""
        return [call.path.removeprefix("/api/4.0/") for call in self.server.calls]

    @property
    def queries(self) -> list[Row]:
        """Give the bodies of the queries that came."""
        return [call.json() for call in self.server.calls if call.path.endswith("/run/json")]

    @property
    def customer_queries(self) -> list[Row]:
        """Give the bodies of the queries that asked for customers."""
        return [query for query in self.queries if CUSTOMER in query["fields"]]

    def serve(self, request: Request) -> Response:
        """Answer one call as Looker does."""
        if (request.method, request.path) == ("POST", "/api/4.0/login"):
            return self._login(request.form())
        if not self._known(request.headers.get("authorization", "")):
            return refusal(401, "Requires authentication.")
        if (request.method, request.path) == ("POST", "/api/4.0/queries/run/json"):
            return self._run(request)
        if (request.method, request.path) == ("GET", EXPLORE) and self.metadata:
            return Response(200, self._explore())
        return refusal(404, "Not found")

    def _explore(self) -> Row:
        dimensions, measures = (
            [
                {"name": name, "type": self.type_of(name), "category": category, "view": self.views.get(name, VIEW)}
                for name in names
            ]
            for category, names in (("dimension", DIMENSIONS), ("measure", (*SUMS, *LATEST)))
        )
        filters = [{"field": name, "user_attribute": "customers"} for name in self.filtered_by]
        fields = {"dimensions": dimensions, "measures": measures, "filters": [], "parameters": []}
        return {"fields": fields, "access_filters": filters, "always_filter": None}

    def type_of(self, name: str) -> str:
        """Tell the LookML type of a field; of one that a test computes in its own way no more than `number`."""
        if name in self.types:
            return self.types[name]
        if name in DIMENSIONS:
            return "date_date" if name == DATE else "string"
        if name not in SUMS:
            return "max"
        if any(isinstance(day.values.get(name.removeprefix(f"{VIEW}.")), tuple) for day in self.days):
            return "count_distinct"
        return "sum" if _sum is _ADDED else "number"

    def _login(self, form: Mapping[str, str]) -> Response:
        if (form.get("client_id"), form.get("client_secret")) not in self.clients.items():
            return refusal(404, "Not found")
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = self.uses
        return Response(200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "refresh_token": None})

    def _known(self, authorization: str) -> bool:
        token = authorization.removeprefix("Bearer ")
        if not self.tokens.get(token):
            return False
        self.tokens[token] -= 1
        return True

    def _run(self, request: Request) -> Response:
        body = request.json() if request.headers.get("content-type") == "application/json" else {}
        wrong = self._wrong(body, request.query)
        if wrong is not None:
            return refusal(422, "Validation Failed", wrong)
        rows = list(self._rows(body))
        most = int(body["limit"]) if body["limit"] != "-1" else self.most_rows
        return Response(200, rows[:most])

    def _wrong(self, body: Row, asked: Mapping[str, str]) -> tuple[str, str] | None:
        if (body.get("model"), body.get("view")) != ("customer_success", VIEW):
            return "view", "unknown model or explore"
        if body.get("query_timezone") != "UTC" or asked.get("cache") != "false" or "limit" not in body:
            return "query", "this fake serves UTC, uncached, with a limit"
        if body.get("dynamic_fields") and not self.custom_fields:
            return "dynamic_fields", "not allowed"
        known = {*DIMENSIONS, *SUMS, *LATEST, *_expressions(body)}
        unknown = [name for name in body["fields"] if name not in known]
        return ("fields", f"unknown {unknown[0]}") if unknown else None

    def _rows(self, body: Row) -> Iterator[Row]:
        expressions = _expressions(body)
        chosen = [name for name in body["fields"] if name in (*DIMENSIONS, *expressions)]
        measures = [name for name in body["fields"] if name not in chosen]
        within = [self._row(day) for day in self.days if _within(day.day, body["filters"][DATE])]
        if CUSTOMER in body["filters"]:
            within = [row for row in within if self._is_asked(row[CUSTOMER], body["filters"][CUSTOMER])]
        for row in within:
            row.update({name: _evaluated(text, row) for name, text in expressions.items()})
        ordered = sorted(within, key=lambda row: [str(row[name]) for name in chosen])
        for key, group in groupby(ordered, key=lambda row: [row[name] for name in chosen]):
            rows = list(group)
            yield dict(zip(chosen, key, strict=True)) | {name: self._measure(name, rows) for name in measures}

    def _is_asked(self, customer: object, said: str) -> bool:
        """Tell whether a filter of the customer's dimension lets a row through, as Looker's page on them says."""
        if said in ("-EMPTY", "NOT NULL"):
            return customer not in (None, "")
        if self.type_of(CUSTOMER) == "number":
            return _in_range(customer, said)
        words = said.split(",")
        without, wanted = [one[1:] for one in words if one[0] == "-"], [one for one in words if one[0] != "-"]
        is_wanted = not wanted or any(_is_like(customer, one) for one in wanted)
        return is_wanted and not any(_is_like(customer, one) for one in without)

    def _row(self, day: Day) -> Row:
        row: Row = {f"{VIEW}.{name}": value for name, value in day.values.items()}
        if self.rows_count == "30_days":
            row |= {name: self._month(day, name.removeprefix(f"{VIEW}.")) for name in SUMS}
        return row | {CUSTOMER: day.customer, NAME: day.name, DATE: day.day}

    def _month(self, last: Day, name: str) -> object:
        start = format_date(parse_instant(last.day) - 29 * DAY)
        return _sum(d.values.get(name) for d in self.days if d.customer == last.customer and start <= d.day <= last.day)

    def _measure(self, name: str, rows: list[Row]) -> object:
        told = [row.get(name) for row in rows]
        usual = _sum if name in SUMS else _most
        value = _BY_TYPE.get(self.types.get(name, ""), usual)(told)
        return str(value) if self.text_numbers and value is not None else value


def _is_like(value: object, pattern: str) -> bool:
    """Compare as SQL's LIKE does, in any capitals."""
    said = "".join({"%": ".*", "_": "."}.get(one, re.escape(one)) for one in pattern)
    return value is not None and re.fullmatch(said, str(value), re.IGNORECASE | re.DOTALL) is not None


def _in_range(value: object, said: str) -> bool:
    if value is None:
        return False
    match = re.fullmatch(r"<(?P<under>-?\d+)|>=(?P<over>-?\d+)|\[(?P<low>-?\d+),(?P<high>-?\d+)\)", said)
    assert match is not None, said
    low, high = match["low"] or match["over"], match["high"] or match["under"]
    number = float(str(value))
    return (low is None or number >= int(low)) and (high is None or number < int(high))


def _sum(values: Iterable[Any]) -> object:
    told = [value for value in values if value is not None]
    return sum(told) if told else None


_ADDED = _sum


def _most(values: Iterable[Any]) -> object:
    return max((value for value in values if value is not None), default=None)


def _distinct(values: Iterable[Any]) -> int:
    return len({one for value in values if value is not None for one in value})


def _middle(values: Iterable[Any]) -> object:
    told = [value for value in values if value is not None]
    return median(told) if told else None


def _mean(values: Iterable[Any]) -> object:
    told = [value for value in values if value is not None]
    return sum(told) / len(told) if told else None


_BY_TYPE: Mapping[str, Callable[[Iterable[Any]], object]] = {
    "sum": _sum,
    "count": _sum,
    "number": _sum,
    "count_distinct": _distinct,
    "average": _mean,
    "median": _middle,
    "percentile": _middle,
    "max": _most,
    "min": lambda values: min((value for value in values if value is not None), default=None),
}


def _within(day: str, ranges: str) -> bool:
    """Tell whether a day is in one of some ranges, whose ends are exclusive."""
    spans = [span.split(" to ") for span in ranges.split(",") if _RANGE.fullmatch(span)]
    return any(start <= day < end for start, end in spans)


def _expressions(body: Row) -> dict[str, str]:
    fields = json.loads(body.get("dynamic_fields") or "[]")
    return {one["dimension"]: one["expression"] for one in fields if one["category"] == "dimension"}


def _evaluated(text: str, row: Row) -> str:
    """Evaluate nested `if(${field} >= date(y, m, d), "word", ...)`."""
    step = _STEP.match(text)
    if step is None:
        return text.strip('")')
    name, year, month, day, word = step.groups()
    met = str(row[name]) >= f"{int(year):04}-{int(month):02}-{int(day):02}"
    return word if met else _evaluated(text[step.end() :], row)


def refusal(status: int, message: str, wrong: tuple[str, str] | None = None) -> Response:
    """Refuse as Looker does: with a page to read, and the field that is wrong."""
    page = f"https://cloud.google.com/looker/docs/r/err/4.0/{status}/post/queries/run"
    body: Row = {"message": message, "documentation_url": page}
    if wrong is not None:
        where, said = wrong
        body["errors"] = [{"field": where, "code": "invalid", "message": said, "documentation_url": page}]
    return Response(status, body)
