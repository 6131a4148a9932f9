"""One spreadsheet from its grid to its messages: what is wanted of it, how it is read, what it tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from config.errors import ConfigError, Problem, nearest, shown_value
from config.loader import Config
from config.portfolio import form_of
from handlers.sheets.columns import Setting
from handlers.sheets.conversations import conversations
from handlers.sheets.grid import Grid, Table, table_of
from handlers.sheets.outcomes import Export, outcomes
from handlers.sheets.plan import Plan
from handlers.sheets.records import OBJECTS, Reading, object_of, records, with_api_names
from handlers.sheets.rows import BadRow, Read, Row, read_rows
from handlers.sheets.telling import Telling
from handlers.sheets.usage import Pull, fault_of, usage
from handlers.sheets.wanted import KINDS, Kind, Wanted, titles_of
from scoring.instants import Instant

_OWNERS = frozenset({"intercom_company_id", "zendesk_organization_id", "looker_customer_id"})


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: what its rows tell, and those that were not taken in."""

    rows: tuple[Row, ...]
    telling: Telling
    bad: list[BadRow] = field(default_factory=list)


def wanted_of(kind: Kind, config: Config) -> tuple[Wanted, ...]:
    """Say which columns are wanted of a kind of file: by the CRM's own names too, and of sources in use alone."""
    in_use = {column for column in form_of(config).header if column in _OWNERS}
    wanted = tuple(one for one in KINDS[kind] if one.name not in _OWNERS or kind != "accounts" or one.name in in_use)
    return with_api_names(wanted, object_of(OBJECTS[kind], config.intake)) if kind in OBJECTS else wanted


def find_table(grid: Grid, wanted: Sequence[Wanted], header: int | None) -> Table:
    """Find the table in a grid. Raises MappingError where there is none."""
    return table_of(grid, titles_of(wanted), header)


def check(plan: Plan, wanted: Sequence[Wanted], table: Table, file: str, date: Instant | None, kept: str = "") -> None:
    """Refuse a plan, `kept` in a file, that lacks a column that is needed. Raises ConfigError with every problem."""
    problems = []
    for one in wanted:
        if one.needed and one.name not in plan.columns:
            near = next((found for words in one.titles if (found := nearest(words, _free(plan, table)))), None)
            expected = f"expected its name in {kept or 'the file of columns'}; {file} has {', '.join(table.titles)}"
            problems.append(Problem(file, f"the column {one.name}", "not found", expected, near))
    if plan.kind == "conversations" and not {"state", "closed", "close_time"} & plan.columns.keys():
        problems.append(Problem(file, "the columns state and closed", "not found", "expected one of them"))
    said = fault_of(plan.columns, date) if plan.kind == "usage" else None
    if said is not None:
        problems.append(Problem(file, "the table", shown_value(list(plan.columns)), said))
    if problems:
        raise ConfigError(problems)


def _free(plan: Plan, table: Table) -> list[str]:
    taken = {title for titles in plan.columns.values() for title in titles}
    return [title for title in table.titles if title not in taken]


def setting_of(config: Config, grid: Grid) -> Setting:
    """Say what holds for all columns."""
    return Setting(form_of(config).prefix, config.model.currencies.corporate, grid.unclear)


def tell(plan: Plan, read: Read, reading: Reading, config: Config) -> Telling:
    """Tell what rows say, as messages."""
    if plan.kind == "conversations":
        return conversations(read.rows, reading.read_at, config.intake.known_words, plan.words)
    if plan.kind == "usage":
        return usage(read.rows, plan.columns, Pull(reading.read_at, plan.date, config.looker.rest_days))
    if plan.kind == "outcomes":
        return outcomes(read.rows, Export(reading.read_at, plan.words.get("outcome", {}), plan.currency))
    return records(read.rows, object_of(OBJECTS[plan.kind], config.intake), reading)


def read_table(table: Table, plan: Plan, wanted: Sequence[Wanted], setting: Setting) -> Read:
    """Read the rows of a table by its plan."""
    return read_rows(table, plan, wanted, setting)


def uncovering(plan: Plan, wanted: Sequence[Wanted]) -> list[str]:
    """Name the columns without which silence could pass for good news, and which the file does not have."""
    given = plan.columns.keys() | ({"first_response"} if "first_response_time" in plan.columns else set())
    return [one.name for one in wanted if one.covers and one.name not in given]


def first_of(rows: Sequence[Row], kind: Kind) -> Instant | None:
    """Say what the earliest instant is that any row of a file tells."""
    names = _FIRST[kind]
    told = [at for row in rows for name in names if (at := row.instant(name)) is not None]
    return min(told, default=None)


def last_of(rows: Sequence[Row], kind: Kind, until: Instant) -> Instant | None:
    """Say what the latest instant is, until then, that any row of a file tells."""
    names = (*_FIRST[kind], *_LAST)
    told = (at for row in rows for name in names if (at := row.instant(name)) is not None)
    return max((at for at in told if at <= until), default=None)


_LAST = ("first_response", "closed", "updated", "modified")
_FIRST: dict[Kind, tuple[str, ...]] = {
    "accounts": ("created",),
    "usage": ("date",),
    "conversations": ("created",),
    "payments": ("payment_date",),
    "opportunities": ("created", "close_date"),
    "signals": ("date_observed",),
    "outcomes": ("effective_date",),
}
