"""Read from a store what became of accounts: of each its own facts of the CRM, and what was told, once."""

from collections.abc import Iterable, Iterator

from config.source import ACCOUNTS
from handlers.jobs.faults import FAILURES
from handlers.stores.protocol import FactStore
from scoring.account import Account, AccountFacts
from scoring.facts import Fact, merge
from scoring.instants import Instant
from scoring.model import Model
from scoring.outcome_facts import Known, in_turn, known_outcomes
from scoring.outcomes import Outcome
from scoring.roles import playing
from scoring.said_outcomes import SOURCE
from scoring.scope import Scope


def stored_outcomes(store: FactStore, accounts: Iterable[Account], model: Model, until: Instant) -> list[Outcome]:
    """Give what became of accounts, by account and date, as it is known from all that was seen before an instant.

    Amounts are in the corporate currency. Nothing is refused here: `scoring.outcomes.sort_out` does that.
    """
    return in_turn(found_outcomes(store, accounts, model, until))


def found_outcomes(
    store: FactStore, accounts: Iterable[Account], model: Model, until: Instant, failed: dict[str, str] | None = None
) -> Iterator[Known]:
    """Give account by account what became of it, and which of its renewals have no outcome.

    With `failed`, an account that cannot be read is named there with the reason, and the others go on.
    """
    for account in accounts:
        try:
            yield known_outcomes(outcome_facts(store, account, model), model, until)
        except FAILURES as error:
            if failed is None:
                raise
            failed[account.id] = f"{type(error).__name__}: {error}"


def told_strangers(store: FactStore, accounts: Iterable[Account]) -> list[Account]:
    """Give the ids that an outcome was told of and that are none of these accounts', a misspelt one for example.

    Of such an account only what was told is read: it has no owners.
    """
    known = {key for account in accounts for key in (account.id, *account.owners.get(ACCOUNTS.name, ()))}
    told = {subject.id.rpartition("@")[0] for subject in store.subjects(SOURCE)}
    return [Account(account_id, {}) for account_id in sorted(told - known)]


def outcomes_of(store: FactStore, account: Account, model: Model, until: Instant) -> list[Outcome]:
    """Give what became of one account, by date."""
    return stored_outcomes(store, [account], model, until)


def outcome_facts(store: FactStore, account: Account, model: Model) -> AccountFacts:
    """Read of an account what tells of its outcomes, and nothing else."""
    crm = [source for source in sorted(playing("crm", model.roles)) if source in account.owners]
    owners = store.named([(source, key) for source in crm for key in account.owners[source]])
    facts: list[Fact] = []
    for source in crm:
        facts += store.facts(source, sorted({key for one in owners if one.source == source for key in one.ids}))
    facts += told_facts(store, account)
    return AccountFacts(account, merge(facts), tuple(owners))


def told_facts(store: FactStore, account: Account, scope: Scope | None = None) -> list[Fact]:
    """Read what was told of an account's outcomes; to be added to facts that were read for its score, in its scope."""
    return store.facts(SOURCE, sorted({account.id, *account.owners.get(ACCOUNTS.name, ())}), scope)
