"""Our own side: the store, the portfolio, owners of accounts in each system."""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from config.errors import MappingError
from handlers.doctor.check import Check
from handlers.stores.accounts import owned
from handlers.stores.protocol import Store, StoreError
from scoring.account import Account
from scoring.instants import LAST

SYSTEM: Final = "healthscore"
MOST_NAMED = 5
_URL = "check --store, and that you may write there"


def check_store(opened: Callable[[], AbstractContextManager[Store]], file: Path | None) -> Check:
    """Check that the store can be opened and read; that the `file` of one that is not there yet can be made."""
    if file is not None and not file.exists():
        return _check_folder(file)
    try:
        with opened() as store:
            store.feeds(LAST)
    except (StoreError, OSError) as error:
        return Check(SYSTEM, "store", False, str(error), _URL)
    return Check(SYSTEM, "store")


def _check_folder(file: Path) -> Check:
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    if folder.is_dir() and os.access(folder, os.W_OK):
        return Check(SYSTEM, "store")
    return Check(SYSTEM, "store", False, f"{file} cannot be made: nobody may write in {folder}", _URL)


def check_deciding(
    stored: Callable[[], tuple[Account, ...] | None], mapped: Callable[[], tuple[Account, ...]], file: Path | None
) -> Iterator[Check]:
    """Say where somebody may expect other accounts than those that hold: of a file that differs, or on AWS of any."""
    try:
        kept, told = stored(), mapped()
    except (StoreError, MappingError):
        return
    if kept is None and file is None:
        problem = "the functions know the store's accounts alone, and it has none; here the mapping of the config holds"
        yield Check(SYSTEM, "accounts", False, problem, "run healthscore accounts import with that file")
    elif kept is not None and told and _said(told) != _said(kept):
        problem = "account_mapping.csv of the config differs from the accounts of the store, which hold"
        remedy = "take it in (healthscore accounts import), or empty it"
        yield Check(SYSTEM, "accounts", None, problem, remedy)


def _said(accounts: Sequence[Account]) -> set[tuple[object, ...]]:
    return {(one.id, one.name, one.segment, one.csm, frozenset(owned(one))) for one in accounts}


def check_owners(accounts: Sequence[Account], system: str) -> Check:
    """Check that accounts have owners in a system: all should, and at least one must."""
    lacking = [account.id for account in accounts if not account.owners.get(system)]
    if not lacking:
        return Check(SYSTEM, f"owners in {system}")
    named = ", ".join(lacking[:MOST_NAMED]) + (", ..." if len(lacking) > MOST_NAMED else "")
    problem = f"{len(lacking)} of {len(accounts)} accounts have none: {named}"
    remedy = "run healthscore identity, or fill the mapping by hand; what has no owner is missing from scores"
    return Check(SYSTEM, f"owners in {system}", False if len(lacking) == len(accounts) else None, problem, remedy)


def not_set_up(system: str, *, required: bool) -> Check:
    """Say that the environment does not name a system; that is no failure unless it is required."""
    ok = False if required else None
    return Check(system, "variables", ok, "not set up", "set its variables if it is to be used: see .env.example")


def check_in_use(system: str, used: Collection[str]) -> Iterator[Check]:
    """Say that the environment names a system that config does not use: what it tells would count nowhere."""
    if system not in used:
        problem, remedy = "not in use", "name it under limits in config/sources.yaml, or take its variables away"
        yield Check(system, "limits", False, problem, remedy)
