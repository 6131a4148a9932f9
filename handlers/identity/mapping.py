"""The account mapping, with what a person verified put in."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from config.errors import MappingError, Problem
from config.portfolio import HEADER, load_portfolio
from handlers.identity.candidates import SOURCES
from handlers.identity.proposals import Proposal
from scoring.account import Account


@dataclass(slots=True)
class _Union:
    """Accounts while owners are put in, and who claims each owner."""

    same: Callable[[str, str], frozenset[str]]
    accounts: dict[str, Account]
    claims: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def claim(self, account_id: str, source: str, owner: str, file: str) -> bool:
        """Note whose an owner is, by all its ids; tell whether that is new. A second claim is a problem."""
        ids = self.same(source, owner)
        claimed = {self.claims[source, key] for key in ids if (source, key) in self.claims}
        self.claims.update({(source, key): account_id for key in ids if (source, key) not in self.claims})
        others = sorted(claimed - {account_id})
        if others:
            expected = f"expected an owner of one account only; it is also given to {', '.join(others)}"
            self.problems.append(Problem(file, f"{source} owner {owner}", account_id, expected))
        return not claimed


def with_verified(
    accounts: Iterable[Account], proposals: Iterable[Proposal], same: Callable[[str, str], frozenset[str]], file: str
) -> tuple[Account, ...]:
    """Put verified owners into accounts; an account that the mapping lacks is added.

    `same` gives all ids of an owner by source and one of them, `file` is where the proposals stand.
    Raises MappingError, naming every owner that two accounts claim.
    """
    union = _Union(same, {account.id: account for account in accounts})
    for account in list(union.accounts.values()):
        for source in SOURCES:
            for owner in account.owners.get(source, ()):
                union.claim(account.id, source, owner, "the mapping")
    for proposal in proposals:
        if proposal.status == "verified" and union.claim(proposal.sf_account_id, proposal.source, proposal.owner, file):
            _put(proposal, union.accounts)
    if union.problems:
        raise MappingError(union.problems)
    return tuple(union.accounts[key] for key in sorted(union.accounts))


def _put(proposal: Proposal, accounts: dict[str, Account]) -> None:
    account_id = proposal.sf_account_id
    account = accounts.get(account_id, Account(account_id, {"salesforce": (account_id,)}))
    owners = {**account.owners, proposal.source: (*account.owners.get(proposal.source, ()), proposal.owner)}
    name = account.name or " ".join(proposal.account_name.split()) or None
    accounts[account_id] = Account(account_id, owners, name, account.segment)


def write_mapping(path: Path, accounts: Iterable[Account]) -> None:
    """Write the whole mapping; the file takes its place only when it reads back as these accounts.

    Raises MappingError where it does not.
    """
    told = tuple(accounts)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(row for account in told for row in _rows(account))
    differing = sorted({a.id for a in told} ^ {a.id for a in load_portfolio(unfinished)}) or _differing(
        told, unfinished
    )
    if differing:
        expected = "expected accounts that read back as they were written"
        raise MappingError([Problem(str(path), "the mapping", ", ".join(differing), expected)])
    unfinished.replace(path)


def _differing(accounts: tuple[Account, ...], written: Path) -> list[str]:
    pairs = zip(accounts, load_portfolio(written), strict=True)
    return [account.id for account, read in pairs if account != read]


def _rows(account: Account) -> Iterator[tuple[str, ...]]:
    """Give as many rows as an account has owners in the source where it has most."""
    owners = [account.owners.get(source, ()) for source in SOURCES]
    for told in list(zip_longest(*owners, fillvalue="")) or [("", "")]:
        yield account.id, *told, account.name or "", account.segment or ""
