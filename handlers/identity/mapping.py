"""The account mapping, with what a person verified put in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from config.errors import MappingError, Problem
from config.portfolio import USUAL_FORM, MappingForm, portfolio_of
from config.sheets import Sheet, parse_sheet
from config.source import ACCOUNTS
from handlers.files import OutputFile
from handlers.identity.proposals import Proposal
from handlers.identity.rows import text_of
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
        for source, owners in account.owners.items():
            for owner in owners if source != ACCOUNTS.name else ():
                union.claim(account.id, source, owner, "the mapping")
    for proposal in proposals:
        if proposal.status == "verified" and union.claim(proposal.sf_account_id, proposal.source, proposal.owner, file):
            _put(proposal, union.accounts)
    if union.problems:
        raise MappingError(union.problems)
    return tuple(union.accounts[key] for key in sorted(union.accounts))


def _put(proposal: Proposal, accounts: dict[str, Account]) -> None:
    account_id = proposal.sf_account_id
    account = accounts.get(account_id, Account(account_id, {ACCOUNTS.name: (account_id,)}))
    owners = {**account.owners, proposal.source: (*account.owners.get(proposal.source, ()), proposal.owner)}
    name = account.name or " ".join(proposal.account_name.split()) or None
    accounts[account_id] = Account(account_id, owners, name, account.segment, account.csm)


def write_mapping(
    output: OutputFile, accounts: Iterable[Account], sheet: Sheet | None = None, form: MappingForm = USUAL_FORM
) -> None:
    """Write the whole mapping, as `sheet` had it where there is one: its rows, columns and separator stay.

    The file takes its place only when it reads back as these accounts. Raises MappingError where it does not.
    """
    content = mapping_bytes(accounts, str(output.path), sheet, form)
    with output.replaced() as file:
        file.write(content)


def mapping_bytes(
    accounts: Iterable[Account], name: str, sheet: Sheet | None = None, form: MappingForm = USUAL_FORM
) -> bytes:
    """Give the whole mapping as a file of this name; raises MappingError where it does not read back as these."""
    told = tuple(sorted(accounts, key=lambda account: account.id))
    content = text_of(told, sheet, form).encode("utf-8-sig" if sheet is not None and sheet.marked else "utf-8")
    read = portfolio_of(parse_sheet(content, name, form.columns), form)
    differing = sorted({_compared(account) for account in told} ^ {_compared(account) for account in read})
    if differing:
        ids = ", ".join(dict.fromkeys(account_id for account_id, *_ in differing))
        expected = "expected accounts that read back as they were written"
        raise MappingError([Problem(name, "the mapping", ids, expected)])
    return content


def _compared(account: Account) -> tuple[str, ...]:
    owners = (f"{source} {key}" for source, keys in account.owners.items() for key in keys)
    return account.id, account.name or "", account.segment or "", account.csm or "", *sorted(owners)
