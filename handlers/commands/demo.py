"""`demo`: the whole job on generated events."""

import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from config.loader import Config
from config.portfolio import MAPPING
from handlers.commands.ingest import fold_files
from handlers.commands.outputs import STORE_PARTS, output_file
from handlers.commands.session import Session
from handlers.commands.terms import closing
from handlers.commands.totals import Total
from handlers.demo import Demo, generate
from handlers.files import OutputFile
from handlers.jobs.finalise import Run, finalise
from handlers.sinks.csv_file import CsvWriter
from handlers.stores.protocol import Store
from scoring.instants import parse_instant
from scoring.record import Record

SEED = 2026
AS_OF = parse_instant("2026-11-01")
PERIODS = ("2026-09", "2026-10")
MOVERS = 5
_EVENTS, _LETTERS, _CSV = "events.jsonl", "dead-letter.jsonl", f"health-scores-{PERIODS[-1]}.csv"
_NAMES = (_EVENTS, MAPPING, _LETTERS, *(f"health-scores-{period}.csv" for period in PERIODS))


@dataclass(frozen=True, slots=True)
class Files:
    """Where the demo's files are."""

    events: OutputFile
    mapping: OutputFile
    dead_letters: OutputFile
    csv: Path
    store_url: str


@click.command(short_help="Do the whole job on generated events.")
@click.option(
    "--output",
    "folder",
    default=Path("var/demo"),
    show_default=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the demo's files.",
)
@click.option("--seed", default=SEED, show_default=True, help="Another seed gives another portfolio.")
@click.pass_obj
def demo(session: Session, folder: Path, seed: int) -> None:
    """Generate four months of raw events of 200 hotel accounts, ingest them, close two periods.

    Needs no account or key anywhere. The three worked examples of the model are among the accounts.

    \b
    Example:
      healthscore demo
    """
    files = _files(session, folder)
    portfolio = generate(seed, AS_OF)
    _write_events(portfolio, files)
    session = replace(session, store_url=files.store_url)
    config = session.config()
    with session.store(create=True) as store:
        total = fold_files(session, [str(files.events.path)], store, config.intake, files.dead_letters)
        runs = [_close(session, config, portfolio, store, period, files.csv) for period in PERIODS]
        records = list(store.records())
    _report(Console(highlight=False), portfolio, total, runs[-1], records, files)


def _files(session: Session, folder: Path) -> Files:
    """Place the files, each judged before anything is done; a store of the demo's own starts afresh."""
    own = folder / "healthscore.db"
    given = click.get_current_context().find_root().get_parameter_source("store")
    is_own = given in {click.core.ParameterSource.DEFAULT, None}
    _refuse_somebody_elses(folder)
    placed = {name: output_file(session, folder / name) for name in _NAMES}
    for path in _parts(own, folder) if is_own else ():
        output_file(session, path).path.unlink(missing_ok=True)
    return Files(
        events=placed[_EVENTS],
        mapping=placed[MAPPING],
        dead_letters=placed[_LETTERS],
        csv=folder / _CSV,
        store_url=f"sqlite:///{own}" if is_own else session.store_url,
    )


def _refuse_somebody_elses(folder: Path) -> None:
    """Refuse a folder that holds a file named as one of ours, but not both that every demo leaves."""
    there = [name for name in (MAPPING, _EVENTS) if (folder / name).exists()]
    if len(there) == 1:
        raise click.ClickException(f"{folder} holds {there[0]}, which no demo made: name another folder")


def _parts(store: Path, folder: Path) -> Iterator[Path]:
    yield from (store.with_name(store.name + suffix) for suffix in STORE_PARTS)
    yield folder / _LETTERS


def _write_events(portfolio: Demo, files: Files) -> None:
    """Write events and mapping, both or neither: a folder with one of them is taken for somebody's own."""
    with files.events.replaced() as file:
        file.writelines(line + b"\n" for line in portfolio.lines())
        files.mapping.write_rows(portfolio.mapping())


def _close(session: Session, config: Config, portfolio: Demo, store: Store, period: str, csv: Path) -> Run:
    close = closing(session, config, period, final=True)
    store.put_model(config.model.version, config.model_text)
    path = csv.with_name(f"health-scores-{period}.csv")
    writer = CsvWriter(path, config.record_map)
    return finalise(portfolio.accounts, store, writer, close)


def _report(console: Console, portfolio: Demo, total: Total, run: Run, records: Sequence[Record], files: Files) -> None:
    """Print the demo's short tables and where its files are."""
    before, now = ({r.score.account_id: r for r in records if r.period == period} for period in PERIODS)
    console.print(
        f"\n{total.messages:,} messages, {total.dead} of them unreadable, {total.observations:,} observations."
    )
    made, gone = run.scored + len(run.unscored), len(run.deleted)
    console.print(
        f"{made} of {len(portfolio.accounts)} accounts have a record for {PERIODS[-1]}; "
        f"{gone} deleted in Salesforce, {len(run.unscored)} without any data.\n"
    )
    console.print(_tiers(list(now.values())))
    console.print(_movers(before, now))
    console.print(_flags(list(now.values())))
    example = next(record for record in now.values() if record.score.cap is not None)
    for label, path in (
        ("Scores", files.csv),
        ("Events", files.events.path),
        ("Mapping", files.mapping.path),
        ("Dead letters", files.dead_letters.path),
    ):
        console.print(f"{label + ':':<14}{path}", soft_wrap=True)
    console.print("\nWhy has an account its score? Ask, for instance:", soft_wrap=True)
    console.print(_explain(files, example), soft_wrap=True, markup=False)


def _explain(files: Files, record: Record) -> str:
    words = [sys.argv[0], "--store", files.store_url, "explain", record.score.account_id]
    return "  " + shlex.join([*words, "--accounts", str(files.mapping.path)])


def _tiers(records: Sequence[Record]) -> Table:
    counts = Counter(record.score.tier or "unscored" for record in records)
    table = Table("Tier", "Accounts", title=f"Tiers, {PERIODS[-1]}", title_justify="left")
    for tier in ("Champion", "Healthy", "At Risk", "Critical", "Unknown", "unscored"):
        table.add_row(tier, str(counts[tier]))
    return table


def _movers(before: dict[str, Record], now: dict[str, Record]) -> Table:
    both = [(before[key].score, now[key].score) for key in now if key in before]
    scored = [(new, old.final_score, new.final_score) for old, new in both]
    moves = [(new, old, final, final - old) for new, old, final in scored if old is not None and final is not None]
    moves.sort(key=lambda move: (-abs(move[3]), move[0].account_id))
    table = Table("Account", PERIODS[0], PERIODS[1], "Change", title="Biggest movers", title_justify="left")
    for new, old, final, change in moves[:MOVERS]:
        table.add_row(new.account_name or new.account_id, f"{old:.1f}", f"{final:.1f}", f"{change:+.1f}")
    return table


def _flags(records: Sequence[Record]) -> Table:
    counts = Counter(flag for record in records for flag in record.score.flags)
    table = Table("Flag", "Accounts", title="Flags", title_justify="left")
    for flag, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        table.add_row(flag, str(count))
    return table
