"""What LookML says of the fields of config: which measures add up over days, which fields cannot be what is asked."""

from collections.abc import Iterator

from config.intake import LOGINS, LookerQuery
from handlers.clients.looker.explore import Explore, ExploreField

ADDS = frozenset({"sum", "count"})
"""Types of measures whose figures of single days add up to that of all of them."""

_OVER_ROWS = frozenset({"running_total", "percent_of_total", "percent_of_previous", "period_over_period"})
"""Types that are computed over the rows of an answer, and so differ with what else is asked for."""

_NO_FIGURES = frozenset({"list", "date", "date_time", "yesno"})
"""Types that hold no number. A text may hold one: it is the type of a measure that names none."""

_DAYS = frozenset({"date", "date_date"})
_FIGURES = frozenset({"number", "string"})
"""Types of dimensions that a figure of one day may be; a number as text is read."""


def login_fields(query: LookerQuery) -> list[str]:
    """Give the fields that are counted over windows."""
    return [query.values[name] for name in LOGINS if name in query.values]


def snapshot_fields(query: LookerQuery) -> list[str]:
    """Give the fields that are so on one day."""
    return [field for name, field in query.values.items() if name not in LOGINS] + list(query.pillars.values())


def adding_up(explore: Explore | None, query: LookerQuery) -> bool:
    """Tell whether all logins are known to add up over days; what is not known is not added."""
    return explore is not None and all(_adds(explore, field, query) for field in login_fields(query))


def not_adding(explore: Explore, query: LookerQuery) -> Iterator[ExploreField]:
    """Give the measures of logins that do not add up over days."""
    for field in login_fields(query):
        if field in explore.fields and not _adds(explore, field, query):
            yield explore.fields[field]


def _adds(explore: Explore, field: str, query: LookerQuery) -> bool:
    """Tell whether a measure adds up over days: by its type, and where its rows are those that bear the day.

    A row that is joined to many days is counted on each of them, and once over all.
    """
    told, date = explore.fields.get(field), explore.fields.get(query.date)
    return told is not None and date is not None and told.type in ADDS and told.view == date.view


def misfits(explore: Explore, query: LookerQuery) -> Iterator[str]:
    """Say of each field of config that the explore knows why it cannot be what it is for."""
    names = [query.customer] if query.name is None else [query.customer, query.name]
    told = [
        *(_no_dimension(explore.fields.get(name)) for name in names),
        _no_day(explore.fields.get(query.date)),
        *(_no_logins(explore.fields.get(name)) for name in login_fields(query)),
        *(_no_figure(explore.fields.get(name)) for name in snapshot_fields(query)),
    ]
    return (problem for problem in told if problem is not None)


def _no_dimension(field: ExploreField | None) -> str | None:
    return None if field is None or not field.is_measure else f"{field.name} is a measure: name a dimension"


def _no_day(field: ExploreField | None) -> str | None:
    if field is None or (not field.is_measure and field.type in _DAYS):
        return None
    return f"{field.name} is of type {field.type}: name a dimension of days (of type date)"


def _no_logins(field: ExploreField | None) -> str | None:
    if field is None:
        return None
    if not field.is_measure:
        return f"{field.name} is a dimension: name a measure that counts logins, such as a sum"
    return _wrong_measure(field)


def _no_figure(field: ExploreField | None) -> str | None:
    if field is None or (not field.is_measure and field.type in _FIGURES):
        return None
    return _wrong_measure(field) if field.is_measure else f"{field.name} is of type {field.type}, which is no number"


def _wrong_measure(field: ExploreField) -> str | None:
    if field.type in _OVER_ROWS:
        return f"{field.name} is of type {field.type}, computed over the rows of an answer: name a measure of its own"
    return f"{field.name} is of type {field.type}, which is no number" if field.type in _NO_FIGURES else None
