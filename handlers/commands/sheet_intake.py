"""A spreadsheet into the store: its rows as messages through the intake of every message, and what it covers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

import msgspec
from rich.progress import Progress

from config.source import ACCOUNTS
from handlers.commands.import_meaning import Outcome
from handlers.commands.mapping_intake import put_accounts
from handlers.commands.sheet_claims import Intake, asked, claimed
from handlers.commands.totals import Total
from handlers.jobs.fold import BATCH_SIZE, fold_entries
from handlers.jobs.sheet_coverage import Coverage, Held, covered
from handlers.jobs.sheet_exports import Export, exports_of, is_read_anew, placed, remember
from handlers.jobs.sheet_missing import contradicted, missing
from handlers.sheets.accounts import Merged, with_currencies
from handlers.sheets.grid import Grid, Table
from handlers.sheets.records import Reading, account_records
from handlers.sheets.rows import BadRow, Read
from handlers.sheets.taken import Taken, read_table, setting_of, tell
from handlers.sheets.telling import Said, Telling
from handlers.stores.protocol import Store
from scoring.instants import Instant, parse_instant


def take_in(intake: Intake, table: Table, grid: Grid) -> Outcome:
    """Take in the rows of a table, and say what came of it."""
    read = read_table(table, intake.plan, intake.wanted, setting_of(intake.config, grid))
    if (since := asked(intake, read)) is not None:
        intake = replace(intake, since=since, plan=replace(intake.plan, is_dated=True))
    merged = _merged(intake, read) if intake.plan.kind == "accounts" else None
    with intake.session.store(create=True) as store:
        exports = exports_of(store, intake.plan.kind)
        export = _export(intake, read, exports)
        taken = _taken(intake, read, merged, Reading(export.read_at, intake.since, intake.config.intake))
        outcome = Outcome(str(intake.file), intake.plan.kind, intake.read_at, len(table.rows), taken, table.left_out)
        outcome.strangers = _strangers(intake, taken.telling.said)
        outcome.since, outcome.is_read_anew = intake.since, is_read_anew(exports, export.file, export.way)
        before = {one.read_at for one in exports} - {export.read_at}
        outcome.contradicted = contradicted(store, _spans(taken.telling.said), before)
        held = claimed(intake, taken, outcome, store)
        outcome.total = _folded(intake, taken.telling.said, taken.bad, store)
        remember(store, intake.plan.kind, export)
        if held is not None and not taken.bad:
            ids = [row.need("id") for row in taken.rows]
            outcome.missing = missing(store, intake.plan.kind, ids, Held(intake.since or held.since, export.read_at))
            outcome.coverage = _cover(intake, held, store)
    return outcome


def _strangers(intake: Intake, said: Iterable[Said]) -> list[str]:
    """Name the accounts whose outcomes are told, and that are in no portfolio; none where there is no portfolio yet."""
    told = {str(one.message["account_id"]) for one in said} if intake.plan.kind == "outcomes" else set()
    if not told or (intake.mapping is not None and not intake.mapping.exists()):
        return []
    accounts = intake.session.mapping(intake.mapping)
    known = {key for account in accounts for key in (account.id, *account.owners.get(ACCOUNTS.name, ()))}
    return sorted(told - known) if known else []


def _export(intake: Intake, read: Read, exports: Sequence[Export]) -> Export:
    """Say what export this is: what its rows hold, and how they are read."""
    held = _digest((intake.since, [(row.line, sorted(row.values.items())) for row in read.rows]))
    way = _digest(replace(intake.plan, exported_at=None, is_dated=False, date=None))
    read_at = placed(exports, intake.file.name, intake.read_at, held)
    return Export(intake.file.name, intake.read_at, read_at, held, way)


def _spans(said: Iterable[Said]) -> dict[str, tuple[Instant, Instant]]:
    """Give the first and the last instant that is told of each conversation."""
    spans: dict[str, tuple[Instant, Instant]] = {}
    for one in said:
        conversation = one.message.get("conversation")
        if isinstance(conversation, dict):
            at = parse_instant(conversation["updated_at"])
            first, last = spans.get(conversation["id"], (at, at))
            spans[conversation["id"]] = (min(first, at), max(last, at))
    return spans


def _digest(value: object) -> str:
    return sha256(repr(value).encode()).hexdigest()[:16]


def _merged(intake: Intake, read: Read) -> Merged:
    """Put accounts into the mapping; rows without a clear currency are bad."""
    bad: list[BadRow] = []
    rows = with_currencies(read.rows, intake.plan.currency, bad)
    merged = put_accounts(intake.session, intake.mapping, rows, ask=not intake.yes)
    merged.bad.extend(bad)
    return merged


def _taken(intake: Intake, read: Read, merged: Merged | None, reading: Reading) -> Taken:
    if merged is None:
        telling = tell(intake.plan, read, reading, intake.config)
        return Taken(tuple(read.rows), telling, _by_line([*read.bad, *telling.bad]))
    telling = Telling(list(account_records(merged.rows, reading)), merged.bad, merged.remarks)
    return Taken(tuple(merged.rows), telling, _by_line([*read.bad, *merged.bad]))


def _by_line(bad: Iterable[BadRow]) -> list[BadRow]:
    return sorted(bad, key=lambda one: one.line)


def _folded(intake: Intake, said: Sequence[Said], bad: list[BadRow], store: Store) -> Total:
    """Fold messages as `ingest` does; a row whose message is refused is a bad row like any other."""
    total, refused = Total(), dict[int, BadRow]()
    entries = ((one.line, msgspec.json.encode(one.message)) for one in said)
    with _progress(intake, len(said)) as advance:
        for tally in fold_entries(entries, str(intake.file), store, intake.config.intake, intake.session.clock()):
            advance(tally.messages)
            total.add(tally)
            refused |= {letter.line: BadRow(letter.line, "the row", "", letter.reason) for letter in tally.dead_letters}
    bad.extend(refused.values())
    return total


@contextmanager
def _progress(intake: Intake, messages: int) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how far a long file has come."""
    console = intake.session.stderr
    is_shown = console.is_terminal and messages > BATCH_SIZE
    with Progress(console=console, disable=not is_shown, transient=True) as progress:
        task = progress.add_task(intake.file.name, total=messages)
        yield lambda done: progress.advance(task, done)


def _cover(intake: Intake, held: Held, store: Store) -> Coverage | None:
    coverage = covered(store, intake.plan.kind, held)
    if coverage is not None:
        _folded(intake, [Said(0, message) for message in coverage.messages], [], store)
    return coverage
