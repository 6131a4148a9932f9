"""Checkpoints of one run at a time, kept in any store: a run that was killed resumes, one that ended is forgotten."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from handlers.jobs.kept import keep, read_kept
from handlers.jobs.records import Terms
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.instants import LAST, Instant

CURSOR = "run"


class CursorCheckpoints:
    """Remembers which parts of the latest run are done, under a cursor of the store."""

    def __init__(self, store: Store) -> None:
        """Keep them in a store."""
        self._store = store

    def finish(self, run: str, part: str, summary: str, now: Instant) -> None:  # noqa: ARG002  nothing expires here
        """Note that a part of a run is done, with what came of it."""
        steps = self._steps()
        self._store.set_cursor(CURSOR, keep(steps | {run: {**steps.get(run, {}), part: summary}}))

    def finished(self, run: str) -> Mapping[str, str]:
        """Give what came of the parts of a run that are done."""
        return self._steps().get(run, {})

    def is_begun(self, run: str) -> bool:
        """Tell whether any part of a run is done."""
        return any(name.startswith(f"{run}/") for name in self._steps())

    def resume(self, run: str) -> None:
        """Forget every run but this one."""
        steps = self._steps()
        mine = {name: parts for name, parts in steps.items() if name.startswith(f"{run}/")}
        if mine != steps:
            self._store.set_cursor(CURSOR, keep(mine))

    def forget(self) -> None:
        """Forget the run: it has ended."""
        if self._steps():
            self._store.set_cursor(CURSOR, keep({}))

    def _steps(self) -> dict[str, dict[str, str]]:
        kept = self._store.cursor(CURSOR)
        return {} if not kept else read_kept(kept, dict[str, dict[str, str]], CURSOR)


def run_name(terms: Terms, accounts: Iterable[Account], store: Store, target: str = "") -> str:
    """Name a run by all that it rests on: terms, accounts, where records go, what the sources have said until now.

    So a run that was killed resumes only where nothing came in between.
    """
    owners = [(account.id, sorted(account.owners.items())) for account in accounts]
    heard = {name: (feed.covered_since, feed.heard[-1:]) for name, feed in store.feeds(LAST).items()}
    said = keep([owners, heard, terms.as_of, terms.model.version, sorted(terms.confirmed), target])
    return f"{terms.period}/{terms.status}/{blake2b(said.encode(), digest_size=8).hexdigest()}"
