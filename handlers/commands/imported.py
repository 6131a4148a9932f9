"""What came of a spreadsheet: said after it was taken in, its bad rows named and kept."""

import sys
from collections.abc import Iterable, Sequence

import click
import msgspec

from config.loader import Config
from config.source import label_of
from handlers.commands.import_meaning import COLUMNS, Outcome, meaning, why
from handlers.commands.letters import beside
from handlers.commands.outputs import output_file
from handlers.commands.session import PARTIAL, Session, result
from handlers.files import OutputFile
from handlers.sheets.plan import Plan
from handlers.sheets.rows import BadRow
from scoring.instants import format_date, format_instant

_MOST_NAMED = 20
_MOST_LINES = 10


class _Kept(msgspec.Struct, frozen=True):
    """A bad row as it is kept."""

    file: str
    line: int
    column: str
    value: str
    expected: str
    row: tuple[str, ...] = ()


def finish(session: Session, outcome: Outcome, plan: Plan, config: Config, *, as_json: bool) -> None:
    """Say what came of a file; name and keep its bad rows, and exit 3 where there are any."""
    kept = _keep_bad(session, outcome)
    left_out = _together(f"line {line.number}: left out: {said}" for line, said in outcome.left_out)
    for remark in (*left_out, *_few(_together(outcome.taken.telling.remarks)), *meaning(outcome, plan, config)):
        session.stderr.print(f"{outcome.file}: {remark}", markup=False)
    if outcome.uncovered is not None and outcome.since is not None:
        session.warn(f"{outcome.file} is not believed to hold all since {format_date(outcome.since)}: {why(outcome)}")
    for bad in _few(_named(outcome.taken.bad, outcome.file)):
        session.warn(bad.replace(COLUMNS, outcome.columns))
    for said in _before(outcome):
        session.warn(f"{outcome.file} {said}")
    if as_json:
        result(_summary(outcome))
    else:
        click.echo(_in_words(outcome))
    if outcome.taken.bad:
        session.warn(f"{len(outcome.taken.bad)} of {outcome.rows} rows were not taken in: see {kept.path}")
        sys.exit(PARTIAL)


def _before(outcome: Outcome) -> Iterable[str]:
    """Warn of what was taken in before, and may be wrong by what is known now."""
    anew = "if that is wrong, move the store away, and import all files again"
    if outcome.is_read_anew:
        yield f"was read in another way before, and what it said then may count still: {anew}"
    if outcome.missing:
        kinds = f"{len(outcome.missing)} {outcome.kind} that were taken in before"
        yield f"is said to hold all, and has not {kinds} ({_listed(outcome.missing)}): they count still; {anew}"
    if outcome.contradicted:
        told = f"{len(outcome.contradicted)} conversations ({_listed(outcome.contradicted)})"
        yield f"gives other times than were taken in before of {told}: what was said then may count still; {anew}"


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_MOST_LINES]) + (", ..." if len(ids) > _MOST_LINES else "")


def _together(remarks: Iterable[str]) -> list[str]:
    """Put remarks of lines together that say the same."""
    alike: dict[str, list[str]] = {}
    for remark in remarks:
        line, _, said = remark.partition(": ") if remark.startswith("line ") else ("", "", remark)
        alike.setdefault(said, []).append(line)
    return [_of_lines(said, lines) for said, lines in alike.items()]


def _of_lines(said: str, lines: list[str]) -> str:
    if not lines[0]:
        return said
    numbers = [line.removeprefix("line ") for line in lines]
    more = f", ... ({len(numbers)} in all)" if len(numbers) > _MOST_LINES else ""
    return f"line {', '.join(numbers[:_MOST_LINES])}{more}: {said}"


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
