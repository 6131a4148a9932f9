"""`accounts`: the accounts that the store keeps, taken in from a mapping, changed one by one, written as a mapping."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from config.portfolio import MappingForm, portfolio_of
from config.sheets import Sheet, read_sheet
from config.source import label_of
from handlers.commands.accounts_set import remove, set_command
from handlers.commands.accounts_shown import account_row, account_table, entry_row, history_table, imported
from handlers.commands.accounts_written import account_id, by_option, show, write
from handlers.commands.forms import form_option, is_json, noted_form_option
from handlers.commands.forms import show as tell
from handlers.commands.outputs import STDOUT, output_file
from handlers.commands.session import Session, result
from handlers.commands.tables import console
from handlers.files import OutputFile
from handlers.identity.edits import edits_of, plan, refused_by_line, removing
from handlers.identity.mapping import write_mapping
from handlers.identity.rows import text_of
from handlers.jobs.adopting import keeps_accounts
from handlers.stores.accounts import Change, Edit, OwnerTakenError
from scoring.account import Account


@click.group()
def accounts() -> None:
    """Keep the accounts in the store: which there are, who owns them, what they are called, who looks after them.

    As long as a store never got any, account_mapping.csv of the config says which accounts there are. With
    the first change the store takes these in, and says so itself from then on; a file is then taken in
    by `accounts import` alone. On AWS the functions know the store's accounts and no others, and the scores
    of what is changed are asked for at once. `--accounts FILE` of a command always holds for that one call.

    \b
    Example:
      healthscore accounts import config/account_mapping.csv --dry-run
      healthscore accounts set 001Qy00000AbCdEIAV --name "Hotel Acme" --owner intercom=acme
      healthscore accounts history 001Qy00000AbCdEIAV
    """


@accounts.command("import", short_help="Take accounts in from a mapping (CSV).")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change; nothing is written.")
@click.option("--replace", is_flag=True, help="Accounts that the file does not have leave the portfolio.")
@click.option("--first", is_flag=True, help="Only where the store never kept any accounts; else nothing is done.")
@click.option("--yes", is_flag=True, help="With --replace: do it without asking.")
@by_option
@noted_form_option
@click.pass_obj
def import_command(  # noqa: PLR0913  an option each
    session: Session, file: Path, *, by: str | None, dry_run: bool, replace: bool, first: bool, yes: bool
) -> None:
    """Take accounts in from a mapping: what it says of an account holds, an empty cell takes away.

    What it has no column of stays, and so does an account that it does not have, unless --replace is
    given. A line that is wrong, or an owner that belongs to another account, is named, and nothing is
    written. Done twice, it changes nothing the second time. What changes is listed on stderr first.

    \b
    Example:
      healthscore accounts import mapping.csv --dry-run
      healthscore accounts import mapping.csv --by zoe
      healthscore accounts import mapping.csv --replace
    """
    if first and session.keeps(keeps_accounts):
        session.stderr.print("the store keeps accounts already: nothing was taken in")
        return result({"file": str(file), "written": 0, "dry_run": dry_run})
    sheet, form = read_sheet(file, session.mapping_form().columns), session.mapping_form()
    named, held = portfolio_of(sheet, form), session.mapping(None)
    edits = [*edits_of(sheet, named, form), *(removing(held, named) if replace else [])]
    changes = _planned(edits, held, sheet, form)
    show(session, changes)
    going = sum(change.deed == "removed" for change in changes)
    if going and not dry_run and not yes and not _asked(going):
        raise click.ClickException(f"nothing was changed: {going} accounts would leave; add --yes to let them")
    summary = _summary(file, named, held, changes) | {"dry_run": dry_run}
    told = summary | ({} if dry_run else {"written": _write(session, edits, by)})
    return tell(told, lambda people: people.print(imported(told), markup=False))


def _write(session: Session, edits: Sequence[Edit], by: str | None) -> int:
    """Write edits; give how many accounts were changed, or taken in from the mapping of the config."""
    return len({change.account_id for some in write(session, edits, by) for change in some})


def _planned(edits: Sequence[Edit], held: Sequence[Account], sheet: Sheet, form: MappingForm) -> list[Change]:
    try:
        return plan(edits, held)
    except OwnerTakenError as error:
        raise refused_by_line(error, sheet, form) from error


def _summary(
    file: Path, named: Sequence[Account], held: Sequence[Account], changes: Sequence[Change]
) -> dict[str, object]:
    deeds = [change.deed for change in changes]
    absent = {account.id for account in held} - {account.id for account in named}
    same = len(named) - deeds.count("added") - deeds.count("changed")
    counts = {deed: deeds.count(deed) for deed in ("added", "changed", "removed")}
    return {"file": str(file), "accounts": len(named), **counts, "unchanged": same, "absent": len(absent)}


def _asked(going: int) -> bool:
    return sys.stdin.isatty() and click.confirm(f"{going} accounts leave the portfolio. Do it?", err=True)


@accounts.command("export", short_help="Write the accounts as a mapping (CSV).")
@click.argument("file", default=STDOUT, type=click.Path(path_type=Path))
@click.pass_obj
def export(session: Session, file: Path) -> None:
    """Write the accounts that hold as a mapping, to a file or to stdout (-). Taken in again, it changes nothing.

    \b
    Example:
      healthscore accounts export mapping.csv
    """
    told, form = session.mapping(None), session.mapping_form()
    _name_unused(session, told, form)
    if str(file) == STDOUT:
        click.echo(text_of(told, None, form), nl=False)
    else:
        write_mapping(_renewed(session, file), _in_use(told, form), None, form)
        result({"output": str(file), "accounts": len(told)})


def _renewed(session: Session, file: Path) -> OutputFile:
    return output_file(session, file, renews=True)


def _in_use(told: Sequence[Account], form: MappingForm) -> list[Account]:
    """Leave out the owners that a mapping has no column for."""
    return [
        Account(one.id, {s: keys for s, keys in one.owners.items() if s in form.names}, one.name, one.segment, one.csm)
        for one in told
    ]


def _name_unused(session: Session, told: Sequence[Account], form: MappingForm) -> None:
    unused = {source for account in told for source in account.owners} - {*form.names}
    for source in sorted(unused):
        number = sum(source in account.owners for account in told)
        session.warn(f"{number} accounts have owners of {label_of(source)}, which is not in use: they are not written")


@accounts.command("list", short_help="List the accounts.")
@form_option
@click.pass_obj
def list_command(session: Session, *, as_json: bool | None) -> None:
    """List the accounts that hold, by id: on a terminal as a table, elsewhere a line of JSON each.

    \b
    Example:
      healthscore accounts list --json
    """
    told = session.mapping(None)
    if not is_json(as_json):
        console().print(account_table(told), f"{len(told)} accounts")
        return
    for account in told:
        result(account_row(account))


@accounts.command("history", short_help="List who changed what, and when.")
@click.argument("account", required=False)
@form_option
@click.pass_obj
def history(session: Session, account: str | None, *, as_json: bool | None) -> None:
    """List the changes of an account (by id or name), or of all, the earliest first; by id also of those that left.

    \b
    Example:
      healthscore accounts history 001Qy00000AbCdEIAV
    """
    wanted = None if account is None else account_id(session, account)
    with session.store() as store:
        entries = store.portfolio.history(wanted)
        if not is_json(as_json):
            console().print(history_table(entries))
            return
        for entry in entries:
            result(entry_row(entry))


accounts.add_command(set_command)
accounts.add_command(remove)
