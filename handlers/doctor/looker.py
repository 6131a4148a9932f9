"""Looker: login, explore and fields, what the API user may do."""

from collections.abc import Iterator
from typing import Final

from config.intake import LookerQuery
from handlers.adapters.looker import InlineQuery, LookerClient
from handlers.adapters.remote import SourceError
from handlers.doctor.check import Check, attempt
from scoring.instants import DAY, Instant, format_date

SYSTEM: Final = "looker"
_LONG_AGO = "1970-01-01 to 1970-01-02"
_CUSTOM = "healthscore_check"
_LOGIN = "check the three LOOKERSDK_ variables, and that the API user is enabled"


def check_looker(client: LookerClient, query: LookerQuery, now: Instant) -> Iterator[Check]:
    """Check an instance by queries; nothing more where nobody can log in."""
    explore = _explore(client, query)
    yield Check(SYSTEM, "login") if client.logged_in else Check(SYSTEM, "login", False, explore.problem, _LOGIN)
    if client.logged_in:
        yield explore
    if not explore.ok:
        return
    yield _fields(client, query)
    yield from _day(client, query, now)
    if query.custom_fields and query.logins == "daily":
        yield _custom_fields(client, query)


def _explore(client: LookerClient, query: LookerQuery) -> Check:
    remedy = "make looker.model, explore, customer and date in config/sources.yaml fit; give the user access_data"
    name = f"explore {query.model}/{query.explore}"
    return attempt(SYSTEM, name, lambda: client.rows(_of(query, query.customer)), remedy)


def _fields(client: LookerClient, query: LookerQuery) -> Check:
    """Ask for all fields at once, and where that fails for one after the other."""
    fields = _all_fields(query)
    remedy = "make looker.values and pillars in config/sources.yaml fit the explore: null for what it lacks"
    check = attempt(SYSTEM, "fields", lambda: client.rows(_of(query, query.customer, *fields)), remedy)
    if check.ok:
        return check
    wrong = [field for field in fields if not _gives(client, _of(query, query.customer, field))]
    return Check(SYSTEM, "fields", False, f"refused: {', '.join(wrong)}", remedy) if wrong else check


def _gives(client: LookerClient, asked: InlineQuery) -> bool:
    try:
        client.rows(asked)
    except SourceError:
        return False
    return True


def _day(client: LookerClient, query: LookerQuery, now: Instant) -> Iterator[Check]:
    """Read yesterday's customers: so many rows come as a sweep must be given of each day."""
    end = now // DAY * DAY
    day = f"{format_date(end - DAY)} to {format_date(end)}"
    asked = InlineQuery(query.model, query.explore, (query.customer,), {query.date: day}, query.row_limit)
    try:
        rows = client.rows(asked)
    except SourceError as error:
        yield Check(SYSTEM, "all rows", False, str(error), "give the API user download_without_limit")
        return
    if not rows:
        remedy = "look when the explore is filled; a sweep needs the day before"
        yield Check(SYSTEM, "yesterday's usage", False, "no customer has any yet", remedy)
    if query.row_limit is None:
        problem = f"whether more than 5,000 may come cannot be asked; {len(rows)} came"
        yield Check(SYSTEM, "all rows", None, problem, "see that the API user's role has download_without_limit")


def _custom_fields(client: LookerClient, query: LookerQuery) -> Check:
    asked = _of(query, query.customer, _CUSTOM)
    inline = InlineQuery(asked.model, asked.explore, asked.fields, asked.filters, asked.limit, {_CUSTOM: '"last"'})
    remedy = "give the API user create_custom_fields, or set looker.custom_fields to false in config/sources.yaml"
    return attempt(SYSTEM, "custom fields", lambda: client.rows(inline), remedy)


def _of(query: LookerQuery, *fields: str) -> InlineQuery:
    """Ask for fields on a day that has no rows: what is refused is refused all the same."""
    return InlineQuery(query.model, query.explore, fields, {query.date: _LONG_AGO}, 1)


def _all_fields(query: LookerQuery) -> list[str]:
    names = [] if query.name is None else [query.name]
    return list(dict.fromkeys([*names, *query.values.values(), *query.pillars.values()]))
