"""Rules that go by keys: a Salesforce id, an owner's id in Salesforce, a UUID that both sides hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from handlers.identity.candidates import Profile
from handlers.identity.evidence import Evidence, Pair
from handlers.identity.keys import ids_in, own_attributes, uuids_in

_SURE = 100.0


def by_id(evidence: Evidence) -> Iterator[Pair]:
    """Pair owners that bear one account's Salesforce id, in their own ids or else in an attribute.

    As good is an owner's id in an account's attribute that is named after the source.
    """
    accounts = _known_ids(evidence.accounts)
    for source in evidence.sources:
        told = _told_by_salesforce(evidence, source)
        for owner in evidence.open(source):
            pair = _of_ids(owner, accounts, evidence) or _of_attributes(owner, accounts, told, evidence)
            if pair is not None:
                yield pair


def _known_ids(accounts: Iterable[str]) -> dict[str, str]:
    """Give accounts by their ids; those of 18 characters in lower case too, where that is one account's alone."""
    lower: defaultdict[str, list[str]] = defaultdict(list)
    for account_id in accounts:
        lower[account_id.lower()].append(account_id)
    unique = {low: found[0] for low, found in lower.items() if len(found) == 1 and len(low) == 18}
    return unique | {account_id: account_id for account_id in accounts}


def _of_ids(owner: Profile, accounts: Mapping[str, str], evidence: Evidence) -> Pair | None:
    found = {accounts[word] for key in owner.ids for word in {key, *ids_in(key)} if word in accounts}
    account = evidence.only(owner, found)
    if account is None:
        return None
    return Pair(owner, account, "exact", _SURE, f"its key holds the Salesforce id {account.key}")


def _of_attributes(
    owner: Profile, accounts: Mapping[str, str], told: Mapping[str, Mapping[str, str]], evidence: Evidence
) -> Pair | None:
    named = {
        accounts[word]: f"its attribute {name} holds the Salesforce id {accounts[word]}"
        for name, value in own_attributes(owner)
        for word in ids_in(value)
        if word in accounts
    }
    reasons = {account_id: reason for key in owner.ids for account_id, reason in told.get(key, {}).items()} | named
    account = evidence.only(owner, reasons)
    return None if account is None else Pair(owner, account, "exact", _SURE, reasons[account.key])


def _told_by_salesforce(evidence: Evidence, source: str) -> Mapping[str, Mapping[str, str]]:
    """Give what accounts say an owner's id is: by that id, the accounts and the reason."""
    told: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for account in evidence.accounts.values():
        for name, value in own_attributes(account):
            if source in name.lower():
                told[value][account.key] = f"Salesforce's {name} names it"
    return told


def by_uuid(evidence: Evidence) -> Iterator[Pair]:
    """Pair owners that share a UUID with just one account, or with an owner that has an account.

    A UUID that several owners of a source bear tells none of them from the others.
    """
    accounts = _accounts_by_uuid(evidence)
    for source in evidence.sources:
        bearers = _bearers(evidence.owners(source))
        for owner in evidence.open(source):
            told = sorted(uuid for uuid in _uuids(owner) if uuid in accounts and bearers[uuid] == 1)
            account = evidence.only(owner, {account_id for uuid in told for account_id in accounts[uuid]})
            if account is not None:
                yield Pair(owner, account, "uuid", _SURE, f"they share the UUID {told[0]}")


def _accounts_by_uuid(evidence: Evidence) -> Mapping[str, set[str]]:
    accounts: defaultdict[str, set[str]] = defaultdict(set)
    for account in evidence.accounts.values():
        for uuid in _uuids(account):
            accounts[uuid].add(account.key)
    for owner, account_id in evidence.settled():
        for uuid in _in_ids(owner):
            accounts[uuid].add(account_id)
    return accounts


def _bearers(owners: Iterable[Profile]) -> Mapping[str, int]:
    bearers: defaultdict[str, int] = defaultdict(int)
    for owner in owners:
        for uuid in _uuids(owner):
            bearers[uuid] += 1
    return bearers


def _uuids(profile: Profile) -> set[str]:
    return _in_ids(profile).union(*(uuids_in(value) for _, value in own_attributes(profile)))


def _in_ids(profile: Profile) -> set[str]:
    return set[str]().union(*map(uuids_in, profile.ids))
