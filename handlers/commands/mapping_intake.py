"""Accounts of a spreadsheet into the account mapping, wherever that is kept."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from config.portfolio import MAPPING, portfolio_of
from config.sheets import Sheet
from handlers.commands.outputs import output_file
from handlers.commands.session import Session
from handlers.identity.mapping import write_mapping
from handlers.sheets.accounts import Merged, merge
from handlers.sheets.rows import Row


def put_accounts(session: Session, path: Path | None, rows: Sequence[Row], *, ask: bool) -> Merged:
    """Put rows into the mapping; what stands there stays. A mapping that is there is written only if asked for."""
    target = path or session.config_dir / MAPPING
    form, sheet = session.mapping_form(), _standing(session, path, target)
    merged = merge(() if sheet is None else portfolio_of(sheet, form), rows)
    if merged.added or merged.completed:
        _confirm(target, merged, ask=ask and bool(sheet is not None and sheet.rows))
        write_mapping(output_file(session, target, renews=True), merged.accounts.values(), sheet, form)
        merged.remarks.insert(
            0, f"{merged.added} accounts are added to {target}, {merged.completed} are completed there"
        )
    return merged


def _standing(session: Session, path: Path | None, target: Path) -> Sheet | None:
    return session.mapping_sheet(path) if target.exists() else None


def _confirm(target: Path, merged: Merged, *, ask: bool) -> None:
    if not ask:
        return
    question = f"Add {merged.added} accounts to {target}, and complete {merged.completed}?"
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.ClickException(f"{target} is there: say --yes to add {merged.added} accounts to it")
    if not click.confirm(question, default=True, err=True):
        raise click.ClickException(f"{target} was left as it is; nothing was taken in")
