"""Which account a page is of: one of the portfolio, or one that left it and whose records are still there."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.desk.seen import may_see
from handlers.desk.visit import NotThere, Visit
from handlers.jobs.past_accounts import Departed, alone, departed
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.ids import has_form, to_18
from scoring.instants import Instant


@dataclass(frozen=True, slots=True)
class Found:
    """An account; of one that left the portfolio `left` is when, where that is known."""

    account: Account
    is_gone: bool = False
    left: Instant | None = None


def find(visit: Visit, store: Store, account_id: str) -> Found:
    """Find an account that a person sees, by its id; raises NotThere, alike whether it is not there or not theirs."""
    found = _found(visit, store, to_18(account_id))
    if found is None or not may_see(visit, found.account.id):
        raise NotThere("There is no such account, or it is not yours to see.")
    return found


def _found(visit: Visit, store: Store, account_id: str) -> Found | None:
    known = visit.desk.by_id()
    if account_id in known:
        return Found(known[account_id])
    if not has_form(account_id):
        return None
    gone: Mapping[str, Departed] = visit.desk.memory.get("departed", lambda: departed(store.portfolio))
    if account_id in gone:
        return Found(gone[account_id].account, True, gone[account_id].at)
    is_recorded = store.record_before(account_id, "9999-99") is not None
    return Found(alone(account_id), True) if is_recorded else None
