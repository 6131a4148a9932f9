"""What is known when owners are matched: of a store, of its accounts, and of what people decided."""

from collections.abc import Iterable

from config.portfolio import MappingForm
from config.source import ACCOUNTS
from handlers.identity.candidates import Known, account_profiles, owner_profile
from handlers.identity.proposals import Proposal
from handlers.stores.protocol import FactStore
from scoring.account import Account


def known_of(accounts: Iterable[Account], decided: Iterable[Proposal], store: FactStore, form: MappingForm) -> Known:
    """Give all accounts and owners; pairs that a person verified count as mapped, rejected ones are not proposed."""
    told = tuple(accounts)
    owned = [(one, source, key) for one in told for source in form.owner_columns for key in one.owners.get(source, ())]
    mapped = {(source, key): one.id for one, source, key in owned}
    pairs = [(one.sf_account_id, one.source, one.owner, one.status) for one in decided]
    verified = {(source, owner): account_id for account_id, source, owner, status in pairs if status == "verified"}
    rejected = frozenset((account_id, source, owner) for account_id, source, owner, said in pairs if said == "rejected")
    owners = (owner_profile(owner) for source in form.owner_columns for owner in store.owners(source))
    return Known(account_profiles(told, store.owners(ACCOUNTS.name)), tuple(owners), verified | mapped, rejected)
