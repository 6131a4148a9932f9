"""An account of the portfolio, as a person names it on the command line."""

import click

from config.errors import nearest
from config.keys import account_fault, key_fault
from scoring.account import Account
from scoring.ids import has_form, to_18


def find(accounts: tuple[Account, ...], account_id: str) -> Account:
    """Find an account of the portfolio by its id (15 or 18 characters)."""
    wanted = to_18(account_id.strip())
    found = next((account for account in accounts if account.id == wanted), None)
    if found is not None:
        return found
    fault = account_fault(account_id, None) if has_form(account_id) else key_fault(account_id)
    if fault is not None:
        near = "" if fault.near is None else f"; did you mean {fault.near}?"
        raise click.ClickException(f"{account_id!r} is no id of an account: {fault.said}{near}")
    raise click.ClickException(f"no account {account_id} in the mapping{_hint(account_id, accounts)}")


def _hint(words: str, accounts: tuple[Account, ...]) -> str:
    """Say which account may have been meant, by its id or its name."""
    ids = {word: account.id for account in accounts for word in (account.name, account.id) if word}
    near = nearest(words, ids)
    return (
        ": add a row for it, or name another file with --accounts" if near is None else f": did you mean {ids[near]}?"
    )
