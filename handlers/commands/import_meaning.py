"""What an import came to, and what stays missing in scores for want of what its file does not say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from config.loader import Config
from config.source import LOOKER, label_of
from handlers.commands.totals import Total
from handlers.jobs.sheet_coverage import Coverage
from handlers.sheets.grid import Line
from handlers.sheets.plan import Plan
from handlers.sheets.taken import Taken, first_of
from handlers.sheets.wanted import Kind
from handlers.words.figures import count
from scoring.instants import DAY, Instant, format_date

COLUMNS = "the file of columns"
"""What messages call the file that says which column is which."""

_BUSY = frozenset({"conversations", "payments"})
_MOST_DATES = 4
_EARLY = 92 * DAY
"""Kinds of files that seldom have no row for so long."""


@dataclass(slots=True)
class Outcome:
    """What came of a file; `uncovered` is why nothing is said to be covered.

    Where it `is_read_anew`, it was last read in another way, by other columns or another order of dates.
    `strangers` are accounts whose outcomes it tells, and that nobody knows.
    """

    file: str
    kind: Kind
    read_at: Instant
    rows: int
    taken: Taken
    left_out: Sequence[tuple[Line, str]]
    since: Instant | None = None
    total: Total = field(default_factory=Total)
    is_read_anew: bool = False
    missing: Sequence[str] = ()
    contradicted: Sequence[str] = ()
    columns: str = COLUMNS
    coverage: Coverage | None = None
    uncovered: str | None = None
    strangers: Sequence[str] = ()


def meaning(outcome: Outcome, plan: Plan, config: Config) -> Iterable[str]:
    """Say what is missing in scores for want of what this file does not say."""
    coverage = outcome.coverage
    if outcome.uncovered is not None and outcome.since is None:
        yield why(outcome)
    yield from _of_beginning(outcome)
    if coverage is not None and coverage.lacking:
        others = ", ".join(coverage.lacking)
        yield f"{label_of(coverage.source)} is covered once files of {others} are said to hold all, too"
    if outcome.kind == "conversations":
        yield from _of_companies(outcome, plan)
    for name in sorted({"first_response_time", "close_time"} & plan.columns.keys()):
        title = ", ".join(plan.columns[name])
        yield f"{title} is read as hours of the clock; where it leaves out nights, name a column of instants instead"
    if outcome.kind == "accounts":
        yield from _of_accounts(outcome, plan, config)
    if outcome.kind == "usage":
        yield from _of_usage(outcome, config)
    if outcome.kind == "outcomes":
        yield from _of_outcomes(outcome, config)
    yield from _of_creation(outcome, plan)


def why(outcome: Outcome) -> str:
    """Say why a file is not believed to hold all there is, and what that leaves missing."""
    missing = "metrics of support" if outcome.kind == "conversations" else "metrics that count over a year, and signals"
    return f"{outcome.uncovered}; {missing} stay missing"


def _of_beginning(outcome: Outcome) -> Iterable[str]:
    """Remark that a file that is said to hold all has nothing from its first months."""
    first = first_of(outcome.taken.rows, outcome.kind)
    if outcome.kind not in _BUSY or outcome.coverage is None or outcome.since is None or first is None:
        return
    if first <= outcome.since + _EARLY:
        return
    yield f"it has no row from {format_date(outcome.since)} until {format_date(first)}: is it whole from then on?"


def _of_usage(outcome: Outcome, config: Config) -> Iterable[str]:
    """Remark for which scores a reading counts: none of before it, and none of long after it."""
    dates = sorted({str(one.message["date"]) for one in outcome.taken.telling.said})
    dead = config.model.limits[LOOKER.name].dead_days
    until = "" if dead is None else f", and for {dead:g} days after it"
    if dates:
        few = ", ".join(dates[-_MOST_DATES:])
        yield f"usage is known of {few}: a reading counts for scores as of its date{until}"


def _of_companies(outcome: Outcome, plan: Plan) -> Iterable[str]:
    if "company_id" not in plan.columns:
        yield "without a column of company_id no conversation can be attributed to an account"
        return
    bare = sum(row.text("company_id") is None for row in outcome.taken.rows)
    if bare:
        yield f"{bare} of {outcome.rows} conversations name no company: they count for no account"


def _of_accounts(outcome: Outcome, plan: Plan, config: Config) -> Iterable[str]:
    currencies = config.model.currencies
    bare = sum(
        row.number("arr") is None and row.amount("arr") is not None and row.text("currency") is None
        for row in outcome.taken.rows
    )
    if "arr" in plan.columns and bare and not currencies.rates:
        yield f"{bare} amounts say no currency: they are taken as {currencies.corporate}"
    told = {row.text("currency") for row in outcome.taken.rows if row.amount("arr") is not None}
    for code in sorted(code for code in told - {None, currencies.corporate, *currencies.rates} if code):
        yield f"amounts in {code} have no rate under currency in sources.yaml: what the ARR decides stays missing"


def _of_creation(outcome: Outcome, plan: Plan) -> Iterable[str]:
    if outcome.kind in {"accounts", "opportunities"} and "created" not in plan.columns and outcome.since is None:
        unseen = f"months that end before {format_date(outcome.read_at)} do not see them"
        yield f"no column says since when these are there: {unseen}, unless --covered-since says it"


def _of_outcomes(outcome: Outcome, config: Config) -> Iterable[str]:
    """Remark amounts that cannot be compared, and accounts that are in no portfolio: they count once they are."""
    currencies = config.model.currencies
    codes = [one.message.get("currency") for one in outcome.taken.telling.said if "arr" in one.message]
    if currencies.rates and None in codes:
        unsaid = "amounts say no currency, of several that config has: they are left out; say currency"
        yield f"{codes.count(None)} {unsaid} in the file of columns"
    for code in sorted({str(code) for code in codes if code} - {currencies.corporate, *currencies.rates}):
        yield f"amounts in {code} have no rate under currency in sources.yaml: they are left out"
    if outcome.strangers:
        few = ", ".join(outcome.strangers[:_MOST_DATES]) + (", ..." if len(outcome.strangers) > _MOST_DATES else "")
        number = count(len(outcome.strangers), "account")
        yield f"{number} not in the portfolio ({few}): their outcomes count once they are; `outcomes` lists them"
