"""A pair is verified, rejected, or its decision undone: in the accounts of the store, and in the list of decisions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from config.portfolio import form_of
from config.source import label_of
from handlers.desk.visit import Refused, Visit
from handlers.identity.proposals import Proposal
from handlers.jobs.adopting import change_accounts, keeps_accounts
from handlers.jobs.decisions import Decided, Decision, Shown, decisions, keep_decision
from handlers.jobs.records import AccountReader
from handlers.stores.accounts import Change, Edit, OwnerTakenError
from handlers.stores.protocol import Store
from handlers.words.layout import clean
from scoring.account import Account, OwnerKey
from scoring.instants import format_instant
from scoring.measurement import score
from scoring.scope import scope_of

MOST_TOLD = 3
MOST_LIVE = 20
"""Of so many accounts at once the live score before and after is told."""


@dataclass(frozen=True)
class Deciding:
    """Decides pairs for somebody, in an open store."""

    visit: Visit
    store: Store

    @property
    def of_file(self) -> bool:
        """Tell whether accounts come from a file, which the desk does not write."""
        return self.visit.desk.services.mapping is not None

    def verify(self, pairs: Collection[Proposal], why: str = "") -> str:
        """Verify pairs, all of them or none; says what was done. Raises Refused where an owner has another account.

        A pair that somebody else verified at the same time is theirs: it is decided once.
        """
        self._refuse_taken(pairs)
        added = {one.sf_account_id for one in pairs} - self._portfolio()
        ids = {one.sf_account_id for one in pairs}
        before = self._live(ids)
        if not self.of_file:
            pairs, added = self._given(pairs, added)
        made = [self._decision(one, "verified", why, one.sf_account_id in added) for one in pairs]
        self._keep(made, "pair verified")
        rescored = "" if self.of_file else self._rescore(ids)
        after = self._live(ids)
        for one in made:
            keep_decision(
                self.store,
                msgspec.structs.replace(one, before=before.get(one.account_id), after=after.get(one.account_id)),
            )
        return rescored

    def reject(self, pair: Proposal, why: str) -> None:
        """Reject a pair: it is not proposed again."""
        self._keep([self._decision(pair, "rejected", why, is_added=False)], "pair rejected")

    def undo(self, made: Decision) -> None:
        """Undo a decision: what was verified is taken away again, what was rejected may be proposed again."""
        if made.status == "verified" and not self.of_file:
            self._take_away(made)
        at, person = format_instant(self.visit.now), self.visit.person.name
        undone = msgspec.structs.replace(made, status="undone", at=at, person=person, before=None, after=None)
        self._keep([undone], f"{made.status} pair undone", was=made.status)

    def _take_away(self, made: Decision) -> None:
        account = self.store.portfolio.account(made.account_id)
        if account is None or made.owner not in account.owners.get(made.source, ()):
            return
        left = {key for source, keys in account.owners.items() if source != "salesforce" for key in keys}
        alone = made.added and left == {made.owner}
        edit = Edit(account.id, remove=True) if alone else Edit(account.id, less=((made.source, made.owner),))
        self._put([edit])
        if not alone:
            self._rescore([account.id])

    def _refuse_taken(self, pairs: Iterable[Proposal]) -> None:
        told = list(pairs)
        ids = {(one.source, one.owner): self.store.owner(one.source, one.owner).ids for one in told}
        holders = self._holders({(source, key) for (source, _), keys in ids.items() for key in keys})
        taken = [
            (one, holder)
            for one in told
            for key in sorted(ids[one.source, one.owner])
            if (holder := holders.get((one.source, key), one.sf_account_id)) != one.sf_account_id
        ]
        if taken:
            raise Refused(" ".join(self._said(one, holder) for one, holder in taken[:MOST_TOLD]))

    def _said(self, pair: Proposal, holder: str) -> str:
        name = next((one.name for one in self.visit.desk.accounts() if one.id == holder and one.name), holder)
        owner = clean(pair.owner_name or pair.owner)
        return (
            f"Another account has this owner: {label_of(pair.source)} {owner} belongs to {clean(name)} ({holder}), "
            "and an owner has one account only. Take it away there first, or reject the pair."
        )

    def _holders(self, owners: Collection[OwnerKey]) -> dict[OwnerKey, str]:
        if not self.of_file and keeps_accounts(self.store):
            return self.store.portfolio.accounts_of(owners)
        accounts = self.visit.desk.accounts() if self.of_file else self.visit.desk.services.adopting
        held = {(s, key): one.id for one in accounts for s, keys in one.owners.items() for key in keys}
        verified = {(one.source, one.owner): one.account_id for one in self._verified()} if self.of_file else {}
        return {owner: holder for owner, holder in (verified | held).items() if owner in owners}

    def _verified(self) -> list[Decision]:
        return [one for one in decisions(self.store) if one.status == "verified"]

    def _portfolio(self) -> set[str]:
        return {account.id for account in self._accounts()}

    def _accounts(self) -> Iterable[Account]:
        if self.of_file:
            return self.visit.desk.accounts()
        return self.store.portfolio.accounts() if keeps_accounts(self.store) else self.visit.desk.services.adopting

    def _given(self, pairs: Collection[Proposal], added: Collection[str]) -> tuple[Collection[Proposal], set[str]]:
        """Give accounts their owners; gives the pairs that were not given before, and the accounts that came by it."""
        changes = self._put(_edits(pairs, added))
        gained = {(change.account_id, *owner) for change in changes for owner in change.gained}
        new = [one for one in pairs if (one.sf_account_id, one.source, one.owner) in gained]
        if not new:
            raise Refused("Somebody else verified this meanwhile: load the page again to see what came of it.")
        return new, {change.account_id for change in changes if change.before is None}

    def _put(self, edits: Collection[Edit]) -> Sequence[Change]:
        adopting = self.visit.desk.services.adopting
        try:
            written = change_accounts(self.store, list(edits), adopting, self.visit.person.name, self.visit.now)
        except OwnerTakenError as error:
            (source, key), holder, _ = error.taken[0]
            taken = f"{label_of(source)} {clean(key)} got another account meanwhile: {holder}"
            raise Refused(f"Another account has this owner: {taken}. Nothing was changed.") from error
        return written.changes

    def _decision(self, one: Proposal, status: Decided, why: str, is_added: bool) -> Decision:  # noqa: FBT001
        at, person = format_instant(self.visit.now), self.visit.person.name
        pair = one.sf_account_id, one.account_name, one.source, one.owner, one.owner_name
        return Decision(at, person, status, *pair, one.rule, one.score, one.reason, why[:500], is_added)

    def _keep(self, made: Iterable[Decision], act: str, was: str = "proposed") -> None:
        for one in made:
            keep_decision(self.store, one)
            subject = f"{one.source} {one.owner} = {one.account_id}"
            self.visit.note(self.store, act, subject, before=was, after=one.status, reason=one.why)

    def _rescore(self, accounts: Collection[str]) -> str:
        service = self.visit.desk.services.rescores
        return "" if service is None else service.rescore(sorted(accounts))

    def _live(self, wanted: Collection[str]) -> dict[str, Shown]:
        """Score accounts as known now: a record of another instant differs by more than the pair.

        Of many at once nobody waits for it, nor where a file has the accounts, which the desk does not write.
        """
        if self.of_file or len(wanted) > MOST_LIVE:
            return {}
        reader, model, now = AccountReader(self.store), self.visit.desk.config.model, self.visit.now
        scope = scope_of(now, model)
        scores = {one.id: score(reader.read(one, scope), now, model) for one in self._accounts() if one.id in wanted}
        return {key: Shown(one.final_score, one.coverage_pct) for key, one in scores.items()}


def _edits(pairs: Iterable[Proposal], added: Collection[str]) -> list[Edit]:
    """Ask for the owners that accounts get; one that comes into the portfolio gets its name, too."""
    got: dict[str, Edit] = {}
    for one in pairs:
        name = " ".join(one.account_name.split()) or None
        known = got.get(one.sf_account_id)
        said = {"name": name} if one.sf_account_id in added and name else {}
        more = (*(() if known is None else known.more), (one.source, one.owner))
        got[one.sf_account_id] = Edit(one.sf_account_id, said, more=more)  # type: ignore[arg-type]
    return list(got.values())


def sources_in_use(visit: Visit) -> list[tuple[str, str]]:
    """Give the sources that owners are mapped of, with what people call them."""
    return [(source, label_of(source)) for source in form_of(visit.desk.config).owner_columns]
