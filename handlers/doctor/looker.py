"""Looker: login, explore and fields, what its measures are, what the API user may do, and a reading on trial."""

from collections.abc import Iterator
from typing import Final

from config.errors import nearest
from config.intake import LookerQuery
from config.source import LOOKER
from handlers.clients.looker.client import InlineQuery, LookerClient
from handlers.clients.looker.explore import Explore, ExploreField
from handlers.clients.remote import SourceError
from handlers.doctor.check import Check, attempt
from handlers.pulls.looker import readings
from handlers.pulls.looker_days import days_query, holes
from handlers.pulls.looker_measures import login_fields, misfits, not_adding
from scoring.instants import DAY, Instant, format_date, start_of_day

SYSTEM: Final = LOOKER.name
_LONG_AGO = "1970-01-01 to 1970-01-02"
_CUSTOM = "healthscore_check"
_LOGIN = "check the three LOOKERSDK_ variables, and that the API user is enabled"
_MOST_NAMED = 5


def check_looker(client: LookerClient, query: LookerQuery, now: Instant) -> Iterator[Check]:
    """Check an instance by queries; nothing more where nobody can log in."""
    answers = _answers(client, query)
    yield Check(SYSTEM, "login") if client.logged_in else Check(SYSTEM, "login", False, answers.problem, _LOGIN)
    if client.logged_in:
        yield answers
    if not answers.ok:
        return
    explore = client.explore(query.model, query.explore)
    checks = [_fields(client, query, explore), *_measures(query, explore)]
    if query.custom_fields and query.logins == "daily":
        checks.append(_custom_fields(client, query))
    yield from checks
    if all(check.ok is not False for check in checks):
        yield from _day(client, query, now)
        yield from _days(client, query, explore, now)


def _answers(client: LookerClient, query: LookerQuery) -> Check:
    remedy = "make looker.model, explore, customer and date in config/sources.yaml fit; give the user access_data"
    name = f"explore {query.model}/{query.explore}"
    return attempt(SYSTEM, name, lambda: client.rows(_of(query, query.customer)), remedy)


def _fields(client: LookerClient, query: LookerQuery, explore: Explore | None) -> Check:
    """Ask for all fields at once, and where that fails for one after the other."""
    fields = _all_fields(query)
    remedy = "make looker.values and pillars in config/sources.yaml fit the explore: null for what it lacks"
    check = attempt(SYSTEM, "fields", lambda: client.rows(_of(query, query.customer, *fields)), remedy)
    if check.ok:
        return check
    wrong = [field for field in fields if not _gives(client, _of(query, query.customer, field))]
    named = ", ".join(f"{field}{_meant(field, explore)}" for field in wrong)
    return Check(SYSTEM, "fields", False, f"refused: {named}", remedy) if wrong else check


def _meant(field: str, explore: Explore | None) -> str:
    """Say which field may have been meant, by the part of its name that is not its view's."""
    if explore is None or field in explore.fields:
        return ""
    known = {name.partition(".")[2]: name for name in explore.fields}
    near = nearest(field.partition(".")[2], known)
    return "" if near is None else f" (did you mean {known[near]}?)"


def _gives(client: LookerClient, asked: InlineQuery) -> bool:
    try:
        client.rows(asked)
    except SourceError:
        return False
    return True


def _measures(query: LookerQuery, explore: Explore | None) -> Iterator[Check]:
    """Say what the types of fields are good for, and what leaves rows out unasked."""
    if explore is None:
        problem = "the explore's fields cannot be looked at, so no logins are added up over days"
        yield Check(SYSTEM, "measures", None, problem, "give the API user's role the permission explore on this model")
        return
    wrong = "; ".join(misfits(explore, query))
    remedy = "mend looker in config/sources.yaml"
    yield Check(SYSTEM, "measures", False, wrong, remedy) if wrong else Check(SYSTEM, "measures")
    if not wrong and query.custom_fields and query.logins == "daily":
        yield _added(query, list(not_adding(explore, query)))
    if explore.filtered_by:
        problem = f"rows are left out by filters on {', '.join(explore.filtered_by)}"
        yield Check(SYSTEM, "filters", None, problem, "see that the API user's attributes let every customer through")


def _added(query: LookerQuery, wrong: list[ExploreField]) -> Check:
    """Refuse a config that asks for days to be added up which do not add up."""
    if not wrong:
        return Check(SYSTEM, "logins add up")
    named = ", ".join(f"{field.name} ({field.type} of {field.view})" for field in wrong)
    where = f"over the days of {query.date}"
    remedy = "set looker.custom_fields to false in config/sources.yaml: they are asked for window by window then"
    return Check(SYSTEM, "logins add up", False, f"{named}: figures that do not add up {where}", remedy)


def _day(client: LookerClient, query: LookerQuery, now: Instant) -> Iterator[Check]:
    """Count yesterday's customers: so many rows come as a sweep must be given of each day. Then read them."""
    end = start_of_day(now)
    day = f"{format_date(end - DAY)} to {format_date(end)}"
    asked = InlineQuery(query.model, query.explore, (query.customer,), {query.date: day}, query.row_limit)
    try:
        rows = client.rows(asked)
    except SourceError as error:
        yield Check(SYSTEM, "all rows", False, str(error), "give the API user download_without_limit")
        return
    if query.row_limit is None:
        problem = f"whether more than 5,000 may come cannot be asked; {len(rows)} came"
        yield Check(SYSTEM, "all rows", None, problem, "see that the API user's role has download_without_limit")
    remedy = "look when the explore is filled; a sweep needs all of the day before"
    yield attempt(SYSTEM, "yesterday's usage", lambda: list(readings(client, query, (), end, now)), remedy)


def _days(client: LookerClient, query: LookerQuery, explore: Explore | None, now: Instant) -> Iterator[Check]:
    """Name the days of the login windows without use of anybody."""
    end = start_of_day(now)
    if not login_fields(query):
        return
    lost = holes(client.rows(days_query(query, explore, end)), query, end)
    if lost:
        more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
        problem = f"no use of anybody on {', '.join(lost[:_MOST_NAMED])}{more}: login trends over them are missing"
        remedy = "load these days again; if nobody works on their weekdays, name them in looker.rest_days"
        yield Check(SYSTEM, "days of usage", None, problem, remedy)


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
