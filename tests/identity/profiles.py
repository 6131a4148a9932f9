"""Accounts and owners for examples."""

from handlers.identity.candidates import Known, Profile
from handlers.identity.matching import Answer, propose
from handlers.identity.proposals import Proposal

ONE, OTHER = "001RM000004UF9sYAG", "001Qy00000AbCdEIAV"
BRAND = "3f2b8c1e-9a4d-4c70-8b11-5d2f6e7a9c03"


def account(key: str = ONE, name: str = "", **attributes: str) -> Profile:
    """Give an account."""
    return Profile("salesforce", key, frozenset([key]), (name,) if name else (), tuple(sorted(attributes.items())))


def company(
    key: str, name: str = "", also: tuple[str, ...] = (), attributes: dict[str, str] | None = None, **more: str
) -> Profile:
    """Give an Intercom company."""
    told = tuple(sorted({**(attributes or {}), **more}.items()))
    return Profile("intercom", key, frozenset([key, *also]), (name,) if name else (), told)


def customer(key: str, name: str = "") -> Profile:
    """Give a Looker customer."""
    return Profile("looker", key, frozenset([key]), (name,) if name else ())


def ask(
    accounts: list[Profile],
    owners: list[Profile],
    mapped: dict[tuple[str, str], str] | None = None,
    rejected: frozenset[tuple[str, str, str]] = frozenset(),
) -> Answer:
    """Ask for proposals."""
    return propose(Known(tuple(accounts), tuple(owners), mapped or {}, rejected))


def pairs(answer: Answer) -> set[tuple[str, str, str]]:
    """Give owner, account and rule of each proposal."""
    return {(one.owner, one.sf_account_id, one.rule) for one in answer.proposals}


def proposal(owner: str = "acme", account_id: str = ONE, **told: str) -> Proposal:
    """Give a proposal, by default one that was verified."""
    told = {"source": "intercom", "status": "verified", "account_name": "Acme", **told}
    return Proposal(
        account_id,
        told["account_name"],
        told["source"],
        owner,
        "Acme",
        "name",
        90.5,
        "alike",
        told["status"],  # type: ignore[arg-type]
    )
