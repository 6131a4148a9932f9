"""`gate`: may a change of the figures be published? What it moves, and whether it tells better or worse who churns."""

import sys
from collections.abc import Iterable
from dataclasses import replace

import click

from config.draft import load_draft
from config.gate import GateLimits, load_gate
from config.loader import Config, load_config
from handlers.commands.gate_export import OUTCOMES, SCORES, Export
from handlers.commands.gate_forms import json_of
from handlers.commands.gate_options import Asked, gate_options
from handlers.commands.gate_store import OnStore
from handlers.commands.outcome_files import read_outcomes
from handlers.commands.outputs import output_file
from handlers.commands.score_files import ScoreFile
from handlers.commands.session import PARTIAL, Session, result
from handlers.commands.what_if import refuse_new_sources
from handlers.draws import seeded
from handlers.files import OutputFile
from handlers.jobs.gate import Evidence, Renewals, renewals, tried_scores
from handlers.jobs.gate_limits import Change, Impact, measured_by_lines, passed
from handlers.jobs.gate_verdict import Judged
from handlers.words.gate import gate_words
from handlers.words.gate_comment import comment
from scoring.backtest.comparison import compare
from scoring.outcomes import NOTICE_DAYS, Outcome, Refusal
from scoring.what_if import Comparison

STOPPED = 4
"""The exit code of a draft that tells worse beyond noise, or passes a limit without its word."""


@click.command("gate")
@gate_options
@click.pass_obj
def gate_command(session: Session, /, asked: Asked) -> None:
    """Say whether a draft of the config may be published; nothing is kept.

    Every account is scored under both at the last 13 month-ends. Where outcomes are known, both are held
    against the same renewals, 90 days before the decision: the draft tells better who churns, or worse, or
    it cannot be told: with fewer than 10 churned accounts, while the 95 % interval of the difference (of pairs
    told right, AUC) holds 0, and where the difference is below 0.01.

    \b
    Exit code 4: the draft tells worse, or passes a limit of gate.yaml of the base that no word lets through.
      tier_changes   many accounts change their tier at once
      newly_at_risk  much ARR is at risk that was not
      weight_move    a joint weight moves by more than 10 points
      unmeasured     what it changes cannot be seen in a file of scores: try it on the store
    No word lets through what tells worse. Exit code 3: a line or an account could not be read. With --scores
    no store is needed: lines hold raw values, and of signals the cap that they set.

    \b
    Example:
      healthscore gate --draft draft
      healthscore gate --draft config --base main/config --scores scores.jsonl --outcomes outcomes.csv
      healthscore gate --draft draft --let-through tier_changes --reason "agreed with CS on 12 March"
    """
    word, file = asked.word, _markdown(session, asked)
    base_dir = asked.base or session.config_dir
    base, draft = load_config(base_dir), load_draft(asked.draft, base_dir)
    limits, _ = load_gate(base_dir), load_gate(asked.draft)
    evidence = _evidence(session, asked, base, draft)
    judged = replace(_judged(asked, base, draft, evidence, limits), word=word)
    _tell(session, judged, asked, file)
    if judged.stopped_by:
        sys.exit(STOPPED)
    if evidence is not None and not evidence.is_whole:
        sys.exit(PARTIAL)


def _judged(asked: Asked, base: Config, draft: Config, evidence: Evidence | None, limits: GateLimits) -> Judged:
    change = _change(base, draft, evidence)
    found = None if evidence is None or evidence.outcomes is None else _renewals(evidence, asked, base)
    compared = None if found is None else compare(found.rows, seeded())
    tried = None if evidence is None else evidence.tried
    return Judged(change, tried, found, compared, tuple(passed(change, limits)))


def _markdown(session: Session, asked: Asked) -> OutputFile | None:
    folders = [folder for folder in (asked.draft, asked.base) if folder is not None]
    figures = [file for folder in folders for file in folder.iterdir()]
    reads = [*figures, *(one for one in (asked.scores, asked.outcomes, asked.mapping) if one is not None)]
    return None if asked.markdown is None else output_file(session, asked.markdown, reads=reads)


def _evidence(session: Session, asked: Asked, base: Config, draft: Config) -> Evidence | None:
    """Try all accounts under both models; None where none is to be looked at."""
    comparison = Comparison(base.model, draft.model)
    if asked.export is not None and (asked.scores is not None or asked.without_scores):
        raise click.UsageError("--export writes what the store has: leave out --scores and --without-scores")
    if asked.without_scores:
        if asked.scores is not None or asked.outcomes is not None:
            raise click.UsageError("--without-scores looks at no account: leave out --scores and --outcomes")
        return None
    outcomes = None if asked.outcomes is None else read_outcomes(asked.outcomes)
    if asked.scores is None:
        refuse_new_sources(base.model, draft.model)
        return OnStore(session, comparison, asked.mapping, outcomes, _export(session, asked)).evidence()
    file = ScoreFile(session, asked.scores)
    tried = tried_scores(file, comparison, _worth(outcomes or ()))
    if not tried.cases:
        raise click.ClickException(f"{asked.scores} holds no score: replay and score write them")
    measured = measured_by_lines(base.model, draft.model)
    return Evidence(tried, outcomes, is_whole=not file.bad, is_measured=measured)


def _export(session: Session, asked: Asked) -> Export | None:
    if asked.export is None:
        return None
    files = (output_file(session, asked.export / name, mapping=asked.mapping) for name in (SCORES, OUTCOMES))
    return Export(*files)


def _worth(rows: Iterable[Outcome | Refusal]) -> dict[str, float]:
    """Give the ARR of accounts by their latest outcome that says one."""
    told = [row for row in rows if isinstance(row, Outcome) and row.arr is not None]
    return {row.account_id: row.arr for row in sorted(told, key=lambda one: one.effective) if row.arr is not None}


def _change(base: Config, draft: Config, evidence: Evidence | None) -> Change:
    if evidence is None:
        return Change(base.model, draft.model, None)
    months = evidence.tried.months
    return Change(base.model, draft.model, Impact(months[-1]) if months else None, evidence.is_measured)


def _renewals(evidence: Evidence, asked: Asked, base: Config) -> Renewals:
    usual = base.alerts.notice_days if asked.scores is None else NOTICE_DAYS
    days = usual if asked.notice_days is None else asked.notice_days
    return renewals(evidence.tried.cases, evidence.outcomes or (), asked.until, days)


def _tell(session: Session, judged: Judged, asked: Asked, file: OutputFile | None) -> None:
    result(json_of(judged))
    for said in gate_words(judged, judged.change.base.currencies.corporate):
        session.stderr.print(said, markup=False)
    if file is not None:
        with file.replaced() as out:
            out.write(comment(judged, asked.naming).encode())
