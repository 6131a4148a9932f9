"""Erases somebody: tombstones first, so that nothing comes back; then all that is kept; then the plain words go.

Stopped at any point, it can be run again. What is found is the same whether it is only looked at or taken out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from handlers.jobs.closes import log_deed
from handlers.jobs.erasing.beyond import Beyond
from handlers.jobs.erasing.facts import erase_attributes, erase_facts, erase_person, facts_of_customer
from handlers.jobs.erasing.lines import erase_lines
from handlers.jobs.erasing.receipt import FORM, Found, Receipt, by_hand, leaving
from handlers.jobs.erasing.records import erase_in_records, erase_records
from handlers.jobs.erasing.targets import Target
from handlers.jobs.kept import keep, read_kept
from handlers.stores.accounts import Edit
from handlers.stores.erasable import Line
from handlers.stores.protocol import RefusedError, Store
from handlers.stores.tombstones import (
    KEY,
    OPEN,
    Kind,
    bury,
    dig_up,
    is_buried,
    key_of,
    name_of,
    subject_word,
)
from scoring.instants import SECOND, Instant, format_instant

_A = {"account": "an account", "company": "a company", "person": "a person"}
_UNMAPPED = (
    "no mapping says which owners the account has, so only what bears its own id was looked for: erase each by "
    "healthscore erase company SOURCE=ID, and the next time erase before the row is taken out"
)
_BY_ID = frozenset(("mapping", "CRM records", "CRM suggestions"))
"""Places that are found again by the id alone: for their sake nothing need stand in the store."""


@dataclass
class Erasure:
    """One erasure in a store, and beyond it."""

    store: Store
    by: str
    now: Instant
    beyond: Beyond = field(default_factory=Beyond)
    wait: Callable[[float], None] = lambda _: None

    def begun(self, kind: Kind, who: str) -> Target | None:
        """Give whom an erasure that was cut short was of; None where none was."""
        kept = self.store.cursor(self._open(kind, who))
        return read_kept(kept, Target, "an erasure that was begun") if kept else None

    def is_erased(self, kind: Kind, who: str) -> bool:
        """Tell whether somebody was erased before."""
        return is_buried(self.store, self._name(kind, who))

    def undo(self, kind: Kind, who: str) -> None:
        """Let somebody in again: what comes from now on is kept. What was erased stays erased. Raises RefusedError."""
        if not dig_up(self.store, self._name(kind, who)):
            raise RefusedError(f"nobody of that id was erased as {_A[kind]}: nothing to undo")
        log_deed(self.store, "let in again", _A[kind], f"by {self.by}", self.now)

    def look(self, target: Target) -> Receipt:
        """Say what would be erased; nothing is written."""
        found = Found()
        self._go(target, found, write=False)
        return self._receipt(target, found, did=False)

    def erase(self, target: Target) -> Receipt:
        """Erase somebody; a receipt says what went and what stays."""
        key_of(self.store)
        begun = keep(target)
        self.store.set_cursor(self._open(target.kind, target.id), begun)
        self._bury(target)
        settles = self.store.erasing.settles
        if settles:
            self.wait(settles / SECOND)
        found = Found()
        self._go(target, found, write=True)
        if found.total:
            log_deed(self.store, "erased", _A[target.kind], f"by {self.by}", self.now)
        if all(one.place in _BY_ID for one in found.stays):
            self._close(target, begun)
        trouble = self.store.erasing.scrub()
        if trouble is not None:
            found.stay("facts", trouble)
        return self._receipt(target, found, did=True)

    def _bury(self, target: Target) -> None:
        self._remember(target, target.words)
        if target.kind != "person":
            self._remember(target, map(subject_word, facts_of_customer(self.store, target).own))

    def _remember(self, target: Target, words: Iterable[str]) -> None:
        bury(self.store, self._name(target.kind, target.id), words, format_instant(self.now))

    def _go(self, target: Target, found: Found, *, write: bool) -> None:
        """Go through all places: those that others are found by come last."""
        if target.kind == "person":
            self._person(target, found, write=write)
        else:
            self._customer(target, found, write=write)
        self.beyond.erase(target, found, write=write)
        if target.is_unmapped and found.total:
            found.stay("mapping", _UNMAPPED)

    def _customer(self, target: Target, found: Found, *, write: bool) -> None:
        facts = facts_of_customer(self.store, target)
        if write:
            self._remember(target, map(subject_word, facts.own))
        self._leave_portfolio(target, found, write=write)
        erase_lines(self.store, target, target.terms.with_ids(facts.ids), found, write=write)
        if target.kind == "account":
            erase_records(self.store, target, found, write=write)
        erase_facts(self.store, target, facts, found, write=write)
        self._forget_owners(target, found, write=write)
        if target.kind == "account":
            self._forget_history(target, found, write=write)

    def _person(self, target: Target, found: Found, *, write: bool) -> None:
        self._leave_accounts(target, found, write=write)
        erase_lines(self.store, target, target.terms, found, write=write)
        erase_in_records(self.store, target, found, write=write)
        erase_attributes(self.store, target, found, write=write)
        erase_person(self.store, target, found, write=write)

    def _leave_portfolio(self, target: Target, found: Found, *, write: bool) -> None:
        """Take an account out of the portfolio, or a company away from its account."""
        kept = self.store.portfolio
        if target.kind == "account":
            edits = [] if kept.account(target.id) is None else [Edit(target.id, remove=True)]
        else:
            holders = kept.accounts_of(target.owners)
            edits = [Edit(holder, less=(owner,)) for owner, holder in sorted(holders.items()) if holder != owner[1]]
        self._put(edits, found, write=write)

    def _leave_accounts(self, target: Target, found: Found, *, write: bool) -> None:
        """Take a person away from the accounts that they look after: whom the CRM names holds again."""
        terms = target.terms
        theirs = [one.id for one in self.store.portfolio.accounts() if one.csm and terms.is_one(one.csm)]
        self._put([Edit(one, said={"csm": None}) for one in theirs], found, write=write)

    def _put(self, edits: list[Edit], found: Found, *, write: bool) -> None:
        found.add("accounts", len(edits))
        if write and edits:
            self.store.portfolio.put(edits, self.by, self.now)

    def _forget_owners(self, target: Target, found: Found, *, write: bool) -> None:
        for source, ids in target.by_source.items():
            known = sum(self.store.owner(source, key).since is not None for key in ids)
            found.add("owners", known)
            if write:
                self.store.erasing.forget_owner(source, ids)

    def _forget_history(self, target: Target, found: Found, *, write: bool) -> None:
        told = sum(1 for _ in self.store.portfolio.history(target.id))
        ours = found.counts.get("accounts", 0) if write else 0
        found.add("history of accounts", told - ours)
        if write:
            self.store.erasing.forget_history(target.id, self.by, self.now)

    def _close(self, target: Target, begun: str) -> None:
        """Take the plain words away that a run cut short would have gone by."""
        self.store.erasing.rewrite_line(Line("cursor", self._open(target.kind, target.id), begun), None)

    def _receipt(self, target: Target, found: Found, *, did: bool) -> Receipt:
        return Receipt(
            FORM,
            format_instant(self.now),
            self.by,
            target.kind,
            self._name(target.kind, target.id).split("/")[2] if did else "",
            did,
            dict(sorted(found.counts.items())),
            target.shared,
            tuple(dict.fromkeys(found.stays)),
            leaving(target.kind),
            by_hand(target.kind, self.beyond.places),
        )

    def _name(self, kind: Kind, who: str) -> str:
        return name_of(self.store.cursor(KEY) or "", kind, who)

    def _open(self, kind: Kind, who: str) -> str:
        return f"{OPEN}{self._name(kind, who).removeprefix('erased/')}"
