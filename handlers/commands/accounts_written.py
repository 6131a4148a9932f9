"""What every command shares that changes accounts: who changes them, what is shown, how it is written."""

from collections.abc import Sequence
from getpass import getuser

import click

from config.keys import account_fault
from handlers.commands.accounts_shown import change_lines
from handlers.commands.session import Session
from handlers.identity.edits import adopting, plan
from handlers.stores.accounts import Change, Edit
from scoring.ids import to_18

by_option = click.option(
    "--by", metavar="NAME", help="Who changes it; kept in the history. Default: the user of this machine."
)


def account_id(session: Session, said: str) -> str:
    """Give the id of an account as it is kept, or refuse it by name."""
    fault = account_fault(said.strip(), session.mapping_form().prefix)
    if fault is not None:
        near = "" if fault.near is None else f"; did you mean {fault.near}?"
        raise click.BadParameter(f"{said!r} is no id of an account: {fault.said}{near}", param_hint="ACCOUNT")
    return to_18(said.strip())


def show(session: Session, changes: Sequence[Change]) -> None:
    """Show on stderr what changes."""
    for line in change_lines(changes):
        session.stderr.print(line, markup=False)


def write(session: Session, edits: Sequence[Edit], by: str | None) -> list[Change]:
    """Write edits into the store; before the first ever, it takes in what the mapping of the config says.

    Raises OwnerTakenError where an owner would have two accounts, before anything is written.
    """
    with session.store(create=True) as store:
        who, kept = by or _user(), store.portfolio
        if not kept.is_used:
            mapped = session.mapped_accounts(None)
            plan(edits, mapped)
            kept.put(adopting(mapped), who, session.clock())
        return kept.put(edits, who, session.clock())


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):
        return "unknown"
