"""How accounts, changes of them and their history are shown: to people in lines, to programs as JSON."""

from collections.abc import Iterable, Mapping

from rich.markup import escape
from rich.table import Table

from config.source import ACCOUNTS, label_of
from handlers.commands.tables import table
from handlers.stores.accounts import Change, Entry
from handlers.words.layout import clean
from scoring.account import Account, OwnerKey
from scoring.instants import format_instant

MOST_SHOWN = 20
_CALLED: Mapping[str, str] = {"name": "name", "segment": "segment", "csm": "CSM"}
Said = Mapping[str, object]


def account_row(account: Account) -> Said:
    """Give an account as JSON has it."""
    owners = {source: list(keys) for source, keys in sorted(account.owners.items()) if source != ACCOUNTS.name}
    said = {"account_name": account.name, "segment": account.segment, "csm": account.csm}
    return {"account_id": account.id, **said, "owners": owners}


def change_row(change: Change | Entry) -> Said:
    """Give what a change was, as JSON has it."""
    return {
        "account_id": change.account_id,
        "deed": change.deed,
        **{word: {"was": old, "is": new} for word, (old, new) in change.words.items()},
        "gained": [list(one) for one in change.gained],
        "lost": [list(one) for one in change.lost],
    }


def entry_row(entry: Entry) -> Said:
    """Give a line of the history as JSON has it."""
    return {"at": format_instant(entry.at), "by": entry.by, **change_row(entry)}


def account_table(accounts: Iterable[Account]) -> Table:
    """Show accounts to people."""
    shown = table("account", "id", "segment", "CSM", "owners")
    for one in accounts:
        owners = _owners((source, key) for source, keys in one.owners.items() for key in keys)
        shown.add_row(*map(_cell, (one.name, one.id, one.segment, one.csm, owners)))
    return shown


def _cell(text: str | None) -> str:
    return escape(clean(text)) if text else "-"


def change_line(change: Change | Entry) -> str:
    """Show a change in a line."""
    told = [f"{_CALLED[word]} {_quoted(old)} → {_quoted(new)}" for word, (old, new) in change.words.items()]
    told += [f"+ {_owners(change.gained)}"] if change.gained else []
    told += [f"- {_owners(change.lost)}"] if change.lost else []
    return f"{change.account_id} {change.deed}: {'; '.join(told)}" if told else f"{change.account_id} {change.deed}"


def history_table(entries: Iterable[Entry]) -> Table:
    """Show the history to people."""
    shown = table("when", "who", "what")
    for entry in entries:
        shown.add_row(*map(_cell, (format_instant(entry.at), entry.by, change_line(entry))))
    return shown


def imported(told: Said) -> str:
    """Say to people what came of an import."""
    counts = ", ".join(f"{told[name]} {name}" for name in ("added", "changed", "removed", "unchanged"))
    absent = f"; {told['absent']} are not in the file" if told["absent"] else ""
    dry = " Nothing was written: this was a dry run." if told["dry_run"] else ""
    return f"{told['accounts']} accounts: {counts}{absent}.{dry}"


def change_lines(changes: Iterable[Change]) -> list[str]:
    """Show changes, of very many the first, and how many there are besides."""
    every = list(changes)
    more = len(every) - MOST_SHOWN
    return [*map(change_line, every[:MOST_SHOWN]), *([f"and {more} more"] if more > 0 else [])]


def _owners(owners: Iterable[OwnerKey]) -> str:
    return ", ".join(f"{label_of(source)} {key}" for source, key in owners if source != ACCOUNTS.name)


def _quoted(text: str | None) -> str:
    return "none" if text is None else f'"{text}"'
