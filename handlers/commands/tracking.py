"""A progress bar for what is done account by account."""

from collections.abc import Iterable, Sequence

from rich.progress import track

from handlers.commands.session import Session
from scoring.account import Account


def tracked(session: Session, accounts: Sequence[Account], doing: str = "scoring") -> Iterable[Account]:
    """Pass accounts on, with a progress bar on a terminal."""
    out = session.stderr
    return track(accounts, doing, console=out, transient=True, disable=out.quiet or not out.is_terminal)
