"""What of the package an org may do without, and what is left out with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.errors import nearest
from handlers.metadata.project import word_of
from handlers.package.errors import PackageError

OPTIONAL: Mapping[str, frozenset[str]] = {
    "optional/account-fields": frozenset(),
    "optional/payments": frozenset({"optional/payment-events"}),
    "optional/csql": frozenset(),
    "optional/payment-events": frozenset(),
    "4-events": frozenset({"optional/payment-events", "5-relay"}),
    "5-relay": frozenset(),
    "6-app": frozenset(),
}
"""Each folder that may be left out, and those that cannot be deployed without it."""

FIELDS = "optional/account-fields"
"""The folder each of whose fields can be left out by itself: the org has it, perhaps under another name."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not deployed: folders, and single fields of accounts and events."""

    folders: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()


def without(left_out: Iterable[str]) -> frozenset[str]:
    """Give the folders that are left out, those that need them included."""
    asked = frozenset(left_out)
    return asked.union(*(OPTIONAL[folder] for folder in asked))


def words() -> dict[str, str]:
    """Give the word for each folder that may be left out: `payments`, `relay`."""
    return {word_of(folder): folder for folder in OPTIONAL}


def left_out(asked: Iterable[str], fields: Iterable[str]) -> LeftOut:
    """Read what is to be left out: words of folders, and names of fields of the folder of fields."""
    folders, named = words(), {name.lower(): name for name in fields}
    of_folders, of_fields = set[str](), set[str]()
    for word in asked:
        if word.lower() in folders:
            of_folders.add(folders[word.lower()])
        elif word.lower() in named:
            of_fields.add(named[word.lower()])
        else:
            raise PackageError(_unknown(word, [*folders, *named.values()]))
    return LeftOut(without(of_folders), frozenset(of_fields))


def _unknown(word: str, known: list[str]) -> str:
    near = nearest(word, known)
    hint = f"did you mean {near}? " if near else ""
    return f"{word} cannot be left out: {hint}There are {', '.join(known)}"
