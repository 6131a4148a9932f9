"""What every command shares that changes accounts: who changes them, what is shown, how it is written."""

from collections.abc import Iterable, Sequence
from getpass import getuser

import click

from config.keys import account_fault
from handlers.commands.accounts import find, stored_names
from handlers.commands.accounts_shown import change_lines
from handlers.commands.session import Session
from handlers.jobs.adopting import Written, change_accounts, keeps_accounts
from handlers.stores.accounts import Change, Edit
from scoring.ids import has_form, to_18

by_option = click.option(
    "--by",
    metavar="NAME",
    help="Who changes it; kept in the history. Default: the principal of AWS, or this machine's user.",
)


def account_id(session: Session, said: str) -> str:
    """Give the id of an account as it is kept: of any by its id, of one that is there by its name or a part of it.

    Raises an error of one line where nothing, or several accounts, are meant.
    """
    if not has_form(said.strip()):
        return find(session.mapping(None), said, stored_names(session)).id
    fault = account_fault(said.strip(), session.mapping_form().prefix)
    if fault is not None:
        near = "" if fault.near is None else f"; did you mean {fault.near}?"
        raise click.BadParameter(f"{said!r} is no id of an account: {fault.said}{near}", param_hint="ACCOUNT")
    return to_18(said.strip())


def show(session: Session, changes: Sequence[Change]) -> None:
    """Show on stderr what changes."""
    for line in change_lines(changes):
        session.stderr.print(line, markup=False)


def write(session: Session, edits: Sequence[Edit], by: str | None) -> Written:
    """Write edits into the store; before the first ever, it takes in what the mapping of the config says.

    Raises OwnerTakenError where an owner would have two accounts, before anything is written.
    """
    with session.store(create=True) as store:
        mapped = () if keeps_accounts(store) else session.mapped_accounts(None)
        written = change_accounts(store, edits, mapped, by or user_of(session), session.clock())
    _ask_scores(session, [*written.adopted, *written.changes])
    return written


def user_of(session: Session) -> str:
    """Name who changes accounts: on AWS its principal, elsewhere the user of this machine."""
    known = None
    if session.prefix is not None:
        from handlers.cloud.asking import principal  # noqa: PLC0415  boto3 is slow to import, and seldom needed

        known = principal()
    try:
        return known or getuser()
    except (KeyError, OSError):
        return "unknown"


def _ask_scores(session: Session, changes: Iterable[Change]) -> None:
    """Let a stack score what changed; on a laptop, and where there is no stack, nobody waits for it."""
    accounts = {change.account_id for change in changes if change.after is not None}
    if session.prefix is None or not accounts:
        return
    from handlers.cloud.asking import ask_rescores  # noqa: PLC0415  as above
    from handlers.cloud.queue import QueueError  # noqa: PLC0415  as above

    try:
        asked = ask_rescores(session.prefix, accounts)
    except QueueError as error:
        session.warn(f"changed, but scores could not be asked for: {error}; the next event or close brings them")
    else:
        session.stderr.print(f"asked for the scores of {asked} accounts", markup=False)
