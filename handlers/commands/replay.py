"""`replay` and `score`: scores without a store of one's own."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

import click

from handlers.commands.ingest import fold_files
from handlers.commands.inputs import STDIN, opened, refuse_unreadable
from handlers.commands.lines import read_measurements, score_line
from handlers.commands.outputs import STDOUT, output_file
from handlers.commands.session import PARTIAL, Session
from handlers.commands.totals import finish
from handlers.jobs.records import AccountReader
from handlers.sources.reading import UnreadableError
from handlers.stores.opening import throwaway_store
from scoring.instants import Instant, parse_instant
from scoring.measurement import score
from scoring.model import Model
from scoring.score import grade


def instant(_: click.Context, __: click.Parameter, value: str | None) -> Instant | None:
    """Read an instant given on the command line."""
    return _read(value, "instant: expected such as 2026-11-01T00:00:00Z")


def date_or_instant(_: click.Context, __: click.Parameter, value: str | None) -> Instant | None:
    """Read a date given on the command line, which stands for its begin; an instant is one too."""
    return _read(value, "date: expected such as 2026-05-31")


def _read(value: str | None, expected: str) -> Instant | None:
    try:
        return None if value is None else parse_instant(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no {expected}") from error


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--accounts",
    "mapping",
    required=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Account mapping (CSV).",
)
@click.option("--as-of", required=True, metavar="INSTANT", callback=instant, help="The instant to score at, exclusive.")
@click.option("--output", default=STDOUT, show_default=True, metavar="FILE", help="Where the scores go; - for stdout.")
@click.pass_obj
def replay(session: Session, files: tuple[str, ...], mapping: Path, as_of: Instant, output: str) -> None:
    """Ingest recorded messages into a fresh throw-away store and score all mapped accounts.

    Scores are JSON lines ordered by account id. The same messages in any order, repeated or split,
    give the same bytes. Unreadable lines are named on stderr; the exit code is then 3.

    \b
    Example:
      healthscore replay events.jsonl --accounts mapping.csv --as-of 2026-11-01T00:00:00Z --output scores.jsonl
    """
    refuse_unreadable(files)
    scores = nullcontext(sys.stdout.buffer) if output == STDOUT else _scores(session, output, files, mapping)
    config, accounts = session.config(), session.portfolio(mapping)
    with throwaway_store(session.store_url, session.clock) as store:
        total = fold_files(session, files, store, config.intake, None)
        reader = AccountReader(store)
        with scores as out:
            for account in accounts:
                out.write(score_line(score(reader.read(account), as_of, config.model)) + b"\n")
    finish(session, total, None)


def _scores(session: Session, output: str, files: tuple[str, ...], mapping: Path) -> AbstractContextManager[BinaryIO]:
    return output_file(session, Path(output), reads=files, mapping=mapping).replaced()


@click.command("score")
@click.argument("file", metavar="FILE")
@click.pass_obj
def score_command(session: Session, file: str) -> None:
    """Score JSON lines of raw metrics (- for stdin) into JSON lines of scores on stdout.

    A line that cannot be read is named on stderr; the rest is scored, and the exit code is 3. Names
    in a line that are unknown are named on stderr and ignored.

    \b
    Example:
      echo '{"account_id": "A", "segment": "paid", "as_of": "2026-11-01", "platform_value": {"requests": 64}}' \\
        | healthscore score -
    """
    model = session.config().model
    refuse_unreadable([file])
    with opened(file) as lines:
        bad = sum(not _score_line(session, file, number, line, model) for number, line in lines)
    if bad:
        sys.exit(PARTIAL)


def _score_line(session: Session, file: str, number: int, line: bytes, model: Model) -> bool:
    named = "stdin" if file == STDIN else file
    try:
        measurements, remarks = read_measurements(line, model.words)
    except UnreadableError as error:
        session.warn(f"{named} line {number}: {error}")
        return False
    for remark in remarks:
        session.warn(f"{named} line {number}: {remark}")
    click.echo(score_line(grade(measurements, model)).decode())
    return True
