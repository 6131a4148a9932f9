"""Accounts of a spreadsheet into the portfolio, wherever that is kept: in the store, or in a mapping."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from config.portfolio import MAPPING, portfolio_of
from config.sheets import Sheet
from handlers.commands.accounts_written import write
from handlers.commands.outputs import output_file
from handlers.commands.session import Session
from handlers.identity.edits import united
from handlers.identity.mapping import write_mapping
from handlers.sheets.accounts import Merged, merge
from handlers.sheets.rows import Row
from scoring.account import Account


def put_accounts(session: Session, path: Path | None, rows: Sequence[Row], *, ask: bool) -> Merged:
    """Put rows into the portfolio; what stands there stays. One that is there is written only if asked for.

    It is a mapping where one is named, or where the store keeps no accounts.
    """
    stored = session.stored_accounts() if path is None else None
    return (
        _into_mapping(session, path, rows, ask=ask) if stored is None else _into_store(session, stored, rows, ask=ask)
    )


def _into_store(session: Session, stored: Sequence[Account], rows: Sequence[Row], *, ask: bool) -> Merged:
    merged = merge(stored, rows)
    if merged.added or merged.completed:
        _confirm("the store", merged, ask=ask)
        write(session, united(stored, merged.accounts.values()), None)
    return merged


def _into_mapping(session: Session, path: Path | None, rows: Sequence[Row], *, ask: bool) -> Merged:
    target = path or session.config_dir / MAPPING
    form, sheet = session.mapping_form(), _standing(session, path, target)
    merged = merge(() if sheet is None else portfolio_of(sheet, form), rows)
    if merged.added or merged.completed:
        _confirm(str(target), merged, ask=ask and bool(sheet is not None and sheet.rows))
        write_mapping(output_file(session, target, renews=True), merged.accounts.values(), sheet, form)
        merged.remarks.insert(
            0, f"{merged.added} accounts are added to {target}, {merged.completed} are completed there"
        )
    return merged


def _standing(session: Session, path: Path | None, target: Path) -> Sheet | None:
    return session.mapping_sheet(path) if target.exists() else None


def _confirm(target: str, merged: Merged, *, ask: bool) -> None:
    if not ask:
        return
    question = f"Add {merged.added} accounts to {target}, and complete {merged.completed}?"
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.ClickException(f"{target} is there: say --yes to add {merged.added} accounts to it")
    if not click.confirm(question, default=True, err=True):
        raise click.ClickException(f"{target} was left as it is; nothing was taken in")
