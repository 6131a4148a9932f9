"""An account of the portfolio, as a person names it on the command line: by its id, its name or a part of it."""

from collections.abc import Callable, Iterable, Mapping

import click

from config.errors import nearest
from config.keys import account_fault, key_fault
from handlers.commands.session import Session
from handlers.identity.folding import folded, is_part
from handlers.jobs.past_accounts import alone, departed
from handlers.stores.protocol import Store
from handlers.words.layout import clean
from scoring.account import Account
from scoring.ids import has_form, to_18

MOST_LISTED = 10
_MONTHS = 3
"""In so many months an account is looked for that the portfolio does not name."""

_ADD = ": add it (healthscore accounts set, or a row of the mapping), or name another file with --accounts"

Names = Mapping[str, str]
"""Names of accounts by their ids."""


def find(accounts: tuple[Account, ...], words: str, more_names: Callable[[], Names] = dict) -> Account:
    """Find an account of the portfolio by its id (15 or 18 characters), its name, or a part of its name.

    Capitals and accents make no difference. `more_names` gives the names that the portfolio lacks: they
    count as much as its own, for words that fit two accounts must not pick one of them. What fits
    several accounts is refused, and they are listed.
    """
    by_id = {account.id: account for account in accounts}
    found = by_id.get(to_18(words.strip()))
    if found is not None:
        return found
    names = {account.id: account.name for account in accounts if account.name}
    if len(names) < len(by_id):
        names = {**{key: name for key, name in more_names().items() if key in by_id}, **names}
    fitting = _fitting(words, names)
    if len(fitting) > 1:
        raise click.ClickException(_ambiguous(words, fitting, names))
    if fitting:
        return by_id[fitting[0]]
    raise _unknown(words, accounts, names)


def find_ever(session: Session, accounts: tuple[Account, ...], words: str) -> Account:
    """Find an account of the portfolio, or one that left it: what was shown of it then is still to be seen.

    One that left is mapped as it was at last; where nobody knows how, it is its own owner in the CRM.
    """
    named = {account.id for account in accounts}
    gone = [] if to_18(words.strip()) in named else _gone(session, words)
    return find((*accounts, *(one for one in gone if one.id not in named)), words, stored_names(session))


def _gone(session: Session, words: str) -> list[Account]:
    if session.store_file is not None and not session.store_file.exists():
        return []
    with session.store() as store:
        return _left(store, words)


def _left(store: Store, words: str) -> list[Account]:
    left = {account_id: one.account for account_id, one in departed(store.portfolio).items()}
    account_id = to_18(words.strip())
    if has_form(words.strip()) and store.record_before(account_id, "9999-99") is not None:
        left.setdefault(account_id, alone(account_id))
    return list(left.values())


def stored_names(session: Session) -> Callable[[], Names]:
    """Give what reads the names of accounts from the summaries of a session's store, where there is one."""

    def read() -> Names:
        if session.store_file is not None and not session.store_file.exists():
            return {}
        with session.store() as store:
            return _latest_names(store)

    return read


def _latest_names(store: Store) -> Names:
    """Give the latest name of each account; the summaries of a month that runs are of a few accounts only."""
    names: dict[str, str] = {}
    for period in reversed(store.summarised()[-_MONTHS:]):
        for one in store.summaries(period):
            if one.account_name:
                names.setdefault(one.account_id, one.account_name)
    return names


def _fitting(words: str, names: Names) -> list[str]:
    """Give the accounts of exactly this name, else those whose names have it as a part."""
    sought = folded(words)
    exact = [key for key, name in names.items() if folded(name) == sought]
    return exact or [key for key, name in names.items() if is_part(words, name)]


def _ambiguous(words: str, fitting: Iterable[str], names: Names) -> str:
    found = sorted(fitting, key=lambda key: (folded(names[key]), key))
    lines = [f"  {key}  {clean(names[key])}" for key in found[:MOST_LISTED]]
    more = [f"  and {len(found) - MOST_LISTED} more"] if len(found) > MOST_LISTED else []
    return "\n".join([f"{words!r} fits {len(found)} accounts: give an id, or more of the name", *lines, *more])


def _unknown(words: str, accounts: tuple[Account, ...], names: Names) -> click.ClickException:
    fault = account_fault(words, None) if has_form(words) else key_fault(words)
    if fault is not None:
        near = "" if fault.near is None else f"; did you mean {fault.near}?"
        return click.ClickException(f"{words!r} is no id of an account: {fault.said}{near}")
    return click.ClickException(f"no account {words} in the portfolio{_hint(words, accounts, names)}")


def _hint(words: str, accounts: tuple[Account, ...], names: Names) -> str:
    """Say which account may have been meant, by its id or its name."""
    near = nearest(words, (account.id for account in accounts))
    if near is not None:
        return f": did you mean {near}?"
    ids = {folded(name): key for key, name in names.items()}
    named = nearest(folded(words), ids)
    return _ADD if named is None else f": did you mean {ids[named]}? That is {clean(names[ids[named]])}"
