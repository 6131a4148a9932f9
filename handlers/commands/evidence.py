"""What scores are held against outcomes, for each command that does: of the store, or of files."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import NamedTuple, TypeAlias

import click

from handlers.commands.line_origins import origin_words
from handlers.commands.outcome_files import read_outcomes
from handlers.commands.score_files import ScoreFile
from handlers.commands.session import Session, accounts_option
from handlers.commands.tracking import tracked
from handlers.jobs.churned_scores import ChurnedScores, churned_scores, who_churned
from handlers.jobs.outcomes import stored_outcomes, told_strangers
from handlers.jobs.score_lines import LineTerms, StoredLines, stored_lines
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.backtest.lines import ScoreLine, in_lines, score_line_of
from scoring.outcomes import Outcome, Refusal
from scoring.score import Score

_READS_AT_ONCE = 8
"""So many accounts' records are read at once from a store on AWS."""


class Sources(NamedTuple):
    """Where evidence is read from: files of scores and of outcomes (None: the store), and the mapping of accounts."""

    scores: str | None
    outcomes: Path | None
    mapping: Path | None


class Evidence(NamedTuple):
    """Score lines by account, and rows of outcomes; `stored` says where lines of the store are from.

    `churned` are the whole scores of the accounts that left. `is_whole` is False where a line or an
    account could not be read: each was named.
    """

    lines: Mapping[str, Sequence[ScoreLine]]
    rows: Sequence[Outcome | Refusal]
    churned: ChurnedScores
    stored: StoredLines | None = None
    is_whole: bool = True


Seeing: TypeAlias = Callable[[Iterable[Score]], Iterable[Score]]

_OPTIONS = (
    click.option(
        "--scores",
        metavar="FILE",
        help="JSON lines of scores, as replay writes them; - for stdin. Default: the store, month-end by month-end: "
        "final records as they were shown then, and where there is none what is known now.",
    ),
    click.option(
        "--outcomes",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Table of outcomes: account_id,outcome,notice_date,effective_date,arr[,reason][,treated_date]. "
        "Default, and only with the scores of the store: its outcomes.",
    ),
)


def evidence_options(command: Callable[..., object]) -> Callable[..., object]:
    """Give a command the options of what is held against what, as its one parameter `sources`."""

    @wraps(command)
    def asked(
        *args: object, scores: str | None, outcomes: Path | None, mapping: Path | None, **others: object
    ) -> object:
        if scores is not None and outcomes is None:
            raise click.UsageError("--scores needs --outcomes: a file of scores is held against a file of outcomes")
        return command(*args, sources=Sources(scores, outcomes, mapping), **others)

    asked = accounts_option(asked)
    for option in reversed(_OPTIONS):
        asked = option(asked)
    return asked


def evidence(session: Session, sources: Sources, seeing: Seeing = iter, *, with_churned: bool = True) -> Evidence:
    """Read scores and outcomes; what cannot be read is named on stderr, and so is what may know too much.

    `seeing` passes the scores of a file on: whoever needs more of them than their lines keeps it there.
    Of a store the whole scores of the accounts that left are read as well, unless nobody needs them.
    """
    if sources.scores is not None and sources.outcomes is not None:
        rows, file = read_outcomes(sources.outcomes), ScoreFile(session, sources.scores)
        churned = ChurnedScores()
        lines = in_lines(map(score_line_of, churned.keeping(seeing(file), who_churned(rows))))
        _refuse_nothing(lines, f"{sources.scores} holds no score: replay and score write them")
        return Evidence(lines, rows, churned, is_whole=not file.bad)
    terms, accounts = LineTerms(session.config().model, session.clock()), session.portfolio(sources.mapping)
    with session.store() as store:
        at_once = 1 if session.prefix is None else _READS_AT_ONCE
        found = stored_lines(store, tracked(session, accounts), terms, reads_at_once=at_once)
        rows = _rows(session, sources, store, (*accounts, *found.left), found.failed)
        who = who_churned(rows) if with_churned else ()
        churned = churned_scores(store, accounts, found, who, terms)
    _name(session, found)
    _refuse_nothing(found.lines, f"the store {session.store_url} knows no score: close a month, or bring history first")
    return Evidence(found.lines, rows, churned, found, not found.failed)


def _refuse_nothing(lines: Mapping[str, Sequence[ScoreLine]], why: str) -> None:
    if not lines:
        raise click.ClickException(why)


def _rows(
    session: Session, sources: Sources, store: Store, accounts: Sequence[Account], failed: Collection[str]
) -> list[Outcome | Refusal]:
    """Read the outcomes of accounts that could be read, and those told of ids that are nobody's: these are refused."""
    if sources.outcomes is not None:
        return read_outcomes(sources.outcomes)
    everybody = (*accounts, *told_strangers(store, accounts))
    read = (account for account in everybody if account.id not in failed)
    return list(stored_outcomes(store, read, session.config().model, session.clock()))


def _name(session: Session, found: StoredLines) -> None:
    for account_id, reason in found.failed.items():
        session.warn(f"{account_id}: {reason}")
    for said in origin_words(found):
        session.stderr.print(said, markup=False)


def origins_of(found: StoredLines) -> dict[str, object]:
    """Count for JSON where lines of the store are from."""
    counts = {str(origin): count for origin, count in found.counts.items()}
    return counts | {"seen_later": found.seen_later, "accounts_left": len(found.left), "models": sorted(found.models)}
