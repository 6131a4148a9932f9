"""What came of a spreadsheet: said after it was taken in, its bad rows named and kept."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import click
import msgspec

from config.loader import Config
from config.source import label_of
from handlers.commands.letters import beside
from handlers.commands.outputs import output_file
from handlers.commands.session import PARTIAL, Session, result
from handlers.commands.totals import Total
from handlers.files import OutputFile
from handlers.jobs.sheet_coverage import Coverage
from handlers.sheets.grid import Line
from handlers.sheets.plan import Plan
from handlers.sheets.rows import BadRow
from handlers.sheets.taken import Taken
from handlers.sheets.wanted import Kind
from scoring.instants import Instant, format_date, format_instant

_MOST_NAMED = 20
_MOST_LINES = 10
_COLUMNS = "the file of columns"
_ANEW = "what it said then may count still; if that was wrong, move the store away, and import all files again"


class _Kept(msgspec.Struct, frozen=True):
    """A bad row as it is kept."""

    file: str
    line: int
    column: str
    value: str
    expected: str
    row: tuple[str, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What came of a file; `uncovered` is why nothing is said to be covered.

    Where it `is_read_anew`, it was last read in another way, by other columns or another order of dates.
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
    columns: str = _COLUMNS
    coverage: Coverage | None = None
    uncovered: str | None = None


def finish(session: Session, outcome: Outcome, plan: Plan, config: Config, *, as_json: bool) -> None:
    """Say what came of a file; name and keep its bad rows, and exit 3 where there are any."""
    kept = _keep_bad(session, outcome)
    for line, said in outcome.left_out:
        session.stderr.print(f"{outcome.file} line {line.number}: left out: {said}", markup=False)
    for remark in _few([*outcome.taken.telling.remarks, *_meaning(outcome, plan, config)]):
        session.stderr.print(f"{outcome.file}: {remark}", markup=False)
    for bad in _few(_named(outcome.taken.bad, outcome.file)):
        session.warn(bad.replace(_COLUMNS, outcome.columns))
    if outcome.is_read_anew:
        session.warn(f"{outcome.file} was read in another way before: {_ANEW}")
    if as_json:
        result(_summary(outcome))
    else:
        click.echo(_in_words(outcome))
    if outcome.taken.bad:
        session.warn(f"{len(outcome.taken.bad)} of {outcome.rows} rows were not taken in: see {kept.path}")
        sys.exit(PARTIAL)


def _few(said: list[str]) -> list[str]:
    more = len(said) - _MOST_NAMED
    return said if more <= 0 else [*said[:_MOST_NAMED], f"and {more} more"]


def _named(bad: Iterable[BadRow], file: str) -> list[str]:
    """Name bad rows; those that fail for one reason in one column by the first of them, and by their lines."""
    alike: dict[tuple[str, str], list[BadRow]] = {}
    for one in bad:
        alike.setdefault((one.column, one.expected), []).append(one)
    return [f"{file} {_said(rows)}" for rows in alike.values()]


def _said(rows: list[BadRow]) -> str:
    first, others = rows[0], [str(row.line) for row in rows[1:]]
    more = f", ... ({len(others)} in all)" if len(others) > _MOST_LINES else ""
    also = f" (as in line {', '.join(others[:_MOST_LINES])}{more})" if others else ""
    return f"line {first.line}: {first.column} is {first.value or 'refused'}: {first.expected}{also}"


def _summary(outcome: Outcome) -> dict[str, object]:
    taken, coverage = outcome.taken, outcome.coverage
    return {
        "kind": outcome.kind,
        "file": outcome.file,
        "exported_at": format_instant(outcome.read_at),
        "rows": outcome.rows,
        "taken": outcome.rows - len(taken.bad) - taken.telling.repeated,
        "bad_rows": len(taken.bad),
        "repeated": taken.telling.repeated,
        "left_out": len(outcome.left_out),
        "messages": outcome.total.messages,
        "observations": outcome.total.observations,
        "covered_since": None if coverage is None or coverage.lacking else format_instant(coverage.since),
        "remarks": dict(sorted(outcome.total.remarks.items())),
    }


def _in_words(outcome: Outcome) -> str:
    summary, coverage = _summary(outcome), outcome.coverage
    at = format_instant(outcome.read_at)[:16].replace("T", " ")
    said = f"{outcome.file}: {summary['taken']} of {outcome.rows} rows are taken in, as of its export on {at} UTC."
    if coverage is None or coverage.lacking:
        return said
    return f"{said} {label_of(coverage.source)} is covered since {format_date(coverage.since)}."


def _meaning(outcome: Outcome, plan: Plan, config: Config) -> Iterable[str]:
    """Say what is missing in scores for want of what this file does not say."""
    coverage = outcome.coverage
    if outcome.uncovered is not None:
        missing = (
            "metrics of support" if outcome.kind == "conversations" else "metrics that count over a year, and signals"
        )
        yield f"{missing} stay missing, since {outcome.uncovered}"
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
    yield from _of_creation(outcome, plan)


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


def _keep_bad(session: Session, outcome: Outcome) -> OutputFile:
    """Keep the bad rows of a file in the place of those of its last import."""
    name = beside(session.store_url).name.replace("dead-letter", "bad-rows")
    kept = output_file(session, beside(session.store_url).with_name(name), reads=[outcome.file])
    if not outcome.taken.bad and not kept.path.exists():
        return kept
    read = kept.read()
    others = [line for line in read.splitlines() if line.strip() and not _is_of(line, outcome.file)]
    mine = [_Kept(outcome.file, one.line, one.column, one.value, one.expected, one.row) for one in outcome.taken.bad]
    if not kept.keep([*others, *map(msgspec.json.encode, mine)], read):
        session.warn(f"{kept.path} was changed meanwhile, and lacks the bad rows of {outcome.file}")
    return kept


def _is_of(line: bytes, file: str) -> bool:
    try:
        return msgspec.json.decode(line, type=_Kept).file == file
    except msgspec.DecodeError:
        return False
