"""A store of as many accounts as one likes, in a second: copies of those in it, by other ids and names."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path

from scoring.ids import to_18


def widen(store: Path, accounts: int) -> None:
    """Fill a store of SQLite up to so many accounts: all of them are in lists, those that were there have records."""
    with closing(sqlite3.connect(store)) as db, db:
        known = db.execute("SELECT account_id, body FROM accounts ORDER BY account_id").fetchall()
        pairs = list(_pairs([account_id for account_id, _ in known], accounts))
        bodies = dict(known)
        made = ((new, number, bodies[old].replace(old, new)) for number, (old, new) in enumerate(pairs))
        db.executemany("INSERT INTO accounts VALUES (?, ?, ?)", made)
        summaries = db.execute("SELECT period, account_id, body FROM summaries").fetchall()
        by_account: dict[str, list[tuple[str, str]]] = {}
        for period, account_id, body in summaries:
            by_account.setdefault(account_id, []).append((period, body))
        written = (
            (period, new, _renamed(body, old, new)) for old, new in pairs for period, body in by_account.get(old, ())
        )
        db.executemany("INSERT INTO summaries VALUES (?, ?, ?)", written)


def _pairs(known: list[str], accounts: int) -> Iterator[tuple[str, str]]:
    """Give what each new account is a copy of, and its id."""
    return ((old, to_18(f"001Wd0000{number:06d}")) for number, old in zip(range(accounts - len(known)), cycle(known)))


def _renamed(body: str, old: str, new: str) -> str:
    return body.replace(old, new).replace('"account_name":"', f'"account_name":"No. {new[9:15]} ', 1)
