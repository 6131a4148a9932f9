"""`backtest`: does the score warn? Scores held against what became of the accounts."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from handlers.commands.backtest_forms import figures_json, json_of
from handlers.commands.evidence import Evidence, Sources, evidence, evidence_options, origins_of
from handlers.commands.line_origins import origin_words
from handlers.commands.outputs import output_file
from handlers.commands.questions import Wanted, question_options, usual_terms
from handlers.commands.session import PARTIAL, Session, result
from handlers.draws import seeded
from handlers.files import OutputFile
from handlers.words.figures import count
from handlers.words.outcomes import NONE_KNOWN
from handlers.words.trust_lines import OF_A_FILE, trust_lines
from scoring.backtest.backtest import Backtest, Question, backtest
from scoring.backtest.findings import Findings, findings
from scoring.backtest.ledger import Details


@click.command("backtest")
@evidence_options
@question_options
@click.option(
    "--html",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a page for people as well: one file with its pictures in it, to be read, sent or printed.",
)
@click.pass_obj
def backtest_command(session: Session, /, sources: Sources, wanted: Wanted, html: Path | None) -> None:
    """Hold scores against what became of the accounts: did the score warn, when, of whom?

    On stdout is one JSON object: all figures with their intervals, the verdict (warns, cannot tell, or no
    better than chance) and the ledger, a row for each account that left. On stderr is the same in words;
    --html FILE has it in pictures. docs/trust.md has the definitions.

    Without --scores they are those of the store: of each month-end the final record, as it was shown then,
    and where there is none what is known now, under the present model. How many are which is said: what is
    known now may know too much. Accounts that left the portfolio count for the months before. The list of
    alerts is then the one in force, that of alerts.yaml; with --scores it is that of docs/trust.md (level,
    0.10, 60 days), so that any program gives the same of the same files.

    \b
    Example:
      healthscore backtest
      healthscore backtest --scores scores.jsonl --outcomes outcomes.csv --html trust.html
    """
    file = None if html is None else _page_file(session, sources, html)
    question = wanted.question(usual_terms(session, sources.scores))
    given = evidence(session, sources)
    asked = backtest(given.lines, given.rows, question)
    found = findings(asked, details_of(session, given, question), seeded())
    if given.stored is not None:
        _warn_of_survivors(session, found)
    origins = {} if given.stored is None else {"scores": origins_of(given.stored)}
    result({**json_of(found), **origins})
    for line in trust_lines(found, [OF_A_FILE] if given.stored is None else ()):
        session.stderr.print(line, markup=False)
    if not given.rows:
        session.stderr.print(NONE_KNOWN, markup=False)
    if file is not None:
        _write_page(file, found, [OF_A_FILE] if given.stored is None else origin_words(given.stored))
    if not given.is_whole:
        sys.exit(PARTIAL)


def _page_file(session: Session, sources: Sources, html: Path) -> OutputFile:
    reads = [file for file in (sources.scores, sources.outcomes) if file is not None]
    return output_file(session, html, reads=reads, mapping=sources.mapping)


def _write_page(file: OutputFile, found: Findings, origins: Iterable[str]) -> None:
    from handlers.pages.trust import page  # noqa: PLC0415 - who asks for no page does not wait for its tools

    with file.replaced() as written:
        written.write(page(found, list(origins)).encode())


def details_of(session: Session, given: Evidence, question: Question) -> Details:
    """Give the ledger what it needs; what is known now of those who left is held against the same outcomes."""
    churned, known_now = given.churned, None
    if churned.known_now:
        known_now = backtest({**given.lines, **churned.known_now}, given.rows, question)
    return Details(churned.scores, session.config().model.thresholds, churned.csms, known_now)


def _warn_of_survivors(session: Session, found: Findings) -> None:
    """Say where outcomes are left out because their accounts have no score: mostly those of who left long ago."""
    unknown = found.outcomes.reasons.get("unknown_account", 0)
    if unknown:
        session.warn(
            f"{count(unknown, 'outcome')} of accounts without any score in the store: where these left, only who "
            "stayed is counted, and the score looks better than it is; healthscore outcomes names those of the store, "
            "healthscore accounts set maps them"
        )


def figures_of(found: Backtest) -> dict[str, object]:
    """Give the figures alone by their names in JSON; the same backtest gives the same."""
    chance = seeded()
    return figures_json(found.outcomes, found.landmark_figures(chance), found.warning_figures(chance))
