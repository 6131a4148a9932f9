"""`demo`: the whole job on generated events."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from config.loader import Config
from config.model_text import model_text
from config.portfolio import MAPPING
from handlers.commands.demo_report import Asked, CameTo, show_demo
from handlers.commands.demo_trust import trust_of, write_page
from handlers.commands.ingest import fold_files
from handlers.commands.letters import beside
from handlers.commands.outputs import STORE_PARTS, output_file
from handlers.commands.session import Session
from handlers.commands.terms import closing
from handlers.demo import YEAR, Demo, generate
from handlers.demo.models import CHANGED, first_model
from handlers.files import OutputFile
from handlers.identity.edits import adopting
from handlers.jobs.records import Terms
from handlers.jobs.run import Run
from handlers.jobs.year import close_months
from handlers.sinks.close_files import CloseFiles, CloseWriter
from handlers.stores.models import kept_model
from handlers.stores.protocol import Store
from scoring.instants import HOUR, Instant, parse_instant
from scoring.periods import periods_to

SEED, PILOTS = 2026, 15
AS_OF = parse_instant("2026-11-01")
PERIODS = periods_to("2026-10", 13)
_EVENTS, _PAGE = "events.jsonl", "does-it-warn.html"


@dataclass(frozen=True, slots=True)
class Files:
    """Where the demo's files are."""

    events: OutputFile
    mapping: OutputFile
    dead_letters: OutputFile
    page: OutputFile
    closes: tuple[CloseFiles, CloseFiles]
    store_url: str
    is_own: bool


@click.command()
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
@click.option(
    "--size", default=200, show_default=True, type=click.IntRange(6), help="How many accounts; fewer are quicker."
)
@click.pass_obj
def demo(session: Session, folder: Path, seed: int, size: int) -> None:
    """Generate a year of raw events of 200 hotel accounts, ingest them, close 13 months.

    Needs no account or key anywhere, and half a minute. The three worked examples of the model are among
    the accounts; the weights were changed in February, Looker was not pulled for weeks in March. Renewals were
    won and lost: one churn was seen long before, one was missed, of one nothing moved, and one account was
    saved. All of it is made up. `healthscore outcomes` and `healthscore backtest` say what the score told.

    \b
    Example:
      healthscore demo
    """
    files = _files(session, folder)
    portfolio = generate(seed, AS_OF, size, min(size, PILOTS), YEAR)
    _write_events(portfolio, files)
    session = replace(session, store_url=files.store_url)
    config = session.config()
    with session.store(create=True) as store:
        if files.is_own:
            store.portfolio.put(adopting(portfolio.accounts), "the demo", session.clock())
        total = fold_files(session, [str(files.events.path)], store, config.intake, files.dead_letters)
        run = _close(session, config, portfolio, store, files)
        summaries = list(store.summaries(PERIODS[-1]))
    trust = trust_of(session, None if files.is_own else files.mapping.path, config.alerts)
    write_page(files.page, trust)
    places = {
        "Scores": files.closes[-1].csv,
        "Workbook": files.closes[-1].workbook,
        "Does it warn": files.page.path,
        "Events": files.events.path,
        "Mapping": files.mapping.path,
        "Dead letters": files.dead_letters.path,
    }
    came_to = CameTo(total, run, summaries, trust)
    show_demo(PERIODS, came_to, places, Asked(files.store_url, knows_accounts=files.is_own))


def _files(session: Session, folder: Path) -> Files:
    """Place the files, each judged before anything is done; a store of the demo's own starts afresh."""
    own = folder / "healthscore.db"
    given = click.get_current_context().find_root().get_parameter_source("store")
    is_own = given in {click.core.ParameterSource.DEFAULT, None}
    _refuse_somebody_elses(folder)
    before, last = (CloseFiles(folder / f"health-scores-{period}.csv") for period in PERIODS[-2:])
    closes = (replace(before, has_workbook=False), last)
    url = f"sqlite:///{own}" if is_own else session.store_url
    events, mapping, page = (output_file(session, folder / name) for name in (_EVENTS, MAPPING, _PAGE))
    letters = output_file(session, beside(url))
    for path in (path for close in closes for path in close.paths()):
        output_file(session, path)
    for path in _parts(own) if is_own else ():
        output_file(session, path).path.unlink(missing_ok=True)
    return Files(events, mapping, letters, page, closes, url, is_own)


def _refuse_somebody_elses(folder: Path) -> None:
    """Refuse a folder that holds a file named as one of ours, but not both that every demo leaves."""
    there = [name for name in (MAPPING, _EVENTS) if (folder / name).exists()]
    if len(there) == 1:
        raise click.ClickException(f"{folder} holds {there[0]}, which no demo made: name another folder")


def _parts(store: Path) -> Iterator[Path]:
    """Give the files of a store: a letter that the demo left is none of the next one."""
    yield from (store.with_name(store.name + suffix) for suffix in STORE_PARTS)
    yield beside(f"sqlite:///{store}")


def _write_events(portfolio: Demo, files: Files) -> None:
    """Write events and mapping, both or neither: a folder with one of them is taken for somebody's own."""
    with files.events.replaced() as file:
        file.writelines(line + b"\n" for line in portfolio.lines())
        files.mapping.write_rows(portfolio.mapping())


def _close(session: Session, config: Config, portfolio: Demo, store: Store, files: Files) -> Run:
    """Close the year, and write the files of the last two months."""
    closes = [_terms(session, config, period) for period in PERIODS]
    for model in {terms.model.version: terms.model for terms in closes}.values():
        store.put_model(model.version, model_text(model))
    run = close_months(portfolio.accounts, store, closes, config.alerts)
    for terms, written in zip(closes[-2:], files.closes, strict=True):
        kept = (store.record(account.id, terms.period) for account in portfolio.accounts)
        writer = CloseWriter(written, config, terms.now, partial(kept_model, store))
        writer.write(record for record in kept if record is not None)
    return run


def _terms(session: Session, config: Config, period: str) -> Terms:
    """Give the terms of a close that is run on the 1st at 06:00 UTC, as a monthly run is."""
    terms = closing(session, config, period, final=True)
    terms = replace(terms, now=Instant(terms.as_of + 6 * HOUR))
    return terms if period >= CHANGED else replace(terms, model=first_model(config.model))
